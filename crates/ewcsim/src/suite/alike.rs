//! Snapshots that changed in the same way: a new version of this program may change one line in all of them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::case::Case;
use super::compare::Change;
use super::diff::Diff;

/// The maximum number of different pairs of lines in a change that is compared with others.
const PAIRS_MAX: usize = 100;
/// The maximum number of lines of a difference that are kept.
const LINES_MAX: usize = 60;

/// The changes of a suite's snapshots, in the order of the first of each.
#[derive(Clone, Debug, Default)]
pub struct Changes {
    groups: Vec<Alike>,
    known: BTreeMap<Signature, usize>,
}

/// Snapshots with the same change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alike {
    /// The kind of change, by its name for programs.
    pub kind: &'static str,
    /// The items of the snapshots, without duplicates.
    pub items: BTreeSet<String>,
    /// The files of the snapshots, at least one.
    pub files: Vec<PathBuf>,
    /// The scenario of the first.
    pub scenario: PathBuf,
    /// The command that repeats that.
    pub again: String,
    /// The first line of the first that differs.
    pub line: usize,
    /// The difference of the first; the first lines of it if there are many.
    pub lines: Vec<String>,
}

/// What is the same in changes that are alike.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Signature {
    New,
    Orphan,
    /// Each old text with its new one, where either may be empty. Digits are `#`, so that other times make no difference.
    Changed(BTreeSet<(String, String)>),
}

impl Changes {
    /// Adds the differences of a scenario whose snapshots were not updated.
    pub fn add(&mut self, case: &Case) {
        for difference in case.differences.iter().filter(|_| !case.updated) {
            let (signature, diff) = match &difference.change {
                Change::New => (Some(Signature::New), None),
                Change::Orphan => (Some(Signature::Orphan), None),
                Change::Changed(diff) => (signature(diff), Some(diff)),
                Change::Unusable(_) => continue,
            };
            let known = signature.as_ref().and_then(|signature| self.known.get(signature).copied());
            if let Some(index) = known {
                self.groups[index].files.push(difference.file.clone());
                self.groups[index].items.insert(difference.item.clone());
                continue;
            }
            if let Some(signature) = signature {
                self.known.insert(signature, self.groups.len());
            }
            self.groups.push(Alike {
                kind: difference.change.name(),
                items: BTreeSet::from([difference.item.clone()]),
                files: vec![difference.file.clone()],
                scenario: case.path.clone(),
                again: case.again.clone(),
                line: diff.map_or(1, |diff| diff.first),
                lines: diff.map_or(Vec::new(), |diff| diff.lines.iter().take(LINES_MAX).cloned().collect()),
            });
        }
    }

    /// Returns the first snapshot with the same change as `file`, if that is another one.
    pub(super) fn first_like(&self, file: &Path, diff: &Diff) -> Option<&Path> {
        let index = self.known.get(&signature(diff)?)?;
        let first = self.groups[*index].files.first()?;
        (first != file).then_some(first)
    }

    /// Returns all changes, each with its snapshots.
    pub fn groups(&self) -> &[Alike] {
        &self.groups
    }

    /// Returns the changes that several snapshots have.
    pub fn shared(&self) -> impl Iterator<Item = &Alike> {
        self.groups.iter().filter(|group| group.kind == "changed" && group.files.len() > 1)
    }
}

impl Alike {
    /// Returns the lines that were removed and added.
    pub fn changed_lines(&self) -> impl Iterator<Item = &str> {
        self.lines.iter().map(String::as_str).filter(|line| line.starts_with(['-', '+']))
    }
}

/// Returns what is the same in changes like this one; nothing if it is too long to be compared.
fn signature(diff: &Diff) -> Option<Signature> {
    let mut pairs = BTreeSet::new();
    let (mut old, mut new) = (Vec::new(), Vec::new());
    for line in diff.lines.iter().map(String::as_str).chain(["@"]) {
        match (line.split_at_checked(1), new.is_empty()) {
            (Some(("-", text)), true) => old.push(text),
            (Some(("+", text)), _) => new.push(text),
            (start, _) => {
                pair(&mut pairs, &old, &new);
                (old, new) = (Vec::new(), Vec::new());
                if let Some(("-", text)) = start {
                    old.push(text);
                }
            }
        }
        if pairs.len() > PAIRS_MAX {
            return None;
        }
    }
    Some(Signature::Changed(pairs))
}

/// Adds the pairs of a block of lines: line by line if there are as many, else each on its own.
fn pair(pairs: &mut BTreeSet<(String, String)>, old: &[&str], new: &[&str]) {
    if old.len() == new.len() {
        pairs.extend(old.iter().zip(new).map(|(old, new)| differing(old, new)));
    } else {
        pairs.extend(old.iter().map(|line| (without_host(line), String::new())));
        pairs.extend(new.iter().map(|line| (String::new(), without_host(line))));
    }
}

/// Returns the words of two lines between the first and the last that differ.
fn differing(old: &str, new: &str) -> (String, String) {
    let (old, new): (Vec<&str>, Vec<&str>) = (old.split(' ').collect(), new.split(' ').collect());
    let start = old.iter().zip(&new).take_while(|(old, new)| old == new).count();
    let rest = old[start..].iter().rev().zip(new[start..].iter().rev());
    let end = rest.take_while(|(old, new)| old == new).count();
    let part = |words: &[&str]| digits_hidden(&words[start..words.len() - end].join(" "));
    (part(&old), part(&new))
}

/// Returns a line without the time and the host before it, as lines of timelines have them.
fn without_host(line: &str) -> String {
    let rest = line.split_once(": ").filter(|_| line.starts_with(|c: char| c.is_ascii_digit()));
    digits_hidden(rest.map_or(line, |(_, rest)| rest))
}

fn digits_hidden(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '0'..='9' if out.ends_with('#') => {}
            '0'..='9' => out.push('#'),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::diff::diff;
    use super::*;

    fn alike(one: [&str; 2], two: [&str; 2]) -> bool {
        let of = |[old, new]: [&str; 2]| signature(&diff(old, new)).expect("it is short");
        of(one) == of(two)
    }

    #[test]
    fn the_same_words_at_other_times_and_hosts_are_alike() {
        let one = ["21:38:00.000 ap-1: boots\nx\n", "21:38:00.000 ap-1: starts\nx\n"];
        assert!(alike(one, ["y\n9:00:00.001 shop: boots\n", "y\n9:00:00.001 shop: starts\n"]));
        assert!(alike(one, ["a: boots\nz\nb: boots\n", "a: starts\nz\nb: starts\n"]));
        assert!(!alike(one, ["ap-1: boots\n", "ap-1: begins\n"]));
        assert!(!alike(one, ["ap-1: boots\nx\n", "ap-1: starts\n"]));
    }

    #[test]
    fn new_and_missing_lines_are_alike_without_their_hosts() {
        let one = ["x\n", "x\n21:38:00.123 ap-1: boots\n"];
        assert!(alike(one, ["y\n", "9:00:00.001 shop: boots\ny\n"]));
        assert!(!alike(one, ["9:00:00.001 shop: boots\ny\n", "y\n"]));
        // Times alone.
        assert!(alike(["1:00 a\n", "1:01 a\n"], ["2:59 b\n", "3:00 b\n"]));
        let long =
            |offset: u32| (0..300).map(move |line| format!("{}\n", "x".repeat((line + offset) as usize)));
        let (old, new): (String, String) = (long(0).collect(), long(1_000).collect());
        assert_eq!(signature(&diff(&old, &new)), None);
    }
}
