//! When something of the timeline happens: at a time or after other events, once or again and again.

use std::time::Duration;

use crate::diagnostic::Diagnostic;
use crate::language::AFTER;
use crate::model::{After, Repeat, Trigger};
use crate::reader::Fields;
use crate::resolve::Loader;
use crate::source::Span;

impl Loader<'_> {
    /// `at` or `after`.
    pub(super) fn trigger(&mut self, fields: &Fields<'_>) -> Option<Trigger> {
        match (fields.entry("at"), fields.entry("after")) {
            (Some(at), None) => {
                let moment = self.reader.duration(&at.value)?;
                let late = Diagnostic::error("this event comes after the end of the run");
                self.check_until(moment, at.value.span, late);
                Some(Trigger::At(moment))
            }
            (None, Some(after)) => {
                let fields = self.reader.fields(&after.value, &AFTER)?;
                let pattern = self.event_pattern_of(&fields);
                let count = fields.node("count").map(|node| {
                    let count = self.reader.number(node)?;
                    if count == 0 {
                        let problem = Diagnostic::error("an event that is waited for happens once at least");
                        self.reader.report(problem.at(node.span, "expected 1 or more"));
                    }
                    Some(count)
                });
                let delay = fields.node("delay").map(|node| {
                    let delay = self.reader.duration(node)?;
                    let late = Diagnostic::error("this delay is longer than the run");
                    self.check_until(delay, node.span, late);
                    Some(delay)
                });
                let (count, delay) = (count.unwrap_or(Some(1))?, delay.unwrap_or(Some(Duration::ZERO))?);
                Some(Trigger::After(After { pattern: pattern?, count, delay }))
            }
            (Some(at), Some(after)) => {
                let problem = Diagnostic::error("`at` and `after` in the same event");
                self.reader
                    .report(problem.at(after.key_span, "one too many").at(at.key_span, "besides this one"));
                None
            }
            (None, None) => {
                let problem = Diagnostic::error("an event needs `at` or `after`");
                let help =
                    "`at: 2m` is a moment of the run, `after: { host: branch, event: joined }` another event";
                self.reader.report(problem.at(fields.head(), "in what starts here").help(help));
                None
            }
        }
    }

    /// `every`, with `times` or `until`.
    pub(super) fn repeat(&mut self, fields: &Fields<'_>, trigger: Option<&Trigger>) -> Option<Repeat> {
        let (times, until) = (fields.entry("times"), fields.entry("until"));
        let Some(every) = fields.entry("every") else {
            if let Some(entry) = times.or(until) {
                let problem = Diagnostic::error(format!("`{}` without `every`", entry.key));
                self.reader.report(problem.at(entry.key_span, "nothing happens again"));
            }
            return None;
        };
        let interval = self.reader.duration(&every.value)?;
        if interval.is_zero() {
            let problem = Diagnostic::error("`every` cannot be 0");
            self.reader.report(problem.at(every.value.span, "time would stand still"));
            return None;
        }
        let first = match trigger {
            Some(Trigger::At(at)) => *at,
            _ => Duration::ZERO,
        };
        match (times, until) {
            (Some(times), None) => {
                let number = self.reader.number(&times.value)?;
                if !(1..=Repeat::TIMES_MAX).contains(&number) {
                    self.too_often(times.value.span);
                    return None;
                }
                let last = u32::try_from(number - 1).ok().and_then(|more| interval.checked_mul(more));
                let last = last.map_or(Duration::MAX, |more| first.saturating_add(more));
                let late = Diagnostic::error("this event happens again after the end of the run");
                self.check_until(last, times.value.span, late);
                Some(Repeat { every: interval, times: number, until: None })
            }
            (None, Some(until)) => {
                let end = self.reader.duration(&until.value)?;
                let late = Diagnostic::error("this event is to happen again after the end of the run");
                self.check_until(end, until.value.span, late);
                if matches!(trigger, Some(Trigger::At(at)) if *at > end) {
                    let problem = Diagnostic::error("this event happens first after its own `until`");
                    self.reader.report(problem.at(until.value.span, "before `at`"));
                }
                if end.saturating_sub(first).as_nanos() / interval.as_nanos() >= Repeat::TIMES_MAX.into() {
                    self.too_often(until.value.span);
                    return None;
                }
                Some(Repeat { every: interval, times: Repeat::TIMES_MAX, until: Some(end) })
            }
            (Some(times), Some(until)) => {
                let problem = Diagnostic::error("`times` and `until` in the same event");
                let problem =
                    problem.at(until.key_span, "one too many").at(times.key_span, "besides this one");
                self.reader.report(problem);
                None
            }
            (None, None) => {
                let problem = Diagnostic::error("an event with `every` needs `times` or `until`");
                self.reader
                    .report(problem.at(every.key_span, "how often?").help("`times: 3`, or `until: 20m`"));
                None
            }
        }
    }

    fn too_often(&mut self, span: Span) {
        let problem = Diagnostic::error("an event happens 1 to 10,000 times");
        self.reader.report(problem.at(span, "not so often"));
    }
}
