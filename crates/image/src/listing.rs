//! Directory listings: the output of `ls -l` for a directory of images.

use std::str::FromStr;

/// The maximum number of entries in a listing.
const ENTRIES_MAX: usize = 10_000;

/// The files of a directory, as `ls -l` lists them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Listing {
    /// One for each file, in the order of the listing.
    pub entries: Vec<Entry>,
}

/// One file of a [`Listing`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its name, which may have spaces.
    pub name: String,
    /// Its size in bytes.
    pub size: u64,
    /// Its permission bits, such as 0o644.
    pub mode: u32,
    /// Its owner.
    pub owner: String,
    /// Its group.
    pub group: String,
    /// Its modification time, in the words of the listing, such as `Oct 20 11:04`.
    pub modified: String,
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
    /// It has fewer columns than `ls -l` prints.
    #[error("expected permissions, links, owner, group, size, date and name")]
    Columns,
    /// It starts with something other than a permissions string.
    #[error("`{0}` is not a permissions string such as -rw-r--r--")]
    Permissions(String),
    /// It describes a directory, link or device, which this simulator cannot serve.
    #[error("not a regular file")]
    NotAFile,
    /// The number of links is not a number.
    #[error("`{0}` is not a number of links")]
    Links(String),
    /// The size is not a number.
    #[error("`{0}` is not a size in bytes; list with `ls -l`, without -h")]
    Size(String),
    /// The file was listed before.
    #[error("`{0}` is listed twice")]
    Twice(String),
    /// There are too many files.
    #[error("more than {ENTRIES_MAX} files")]
    TooMany,
}

impl Listing {
    /// Reads a listing.
    ///
    /// # Errors
    /// Every line must be a `total` line, the line of a regular file, or blank; the first other one is the error.
    pub fn parse(text: &str) -> Result<Self, ListingError> {
        let mut listing = Self::default();
        let mut names = std::collections::BTreeSet::new();
        for (at, line) in text.lines().enumerate() {
            let fail = |problem| ListingError { line: at + 1, problem };
            let line = line.trim_end();
            if line.is_empty() || is_total(line) {
                continue;
            }
            let entry = Entry::parse(line).map_err(fail)?;
            if !names.insert(entry.name.clone()) {
                return Err(fail(ListingProblem::Twice(entry.name)));
            }
            if listing.entries.len() == ENTRIES_MAX {
                return Err(fail(ListingProblem::TooMany));
            }
            listing.entries.push(entry);
        }
        Ok(listing)
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

impl Entry {
    fn parse(line: &str) -> Result<Self, ListingProblem> {
        let mut rest = line;
        let mut column = || {
            let (column, after) = split_column(rest)?;
            rest = after;
            Some(column)
        };
        let permissions = column().ok_or(ListingProblem::Columns)?;
        let mode = parse_permissions(permissions)?;
        let links = column().ok_or(ListingProblem::Columns)?;
        links.parse::<u32>().map_err(|_| ListingProblem::Links(short(links)))?;
        let owner = column().ok_or(ListingProblem::Columns)?;
        let group = column().ok_or(ListingProblem::Columns)?;
        let size = column().ok_or(ListingProblem::Columns)?;
        let size = size.parse().map_err(|_| ListingProblem::Size(short(size)))?;
        let first = column().ok_or(ListingProblem::Columns)?;
        let second = column().ok_or(ListingProblem::Columns)?;
        // `Oct 20 11:04` in most locales, `2023-10-20 11:04` in others.
        let modified = if first.contains('-') {
            format!("{first} {second}")
        } else {
            format!("{first} {second} {}", column().ok_or(ListingProblem::Columns)?)
        };
        // One space separates the name; further ones are its own.
        let name = rest.strip_prefix(' ').unwrap_or(rest);
        if name.is_empty() {
            return Err(ListingProblem::Columns);
        }
        Ok(Self { name: name.into(), size, mode, owner: owner.into(), group: group.into(), modified })
    }
}

/// Splits off the next column; returns it and the rest.
fn split_column(text: &str) -> Option<(&str, &str)> {
    let text = text.trim_start_matches(' ');
    let end = text.find(' ').unwrap_or(text.len());
    (end > 0).then(|| text.split_at(end))
}

/// Returns true for a line such as `total 727100`, the disk blocks of all files.
fn is_total(line: &str) -> bool {
    line.strip_prefix("total ").is_some_and(|blocks| blocks.trim().parse::<u64>().is_ok())
}

/// Reads the mode bits of `-rw-r--r--`, with an optional mark of an access list or security context at the end.
fn parse_permissions(text: &str) -> Result<u32, ListingProblem> {
    let wrong = || ListingProblem::Permissions(short(text));
    let letters = text.strip_suffix(['.', '+', '@']).unwrap_or(text).as_bytes();
    let [kind, bits @ ..] = letters else { return Err(wrong()) };
    if bits.len() != 9 || !b"-dlbcps".contains(kind) {
        return Err(wrong());
    }
    if *kind != b'-' {
        return Err(ListingProblem::NotAFile);
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
            _ => return Err(wrong()),
        };
    }
    Ok(mode)
}

/// Shortens `text` for a message.
fn short(text: &str) -> String {
    text.chars().take(40).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SAMPLE: &str = include_str!("../tests/field/images-17.9.4a.listing");

    fn problem(text: &str) -> (usize, ListingProblem) {
        let error = Listing::parse(text).expect_err("not a listing");
        (error.line, error.problem)
    }

    #[test]
    fn reads_the_field_sample() {
        let listing = Listing::parse(SAMPLE).expect("a listing");
        assert_eq!(listing.entries.len(), 11);
        let ap1g8 = listing.entry("ap1g8").expect("listed");
        assert_eq!((ap1g8.size, ap1g8.mode), (70_512_640, 0o644));
        assert_eq!((&*ap1g8.owner, &*ap1g8.group, &*ap1g8.modified), ("calor", "calor", "Oct 20 11:04"));
        assert!(listing.entries.iter().filter(|e| e.name.starts_with("ap")).all(|e| e.size % 10_240 == 0));
    }

    #[test]
    fn names_may_have_spaces_and_dates_may_be_iso() {
        let entry = |line| Listing::parse(line).expect("a listing").entries.remove(0);
        assert_eq!(entry("-rwsr-xr-t. 1 a b 5 Oct 20  2023  my  file").name, " my  file");
        assert_eq!(entry("-rwsr-xr-t. 1 a b 5 Oct 20  2023 f").mode, 0o5755);
        assert_eq!(entry("-rw-r--r-- 1 a b 5 2023-10-20 11:04 f").modified, "2023-10-20 11:04");
    }

    #[test]
    fn a_wrong_line_is_named() {
        assert_eq!(problem("total 8\n\nhello"), (3, ListingProblem::Permissions("hello".into())));
        assert_eq!(problem("-rw-r--r-- 1 a b 41M Oct 20 11:04 f"), (1, ListingProblem::Size("41M".into())));
        assert_eq!(problem("-rw-r--r-- 1 a b 41 Oct 20 11:04"), (1, ListingProblem::Columns));
        assert_eq!(problem("drwxr-xr-x 1 a b 41 Oct 20 11:04 d"), (1, ListingProblem::NotAFile));
        let twice = "-rw-r--r-- 1 a b 41 Oct 20 11:04 f\n".repeat(2);
        assert_eq!(problem(&twice), (2, ListingProblem::Twice("f".into())));
        assert!(
            Listing::parse("-rw-r--r-- 1 a b 41M").expect_err("size").to_string().contains("line 1: `41M`")
        );
    }

    proptest! {
        #[test]
        fn any_text_is_answered(text in "([-rwxdst.+ 0-9a-z:\\n]|\\PC){0,80}") {
            let _ = Listing::parse(&text);
        }
    }
}
