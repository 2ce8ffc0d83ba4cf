//! The lines of the tables of contents of archives: `unzip -l`, `unzip -v`, `zipinfo`, `7z l`.

use super::date;
use super::line::{File, Line};
use super::words::{Size, Words};

/// Reads a line; returns nothing if it is none.
pub(super) fn read(words: &Words<'_>) -> Option<Line> {
    unzip(words).or_else(|| unzip_verbose(words)).or_else(|| seven_zip(words)).or_else(|| zipinfo(words))
}

/// Reads `  1024000  2023-10-20 11:04   ap1g7`.
fn unzip(words: &Words<'_>) -> Option<Line> {
    let size = exact(words.get(0))?;
    let date = date::in_numbers(words, 1)?;
    File::plain(words.from(1 + date.words), size, date.modified)
}

/// Reads ` 1024000  Defl:N   980000   4% 2023-10-20 11:04 8a3b1c2d  ap1g7`.
fn unzip_verbose(words: &Words<'_>) -> Option<Line> {
    let size = exact(words.get(0))?;
    exact(words.get(2))?;
    words.get(3).strip_suffix('%')?;
    let date = date::in_numbers(words, 4)?;
    File::plain(words.from(5 + date.words), size, date.modified)
}

/// Reads `2023-10-20 11:04:32 ....A      1024000       980123  ap1g7`; the packed size may be missing.
fn seven_zip(words: &Words<'_>) -> Option<Line> {
    let date = date::in_numbers(words, 0)?;
    let attributes = words.get(date.words);
    if attributes.len() != 5 || !attributes.chars().all(|c| c == '.' || c.is_ascii_alphabetic()) {
        return None;
    }
    if attributes.starts_with('D') {
        return Some(Line::Directory);
    }
    let at = date.words + 1;
    let size = exact(words.get(at))?;
    let packed = exact(words.get(at + 1)).is_some() && words.len() > at + 2;
    File::plain(words.from(at + 1 + usize::from(packed)), size, date.modified)
}

/// Reads `-rw-r--r--  3.0 unx  1024000 bx defN 23-Oct-20 11:04 ap1g7`.
fn zipinfo(words: &Words<'_>) -> Option<Line> {
    let [mode, version, system] = [0, 1, 2].map(|index| words.get(index));
    let is_version = version.split_once('.').is_some_and(|(a, b)| exact(a).is_some() && exact(b).is_some());
    if !mode.starts_with(['-', 'd']) || !is_version || system.len() != 3 {
        return None;
    }
    if mode.starts_with('d') {
        return Some(Line::Directory);
    }
    let size = exact(words.get(3))?;
    let modified = format!("{} {}", words.get(6), words.get(7));
    File::plain(words.from(8), size, modified)
}

fn exact(word: &str) -> Option<Size> {
    word.parse().ok().map(Size::Bytes)
}
