//! Orphaned snapshots: their scenario no longer exists, or no longer names the item.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::{fs, io};

use super::find::{FindError, walk};
use super::layout::{Layout, Place};
use super::snap::Stored;
use crate::report::with_path;

/// Returns the snapshots of scenarios at and below `directory`, a directory of scenarios, except those that are in use according
/// to `is_owned`, which takes the file and its scenario.
///
/// The head of a snapshot names its scenario as `input_file`. A snapshot without a known scenario is left alone: one of another
/// test, one of a scenario elsewhere, a file that cannot be read as a snapshot.
///
/// # Errors
/// If a directory cannot be read.
pub fn orphans(
    layout: &Layout,
    directory: &Path,
    is_owned: impl Fn(&Path, &Path) -> bool,
) -> Result<Vec<PathBuf>, FindError> {
    let searched = layout.resolved(directory);
    let mut found = BTreeSet::new();
    let mut look = |file: &Path| {
        let file = layout.shown(file);
        let scenario = input_file(&file).and_then(|name| layout.scenario_of(&file, &name));
        if scenario.is_some_and(|scenario| scenario.starts_with(&searched) && !is_owned(&file, &scenario)) {
            found.insert(file);
        }
        Ok(())
    };
    if let Some(mirror) = layout.mirror(directory)
        && mirror.is_dir()
    {
        walk(&mirror, 0, &mut look)?;
    }
    if layout.root().is_none() {
        walk(directory, 0, &mut look)?;
    }
    Ok(found.into_iter().collect())
}

/// Returns the orphans in the place of one scenario only, except those in `owned`.
///
/// # Errors
/// If its directory cannot be read.
pub fn orphans_of(place: &Place, owned: &BTreeSet<PathBuf>) -> io::Result<Vec<PathBuf>> {
    let entries = match fs::read_dir(&place.directory) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(with_path(&place.directory, error)),
    };
    let mut found = Vec::new();
    for entry in entries {
        let path = entry.map_err(|error| with_path(&place.directory, error))?.path();
        if !owned.contains(&path) && input_file(&path).is_some_and(|name| place.has(&name)) {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// Removes an orphan, and the directories that are then empty, up to `top`, the directory of all snapshots.
///
/// # Errors
/// The error of the operating system for the file.
pub fn remove(orphan: &Path, top: &Path) -> io::Result<()> {
    fs::remove_file(orphan).map_err(|error| with_path(orphan, error))?;
    for directory in orphan.ancestors().skip(1).take_while(|directory| *directory != top) {
        if !directory.starts_with(top) || fs::remove_dir(directory).is_err() {
            break;
        }
    }
    Ok(())
}

/// Returns the file that a snapshot names in its head; `None` if it is not a snapshot, or names no file.
fn input_file(file: &Path) -> Option<String> {
    if file.extension().is_none_or(|end| end != "snap") {
        return None;
    }
    Stored::read(file).ok().flatten()?.input_file()
}
