//! The times of timeline entries: at a moment or after other events, once or repeatedly.

use std::time::Duration;

use crate::diagnostic::Diagnostic;
use crate::language::{self, Written};
use crate::model::{After, Repeat, Trigger};
use crate::resolve::Loader;
use crate::source::Span;

impl Loader<'_> {
    /// Resolves `at` or `after`.
    pub(super) fn trigger(
        &mut self,
        at: &Written<Duration>,
        after: Written<language::Trigger>,
        head: Span,
    ) -> Option<Trigger> {
        match (at.place, after.place) {
            (Some(place), None) => {
                let moment = at.value?;
                let late = Diagnostic::error("this event comes after the end of the run");
                self.check_until(moment, place.value, late);
                Some(Trigger::At(moment))
            }
            (None, Some(_)) => self.after(after.value?),
            (Some(at), Some(after)) => {
                let problem = Diagnostic::error("`at` and `after` in the same event");
                self.reader.report(problem.at(after.key, "one too many").at(at.key, "already given here"));
                None
            }
            (None, None) => {
                let problem = Diagnostic::error("an event needs `at` or `after`");
                let help = "`at: 2m` names a time of the run, `after: { host: branch, event: joined }` another event";
                self.reader.report(problem.at(head, "in the map that starts here").help(help));
                None
            }
        }
    }

    fn after(&mut self, raw: language::Trigger) -> Option<Trigger> {
        let pattern = self.event_pattern(raw.pattern);
        if let (Some(0), Some(span)) = (raw.count.value, raw.count.span()) {
            let problem = Diagnostic::error("a trigger waits for at least one event");
            self.reader.report(problem.at(span, "expected 1 or more"));
        }
        if let (Some(delay), Some(span)) = (raw.delay.value, raw.delay.span()) {
            self.check_until(delay, span, Diagnostic::error("this delay is longer than the run"));
        }
        let delay = raw.delay.optional()?.unwrap_or(Duration::ZERO);
        Some(Trigger::After(After { pattern: pattern?, count: raw.count.value?, delay }))
    }

    /// Resolves `every`, with `times` or `until`.
    pub(super) fn repeat(
        &mut self,
        every: &Written<Duration>,
        times: &Written<u64>,
        until: &Written<Duration>,
        trigger: Option<&Trigger>,
    ) -> Option<Repeat> {
        let Some(every_place) = every.place else {
            let times = times.place.map(|place| ("times", place));
            if let Some((key, place)) = times.or(until.place.map(|place| ("until", place))) {
                let problem = Diagnostic::error(format!("`{key}` without `every`"));
                self.reader.report(problem.at(place.key, "the event does not repeat"));
            }
            return None;
        };
        let interval = every.value?;
        if interval.is_zero() {
            let problem = Diagnostic::error("`every` cannot be 0");
            self.reader.report(problem.at(every_place.value, "time would stand still"));
            return None;
        }
        let first = match trigger {
            Some(Trigger::At(at)) => *at,
            _ => Duration::ZERO,
        };
        match (times.place, until.place) {
            (Some(place), None) => {
                let number = times.value?;
                if !(1..=Repeat::TIMES_MAX).contains(&number) {
                    self.too_often(place.value);
                    return None;
                }
                let last = u32::try_from(number - 1).ok().and_then(|more| interval.checked_mul(more));
                let last = last.map_or(Duration::MAX, |more| first.saturating_add(more));
                let late = Diagnostic::error("this event repeats after the end of the run");
                self.check_until(last, place.value, late);
                Some(Repeat { every: interval, times: number, until: None })
            }
            (None, Some(place)) => {
                let end = until.value?;
                let late = Diagnostic::error("this event may repeat until after the end of the run");
                self.check_until(end, place.value, late);
                if matches!(trigger, Some(Trigger::At(at)) if *at > end) {
                    let problem = Diagnostic::error("this event first happens after its own `until`");
                    self.reader.report(problem.at(place.value, "before `at`"));
                }
                if end.saturating_sub(first).as_nanos() / interval.as_nanos() >= Repeat::TIMES_MAX.into() {
                    self.too_often(place.value);
                    return None;
                }
                Some(Repeat { every: interval, times: Repeat::TIMES_MAX, until: Some(end) })
            }
            (Some(times), Some(until)) => {
                let problem = Diagnostic::error("`times` and `until` in the same event");
                let problem = problem.at(until.key, "one too many").at(times.key, "already given here");
                self.reader.report(problem);
                None
            }
            (None, None) => {
                let problem = Diagnostic::error("an event with `every` needs `times` or `until`");
                self.reader
                    .report(problem.at(every_place.key, "how often?").help("`times: 3`, or `until: 20m`"));
                None
            }
        }
    }

    fn too_often(&mut self, span: Span) {
        let problem = Diagnostic::error("an event can happen 1 to 10,000 times");
        self.reader.report(problem.at(span, "out of range"));
    }
}
