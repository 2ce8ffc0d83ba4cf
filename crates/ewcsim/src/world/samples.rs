//! What a run keeps for expectations that look at something which the record does not tell: links, and what commands show.

use std::time::Duration;

use command_line::Fields;
use scenario::{Check, Expectation, When};
use simnet::Counters;

/// The samples of a run, by the expectation that wants them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Samples(Vec<(usize, Sample)>);

/// What was the case at a moment.
#[derive(Clone, Debug)]
pub(crate) struct Sample {
    /// Since the start of the run.
    pub(crate) at: Duration,
    pub(crate) sampled: Sampled,
}

#[derive(Clone, Debug)]
pub(crate) enum Sampled {
    /// What has crossed a link so far.
    Traffic { forward: Counters, reverse: Counters },
    /// What a command shows; none if the host does not answer.
    Shown(Option<Fields>),
}

impl Samples {
    /// The sample of the expectation with this index in the scenario.
    pub(crate) fn of(&self, expectation: usize) -> Option<&Sample> {
        self.0.iter().find(|(index, _)| *index == expectation).map(|(_, sample)| sample)
    }

    pub(crate) fn keep(&mut self, expectation: usize, sample: Sample) {
        self.0.push((expectation, sample));
    }
}

/// When an expectation wants a sample; none if it wants none. Without a time that is the end of the run, at `until`.
pub(crate) fn wanted_at(expectation: &Expectation, until: Duration) -> Option<Duration> {
    match (&expectation.check, expectation.when) {
        (Check::Link { .. } | Check::Show { .. }, When::At(at)) => Some(at),
        (Check::Link { .. } | Check::Show { .. }, _) => Some(until),
        _ => None,
    }
}
