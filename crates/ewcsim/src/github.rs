//! GitHub's workflow commands, and the summary of a job.
//!
//! Source: <https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions>.

use std::fmt::Write as _;
use std::fs::OpenOptions;
use std::io::{self, Write as _};
use std::path::PathBuf;

use crate::report::with_path;

/// The variable that names the file of a job's summary.
const SUMMARY: &str = "GITHUB_STEP_SUMMARY";

/// The maximum size of a message in bytes. GitHub has a limit of its own; `--format human` prints the full text.
const MESSAGE_MAX: usize = 4_000;

/// Writes an annotation, which is shown beside a line and column of a file.
pub(crate) fn annotation(
    out: &mut String,
    level: &str,
    file: &str,
    at: Option<(usize, usize)>,
    title: &str,
    message: &str,
) {
    let _ = write!(out, "::{level} file={}", property(file));
    if let Some((line, column)) = at {
        let _ = write!(out, ",line={line},col={column}");
    }
    let mut end = message.len().min(MESSAGE_MAX);
    while !message.is_char_boundary(end) {
        end -= 1;
    }
    let more = if end < message.len() { "\n…" } else { "" };
    let _ = writeln!(out, ",title={}::{}", property(title), data(&format!("{}{more}", &message[..end])));
}

/// Appends `text` to the summary of the job, to which other steps write, too; nothing without a file for it.
///
/// # Errors
/// The error of the operating system, with the path.
pub(crate) fn append_summary(text: impl FnOnce() -> String) -> io::Result<()> {
    let Some(path) = std::env::var_os(SUMMARY).filter(|path| !path.is_empty()).map(PathBuf::from) else {
        return Ok(());
    };
    let file = OpenOptions::new().append(true).create(true).open(&path);
    file.and_then(|mut file| file.write_all(text().as_bytes())).map_err(|error| with_path(&path, error))
}

/// Escapes what would end a cell of a table, or begin an element, in Markdown.
pub(crate) fn cell(text: &str) -> String {
    text.replace('\\', "\\\\").replace('|', "\\|").replace('<', "&lt;").replace('\n', " ")
}

/// Escapes a message.
fn data(text: &str) -> String {
    text.trim_end().replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Escapes a property, which would end at a comma or colon.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_end_a_command_is_escaped() {
        let mut out = String::new();
        annotation(&mut out, "error", "a,b:c.yaml", Some((3, 7)), "50 %: a, b", "one\r\ntwo: 50 %, x\n");
        assert_eq!(
            out,
            "::error file=a%2Cb%3Ac.yaml,line=3,col=7,title=50 %25%3A a%2C b::one%0D%0Atwo: 50 %25, x\n"
        );
    }

    #[test]
    fn long_messages_are_cut_between_characters() {
        let mut out = String::new();
        annotation(&mut out, "warning", "x", None, "t", &format!("a{}", "ü".repeat(MESSAGE_MAX)));
        assert!(out.starts_with("::warning file=x,title=t::aüü"), "{out}");
        assert!(out.ends_with("ü%0A…\n") && out.len() < MESSAGE_MAX + 50, "{out}");
    }
}
