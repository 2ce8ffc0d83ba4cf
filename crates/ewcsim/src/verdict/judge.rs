//! Judges the scenario's expectations from the record.
//!
//! Each expectation is judged on its own: `properties` covers states, `happened` events, `printed` logs,
//! and `sampled` links and show commands. `words` describes the expectation, `evidence` collects the events before a failure, `causes`
//! and `obstacles` its causes on other hosts, and `dropped` what firewalls and links dropped. `general`
//! makes the key of a failure.

mod causes;
mod dropped;
mod evidence;
mod general;
mod happened;
mod moments;
mod obstacles;
mod printed;
mod properties;
mod sampled;
mod window;
mod words;

use std::collections::BTreeSet;
use std::time::Duration;

use scenario::{Check, Diagnostic, Scenario, Span};

use super::failure::{Cause, FailureKey, FailureKind};
use crate::clock::elapsed;
use crate::world::{Hosts, Logs, Prepared, Record, Samples};

pub(super) use dropped::Dropped;
use evidence::Evidence;
pub use evidence::LastEvent;
use window::{Start, start};

/// The result of an expectation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judgement {
    /// The expectation in words.
    pub expected: String,
    /// The place in the scenario.
    pub span: Span,
    /// The outcome.
    pub outcome: Outcome,
    /// The reason why it must fail, if the scenario says that it must.
    pub must_fail: Option<String>,
    /// For a failure, the last events on these hosts before it was decided; for an order or a duration, the matched events.
    pub last_events: Vec<LastEvent>,
    /// For a failure of access points, the failure of an image on its way to the first of them, over all hosts.
    pub causes: Vec<LastEvent>,
    /// For a failure, the nearest match to the expectation.
    pub near: Option<String>,
    /// For a failure, the drops by firewalls and of damaged frames that concern these hosts, one sentence each.
    pub drops: Vec<String>,
    /// The key of its failure. That of an expectation that must fail is the key of its not failing.
    pub key: FailureKey,
}

/// The outcome of an expectation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It held, at this time or from then on.
    Passed {
        /// The time since the start of the run.
        at: Duration,
    },
    /// It failed.
    Failed {
        /// The actual state.
        actual: String,
    },
    /// The run ended before it could be judged.
    Inconclusive {
        /// The state at the end.
        actual: String,
    },
}

/// The result of judging one expectation.
struct Finding {
    outcome: Outcome,
    /// The time when it was decided.
    at: Duration,
    /// The hosts concerned; for a failure, the hosts that caused it.
    hosts: Vec<String>,
    /// Indices into the record of matched events, if these say more than the last events.
    matched: Option<Vec<usize>>,
    near: Option<String>,
    /// The parts of the expectation that were not met, in general words.
    unmet: Vec<String>,
}

/// A finished run to judge.
struct Run<'a> {
    scenario: &'a Scenario,
    hosts: &'a Hosts,
    record: &'a Record,
    logs: &'a Logs,
    samples: &'a Samples,
    end: Duration,
}

impl Judgement {
    /// Returns the problem, pointing at the expectation; `None` if it held. The hint to give it more time is left out if the run
    /// was `interrupted`.
    pub fn diagnostic(&self, interrupted: bool) -> Option<Diagnostic> {
        let problem = match &self.outcome {
            Outcome::Passed { .. } => return None,
            Outcome::Failed { actual } => {
                let failed = format!("expectation failed: {}", self.expected);
                Diagnostic::error(failed).at(self.span, actual.as_str())
            }
            Outcome::Inconclusive { actual } => {
                let open = format!("could not be judged: {}", self.expected);
                Diagnostic::error(open).at(self.span, actual.as_str())
            }
        };
        let problem = self.near.iter().fold(problem, |problem, near| problem.note(near.as_str()));
        let problem = self.drops.iter().fold(problem, |problem, drop| problem.note(drop.as_str()));
        let must = self.must_fail.iter().map(|why| format!("it must fail: {why}"));
        let problem = must.fold(problem, Diagnostic::note);
        let notes =
            [evidence::note("the causes", &self.causes), evidence::note("before that", &self.last_events)];
        let problem = notes.into_iter().flatten().fold(problem, Diagnostic::note);
        Some(match self.outcome {
            Outcome::Inconclusive { .. } if !interrupted => {
                problem.help("the run ended first: raise `until`, or expect it sooner")
            }
            _ => problem,
        })
    }
}

/// Judges every expectation of a run that ended at `end`, by its record and logs, by the samples that were taken and by what the
/// network has dropped.
pub(crate) fn judge(
    prepared: &Prepared,
    record: &Record,
    logs: &Logs,
    (samples, dropped): (&Samples, &Dropped),
    end: Duration,
) -> Vec<Judgement> {
    let Prepared { scenario, hosts, .. } = prepared;
    let run = Run { scenario, hosts, record, logs, samples, end };
    let evidence = Evidence::of(record);
    let histories = properties::Histories::of(&run);
    let judge = |(index, expectation): (usize, &scenario::Expectation)| {
        let finding = match start(&run, expectation.since.as_ref()) {
            Start::Never(finding) => finding,
            Start::At { at, after } => {
                let when = expectation.when;
                match &expectation.check {
                    Check::AccessPoints { names, is, is_not } => {
                        histories.access_points(&run, names, [is, is_not], (when, at))
                    }
                    Check::Controller { name, is, is_not } => {
                        histories.controller(&run, name, [is, is_not], (when, at))
                    }
                    Check::Log { host, lines, count } => {
                        printed::log(&run, host, lines, count, (when, at, after))
                    }
                    Check::Events { pattern, count } => {
                        happened::events(&run, pattern, count, (when, at, after))
                    }
                    Check::Order(patterns) => happened::order(&run, patterns, (when, at, after)),
                    Check::Takes { from, to, takes } => happened::takes(&run, from, to, takes),
                    Check::Link { link, direction, bytes, packets } => {
                        sampled::link(&run, index, link, *direction, bytes.as_ref(), packets.as_ref())
                    }
                    Check::Show { host, row, has, count, .. } => {
                        sampled::show(&run, index, host, row, has, count.as_ref())
                    }
                }
            }
        };
        let failed = !matches!(finding.outcome, Outcome::Passed { .. });
        let (drops, dropped) =
            if failed { dropped::between(&run, dropped, &finding) } else { Default::default() };
        let causes = if failed { causes::chain(&run, &finding) } else { Vec::new() };
        let unmet = finding.unmet.iter().map(|unmet| Cause::Unmet(unmet.clone()));
        let known = dropped.into_iter().chain(causes.iter().filter_map(|told| told.cause.clone()));
        let key = FailureKey {
            kind: match expectation.must_fail {
                Some(_) => FailureKind::Held,
                None => FailureKind::Expectation,
            },
            what: run.general(expectation),
            causes: unmet.chain(main_causes(known)).collect(),
        };
        let last_events = match &finding.matched {
            _ if !failed => Vec::new(),
            Some(matched) => evidence.matched(matched),
            None => evidence.before(&finding.hosts, finding.at),
        };
        Judgement {
            expected: words::sentence(expectation),
            span: expectation.span,
            outcome: finding.outcome,
            must_fail: expectation.must_fail.clone(),
            last_events,
            causes: causes.into_iter().map(|told| told.event).collect(),
            drops,
            key,
            near: finding.near.filter(|_| failed),
        }
    };
    scenario.expect.iter().enumerate().map(judge).collect()
}

/// Returns the causes that keep an access point out of service at the end of a run.
pub(super) fn causes_at_end(prepared: &Prepared, finished: &super::Finished, point: &str) -> BTreeSet<Cause> {
    let Prepared { scenario, hosts, .. } = prepared;
    let (record, logs, end) = (&finished.record, &finished.logs, finished.end);
    let run = Run { scenario, hosts, record, logs, samples: &Samples::default(), end };
    let finding = Finding::failed(end, &[point.to_owned()], "");
    main_causes(causes::chain(&run, &finding).into_iter().filter_map(|told| told.cause)).collect()
}

/// Leaves out circumstances where something else is a cause: a run meets them by chance.
fn main_causes(causes: impl IntoIterator<Item = Cause>) -> impl Iterator<Item = Cause> {
    let all: Vec<Cause> = causes.into_iter().collect();
    let is_all = all.iter().all(Cause::is_circumstance);
    all.into_iter().filter(move |cause| is_all || !cause.is_circumstance())
}

impl Finding {
    fn new(outcome: Outcome, at: Duration, hosts: &[String]) -> Self {
        Self { outcome, at, hosts: hosts.to_vec(), matched: None, near: None, unmet: Vec::new() }
    }

    fn passed(at: Duration, hosts: &[String]) -> Self {
        Self::new(Outcome::Passed { at }, at, hosts)
    }

    /// Returns the same, with the parts of the expectation that were not met.
    fn unmet(mut self, parts: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.unmet = parts.into_iter().map(Into::into).collect();
        self
    }

    fn failed(at: Duration, hosts: &[String], actual: impl Into<String>) -> Self {
        Self::new(Outcome::Failed { actual: actual.into() }, at, hosts)
    }

    /// Returns inconclusive: the run ended before it could be judged.
    fn inconclusive(end: Duration, hosts: &[String], actual: &str) -> Self {
        let actual = format!("the run ended at {}: {actual}", elapsed(end));
        Self::new(Outcome::Inconclusive { actual }, end, hosts)
    }

    /// Returns a failure, or inconclusive if the run ended before `limit`.
    fn missed(limit: Duration, end: Duration, hosts: &[String], actual: &str) -> Self {
        if limit > end { Self::inconclusive(end, hosts, actual) } else { Self::failed(limit, hosts, actual) }
    }
}

#[cfg(test)]
mod tests;
