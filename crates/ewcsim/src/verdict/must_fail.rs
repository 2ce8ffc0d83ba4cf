//! Scenarios that must fail: whether a run failed as its scenario says, and only so.

use scenario::MustViolate;

use super::invariants::Violation;
use super::{Finished, Outcome, Verdict};

/// A failure that the scenario states.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stated {
    /// The expectation or the invariant.
    pub what: String,
    /// The reason why it must fail.
    pub why: String,
    /// The result: `failed`, `violated` or `waived` as stated; `passed`, `inconclusive` or `held` otherwise.
    pub result: &'static str,
}

/// A difference between what failed and what the scenario says must fail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unmet {
    /// An expectation or invariant that must fail held.
    Held(Stated),
    /// An expectation that must fail could not be judged.
    Open(Stated),
    /// This expectation or invariant failed, and nothing says that it must.
    Unstated(String),
}

impl Stated {
    /// Returns true if it failed.
    pub fn is_met(&self) -> bool {
        matches!(self.result, "failed" | "violated" | "waived")
    }
}

impl Finished {
    /// Returns the failures that the scenario states, with their results.
    pub fn stated(&self) -> Vec<Stated> {
        let expectations = self.judgements.iter().filter_map(|judged| {
            let result = match judged.outcome {
                Outcome::Failed { .. } => "failed",
                Outcome::Passed { .. } => "passed",
                Outcome::Inconclusive { .. } => "inconclusive",
            };
            Some(Stated { what: judged.expected.clone(), why: judged.must_fail.clone()?, result })
        });
        let invariants = self.must_violate.iter().flat_map(|must| self.stated_of(must));
        expectations.chain(invariants).collect()
    }

    /// Returns what became of an invariant that must be violated, on each of its hosts.
    pub(super) fn stated_of(&self, must: &MustViolate) -> Vec<Stated> {
        let of = |host: Option<&String>| {
            let is_it = |violation: &&Violation| {
                violation.invariant == must.invariant.word()
                    && host.is_none_or(|host| violation.host == *host)
            };
            let result = if self.violations.iter().any(|violation| is_it(&violation)) {
                "violated"
            } else if self.waived.iter().any(|violation| is_it(&violation)) {
                "waived"
            } else {
                "held"
            };
            let word = must.invariant.word();
            let what = host.map_or_else(|| word.to_owned(), |host| format!("{host}: {word}"));
            Stated { what, why: must.why.clone(), result }
        };
        let hosts: Vec<Stated> = must.hosts.iter().map(|host| of(Some(host))).collect();
        if hosts.is_empty() { vec![of(None)] } else { hosts }
    }

    /// Returns true if the scenario says that this violation must happen.
    pub fn states(&self, violation: &Violation) -> bool {
        self.must_violate.iter().any(|must| must.states(violation.invariant, &violation.host))
    }

    /// Returns each difference from what the scenario says must fail. Nothing is stated in an ordinary scenario: then these are its
    /// failures.
    pub fn unmet(&self) -> Vec<Unmet> {
        let mut unmet: Vec<Unmet> = Vec::new();
        for stated in self.stated() {
            match stated.result {
                "inconclusive" => unmet.push(Unmet::Open(stated)),
                _ if !stated.is_met() => unmet.push(Unmet::Held(stated)),
                _ => {}
            }
        }
        let failed = self
            .judgements
            .iter()
            .filter(|judged| judged.must_fail.is_none() && matches!(judged.outcome, Outcome::Failed { .. }));
        unmet.extend(failed.map(|judged| Unmet::Unstated(judged.expected.clone())));
        let violated = self.violations.iter().filter(|violation| !self.states(violation));
        unmet.extend(violated.map(|violation| Unmet::Unstated(violation.invariant.to_owned())));
        unmet
    }

    /// Returns the verdict on the scenario as a test. It is that of the run, unless the scenario states failures: then it is
    /// passed if exactly these happened, and failed if one of them did not, or another one did. What could not be judged, an
    /// interruption and what is not modelled stay what they are: they do not count as a failure that is stated.
    pub fn verdict_as_test(&self) -> Verdict {
        if self.stated().is_empty() {
            return self.verdict();
        }
        let unmet = self.unmet();
        let is_open = |unmet: &Unmet| match unmet {
            Unmet::Open(_) => true,
            // An invariant may still be violated later.
            Unmet::Held(stated) => self.interrupted && stated.result == "held",
            Unmet::Unstated(_) => false,
        };
        let is_inconclusive =
            |judged: &super::Judgement| matches!(judged.outcome, Outcome::Inconclusive { .. });
        if !unmet.iter().all(is_open) {
            Verdict::Failed
        } else if self.interrupted {
            Verdict::Interrupted
        } else if self.judgements.iter().any(is_inconclusive) || !self.not_modelled.is_empty() {
            Verdict::Inconclusive
        } else {
            Verdict::Passed
        }
    }
}
