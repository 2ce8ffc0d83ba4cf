//! The answers to a question mark.

use std::collections::BTreeMap;

use crate::InputError;

/// A word and its help.
pub(crate) type Row<'h> = (&'h str, &'h str);

/// The width of the terminal, in columns. A longer text goes on below its start, as in listings of IOS 15.
const WIDTH: usize = 79;
/// The end of a line: the answer for a command that is complete (IOS-XE 16.9 and later print the word twice).
pub(crate) const END: Row<'static> = ("<cr>", "<cr>");
/// The answer for a command that takes an output modifier.
pub(crate) const PIPE: Row<'static> = ("|", "Output modifiers");

/// Returns the answer to `?` where one of these words can follow: their help, or the words that begin with `partial`.
pub(crate) fn answer(mut rows: Vec<Row<'_>>, partial: &str) -> Result<String, InputError> {
    if !partial.is_empty() {
        rows.retain(|(word, _)| crate::abbreviation::starts(word, partial));
    }
    match rows[..] {
        [] => Err(InputError::Unrecognized),
        _ if partial.is_empty() => Ok(listed(rows)),
        _ => Ok(words(rows.into_iter().map(|(word, _)| word))),
    }
}

/// Returns these words on one line, sorted, each once.
pub(crate) fn words<'w>(words: impl Iterator<Item = &'w str>) -> String {
    let mut words: Vec<&str> = words.collect();
    words.sort_unstable();
    words.dedup();
    words.join("  ") + "\n"
}

/// Lists words with their help, each once, `|` and `<cr>` last.
fn listed(rows: Vec<Row<'_>>) -> String {
    let is_last = |word: &str| if word == PIPE.0 { 1 } else { 2 * u8::from(word == END.0) };
    let rows: BTreeMap<(u8, &str), &str> =
        rows.into_iter().map(|(word, about)| ((is_last(word), word), about)).collect();
    let width = rows.keys().map(|(_, word)| word.len()).max().unwrap_or(0);
    let mut out = String::new();
    for ((_, word), about) in rows {
        let mut line = format!("  {word:<width$} ");
        for part in about.split(' ') {
            if line.len() + 1 + part.len() > WIDTH && !part.is_empty() {
                out += line.trim_end();
                out.push('\n');
                line = " ".repeat(width + 3);
            }
            line.push(' ');
            line += part;
        }
        out += line.trim_end();
        out.push('\n');
    }
    out
}
