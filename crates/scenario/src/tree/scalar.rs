//! How a text is written, so that it reads back as the same.

use std::fmt::Write;

/// Returns a text as a scalar on one line; `in_flow` is true between braces and brackets.
pub(super) fn scalar(text: &str, in_flow: bool) -> String {
    if is_plain(text, in_flow) {
        text.to_owned()
    } else if text.chars().any(|c| !is_printed(c)) {
        escaped(text)
    } else if text.contains(['"', '\\']) {
        format!("'{}'", text.replace('\'', "''"))
    } else {
        format!("\"{text}\"")
    }
}

/// Returns true if a text can be written without quotes: too few rather than too many.
fn is_plain(text: &str, in_flow: bool) -> bool {
    let starts_well = text.starts_with(|c: char| c.is_alphanumeric() || "/._+$(<^".contains(c));
    // A sign: `-5h30m`.
    let is_signed = text.strip_prefix('-').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    (starts_well || is_signed)
        && !text.starts_with("...")
        && !text.starts_with("<<")
        && !text.ends_with([' ', ':'])
        && !text.contains(": ")
        && !text.contains(" #")
        && text.chars().all(|c| is_printed(c) && c != '\u{a0}')
        && !(in_flow && text.contains(['{', '}', '[', ']', ',', '?']))
        && !(in_flow && text.contains(':') && !is_time(text))
        && !matches!(text, "null" | "Null" | "NULL")
}

/// Returns true for a time or an address, in which a colon separates nothing.
fn is_time(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b":-.+".contains(&byte)) && !text.ends_with(':')
}

/// Returns a text between double quotes, with escapes for everything that is not printed.
fn escaped(text: &str) -> String {
    let mut out = "\"".to_owned();
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            c if !is_printed(c) => {
                let _ = write!(out, "\\U{:08x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out + "\""
}

/// Returns the header and the lines of a block of text (`|`), which are indented by two columns; nothing if a block would not read back
/// as the same.
pub(super) fn block(text: &str) -> Option<(String, Vec<&str>)> {
    let (chomping, text) = match text.strip_suffix('\n') {
        // A block that ends in empty lines needs care that no reader of it has.
        Some(rest) if rest.is_empty() || rest.ends_with('\n') => return None,
        Some(rest) => ("", rest),
        None => ("-", text),
    };
    let lines: Vec<&str> = text.split('\n').collect();
    let is_odd = |line: &&str| {
        line.chars().any(|c| c != '\t' && !is_printed(c)) || (!line.is_empty() && line.trim().is_empty())
    };
    // The indentation of a block is that of its first line, unless its header says otherwise.
    let first = lines.first().filter(|first| !first.is_empty())?;
    let indentation = if first.starts_with([' ', '\t']) { "2" } else { "" };
    (!lines.iter().any(is_odd)).then(|| (format!("|{indentation}{chomping}"), lines))
}

/// Returns false for the characters that a reader of YAML takes for something else, or that nobody sees.
fn is_printed(c: char) -> bool {
    !c.is_control() && !matches!(c, '\u{85}' | '\u{2028}' | '\u{2029}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_have_quotes_where_they_need_them() {
        let in_flow = |text| scalar(text, true);
        for plain in [
            "9120-EWC",
            "10.0.4.2",
            "17.9.4.27",
            "-5h30m",
            "/EWC/17_9_4a/ap1g8",
            "..5",
            "3..",
            "0.1%",
            "2024-01-30T21:41:35Z",
            "1h30m",
        ] {
            assert_eq!(in_flow(plain), plain);
        }
        assert_eq!(in_flow("${mtu}"), "\"${mtu}\"");
        assert_eq!(scalar("${mtu}", false), "${mtu}");
        assert_eq!(in_flow("a: b"), "\"a: b\"");
        assert_eq!(in_flow("RRQ from [0-9.]+ \\d"), "'RRQ from [0-9.]+ \\d'");
        for empty in ["", "~", "null"] {
            assert_eq!(in_flow(empty), format!("\"{empty}\""));
        }
        assert_eq!(in_flow("a\nb"), "\"a\\nb\"");
    }

    #[test]
    fn blocks_are_texts_that_read_back() {
        let some = |header: &str, lines| Some((header.to_owned(), lines));
        assert_eq!(block("a\n b\n"), some("|", vec!["a", " b"]));
        assert_eq!(block("a"), some("|-", vec!["a"]));
        assert_eq!(block(" a\n"), some("|2", vec![" a"]));
        for odd in ["", "\n", "\na\n", "a\n\n", "a\r\n", "a\n  \nb\n"] {
            assert_eq!(block(odd), None, "{odd:?}");
        }
    }
}
