//! The lines of `dir` and `show flash:` of IOS, IOS-XE and NX-OS.

use super::date;
use super::line::{File, Line};
use super::words::{self, Words};

/// Reads a line: `   12  -rwx         1024000  Oct 20 2023 11:04:32 +00:00  ap1g7`.
pub(super) fn read(words: &Words<'_>) -> Option<Line> {
    let is_number = |word: &str| !word.is_empty() && word.bytes().all(|c| c.is_ascii_digit());
    let mut at = usize::from(is_number(words.get(0)));
    let mode = words.get(at);
    let has_mode =
        mode.len() == 4 && mode.starts_with(['-', 'd']) && mode[1..].chars().all(|c| "rwx-".contains(c));
    if has_mode {
        if mode.starts_with('d') {
            return Some(Line::Directory);
        }
        at += 1;
    } else if !is_number(words.get(at)) {
        // NX-OS has no number in front of the size.
        at = 0;
    }
    let size = words::size(words.get(at))?;
    let is_dated = words.get(at + 1) != "<no";
    let (date_words, modified) = if is_dated {
        let date = date::of_unix(words, at + 1, false)?;
        (date.words, date.modified)
    } else {
        (2, String::new())
    };
    File::plain(words.from(at + 1 + date_words), size, modified)
}
