//! Entries of the timeline that wait for events: the record is watched as it is written.

use std::cell::{Cell, RefCell};

use scenario::{Event as Planned, Scenario, Trigger};

use super::pattern::matches;
use super::record::{Entry, Record};

/// What waits, and what has happened.
#[derive(Debug)]
pub(super) struct Triggers {
    /// Those that still wait: index into the timeline, events seen.
    waiting: RefCell<Vec<(usize, u64)>>,
    /// Events seen by those that do not wait any more, and how often each has happened; by index into the timeline.
    seen: RefCell<Vec<u64>>,
    happened: RefCell<Vec<u64>>,
    /// Spares a look at all of them, which is asked of every event of a run.
    is_idle: Cell<bool>,
}

/// An entry of the timeline that never happened, as what it waits for did not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Untriggered {
    /// Where the scenario states it.
    pub span: scenario::Span,
    /// In words: `waits for image_data_started of branch: 1 of 2`.
    pub what: String,
}

impl Untriggered {
    /// What a person should know of it.
    pub fn sentence(&self, scenario: &Scenario) -> String {
        let line = scenario.sources.location(self.span).line;
        format!("line {line} of the scenario never happened: it {}", self.what)
    }
}

impl Triggers {
    pub(super) fn new(timeline: &[Planned]) -> Self {
        let waits = |event: &Planned| matches!(event.trigger, Trigger::After(_));
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
        }
    }

    /// Whether nothing waits.
    pub(super) fn is_idle(&self) -> bool {
        self.is_idle.get()
    }

    /// Takes note of an event; the entries that have what they waited for with it, in the order of the file.
    pub(super) fn note(&self, timeline: &[Planned], entry: &Entry, record: &Record) -> Vec<usize> {
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

    pub(super) fn note_happened(&self, index: usize) {
        self.happened.borrow_mut()[index] += 1;
    }

    /// What has not happened for want of events.
    pub(super) fn untriggered(&self, timeline: &[Planned]) -> Vec<Untriggered> {
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
