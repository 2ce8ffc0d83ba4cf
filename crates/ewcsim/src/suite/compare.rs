//! Compares a run's items with the stored ones, and updates them.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::diff::{Diff, diff};
use super::items::Item;
use super::layout::Place;
use super::orphans::{orphans_of, remove};
use super::snap::{Stored, normalized};

/// An item that differs from its snapshot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The name of the item: `timeline`.
    pub item: String,
    /// The file of its snapshot.
    pub file: PathBuf,
    /// The kind of difference.
    pub change: Change,
}

/// A kind of difference from a snapshot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// There is no snapshot yet.
    New,
    /// The snapshot has another text.
    Changed(Diff),
    /// There is a snapshot, but no run prints the item.
    Orphan,
    /// The snapshot cannot be read or written.
    Unusable(String),
}

impl Difference {
    /// Returns true if the file cannot be read or written.
    pub fn is_unusable(&self) -> bool {
        matches!(self.change, Change::Unusable(_))
    }
}

impl Change {
    /// Returns the name for programs.
    pub fn name(&self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Changed(_) => "changed",
            Self::Orphan => "orphan",
            Self::Unusable(_) => "unusable",
        }
    }
}

/// Returns the file of an item.
pub(super) fn file_of(place: &Place, item: &str) -> PathBuf {
    place.directory.join(format!("{item}.snap"))
}

/// Returns all differences between the items of a scenario and its snapshots, orphans last. With `update`, the snapshots are also
/// updated: those that could not be are [`Change::Unusable`].
pub(super) fn compare(place: &Place, items: &[Item], update: bool) -> Vec<Difference> {
    let mut found = Vec::new();
    for item in items {
        let file = file_of(place, &item.name);
        if let Some(change) = compare_item(place, item, &file, update) {
            found.push(Difference { item: item.name.clone(), file, change });
        }
    }
    let owned: BTreeSet<PathBuf> = items.iter().map(|item| file_of(place, &item.name)).collect();
    match orphans_of(place, &owned) {
        Ok(orphans) => found.extend(orphans.into_iter().map(|file| orphan(file, &place.top, update))),
        Err(error) => found.push(Difference {
            item: String::new(),
            file: place.directory.clone(),
            change: Change::Unusable(error.to_string()),
        }),
    }
    found
}

/// Returns an orphan below `top`; with `update` it is removed.
pub(super) fn orphan(file: PathBuf, top: &Path, update: bool) -> Difference {
    let item = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let change = match if update { remove(&file, top) } else { Ok(()) } {
        Ok(()) => Change::Orphan,
        Err(error) => Change::Unusable(error.to_string()),
    };
    Difference { item, file, change }
}

fn compare_item(place: &Place, item: &Item, file: &Path, update: bool) -> Option<Change> {
    let stored = match Stored::read(file) {
        Ok(stored) => stored,
        Err(error) => return Some(Change::Unusable(error.to_string())),
    };
    let (change, new) = match stored {
        None => (Change::New, Stored::new(&place.input_file, &item.text)),
        // With `update`, a head with a former name of the scenario is a difference.
        Some(stored)
            if stored.text == normalized(&item.text)
                && !(update && stored.input_file().is_some_and(|name| name != place.input_file)) =>
        {
            return None;
        }
        Some(stored) => {
            let new = stored.clone().with(&place.input_file, &item.text);
            // The whole files are compared, so that line numbers are those of the file.
            (Change::Changed(diff(&stored.to_text(), &new.to_text())), new)
        }
    };
    match if update { new.write(file) } else { Ok(()) } {
        Ok(()) => Some(change),
        Err(error) => Some(Change::Unusable(error.to_string())),
    }
}
