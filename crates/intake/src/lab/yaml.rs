//! The YAML that a lab is written in: plain lines, each with a comment behind it.

use std::fmt::Write;

use text::printable;

/// The word that marks a value which no file states.
pub const HOLE: &str = "hole:";

/// A value, and the comment that says where it comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Noted<T> {
    pub(super) value: T,
    pub(super) note: String,
}

impl<T> Noted<T> {
    pub(super) fn new(value: T, note: impl Into<String>) -> Self {
        Self { value, note: note.into() }
    }

    /// Makes a default in place of a value that no file states.
    pub(super) fn hole(value: T, what: impl AsRef<str>) -> Self {
        Self { value, note: format!("{HOLE} {}", what.as_ref()) }
    }
}

/// A text of YAML that is being written.
#[derive(Debug, Default)]
pub(super) struct Yaml(pub(super) String);

impl Yaml {
    /// Writes a line with a comment behind it, unless that is empty.
    pub(super) fn line(&mut self, indent: usize, text: &str, note: &str) {
        let _ = write!(self.0, "{:indent$}{text}", "");
        if !note.is_empty() {
            let _ = write!(self.0, "  # {}", printable(&note));
        }
        self.0.push('\n');
    }

    /// Writes a comment as a line of its own.
    pub(super) fn comment(&mut self, indent: usize, text: &str) {
        let _ = writeln!(self.0, "{:indent$}# {}", "", printable(&text));
    }

    /// Writes a key and its scalar.
    pub(super) fn key<T: AsRef<str>>(&mut self, indent: usize, key: &str, value: &Noted<T>) {
        self.line(indent, &format!("{key}: {}", scalar(value.value.as_ref())), &value.note);
    }

    /// Writes a key with a block of lines below it.
    pub(super) fn block(&mut self, indent: usize, key: &str, lines: &[String]) {
        // A blank at the start of the first line would count as indentation.
        let is_plain = lines.first().is_none_or(|line| !line.starts_with([' ', '\t']));
        let mark = if is_plain { "|" } else { "|2" };
        let _ = writeln!(self.0, "{:indent$}{key}: {mark}", "");
        for line in lines {
            let line = printable(&line.replace('\t', " "));
            let _ = writeln!(self.0, "{:1$}{line}", "", indent + 2);
        }
    }

    /// Writes a blank line.
    pub(super) fn gap(&mut self) {
        self.0.push('\n');
    }
}

/// Words that YAML reads as something else than a text.
const WORDS: [&str; 11] = ["y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf"];

/// Returns a text as a scalar: plain if it is one in any place of the language, else in quotation marks. `${` is no parameter here.
pub(super) fn scalar(text: &str) -> String {
    let escaped = text.replace("${", "$${");
    let plain = |c: char| c.is_ascii_alphanumeric() || "._-/+".contains(c);
    let is_plain = escaped.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '/')
        && escaped.chars().all(plain)
        && !WORDS.contains(&escaped.to_ascii_lowercase().as_str());
    if is_plain {
        return escaped;
    }
    let mut quoted = String::from('"');
    for c in escaped.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            c if c.is_control()
                || (c as u32) >= 0xfff0
                || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}') =>
            {
                let _ = write!(quoted, "\\U{:08x}", c as u32);
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scalars_are_quoted_where_they_must_be() {
        for (text, written) in [
            ("17.9.4a", "17.9.4a"),
            ("AP002A.1087.CA0A", "AP002A.1087.CA0A"),
            ("/EWC/17_9_4a", "/EWC/17_9_4a"),
            ("No", "\"No\""),
            ("a b", "\"a b\""),
            ("a: b", "\"a: b\""),
            ("-x", "\"-x\""),
            ("", "\"\""),
            ("a\"b\\c\n", "\"a\\\"b\\\\c\\U0000000a\""),
            ("x${y}", "\"x$${y}\""),
            ("2001:db8::1", "\"2001:db8::1\""),
        ] {
            assert_eq!(scalar(text), written);
        }
        let mut yaml = Yaml::default();
        yaml.line(2, "a: b", "x\ny");
        assert_eq!(yaml.0, "  a: b  # x␊y\n");
    }
}
