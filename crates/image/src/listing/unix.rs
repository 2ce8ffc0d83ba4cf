//! The lines of `ls -l`, with most of its options, and those that begin alike: `tar -tv`, `rsync --list-only`, sftp's `ls -l`.

use super::date;
use super::line::{File, Line, OWNER};
use super::may_be_image;
use super::words::{self, Words};

/// The most columns between permissions and size: links, owner, group (a group of Active Directory may have blanks), security context.
const BEFORE_SIZE_MAX: usize = 8;
/// The most columns before the permissions: inode and blocks.
const BEFORE_MODE_MAX: usize = 2;

/// Reads a line; returns nothing if it is none.
pub(super) fn read(words: &Words<'_>) -> Option<Line> {
    let at = (0..=BEFORE_MODE_MAX).find(|at| is_mode(words.get(*at)))?;
    if (0..at).any(|index| words::size(words.get(index)).is_none()) {
        return None;
    }
    let (kind, mode) = mode(words.get(at))?;
    match kind {
        b'd' => return Some(Line::Directory),
        b'-' | b'l' => {}
        _ => return Some(Line::Special),
    }
    let (size_at, date) = [false, true].into_iter().find_map(|lenient| {
        let mut columns = at + 1..=at + 1 + BEFORE_SIZE_MAX;
        columns.find_map(|index| {
            words::size(words.get(index))?;
            Some((index, date::of_unix(words, index + 1, lenient)?))
        })
    })?;
    let name = name(words.after(size_at + date.words), mode);
    if kind == b'l' {
        let (name, target) = name.split_once(" -> ").unwrap_or((name, ""));
        return Some(Line::Link { name: unquoted(name).to_owned(), target: unquoted(target).to_owned() });
    }
    if name.is_empty() {
        return None;
    }
    let (owner, group) = owner(words, at + 1, size_at);
    let (size, modified) = (words::size(words.get(size_at))?, date.modified);
    Some(Line::File(File { name: name.to_owned(), size, mode, owner, group, modified }))
}

/// Returns owner and group, which stand between links and size; with tar in one word.
fn owner(words: &Words<'_>, start: usize, size_at: usize) -> (String, String) {
    let has_links = words.get(start).bytes().all(|c| c.is_ascii_digit());
    let columns: Vec<&str> =
        (start + usize::from(has_links)..size_at).map(|index| words.get(index)).collect();
    let named = |name: &str| name.to_owned();
    match columns[..] {
        [] => (named(OWNER), named(OWNER)),
        [one] => match one.split_once('/') {
            Some((owner, group)) => (named(owner), named(group)),
            None => (named(one), named(one)),
        },
        // The security context of -Z.
        [owner, group, context] if context.contains(':') => (named(owner), named(group)),
        [owner, ref group @ ..] => (named(owner), group.join(" ")),
    }
}

/// Returns a name without quotes and without the mark of a program (`ls -F`).
fn name(text: &str, mode: u32) -> &str {
    let name = unquoted(text);
    match name.strip_suffix('*') {
        Some(program) if mode & 0o111 != 0 && may_be_image(program) => program,
        _ => name,
    }
}

fn unquoted(text: &str) -> &str {
    let inner = |mark| text.strip_prefix(mark).and_then(|text| text.strip_suffix(mark));
    inner('"').or_else(|| inner('\'')).filter(|name| !name.is_empty()).unwrap_or(text)
}

/// Returns true if a word looks like `-rw-r--r--`.
fn is_mode(word: &str) -> bool {
    word.is_ascii() && word.len() >= 10 && mode(word).is_some()
}

/// Reads kind and mode bits of `-rw-r--r--`, with an optional mark of an access list or security context at the end.
fn mode(text: &str) -> Option<(u8, u32)> {
    let letters = text.trim_end_matches(['.', '+', '@']).as_bytes();
    let [kind, bits @ ..] = letters else { return None };
    if bits.len() != 9 || !b"-dlbcpsD".contains(kind) {
        return None;
    }
    let mut mode = 0;
    for (at, bit) in bits.iter().enumerate() {
        let weight = 0o400 >> at;
        mode |= match (at % 3, bit) {
            (_, b'-') => 0,
            (0, b'r') | (1, b'w') | (2, b'x') => weight,
            (2, b's') if at < 6 => weight | (0o4000 >> (at / 3)),
            (2, b'S') if at < 6 => 0o4000 >> (at / 3),
            (2, b't') if at == 8 => weight | 0o1000,
            (2, b'T') if at == 8 => 0o1000,
            _ => return None,
        };
    }
    Some((*kind, mode))
}
