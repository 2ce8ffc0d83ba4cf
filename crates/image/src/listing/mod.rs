//! Directory listings: the files of a directory of images, as `ls -l`, `dir` and other commands print them.
//!
//! Each line is read by itself, by the first of the forms that it has; what stands around the lines of files is passed over. A line
//! that may be an image and has none of the forms is an error: an image that is silently missing would change the outcome.

mod archive;
mod date;
mod ios;
mod line;
mod places;
mod unix;
mod windows;
mod words;

use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

use self::line::{File, Line};
use self::places::{Place, Places};
use self::words::Size;
use crate::CONTROLLER_FILE;

/// The maximum number of files in a listing.
const ENTRIES_MAX: usize = 10_000;

/// The files of a directory, as a command lists them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Listing {
    /// One for each file, in the order of the listing.
    pub entries: Vec<Entry>,
    /// The lines that are no file of the directory: directories, links, headings, files of other directories.
    pub passed_over: Vec<PassedOver>,
}

/// One file of a [`Listing`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its name, which may have spaces.
    pub name: String,
    /// Its size in bytes.
    pub size: u64,
    /// Its permission bits, such as 0o644; that also where the listing has none.
    pub mode: u32,
    /// Its owner; `root` where the listing has none.
    pub owner: String,
    /// Its group; `root` where the listing has none.
    pub group: String,
    /// Its modification time: `Oct 20 11:04`, `Oct 20 2023` or `2023-10-20 11:04`. A month in a language that is not known stays in the
    /// words of the listing.
    pub modified: String,
    /// The line it stands in, counted from 1.
    pub line: usize,
}

/// A line of a listing that is no file of its directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PassedOver {
    /// The line, counted from 1.
    pub line: usize,
    /// What it is, such as `a directory`.
    pub what: &'static str,
}

/// The reason that a text is not a listing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {problem}")]
pub struct ListingError {
    /// The line, counted from 1.
    pub line: usize,
    /// The problem with it.
    pub problem: ListingProblem,
}

/// A problem with a line of a listing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ListingProblem {
    /// No line is that of a file.
    #[error("no line is that of a file")]
    NoFile,
    /// It names an image, and is in no known form.
    #[error("names an image, and is not as `ls -l` or `dir` prints it")]
    Unreadable,
    /// An image is a symbolic link: the size is that of the link.
    #[error("`{0}` is a symbolic link; `ls -lL` lists the file that it leads to")]
    Link(String),
    /// The size of an image is rounded.
    #[error("`{0}` is a rounded size; list the bytes: `ls -l` without -h")]
    Rounded(String),
    /// Images stand in several directories.
    #[error("images of a second directory; keep the lines of one")]
    SecondDirectory,
    /// The file was listed before.
    #[error("`{0}` is listed twice")]
    Twice(String),
    /// There are too many files.
    #[error("more than {ENTRIES_MAX} files")]
    TooMany,
}

/// Returns true for the name of an image: `ap1g8`, `ap1g6a`, `c3700`, and that of the controller's image.
pub fn may_be_image(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    lower == CONTROLLER_FILE.to_ascii_lowercase() || is_ap_image(&lower)
}

/// Returns true for `ap`, digits, `g`, digits and at most one letter; and for `c` and four digits.
fn is_ap_image(lower: &str) -> bool {
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    if let Some(rest) = lower.strip_prefix('c') {
        return rest.len() == 4 && digits(rest) == 4;
    }
    let Some(rest) = lower.strip_prefix("ap") else { return false };
    let (first, rest) = rest.split_at(digits(rest));
    let Some(rest) = rest.strip_prefix('g') else { return false };
    let (second, letter) = rest.split_at(digits(rest));
    !first.is_empty()
        && !second.is_empty()
        && letter.len() <= 1
        && letter.bytes().all(|c| c.is_ascii_alphabetic())
}

impl Listing {
    /// Reads a listing: that of `ls -l` in any language and with most of its options, `dir` of Windows, `Get-ChildItem`, `dir` of
    /// IOS, `unzip -l`, `7z l`, `tar -tv`.
    ///
    /// # Errors
    /// See [`ListingProblem`]; the first line with a problem is the error.
    pub fn parse(text: &str) -> Result<Self, ListingError> {
        let mut reading = Reading::default();
        for (at, line) in text.lines().enumerate() {
            reading.line(at + 1, line).map_err(|problem| ListingError { line: at + 1, problem })?;
        }
        reading.finish()
    }

    /// Returns the file called `name`.
    pub fn entry(&self, name: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.name == name)
    }
}

impl FromStr for Listing {
    type Err = ListingError;

    fn from_str(text: &str) -> Result<Self, ListingError> {
        Self::parse(text)
    }
}

/// A listing while it is read.
#[derive(Default)]
struct Reading {
    files: Vec<(Place, Entry)>,
    /// The lines of links that are called like images: their places, names and targets.
    links: Vec<(Place, usize, String, String)>,
    places: Places,
    passed_over: Vec<PassedOver>,
    /// The first line that has none of the forms.
    unknown: Option<usize>,
    /// True if a line says that this is a listing, though not that of a file.
    is_listing: bool,
}

impl Reading {
    fn line(&mut self, number: usize, raw: &str) -> Result<(), ListingProblem> {
        let text = words::without_controls(raw);
        let text = text.trim_end();
        if text.is_empty() {
            return Ok(());
        }
        if words::is_total(text) {
            self.is_listing = true;
            return Ok(());
        }
        let read = line::read(text);
        self.is_listing |= read.is_some();
        match read {
            Some(Line::File(file)) => self.file(number, file)?,
            Some(Line::Link { name, target }) if may_be_image(&name) => {
                let (place, name) = self.places.of(&name);
                self.links.push((place, number, name, target));
            }
            Some(Line::Link { .. }) => self.pass_over(number, "a link"),
            Some(Line::Directory) => self.pass_over(number, "a directory"),
            Some(Line::Special) => self.pass_over(number, "a device, socket or pipe"),
            None if self.places.begins(text) => self.pass_over(number, "a heading or a prompt"),
            None if words::names_image(text) => return Err(ListingProblem::Unreadable),
            None => {
                self.unknown.get_or_insert(number);
                self.pass_over(number, "not the line of a file");
            }
        }
        Ok(())
    }

    fn file(&mut self, number: usize, file: File) -> Result<(), ListingProblem> {
        let (place, name) = self.places.of(&file.name);
        if matches!(name.as_str(), "" | "." | "..") {
            self.pass_over(number, "not the line of a file");
            return Ok(());
        }
        let size = match file.size {
            Size::Bytes(size) => size,
            Size::Rounded(size) if may_be_image(&name) => return Err(ListingProblem::Rounded(size)),
            Size::Rounded(_) => {
                self.pass_over(number, "a file of a rounded size");
                return Ok(());
            }
        };
        if self.files.len() == ENTRIES_MAX {
            return Err(ListingProblem::TooMany);
        }
        let File { mode, owner, group, modified, .. } = file;
        self.files.push((place, Entry { name, size, mode, owner, group, modified, line: number }));
        Ok(())
    }

    fn pass_over(&mut self, line: usize, what: &'static str) {
        self.passed_over.push(PassedOver { line, what });
    }

    /// Returns the files of the one directory that has images.
    fn finish(mut self) -> Result<Listing, ListingError> {
        let mut images = self.files.iter().filter(|(_, entry)| may_be_image(&entry.name));
        let first = images.next().map(|(place, _)| place.clone());
        if let Some((_, second)) = images.find(|(place, _)| Some(place) != first.as_ref()) {
            return Err(ListingError { line: second.line, problem: ListingProblem::SecondDirectory });
        }
        let first = first.or_else(|| self.files.first().map(|(place, _)| place.clone()));
        let (here, others): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.files).into_iter().partition(|(place, _)| Some(place) == first.as_ref());
        for (_, other) in others {
            self.pass_over(other.line, "a file of another directory");
        }
        let mut entries: Vec<Entry> = here.into_iter().map(|(_, entry)| entry).collect();
        self.follow(first.as_ref(), &mut entries)?;
        let other =
            self.unknown.or(self.passed_over.first().map(|line| line.line).filter(|_| !self.is_listing));
        if let Some(line) = other.filter(|_| entries.is_empty()) {
            return Err(ListingError { line, problem: ListingProblem::NoFile });
        }
        let mut names = BTreeSet::new();
        if let Some(again) = entries.iter().find(|entry| !names.insert(entry.name.as_str())) {
            let problem = ListingProblem::Twice(again.name.clone());
            return Err(ListingError { line: again.line, problem });
        }
        self.passed_over.sort_by_key(|line| line.line);
        Ok(Listing { entries, passed_over: self.passed_over })
    }

    /// Adds the links that lead to a file of the same directory. What they lead to may not be called like another image: its content
    /// would follow from that name.
    fn follow(&mut self, here: Option<&Place>, entries: &mut Vec<Entry>) -> Result<(), ListingError> {
        let known: BTreeMap<String, usize> =
            entries.iter().enumerate().map(|(index, entry)| (entry.name.clone(), index)).collect();
        for (place, line, name, target) in std::mem::take(&mut self.links) {
            if here.is_some_and(|here| *here != place) {
                self.pass_over(line, "a link of another directory");
                continue;
            }
            let target = target.strip_prefix("./").unwrap_or(&target);
            match known.get(target).filter(|_| !may_be_image(target)) {
                Some(index) => {
                    let entry = Entry { name, line, ..entries[*index].clone() };
                    entries.push(entry);
                }
                None => {
                    return Err(ListingError { line, problem: ListingProblem::Link(words::short(&name)) });
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
