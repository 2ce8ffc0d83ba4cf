//! JUnit XML, which CI servers read. Elements and attributes are those of the schema of the Jenkins xUnit plugin (`junit-10.xsd`).

use std::fmt::Write as _;

/// Test cases under a name.
#[derive(Clone, Debug)]
pub(crate) struct TestSuite {
    pub(crate) name: String,
    pub(crate) cases: Vec<TestCase>,
}

/// A test case.
#[derive(Clone, Debug)]
pub(crate) struct TestCase {
    pub(crate) class: String,
    pub(crate) name: String,
    /// The real time that it took.
    pub(crate) seconds: f64,
    pub(crate) result: TestResult,
}

/// The result of a test case.
#[derive(Clone, Debug)]
pub(crate) enum TestResult {
    /// It passed, with this to say.
    Passed(Option<String>),
    /// It did not.
    NotPassed {
        element: Element,
        /// Its kind; an element that is skipped has none.
        kind: &'static str,
        message: String,
        text: String,
    },
}

/// The element of a test case that did not pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Element {
    /// It failed.
    Failure,
    /// It could not be run.
    Error,
    /// It was interrupted.
    Skipped,
}

impl Element {
    fn name(self) -> &'static str {
        match self {
            Self::Failure => "failure",
            Self::Error => "error",
            Self::Skipped => "skipped",
        }
    }
}

/// Returns the document.
pub(crate) fn document(suites: &[TestSuite]) -> String {
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let numbers = Numbers::of(suites.iter().flat_map(|suite| &suite.cases));
    // Writing to a String does not fail.
    let _ = writeln!(out, "<testsuites name=\"ewcsim\" {}>", numbers.attributes());
    for suite in suites {
        let numbers = Numbers::of(&suite.cases);
        let _ = writeln!(out, "  <testsuite name=\"{}\" {}>", escaped(&suite.name), numbers.attributes());
        suite.cases.iter().for_each(|case| test_case(&mut out, case));
        out.push_str("  </testsuite>\n");
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
    fn of<'a>(cases: impl IntoIterator<Item = &'a TestCase>) -> Self {
        let mut numbers = Self::default();
        for case in cases {
            numbers.tests += 1;
            numbers.seconds += case.seconds;
            match &case.result {
                TestResult::Passed(_) => {}
                TestResult::NotPassed { element: Element::Failure, .. } => numbers.failures += 1,
                TestResult::NotPassed { element: Element::Error, .. } => numbers.errors += 1,
                TestResult::NotPassed { element: Element::Skipped, .. } => numbers.skipped += 1,
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

fn test_case(out: &mut String, case: &TestCase) {
    let (class, name) = (escaped(&case.class), escaped(&case.name));
    let _ = write!(out, "    <testcase classname=\"{class}\" name=\"{name}\" time=\"{:.3}\"", case.seconds);
    match &case.result {
        TestResult::Passed(None) => out.push_str("/>\n"),
        TestResult::Passed(Some(text)) => {
            let text = escaped(text);
            let _ = writeln!(out, ">\n      <system-out>{text}</system-out>\n    </testcase>");
        }
        TestResult::NotPassed { element, kind, message, text } => {
            let (name, message, text) = (element.name(), escaped(message), escaped(text));
            let kind = match element {
                Element::Failure | Element::Error => format!(" type=\"{kind}\""),
                Element::Skipped => String::new(),
            };
            let end = if text.is_empty() { "/>".to_owned() } else { format!(">{text}</{name}>") };
            let _ = writeln!(out, ">\n      <{name}{kind} message=\"{message}\"{end}\n    </testcase>");
        }
    }
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
