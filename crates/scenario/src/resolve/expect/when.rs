//! The moments at which an expectation is checked.

use std::time::Duration;

use crate::diagnostic::Diagnostic;
use crate::language::{Expectation as Raw, Place, Record};
use crate::model::{EventPattern, When};
use crate::resolve::Loader;
use crate::source::Span;

use super::Subject;

/// The times that make sense for a subject.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Times {
    /// All times, for properties, which come and go.
    All,
    /// Times for counts and logs, which only grow: what holds at one moment holds afterwards.
    Growing,
    /// Times for an order of events, which has occurred by some moment, or has not.
    Order,
    /// A moment that is known before the run.
    Sample,
    /// No time: the subject itself is a duration.
    None,
}

impl Times {
    fn allowed(self) -> &'static [&'static str] {
        match self {
            Self::All => &["at", "within", "by", "during", "always", "never", "eventually", "since"],
            Self::Growing => &["at", "within", "by", "during", "never", "eventually", "since"],
            Self::Order => &["at", "within", "by", "eventually", "since"],
            Self::Sample => &["at"],
            Self::None => &[],
        }
    }
}

impl Loader<'_> {
    pub(super) fn when(
        &mut self,
        raw: &Raw,
        subject: Option<&Subject>,
    ) -> Option<(When, Option<EventPattern>)> {
        let written = raw.times.written();
        let times: Vec<_> = written.iter().filter(|(key, _)| *key != "since").collect();
        if let [(first, first_place), (second, second_place), ..] = times[..] {
            let problem = Diagnostic::error(format!("`{first}` and `{second}` in the same expectation"));
            let problem =
                problem.at(second_place.key, "one too many").at(first_place.key, "already given here");
            self.reader.report(problem.help("an expectation has one time, or none: at the end of the run"));
            return None;
        }
        if let Some(subject) = subject {
            self.refuse_times(&written, subject)?;
        }
        let since = match raw.times.since.place {
            None => None,
            Some(_) => Some(self.event_pattern(raw.times.since.value.clone()?)?),
        };
        let Some((_, place)) = times.first() else {
            if let (Some(place), Some(Times::All)) =
                (raw.times.since.place, subject.map(|subject| subject.times))
            {
                let problem = Diagnostic::error("`since` needs a time");
                let help = "add `within:`, `by:`, `at:`, `during:`, `always:` or `never:`";
                self.reader.report(problem.at(place.key, "").help(help));
                return None;
            }
            return Some((When::End, since));
        };
        let when = self.time(raw, place.value, since.is_some())?;
        Some((when, since))
    }

    /// Returns the only time that is written.
    fn time(&mut self, raw: &Raw, span: Span, since: bool) -> Option<When> {
        let times = &raw.times;
        if let Some(period) = &times.during.value
            && *period.end() == Duration::MAX
        {
            let problem = Diagnostic::error("this period has no end");
            let written = self.texts.sources.slice(span).trim_end_matches('.');
            let help = format!("`by: {written}` lasts from then until the end");
            self.reader.report(problem.at(span, "").help(help));
            return None;
        }
        let when = None
            .or(times.always.value.map(|()| When::Always))
            .or(times.never.value.map(|()| When::Never))
            .or(times.eventually.value.map(|()| When::Eventually))
            .or(times.at.value.map(When::At))
            .or(times.by.value.map(When::By))
            .or(times.within.value.map(When::Within))
            .or(times.during.value.as_ref().map(|period| When::During(*period.start(), *period.end())))?;
        if let Some(latest) = when.latest()
            && !since
        {
            // An expectation that has not held when the run ends is inconclusive, not failed: the run has an exit code for it.
            let late = Diagnostic::warning("this expectation reaches beyond the end of the run");
            self.check_until(latest, span, late);
        }
        Some(when)
    }

    /// Reports times that do not apply to the subject.
    fn refuse_times(&mut self, written: &[(&'static str, Place)], subject: &Subject) -> Option<()> {
        let allowed = subject.times.allowed();
        let mut right = Some(());
        for (key, place) in written.iter().filter(|(key, _)| !allowed.contains(key)) {
            let problem = Diagnostic::error(format!("`{key}` does not apply to {}", subject.noun));
            let help = match subject.times {
                Times::None => "use `takes:` to bound it".to_owned(),
                Times::Sample => format!("{} is checked once: `at:` a moment, or at the end", subject.noun),
                Times::Growing => {
                    format!("what is in {} stays there; its times are {}", subject.noun, allowed.join(", "))
                }
                Times::All | Times::Order => format!("times for {}: {}", subject.noun, allowed.join(", ")),
            };
            self.reader.report(problem.at(place.key, "").help(help));
            right = None;
        }
        right
    }
}

impl When {
    /// Returns the last moment that is checked, if it is one of the run's clock.
    fn latest(self) -> Option<Duration> {
        match self {
            Self::At(moment) | Self::By(moment) | Self::Within(moment) | Self::During(_, moment) => {
                Some(moment)
            }
            Self::End | Self::Always | Self::Never | Self::Eventually => None,
        }
    }
}
