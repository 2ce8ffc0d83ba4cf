//! Samples for expectations about links and `show` commands, which are not in the record.

use std::time::Duration;

use command_line::Fields;
use network::Counters;
use scenario::{Check, Expectation, When};

/// The samples of a run, by expectation.
#[derive(Clone, Debug, Default)]
pub(crate) struct Samples(Vec<(usize, Sample)>);

/// An observation at one time.
#[derive(Clone, Debug)]
pub(crate) struct Sample {
    /// The time since the start of the run.
    pub(crate) at: Duration,
    pub(crate) sampled: Sampled,
}

#[derive(Clone, Debug)]
pub(crate) enum Sampled {
    /// The traffic of a link so far.
    Traffic { forward: Counters, reverse: Counters },
    /// The output of a command; `None` if the host does not answer.
    Shown(Option<Fields>),
}

impl Samples {
    /// Returns the sample of the expectation with this index in the scenario.
    pub(crate) fn of(&self, expectation: usize) -> Option<&Sample> {
        self.0.iter().find(|(index, _)| *index == expectation).map(|(_, sample)| sample)
    }

    pub(crate) fn keep(&mut self, expectation: usize, sample: Sample) {
        self.0.push((expectation, sample));
    }
}

/// Returns the time at which an expectation needs a sample, if any. Without a time of its own, that is the end of the run, at
/// `until`.
pub(crate) fn wanted_at(expectation: &Expectation, until: Duration) -> Option<Duration> {
    match (&expectation.check, expectation.when) {
        (Check::Link { .. } | Check::Show { .. }, When::At(at)) => Some(at),
        (Check::Link { .. } | Check::Show { .. }, _) => Some(until),
        _ => None,
    }
}
