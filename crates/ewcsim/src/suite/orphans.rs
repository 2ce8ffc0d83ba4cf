//! Stored snapshots that nothing is compared with: their scenario is gone, or names the item no more.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::{fs, io};

use super::find::{FindError, walk};
use super::layout::{Layout, Place, SNAPSHOTS};
use super::snap::Stored;
use crate::report::with_path;

/// The snapshots of scenarios at and below `directory`, a directory of scenarios, but for those `owned`.
///
/// Snapshots of other tests are left alone, even in the same directory: those of scenarios name it in their head, as
/// `input_file`. So is a file that
/// cannot be read as a snapshot.
///
/// # Errors
/// If a directory cannot be read.
pub fn orphans(
    layout: &Layout,
    directory: &Path,
    owned: &BTreeSet<PathBuf>,
) -> Result<Vec<PathBuf>, FindError> {
    let mut found = BTreeSet::new();
    let mut look = |file: &Path| {
        let file = layout.shown(file);
        if is_orphan(&file, owned) {
            found.insert(file);
        }
        Ok(())
    };
    if let Some(mirror) = layout.mirror(directory)
        && mirror.is_dir()
    {
        walk(&mirror, 0, &mut look)?;
    }
    if !layout.has_root() {
        walk(directory, 0, &mut |file| if is_in_snapshots(directory, file) { look(file) } else { Ok(()) })?;
    }
    Ok(found.into_iter().collect())
}

/// The same of one scenario alone, whose place is `place`.
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
        if is_orphan(&path, owned) {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// Removes an orphan, and the directories that are empty without it, up to one called `snapshots`.
///
/// # Errors
/// What the operating system says of the file.
pub fn remove(orphan: &Path) -> io::Result<()> {
    fs::remove_file(orphan).map_err(|error| with_path(orphan, error))?;
    for directory in orphan.ancestors().skip(1) {
        let is_top = directory.file_name().is_none_or(|name| name == SNAPSHOTS);
        if is_top || fs::remove_dir(directory).is_err() {
            break;
        }
    }
    Ok(())
}

fn is_orphan(file: &Path, owned: &BTreeSet<PathBuf>) -> bool {
    let is_snapshot = file.extension().is_some_and(|end| end == "snap");
    is_snapshot && !owned.contains(file) && is_of_a_scenario(file)
}

fn is_of_a_scenario(file: &Path) -> bool {
    let input_file = Stored::read(file).ok().flatten().and_then(|stored| stored.input_file());
    let directory = file.parent().unwrap_or(Path::new(""));
    input_file.is_some_and(|input_file| Layout::is_at_home(directory, &input_file))
}

/// Whether a file below `directory` lies in one for snapshots.
fn is_in_snapshots(directory: &Path, file: &Path) -> bool {
    let below = file.strip_prefix(directory).unwrap_or(file);
    let mut parents = below.ancestors().skip(1);
    parents.any(|parent| parent.file_name().is_some_and(|name| name == SNAPSHOTS))
}
