//! A run's items against the stored ones: what differs, and taking it over.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::diff::{Diff, diff};
use super::items::Item;
use super::layout::Place;
use super::orphans::{orphans_of, remove};
use super::snap::{Stored, normalized};

/// An item that is not as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The item's name: `timeline`.
    pub item: String,
    /// The file it is compared with.
    pub file: PathBuf,
    /// What is the matter.
    pub change: Change,
}

/// What is the matter with a snapshot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// Nothing is stored.
    New,
    /// Something else is stored.
    Changed(Diff),
    /// It is stored, and no run prints it.
    Orphan,
    /// It cannot be read or written.
    Unusable(String),
}

impl Difference {
    /// Whether the file cannot be read or written.
    pub fn is_unusable(&self) -> bool {
        matches!(self.change, Change::Unusable(_))
    }
}

impl Change {
    /// The name for programs.
    pub fn name(&self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Changed(_) => "changed",
            Self::Orphan => "orphan",
            Self::Unusable(_) => "unusable",
        }
    }
}

/// The file of an item.
pub(super) fn file_of(place: &Place, item: &str) -> PathBuf {
    place.directory.join(format!("{item}.snap"))
}

/// Everything in which the items of a scenario and its stored snapshots differ, orphans last. With `update`, it is also taken over: what
/// then still is [`Change::Unusable`] could not be.
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

/// An orphan below `top`; with `update` it is removed.
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
        // A head with the name that the scenario had before differs where it would be written.
        Some(stored)
            if stored.text == normalized(&item.text)
                && !(update && stored.input_file().is_some_and(|name| name != place.input_file)) =>
        {
            return None;
        }
        Some(stored) => {
            let new = stored.clone().with(&place.input_file, &item.text);
            // The whole files, so that line numbers are those of the file.
            (Change::Changed(diff(&stored.to_text(), &new.to_text())), new)
        }
    };
    match if update { new.write(file) } else { Ok(()) } {
        Ok(()) => Some(change),
        Err(error) => Some(Change::Unusable(error.to_string())),
    }
}
