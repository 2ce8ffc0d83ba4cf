//! One line of a listing, whatever command printed it.

use super::words::{Size, Words};
use super::{archive, ios, unix, windows};

/// The owner and group of a file whose listing names none.
pub(super) const OWNER: &str = "root";
/// The mode of a file whose listing has none.
pub(super) const MODE: u32 = 0o644;

/// What a line lists.
pub(super) enum Line {
    /// A regular file.
    File(File),
    /// A symbolic link, and what it leads to.
    Link { name: String, target: String },
    /// A directory.
    Directory,
    /// A device, a socket or a pipe.
    Special,
}

/// A regular file.
pub(super) struct File {
    pub(super) name: String,
    pub(super) size: Size,
    pub(super) mode: u32,
    pub(super) owner: String,
    pub(super) group: String,
    pub(super) modified: String,
}

impl File {
    /// Returns the line of a file without owner and mode; of a directory if the name ends in a slash.
    pub(super) fn plain(name: &str, size: Size, modified: String) -> Option<Line> {
        if name.ends_with('/') {
            return Some(Line::Directory);
        }
        let (owner, group) = (OWNER.to_owned(), OWNER.to_owned());
        let name = name.to_owned();
        (!name.is_empty()).then_some(Line::File(Self { name, size, mode: MODE, owner, group, modified }))
    }
}

/// Reads a line; returns nothing if it has none of the forms.
pub(super) fn read(text: &str) -> Option<Line> {
    let words = Words::of(text);
    unix::read(&words)
        .or_else(|| windows::power_shell(&words))
        .or_else(|| windows::dir(&words))
        .or_else(|| ios::read(&words))
        .or_else(|| archive::read(&words))
}
