//! Timeline entries that wait for events: each new entry of the record is checked against them.

use std::cell::{Cell, RefCell};
use std::time::Duration;

use scenario::{Scenario, TimelineEntry, Trigger};

use super::pattern::matches;
use super::record::{Entry, Record};

/// The waiting entries, and the counts of those that have happened.
#[derive(Debug)]
pub(super) struct Triggers {
    /// The entries that still wait: index into the timeline, events seen.
    waiting: RefCell<Vec<(usize, u64)>>,
    /// The events that each entry has seen, and how often it has happened; by index into the timeline.
    seen: RefCell<Vec<u64>>,
    happened: RefCell<Vec<u64>>,
    /// The times at which entries have happened, in order, with their indices into the timeline.
    times: RefCell<Vec<(Duration, usize)>>,
    /// True if nothing waits: this saves a look at all entries for every event of a run.
    is_idle: Cell<bool>,
}

/// A timeline entry that never happened because the events it waits for did not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Untriggered {
    /// The place in the scenario.
    pub span: scenario::Span,
    /// The condition in words: `waits for image_data_started of branch: 1 of 2`.
    pub what: String,
}

impl Untriggered {
    /// Returns a warning about it.
    pub fn sentence(&self, scenario: &Scenario) -> String {
        let line = scenario.sources.location(self.span).line;
        format!("the timeline entry on line {line} never happened: it {}", self.what)
    }
}

impl Triggers {
    pub(super) fn new(timeline: &[TimelineEntry]) -> Self {
        let waits = |event: &TimelineEntry| matches!(event.trigger, Trigger::After(_));
        let waiting: Vec<(usize, u64)> = timeline
            .iter()
            .enumerate()
            .filter(|(_, event)| waits(event))
            .map(|(index, _)| (index, 0))
            .collect();
        Self {
            is_idle: Cell::new(waiting.is_empty()),
            waiting: RefCell::new(waiting),
            seen: RefCell::new(vec![0; timeline.len()]),
            happened: RefCell::new(vec![0; timeline.len()]),
            times: RefCell::default(),
        }
    }

    /// Returns true if nothing waits.
    pub(super) fn is_idle(&self) -> bool {
        self.is_idle.get()
    }

    /// Notes an event, and returns the entries that it triggers, in the order of the file.
    pub(super) fn note(&self, timeline: &[TimelineEntry], entry: &Entry, record: &Record) -> Vec<usize> {
        let mut ready = Vec::new();
        let mut waiting = self.waiting.borrow_mut();
        waiting.retain_mut(|(index, seen)| {
            let Trigger::After(after) = &timeline[*index].trigger else { return false };
            if !matches(&after.pattern, entry, record) {
                return true;
            }
            *seen += 1;
            self.seen.borrow_mut()[*index] = *seen;
            if *seen >= after.count {
                ready.push(*index);
            }
            *seen < after.count
        });
        self.is_idle.set(waiting.is_empty());
        ready
    }

    pub(super) fn note_happened(&self, at: Duration, index: usize) {
        self.happened.borrow_mut()[index] += 1;
        self.times.borrow_mut().push((at, index));
    }

    /// Returns the times at which entries have happened, in order, with their indices into the timeline.
    pub(super) fn times(&self) -> Vec<(Duration, usize)> {
        self.times.borrow().clone()
    }

    /// Returns the entries whose events have not happened.
    pub(super) fn untriggered(&self, timeline: &[TimelineEntry]) -> Vec<Untriggered> {
        let happened = self.happened.borrow();
        let never = timeline.iter().enumerate().filter(|(index, _)| happened[*index] == 0);
        never
            .filter_map(|(index, event)| {
                let Trigger::After(after) = &event.trigger else { return None };
                let (pattern, seen) = (&after.pattern, self.seen.borrow()[index]);
                let rest = if seen >= after.count { ", and the run ended within the delay" } else { "" };
                let what = format!(
                    "waits for `{}` of {}: {seen} of {}{rest}",
                    pattern.event, pattern.who, after.count
                );
                Some(Untriggered { span: event.span, what })
            })
            .collect()
    }
}
