//! The lines of `dir` of Windows, and of PowerShell's `Get-ChildItem`, in any language.

use super::date;
use super::line::{File, Line};
use super::words::{self, Size, Words};

/// The positions of a mode of PowerShell: directory or link, archive, read-only, hidden, system, link.
const MODE: [&str; 6] = ["dl-", "a-", "r-", "h-", "s-", "l-"];

/// Reads a line of `dir`: `10/20/2023  11:04 AM         1,024,000 ap1g7`.
pub(super) fn dir(words: &Words<'_>) -> Option<Line> {
    let date = date::of_windows(words, 0)?;
    let next = date.words;
    let kind = words.get(next);
    if kind.starts_with('<') && kind.ends_with('>') {
        let link = matches!(kind, "<SYMLINK>" | "<SYMLINKD>" | "<JUNCTION>");
        let (name, target) = words.from(next + 1).split_once(" [").unwrap_or((words.from(next + 1), ""));
        let (name, target) = (name.to_owned(), target.trim_end_matches(']').to_owned());
        return Some(if link { Line::Link { name, target } } else { Line::Directory });
    }
    let (bytes, last) = spaced(words, next)?;
    File::plain(named(words.after(last)), Size::Bytes(bytes), date.modified)
}

/// Reads a line of `Get-ChildItem`: `-a----        10/20/2023  11:04 AM        1024000 ap1g7`.
pub(super) fn power_shell(words: &Words<'_>) -> Option<Line> {
    let mode = words.get(0);
    let fits = |(at, letter): (usize, char)| MODE.get(at).is_some_and(|letters| letters.contains(letter));
    if !(5..=6).contains(&mode.len()) || !mode.chars().enumerate().all(fits) {
        return None;
    }
    let date = date::of_windows(words, 1)?;
    let next = 1 + date.words;
    match mode.as_bytes()[0] {
        b'd' => return Some(Line::Directory),
        b'l' => {
            let name = words.from(next).trim_start_matches(|c: char| c.is_ascii_digit() || c == ' ');
            let (name, target) = name.split_once(" -> ").unwrap_or((name, ""));
            return Some(Line::Link { name: name.to_owned(), target: target.to_owned() });
        }
        _ => {}
    }
    File::plain(words.after(next), words::size(words.get(next))?, date.modified)
}

/// Reads a size at the word `at`, whose groups of digits may be words of their own; returns it and its last word.
fn spaced(words: &Words<'_>, at: usize) -> Option<(u64, usize)> {
    let is_digits = |word: &str, length| word.len() == length && word.bytes().all(|c| c.is_ascii_digit());
    let first = words.get(at);
    let mut digits = first.to_owned();
    let mut last = at;
    if (1..=3).contains(&first.len()) && is_digits(first, first.len()) {
        // The name is a word of its own.
        while last + 2 < words.len() && is_digits(words.get(last + 1), 3) {
            last += 1;
            digits.push_str(words.get(last));
        }
    }
    Some((words::grouped(&digits)?, last))
}

/// Returns the name without the owner that `dir /q` prints in front of it.
fn named(text: &str) -> &str {
    if text.contains('\\') || text.starts_with("... ") {
        text.rsplit(' ').next().unwrap_or(text)
    } else {
        text
    }
}
