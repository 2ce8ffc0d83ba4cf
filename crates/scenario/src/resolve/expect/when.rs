//! At which moments an expectation is looked at.

use crate::diagnostic::Diagnostic;
use crate::model::{EventPattern, When};
use crate::reader::Fields;
use crate::resolve::Loader;
use crate::yaml::Entry;

use super::Subject;

/// Keys of an expectation that say when.
pub(super) const TIMES: [&str; 8] =
    ["at", "within", "by", "during", "always", "never", "eventually", "since"];

/// Which of them make sense.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Times {
    /// All: of properties, which come and go.
    All,
    /// Of what only becomes more: it is not so at one moment and otherwise at the next.
    Growing,
    /// Of an order of events: it has come about by some moment, or not.
    Order,
    /// A moment that is known before the run.
    Sample,
    /// None: what is measured is a time itself.
    None,
}

impl Times {
    fn allowed(self) -> &'static [&'static str] {
        match self {
            Self::All => &TIMES,
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
        fields: &Fields<'_>,
        subject: Option<&Subject>,
    ) -> Option<(When, Option<EventPattern>)> {
        let written: Vec<&Entry> = TIMES.iter().filter_map(|key| fields.entry(key)).collect();
        let (since, times): (Vec<&Entry>, Vec<&Entry>) =
            written.iter().partition(|entry| entry.key == "since");
        if let [first, second, ..] = times[..] {
            let problem =
                Diagnostic::error(format!("`{}` and `{}` in the same expectation", first.key, second.key));
            let problem = problem.at(second.key_span, "one too many").at(first.key_span, "besides this one");
            self.reader.report(problem.help("an expectation has one time, or none: at the end of the run"));
            return None;
        }
        if let Some(subject) = subject {
            self.refuse_times(&written, subject)?;
        }
        let since = match since.first() {
            None => None,
            Some(entry) => Some(self.event_pattern(&entry.value)?),
        };
        let Some(time) = times.first() else {
            if since.is_some() && subject.is_some_and(|subject| subject.times == Times::All) {
                let problem = Diagnostic::error("`since` without a time says nothing of the end of the run");
                let entry = fields.entry("since")?;
                let help = "write `within:`, `by:`, `at:`, `during:`, `always:` or `never:` beside it";
                self.reader.report(problem.at(entry.key_span, "").help(help));
                return None;
            }
            return Some((When::End, since));
        };
        let when = self.time(time, since.is_some())?;
        Some((when, since))
    }

    fn time(&mut self, entry: &Entry, since: bool) -> Option<When> {
        let node = &entry.value;
        let word = match entry.key.as_str() {
            "always" => Some(When::Always),
            "never" => Some(When::Never),
            "eventually" => Some(When::Eventually),
            _ => None,
        };
        if let Some(word) = word {
            return self.reader.choice(node, &[("true", word)]);
        }
        let (when, latest) = if entry.key == "during" {
            let period = self.reader.period(node, "a time from one moment to another such as 5m..20m")?;
            if *period.end() == std::time::Duration::MAX {
                let problem = Diagnostic::error("this time has no end");
                let help =
                    format!("`by: {}` is from then on until the end", node.as_text()?.trim_end_matches('.'));
                self.reader.report(problem.at(node.span, "").help(help));
                return None;
            }
            (When::During(*period.start(), *period.end()), *period.end())
        } else {
            let moment = self.reader.duration(node)?;
            let when = match entry.key.as_str() {
                "at" => When::At(moment),
                "by" => When::By(moment),
                _ => When::Within(moment),
            };
            (when, moment)
        };
        if !since {
            // What has not come true when the run ends is open, not wrong: the run says so, with an exit code of its own.
            let late = Diagnostic::warning("this expectation reaches beyond the end of the run");
            self.check_until(latest, node.span, late);
        }
        Some(when)
    }

    /// Reports times that say nothing of the subject.
    fn refuse_times(&mut self, written: &[&Entry], subject: &Subject) -> Option<()> {
        let allowed = subject.times.allowed();
        let mut right = Some(());
        for entry in written.iter().filter(|entry| !allowed.contains(&entry.key.as_str())) {
            let problem = Diagnostic::error(format!("`{}` says nothing of {}", entry.key, subject.noun));
            let help = match subject.times {
                Times::None => "`takes:` bounds it".to_owned(),
                Times::Sample => format!("{} is looked at once: `at:` a moment, or at the end", subject.noun),
                Times::Growing => {
                    format!("what is in {} stays there: of it are said {}", subject.noun, allowed.join(", "))
                }
                Times::All | Times::Order => format!("of {} are said {}", subject.noun, allowed.join(", ")),
            };
            self.reader.report(problem.at(entry.key_span, "").help(help));
            right = None;
        }
        right
    }
}
