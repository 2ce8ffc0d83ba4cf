//! What `ewcsim test` prints and writes.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use super::super::{color_on_stdout, complain, note, print};
use super::{SuiteFormat, TestArgs};
use crate::ending::Ending;
use crate::github::append_summary;
use crate::pending::write_whole;
use crate::report::{shell_word, with_path};
use crate::suite::report::{Github, Human, Summary, json, junit as junit_text};
use crate::suite::{Case, Changes, Suite, Totals};
use text::numbers::count;

/// The output of results.
pub(super) struct Output<'a> {
    args: &'a TestArgs,
    /// The cases that are needed at the end.
    kept: Vec<Case>,
    again: Vec<String>,
    /// The changes of snapshots so far.
    changes: Changes,
    summary: Summary,
    /// `Passed` as long as standard output can be written.
    printed: Ending,
}

impl<'a> Output<'a> {
    pub(super) fn new(args: &'a TestArgs) -> Self {
        Self {
            args,
            kept: Vec::new(),
            again: Vec::new(),
            changes: Changes::default(),
            summary: Summary::default(),
            printed: Ending::Passed,
        }
    }

    fn human(&self) -> Human {
        Human { color: color_on_stdout(), verbose: self.args.verbose }
    }

    /// Takes the next result.
    pub(super) fn take(&mut self, case: Case, stop: &AtomicBool) {
        self.changes.add(&case);
        self.summary.add(&case);
        let text = match self.args.format {
            SuiteFormat::Human => self.human().case(&case, &self.changes),
            SuiteFormat::Github => Github.case(&case),
            SuiteFormat::Json => String::new(),
        };
        self.print(&text);
        if self.printed != Ending::Passed {
            stop.store(true, Ordering::Relaxed);
        }
        if case.ending != Ending::Passed {
            self.again.push(case.again.clone());
        }
        if self.args.junit.is_some() || self.args.format == SuiteFormat::Json {
            self.kept.push(case);
        }
    }

    /// Tells the whole, and returns the ending.
    pub(super) fn finish(mut self, totals: &Totals, suite: &Suite) -> Ending {
        let what = if totals.has_seeds { "run" } else { "scenario" };
        if let Some(shard) = suite.selection.shard.filter(|_| totals.selected() == 0) {
            note(&format!("part {shard} has none of the {what}s: there are fewer than parts"));
        }
        let (runs, jobs) = (count(totals.run(), what), count(suite.jobs.min(totals.run().max(1)), "thread"));
        note(&format!("{runs} in {:.1} s on {jobs}", totals.took.as_secs_f64()));
        if self.again.is_empty() && totals.worst() != Ending::Passed {
            self.again.push(this_call());
        }
        let text = match self.args.format {
            SuiteFormat::Human => self.human().summary(totals, &self.changes, &self.again),
            SuiteFormat::Github => Github.summary(totals, &self.changes, &self.again),
            SuiteFormat::Json => json(&self.kept, totals, &self.changes),
        };
        self.print(&text);
        let mut worst = totals.worst();
        let junit = self.args.junit.as_deref();
        let junit = junit.map_or(Ok(()), |path| write(path, &junit_text(&self.kept, totals)));
        let summary = match self.args.format {
            SuiteFormat::Github => append_summary(|| self.summary.text(totals, &self.changes)),
            SuiteFormat::Human | SuiteFormat::Json => Ok(()),
        };
        for error in [junit, summary].into_iter().filter_map(Result::err) {
            worst = worst.max(complain(&error.to_string()));
        }
        if self.printed != Ending::Passed {
            worst = worst.max(Ending::InvalidInput);
        }
        worst
    }

    fn print(&mut self, text: &str) {
        if self.printed == Ending::Passed {
            self.printed = print(text);
        }
    }
}

/// Returns this command line, to repeat a failure that belongs to no scenario.
fn this_call() -> String {
    let words = std::env::args_os().skip(1).map(|word| shell_word(&word.to_string_lossy()));
    std::iter::once("ewcsim".to_owned()).chain(words).collect::<Vec<_>>().join(" ")
}

fn write(path: &Path, text: &str) -> std::io::Result<()> {
    write_whole(path, text.as_bytes()).map_err(|error| with_path(path, error))
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::super::suite;
    use super::*;

    #[derive(Parser)]
    struct Call {
        #[command(flatten)]
        args: TestArgs,
    }

    #[test]
    fn a_bug_outweighs_a_file_that_cannot_be_written() {
        let args = Call::parse_from(["test", "--junit", "/dev/null/out.xml"]).args;
        let suite = suite(&args).expect("there is a directory");
        for (ending, worst) in
            [(Ending::InternalError, Ending::InternalError), (Ending::Passed, Ending::InvalidInput)]
        {
            let output = Output::new(&args);
            let totals = Totals { endings: [(ending, 1)].into(), ..Totals::default() };
            assert_eq!(output.finish(&totals, &suite), worst);
        }
    }
}
