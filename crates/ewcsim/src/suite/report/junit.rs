//! A suite as JUnit XML, which CI servers read: one test case for each scenario, in one test suite for each directory. The name of a case
//! is that of its scenario, whatever its seed and outcome, so that CI servers keep its history.
//!
//! Elements and attributes are those of the schema of the Jenkins xUnit plugin (`junit-10.xsd`).

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use super::human::{Human, changes};
use crate::ending::Ending;
use crate::suite::case::Case;
use crate::suite::whole::Totals;

/// Returns the document. It omits scenarios that were not run; a suite that was interrupted has an error, lest those that passed by then are
/// taken for all.
pub fn junit(cases: &[Case], totals: &Totals) -> String {
    let mut suites: BTreeMap<String, Vec<&Case>> = BTreeMap::new();
    for case in cases {
        let directory = case.path.parent().unwrap_or(Path::new("")).to_string_lossy().into_owned();
        suites.entry(directory).or_default().push(case);
    }
    let orphans = totals.orphans.iter().filter(|orphan| !totals.update || orphan.is_unusable());
    let orphans: Vec<String> = orphans.map(|orphan| orphan.file.display().to_string()).collect();
    let mut numbers = Numbers::of(cases.iter(), !orphans.is_empty());
    let interrupted = totals.endings.get(&Ending::Interrupted).copied().unwrap_or(0);
    let is_interrupted = interrupted + totals.not_run > 0;
    numbers.tests += usize::from(is_interrupted);
    numbers.errors += usize::from(is_interrupted);
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    // Writing to a String does not fail.
    let _ = writeln!(out, "<testsuites name=\"ewcsim\" {}>", numbers.attributes());
    for (directory, cases) in &suites {
        let numbers = Numbers::of(cases.iter().copied(), false);
        let name = if directory.is_empty() { "." } else { directory };
        let _ = writeln!(out, "  <testsuite name=\"{}\" {}>", escaped(name), numbers.attributes());
        for case in cases {
            test_case(&mut out, case);
        }
        out.push_str("  </testsuite>\n");
    }
    if !orphans.is_empty() {
        out.push_str("  <testsuite name=\"snapshots\" tests=\"1\" failures=\"1\" errors=\"0\" skipped=\"0\" time=\"0.000\">\n");
        out.push_str("    <testcase classname=\"snapshots\" name=\"orphans\" time=\"0.000\">\n");
        let text = escaped(&orphans.join("\n"));
        let _ = writeln!(
            out,
            "      <failure type=\"orphan\" message=\"their scenarios no longer exist\">{text}</failure>"
        );
        out.push_str("    </testcase>\n  </testsuite>\n");
    }
    if is_interrupted {
        out.push_str("  <testsuite name=\"suite\" tests=\"1\" failures=\"0\" errors=\"1\" skipped=\"0\" time=\"0.000\">\n");
        out.push_str("    <testcase classname=\"suite\" name=\"interrupted\" time=\"0.000\">\n");
        let _ = writeln!(
            out,
            "      <error type=\"interrupted\" message=\"stopped by a signal: {interrupted} interrupted, {} not run\"/>",
            totals.not_run
        );
        out.push_str("    </testcase>\n  </testsuite>\n");
    }
    out.push_str("</testsuites>\n");
    out
}

#[derive(Default)]
struct Numbers {
    tests: usize,
    failures: usize,
    errors: usize,
    skipped: usize,
    seconds: f64,
}

impl Numbers {
    fn of<'a>(cases: impl Iterator<Item = &'a Case>, orphans: bool) -> Self {
        let mut numbers =
            Self { tests: usize::from(orphans), failures: usize::from(orphans), ..Self::default() };
        for case in cases {
            numbers.tests += 1;
            numbers.seconds += case.took.as_secs_f64();
            match element(case.ending) {
                Some("failure") => numbers.failures += 1,
                Some("error") => numbers.errors += 1,
                Some(_) => numbers.skipped += 1,
                None => {}
            }
        }
        numbers
    }

    fn attributes(&self) -> String {
        let Self { tests, failures, errors, skipped, seconds } = self;
        format!(
            "tests=\"{tests}\" failures=\"{failures}\" errors=\"{errors}\" skipped=\"{skipped}\" time=\"{seconds:.3}\""
        )
    }
}

/// Returns the JUnit element of a scenario that did not pass: `failure` if it failed, `error` if it could not be run,
/// `skipped` if it was interrupted.
fn element(ending: Ending) -> Option<&'static str> {
    match ending {
        Ending::Passed | Ending::NothingSelected => None,
        Ending::Inconclusive | Ending::SnapshotDiffers | Ending::Failed => Some("failure"),
        Ending::Nondeterministic | Ending::InvalidInput | Ending::InternalError => Some("error"),
        Ending::Interrupted => Some("skipped"),
    }
}

fn test_case(out: &mut String, case: &Case) {
    let directory = case.path.parent().unwrap_or(Path::new("")).to_string_lossy();
    let class = directory.trim_matches('/').replace('/', ".");
    let stem = case.path.file_stem().unwrap_or_default().to_string_lossy();
    let _ = write!(
        out,
        "    <testcase classname=\"{}\" name=\"{}\" time=\"{:.3}\"",
        escaped(&class),
        escaped(&stem),
        case.took.as_secs_f64()
    );
    let Some(element) = element(case.ending) else {
        if case.as_stated.is_empty() {
            out.push_str("/>\n");
        } else {
            let text = escaped(&Human::default().stated(case));
            let _ = writeln!(out, ">\n      <system-out>{text}</system-out>\n    </testcase>");
        }
        return;
    };
    let message = match case.problems.first() {
        Some(problem) => problem.title.clone(),
        None if case.differences.is_empty() => case.ending.name().to_owned(),
        None => changes(&case.differences),
    };
    // `skipped` has no type.
    let kind = if element == "skipped" { String::new() } else { format!(" type=\"{}\"", case.ending.name()) };
    let text = escaped(&format!("{}again: {}", Human::default().details(case), case.again));
    let _ = writeln!(
        out,
        ">\n      <{element}{kind} message=\"{}\">{text}</{element}>\n    </testcase>",
        escaped(&message)
    );
}

/// Escapes a text for XML 1.0, in attributes and between tags. Control characters, which XML cannot represent, are spelled out.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' => out.push('\n'),
            '\t' => out.push('\t'),
            '\u{0}'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{fffe}' | '\u{ffff}' => {
                let _ = write!(out, "{}", c.escape_unicode());
            }
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_are_named() {
        assert_eq!(
            escaped("a<b> & \"c\"\n\t\u{1b}[0m\r\u{0}\u{ffff}ü"),
            "a&lt;b&gt; &amp; &quot;c&quot;\n\t\\u{1b}[0m\\u{d}\\u{0}\\u{ffff}ü"
        );
    }
}
