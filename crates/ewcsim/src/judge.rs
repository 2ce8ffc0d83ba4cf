//! Whether the scenario's expectations held, read from the record.

use std::time::Duration;

use scenario::{Amount, Check, Diagnostic, EventPattern, Expectation, Properties, Scenario, Span, When};

use crate::clock::{elapsed, short};
use crate::logs::Logs;
use crate::pattern::matches;
use crate::record::Record;
use crate::report::numbers::count;
use crate::track::{Tracked, state_name};

/// What became of an expectation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judgement {
    /// In words.
    pub expected: String,
    /// Where the scenario states it.
    pub span: Span,
    /// What became of it.
    pub outcome: Outcome,
}

/// The ways an expectation ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It held, from this moment on or at it.
    Held {
        /// Since the start of the run.
        at: Duration,
    },
    /// It did not.
    Failed {
        /// What was the case instead.
        actual: String,
    },
    /// The run ended before it could be told.
    Open {
        /// What was the case at the end.
        actual: String,
    },
}

impl Judgement {
    /// What is wrong, pointing at the expectation; none if it held.
    pub fn diagnostic(&self) -> Option<Diagnostic> {
        match &self.outcome {
            Outcome::Held { .. } => None,
            Outcome::Failed { actual } => {
                let failed = format!("expectation failed: {}", self.expected);
                Some(Diagnostic::error(failed).at(self.span, actual.as_str()))
            }
            Outcome::Open { actual } => {
                let open = format!("could not be judged: {}", self.expected);
                let help = "the run ended first: raise `until`, or expect it sooner";
                Some(Diagnostic::error(open).at(self.span, actual.as_str()).help(help))
            }
        }
    }
}

/// Judges every expectation of a run that ended at `end`.
pub fn judge(scenario: &Scenario, record: &Record, logs: &Logs, end: Duration) -> Vec<Judgement> {
    let moments = Moments::of(scenario, record);
    scenario
        .expect
        .iter()
        .map(|expectation| Judgement {
            expected: describe(expectation),
            span: expectation.span,
            outcome: match &expectation.check {
                Check::AccessPoints { names, is, is_not } => {
                    moments.access_points(names, is, is_not, expectation.when, end)
                }
                Check::Log { host, text, present } => {
                    let lines = record.host(host).map(|host| logs.of(host)).unwrap_or_default();
                    log(lines, text, *present, expectation.when, scenario.until, end)
                }
                Check::Events { pattern, count } => {
                    events(record, pattern, count, expectation.when, scenario.until, end)
                }
            },
        })
        .collect()
}

/// Every access point after each moment at which one of them changed.
struct Moments {
    until: Duration,
    names: Vec<String>,
    before: Vec<Tracked>,
    changes: Vec<(Duration, usize, Tracked)>,
}

impl Moments {
    fn of(scenario: &Scenario, record: &Record) -> Self {
        let before: Vec<Tracked> = scenario.access_points.iter().map(Tracked::new).collect();
        let index_of: Vec<Option<usize>> = record
            .hosts()
            .iter()
            .map(|name| scenario.access_points.iter().position(|access_point| access_point.name == *name))
            .collect();
        let mut now = before.clone();
        let mut changes = Vec::new();
        for entry in record.entries().iter() {
            let Some(index) = index_of[entry.host] else { continue };
            let last = now[index].clone();
            now[index].note(entry);
            if now[index] != last {
                changes.push((entry.at, index, now[index].clone()));
            }
        }
        let names = scenario.access_points.iter().map(|access_point| access_point.name.clone()).collect();
        Self { until: scenario.until, names, before, changes }
    }

    fn access_points(
        &self,
        names: &[String],
        is: &Properties,
        is_not: &Properties,
        when: When,
        end: Duration,
    ) -> Outcome {
        let chosen: Vec<usize> = self
            .names
            .iter()
            .enumerate()
            .filter(|(_, name)| names.contains(name))
            .map(|(index, _)| index)
            .collect();
        let (limit, some_moment) = match when {
            When::End => (self.until, false),
            When::At(at) => (at, false),
            When::Within(limit) => (limit, true),
        };
        let mut now = self.before.clone();
        let wanted = *is != Properties::default();
        let mut held = None;
        let mut changes = self.changes.iter().filter(|(at, ..)| *at <= limit).peekable();
        while let Some((at, index, tracked)) = changes.next() {
            now[*index] = tracked.clone();
            if changes.peek().is_some_and(|(next, ..)| next == at) {
                continue;
            }
            if some_moment && let Some(&bad) = chosen.iter().find(|&&index| now[index].has_any(is_not)) {
                let actual = format!("at {} {}", elapsed(*at), self.describe(bad, &now[bad]));
                return Outcome::Failed { actual };
            }
            let holds = chosen.iter().all(|&index| now[index].has(is));
            if !holds && !some_moment {
                held = None;
            } else if holds && held.is_none() {
                held = Some(*at);
            }
        }
        let missed: Vec<usize> = chosen
            .iter()
            .copied()
            .filter(|&index| !now[index].has(is) || (!some_moment && now[index].has_any(is_not)))
            .collect();
        let actual = || match missed.first() {
            Some(&first) if missed.len() > 1 => {
                format!("{}, and {} more", self.describe(first, &now[first]), missed.len() - 1)
            }
            Some(&first) => self.describe(first, &now[first]),
            None => "it held before, not at this moment".to_owned(),
        };
        let decided = if some_moment { !wanted || held.is_some() } else { missed.is_empty() };
        match (decided, limit > end) {
            (true, true) if !wanted || !some_moment => Outcome::Open { actual: actual_at_end(&actual, end) },
            // What must not be is known not to have been only when the time is over.
            (true, _) => Outcome::Held { at: held.filter(|_| wanted).unwrap_or(limit.min(end)) },
            (false, true) => Outcome::Open { actual: actual_at_end(&actual, end) },
            (false, false) => Outcome::Failed { actual: actual() },
        }
    }

    fn describe(&self, index: usize, tracked: &Tracked) -> String {
        let version = |version: Option<image::Version>| {
            version.map_or_else(|| "nothing".to_owned(), |version| version.to_string())
        };
        if tracked.boots_nothing {
            return format!("{} boots nothing: both partitions are bad", self.names[index]);
        }
        format!(
            "{} runs {}, backup {}, is {}, {}",
            self.names[index],
            version(tracked.running),
            version(tracked.backup),
            state_name(tracked.state),
            count(tracked.downloads_failed as usize, "failed download"),
        )
    }
}

fn actual_at_end(actual: &impl Fn() -> String, end: Duration) -> String {
    format!("the run ended at {}: {}", elapsed(end), actual())
}

fn log(
    lines: &[(Duration, String)],
    text: &str,
    present: bool,
    when: When,
    until: Duration,
    end: Duration,
) -> Outcome {
    let limit = match when {
        When::End => until,
        When::At(limit) | When::Within(limit) => limit,
    };
    let found = lines.iter().filter(|(at, _)| *at <= limit).find(|(_, line)| line.contains(text));
    match (found, present) {
        (Some((at, _)), true) => Outcome::Held { at: *at },
        (Some((at, line)), false) => {
            Outcome::Failed { actual: format!("at {} it printed: {line}", elapsed(*at)) }
        }
        (None, true) => {
            let actual = match lines.iter().rfind(|(at, _)| *at <= limit) {
                Some((_, last)) => format!("no such line; the last one is: {last}"),
                None => "it printed nothing".to_owned(),
            };
            if limit > end { Outcome::Open { actual } } else { Outcome::Failed { actual } }
        }
        (None, false) if limit > end => Outcome::Open { actual: "no such line so far".to_owned() },
        (None, false) => Outcome::Held { at: limit },
    }
}

fn events(
    record: &Record,
    pattern: &EventPattern,
    wanted: &Amount,
    when: When,
    until: Duration,
    end: Duration,
) -> Outcome {
    let limit = match when {
        When::End => until,
        When::At(limit) | When::Within(limit) => limit,
    };
    let entries = record.entries();
    let mut found = entries.iter().filter(|entry| entry.at <= limit && matches(pattern, entry, record));
    let times: Vec<Duration> = found.by_ref().map(|entry| entry.at).collect();
    let number = times.len() as u64;
    let actual = format!("it happened {}", count(times.len(), "time"));
    match (wanted.contains(&number), limit > end) {
        // More can still come, but that does not matter where more are welcome.
        (true, true) if *wanted.end() < u64::MAX => Outcome::Open { actual },
        (true, _) => {
            let last = wanted.start().checked_sub(1).and_then(|index| times.get(index as usize));
            let decided = if *wanted.end() < u64::MAX { limit.min(end) } else { *last.unwrap_or(&limit) };
            Outcome::Held { at: decided }
        }
        (false, true) if number < *wanted.start() => Outcome::Open { actual },
        (false, _) => Outcome::Failed { actual },
    }
}

/// An expectation in words.
fn describe(expectation: &Expectation) -> String {
    let when = match expectation.when {
        When::End => "at the end".to_owned(),
        When::At(at) => format!("at {}", short(at)),
        When::Within(limit) => format!("within {}", short(limit)),
    };
    match &expectation.check {
        Check::AccessPoints { names, is, is_not } => {
            let who = match names.as_slice() {
                [one] => one.clone(),
                many => format!("{} access points", many.len()),
            };
            let mut parts = properties(is);
            parts.extend(properties(is_not).into_iter().map(|part| format!("not {part}")));
            format!("{who}: {} {when}", parts.join(", "))
        }
        Check::Log { host, text, present } => {
            let verb = if *present { "has" } else { "lacks" };
            format!("log of {host} {verb} \"{text}\" {when}")
        }
        Check::Events { pattern, count } => {
            let times = match (*count.start(), *count.end()) {
                (1, u64::MAX) => String::new(),
                (low, u64::MAX) => format!("at least {low} times "),
                (low, high) if low == high => format!("{low} times "),
                (low, high) => format!("{low} to {high} times "),
            };
            format!("{}: {} {times}{when}", pattern.who, pattern.event)
        }
    }
}

fn properties(properties: &Properties) -> Vec<String> {
    let Properties { running, backup, state, downloads_failed } = properties;
    let amount = downloads_failed.as_ref().map(|amount| match (*amount.start(), *amount.end()) {
        (low, u64::MAX) => format!("at least {low} failed downloads"),
        (low, high) if low == high => count(low as usize, "failed download"),
        (low, high) => format!("{low} to {high} failed downloads"),
    });
    [
        running.map(|version| format!("running {version}")),
        backup.map(|version| format!("backup {version}")),
        state.map(|state| state_name(state).to_owned()),
        amount,
    ]
    .into_iter()
    .flatten()
    .collect()
}
