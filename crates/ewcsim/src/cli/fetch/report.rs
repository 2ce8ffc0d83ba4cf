//! The report that `fetch` prints at the end.

use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::path::Path;
use std::time::Duration;

use super::super::print;
use crate::ending::Ending;
use text::numbers::grouped;

/// A file that was fetched completely.
#[derive(Debug)]
pub(super) struct Report<'a> {
    pub(super) url: &'a str,
    pub(super) from: String,
    pub(super) bytes: u64,
    /// The time until its last byte.
    pub(super) time: Duration,
    pub(super) sha256: [u8; 32],
    /// Further lines, with names of up to eight letters.
    pub(super) details: Vec<(&'static str, String)>,
    pub(super) output: Option<&'a Path>,
}

impl Report<'_> {
    /// Prints the report to standard output, or to standard error if the file itself went to standard output.
    pub(super) fn print(self) -> Ending {
        let is_beside = self.output == Some(Path::new("-"));
        let text = self.text();
        if is_beside {
            let _ = write!(io::stderr(), "{text}");
            return Ending::Passed;
        }
        print(&text)
    }

    fn text(self) -> String {
        let sum: String = self.sha256.iter().map(|byte| format!("{byte:02x}")).collect();
        let mut lines = vec![
            ("fetched", self.url.to_owned()),
            ("from", self.from),
            ("size", format!("{} bytes", grouped(self.bytes))),
            ("time", format!("{:.3} s, {}", self.time.as_secs_f64(), rate(self.bytes, self.time))),
            ("sha256", sum),
        ];
        lines.extend(self.details);
        if let Some(path) = self.output {
            lines.push(("output", path.display().to_string()));
        }
        lines.iter().fold(String::new(), |mut text, (name, value)| {
            let _ = writeln!(text, "{name:<8} {value}");
            text
        })
    }
}

/// Formats bytes per second for people.
pub(super) fn rate(bytes: u64, time: Duration) -> String {
    let rate = bytes as f64 / time.as_secs_f64().max(1e-6);
    if rate < 1e6 { format!("{:.1} kB/s", rate / 1e3) } else { format!("{:.1} MB/s", rate / 1e6) }
}
