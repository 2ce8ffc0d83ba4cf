//! A reader of files in the manner of GetPrivateProfileString of Windows.

use std::ops::Range;

/// A line that is neither empty nor a comment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Line<'a> {
    /// `[name]`
    Section { name: &'a str, range: Range<usize> },
    /// `key=value`, without blanks around both and quotes around the value.
    Entry { key: &'a str, key_range: Range<usize>, value: &'a str, value_range: Range<usize> },
    /// Anything else, which Windows ignores.
    Other { range: Range<usize> },
}

pub(super) fn lines(text: &str) -> impl Iterator<Item = Line<'_>> {
    let mut at = 0;
    text.split_inclusive('\n').filter_map(move |line| {
        let start = at;
        at += line.len();
        read(line, start)
    })
}

fn read(line: &str, start: usize) -> Option<Line<'_>> {
    let (line, start) = trim(line.trim_start_matches('\u{feff}'), start + bom(line));
    if line.is_empty() || line.starts_with(';') {
        return None;
    }
    let range = start..start + line.len();
    if let Some(rest) = line.strip_prefix('[') {
        return Some(match rest.split_once(']') {
            Some((name, _)) => Line::Section { name: name.trim(), range },
            None => Line::Other { range },
        });
    }
    let Some((key, value)) = line.split_once('=') else { return Some(Line::Other { range }) };
    let value_start = start + key.len() + 1;
    let key = key.trim_end();
    let (value, value_start) = trim(value, value_start);
    let (value, value_start) = unquote(value, value_start);
    Some(Line::Entry {
        key,
        key_range: start..start + key.len(),
        value,
        value_range: value_start..value_start + value.len(),
    })
}

fn bom(line: &str) -> usize {
    line.len() - line.trim_start_matches('\u{feff}').len()
}

/// Trims blanks, and returns the start of the rest.
fn trim(text: &str, start: usize) -> (&str, usize) {
    let trimmed = text.trim_start();
    (trimmed.trim_end(), start + text.len() - trimmed.len())
}

fn unquote(value: &str, start: usize) -> (&str, usize) {
    for quote in ['"', '\''] {
        if let Some(inner) = value.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote)) {
            return (inner, start + 1);
        }
    }
    (value, start)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn blanks_comments_and_quotes_are_taken_away() {
        let text = "\u{feff}; a comment\r\n [ TFTPD32 ] \r\n\r\n Base Directory = \"C:\\a b\" \r\nx='1\nnothing\n[open";
        let mut shown = Vec::new();
        for line in lines(text) {
            shown.push(match line {
                Line::Section { name, range } => format!("[{name}] {}", &text[range]),
                Line::Entry { key, key_range, value, value_range } => {
                    assert_eq!((&text[key_range], &text[value_range]), (key, value));
                    format!("{key}|{value}")
                }
                Line::Other { range } => format!("? {}", &text[range]),
            });
        }
        assert_eq!(
            shown,
            ["[TFTPD32] [ TFTPD32 ]", "Base Directory|C:\\a b", "x|'1", "? nothing", "? [open"]
        );
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in "[\\[\\]=;'\" \u{feff}a\r\n]*") {
            for line in lines(&text) {
                if let Line::Entry { value, value_range, .. } = line {
                    prop_assert_eq!(&text[value_range], value);
                }
            }
        }
    }
}
