//! Reads and writes `.snap` files in the format of insta: a head between two lines of dashes, then the text.

use std::path::{Path, PathBuf};

use scenario::{DiskFiles, FileError, Files};

use crate::pending::write_whole;

/// The maximum size of a file.
const BYTES_MAX: u64 = 64 << 20;
/// The line before and after the head.
const DASHES: &str = "---";

/// A stored snapshot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// The lines of the head, in YAML.
    head: Vec<String>,
    /// The text, [`normalized`].
    pub text: String,
}

/// The reason why a snapshot cannot be read or written.
#[derive(Debug, thiserror::Error)]
#[error("{}: {problem}", path.display())]
pub struct StoredError {
    /// The file.
    pub path: PathBuf,
    /// The problem.
    pub problem: String,
}

impl Stored {
    /// Creates a snapshot of a run of the scenario `input_file`.
    pub fn new(input_file: &str, text: &str) -> Self {
        let head = ["source", "input_file"].map(|key| format!("{key}: {}", scalar(input_file)));
        Self { head: head.into(), text: normalized(text) }
    }

    /// Returns the same snapshot with another text. The head is kept, whatever its origin, but names the scenario.
    #[must_use]
    pub fn with(mut self, input_file: &str, text: &str) -> Self {
        let line = format!("input_file: {}", scalar(input_file));
        match self.head.iter_mut().find(|line| line.starts_with("input_file:")) {
            Some(there) => *there = line,
            None => self.head.push(line),
        }
        self.text = normalized(text);
        self
    }

    /// Reads the snapshot at `path`; `None` if there is no such file.
    ///
    /// # Errors
    /// If it cannot be read, is larger than 64 MiB, or is not a snapshot.
    pub fn read(path: &Path) -> Result<Option<Self>, StoredError> {
        let bytes = match DiskFiles.read(path, BYTES_MAX) {
            Ok(bytes) => bytes,
            Err(FileError::NotFound) => return Ok(None),
            Err(error) => return Err(problem(path, error)),
        };
        let text = String::from_utf8(bytes).map_err(|_| problem(path, "not UTF-8"))?;
        Self::parse(&text)
            .map(Some)
            .ok_or_else(|| problem(path, "not a snapshot: it has no head between `---` and `---`"))
    }

    /// Writes it to `path`, and creates the directory.
    ///
    /// # Errors
    /// The error of the operating system.
    pub fn write(&self, path: &Path) -> Result<(), StoredError> {
        write_whole(path, self.to_text().as_bytes()).map_err(|error| problem(path, error))
    }

    /// Returns the file that its test read, if its head names one: for a run, the scenario.
    pub fn input_file(&self) -> Option<String> {
        let value = self.head.iter().find_map(|line| line.strip_prefix("input_file:"))?.trim();
        // A quoted value is quoted as in JSON.
        Some(serde_json::from_str(value).unwrap_or_else(|_| value.to_owned()))
    }

    fn parse(text: &str) -> Option<Self> {
        let mut rest = text;
        let mut line = || {
            let (line, behind) = rest.split_once('\n').unwrap_or((rest, ""));
            let ended = rest.is_empty();
            rest = behind;
            (!ended).then(|| line.trim_end())
        };
        if line()? != DASHES {
            return None;
        }
        let mut head = Vec::new();
        loop {
            match line()? {
                DASHES => break,
                other => head.push(other.to_owned()),
            }
        }
        Some(Self { head, text: normalized(rest) })
    }

    /// Returns the content of its file.
    pub fn to_text(&self) -> String {
        let mut out = format!("{DASHES}\n");
        for line in &self.head {
            out.push_str(line);
            out.push('\n');
        }
        out.push_str(DASHES);
        out.push('\n');
        out.push_str(&self.text);
        out.push('\n');
        out
    }
}

/// Normalizes a text to store or compare it: no blanks and empty lines at its end, and line feeds as line endings.
pub fn normalized(text: &str) -> String {
    text.trim_end().replace("\r\n", "\n")
}

/// Writes a text as a YAML scalar, in quotes if needed.
fn scalar(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-+".contains(c);
    let starts = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/');
    if starts && text.chars().all(plain) {
        text.to_owned()
    } else {
        serde_json::Value::from(text).to_string()
    }
}

fn problem(path: &Path, problem: impl ToString) -> StoredError {
    StoredError { path: path.to_owned(), problem: problem.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str =
        "---\nsource: crates/x/tests/y.rs\ninput_file: scenarios/a.yaml\n---\nfirst\n\n---\nlast\n";

    #[test]
    fn a_file_is_written_as_it_was_read() {
        let stored = Stored::parse(FILE).expect("it is a snapshot");
        assert_eq!(stored.text, "first\n\n---\nlast");
        assert_eq!(stored.input_file().as_deref(), Some("scenarios/a.yaml"));
        assert_eq!(stored.to_text(), FILE);
        assert_eq!(Stored::parse(&FILE.replace('\n', "\r\n")), Some(stored));
    }

    #[test]
    fn a_new_text_keeps_the_head() {
        let stored = Stored::parse(FILE).expect("it is a snapshot").with("scenarios/b c.yaml", "other  \n\n");
        let expected = "---\nsource: crates/x/tests/y.rs\ninput_file: \"scenarios/b c.yaml\"\n---\nother\n";
        assert_eq!(stored.to_text(), expected);
        assert_eq!(stored.input_file().as_deref(), Some("scenarios/b c.yaml"));
        let fresh = Stored::new("scenarios/a.yaml", "text");
        assert_eq!(
            fresh.to_text(),
            "---\nsource: scenarios/a.yaml\ninput_file: scenarios/a.yaml\n---\ntext\n"
        );
        assert_eq!(Stored::parse(&fresh.to_text()), Some(fresh));
    }

    #[test]
    fn what_is_no_snapshot_is_refused() {
        for text in [
            "",
            "\n",
            "text\n",
            "---",
            "---\nsource: x\n",
            "---\nsource: x\n--\ntext\n",
            "--- \nx",
            "----\n---\n",
        ] {
            assert_eq!(Stored::parse(text), None, "{text:?}");
        }
        let empty = Stored::parse("---\n---").expect("a head without lines, and no text");
        assert_eq!((empty.input_file(), empty.text.as_str()), (None, ""));
    }
}
