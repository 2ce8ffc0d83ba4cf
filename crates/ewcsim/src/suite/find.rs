//! Finds scenarios in directories.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use scenario::{DiskFiles, Files, normal};

/// The maximum depth of directories. No suite is that deep, but a file system with a cycle is.
const DEPTH_MAX: usize = 32;
/// The maximum number of scenarios in a suite.
const SCENARIOS_MAX: usize = 100_000;
/// The number of bytes read to detect a lab: the maximum size of a scenario.
const READ_MAX: u64 = 1 << 20;
/// The file that marks cache directories, which hold no scenarios: <https://bford.info/cachedir/>.
const CACHE_MARK: &str = "CACHEDIR.TAG";

/// The scenarios below some paths.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// The scenarios, sorted by path, without duplicates.
    pub scenarios: Vec<PathBuf>,
    /// Labs: files for scenarios to extend, which are not run on their own.
    pub labs: Vec<PathBuf>,
}

/// The reason why the search for scenarios failed.
#[derive(Debug, thiserror::Error)]
pub enum FindError {
    /// There is no file or directory of this name.
    #[error("{}: no such file or directory", .0.display())]
    NotFound(PathBuf),
    /// A path, or something below it, cannot be read.
    #[error("{}: {error}", path.display())]
    Unreadable {
        /// The path.
        path: PathBuf,
        /// The error of the operating system.
        error: io::Error,
    },
    /// Directories are nested too deeply.
    #[error("{}: more than {DEPTH_MAX} directories deep", .0.display())]
    TooDeep(PathBuf),
    /// There are more scenarios than a suite may have.
    #[error("more than {SCENARIOS_MAX} scenarios")]
    TooMany,
}

/// Returns the scenarios at and below `paths`: a file under any name, and in directories the files ending in `.yaml` or `.yml`.
///
/// Hidden directories are left out, and those with a `CACHEDIR.TAG`, such as Cargo's `target`. Links to directories are not
/// followed.
///
/// # Errors
/// See [`FindError`].
pub fn find(paths: &[PathBuf]) -> Result<Found, FindError> {
    // Different spellings of a path are one file.
    let mut files = BTreeMap::new();
    for path in paths {
        let path = short(path);
        let metadata = fs::metadata(non_empty(&path)).map_err(|error| unreadable(&path, error))?;
        let absolute = std::path::absolute(non_empty(&path)).map_err(|error| unreadable(&path, error))?;
        if metadata.is_dir() {
            walk(&path, 0, &mut |file| {
                if file.extension().is_some_and(|end| end == "yaml" || end == "yml") {
                    let below = file.strip_prefix(&path).unwrap_or(file);
                    files.entry(normal(&absolute.join(below))).or_insert_with(|| file.to_owned());
                }
                if files.len() > SCENARIOS_MAX { Err(FindError::TooMany) } else { Ok(()) }
            })?;
        } else {
            files.entry(normal(&absolute)).or_insert(path);
        }
    }
    let mut files: Vec<PathBuf> = files.into_values().collect();
    files.sort();
    let (labs, scenarios) = files.into_iter().partition(|path| is_lab(path));
    Ok(Found { scenarios, labs })
}

/// Calls `each` with every file below `directory`.
pub(super) fn walk(
    directory: &Path,
    depth: usize,
    each: &mut dyn FnMut(&Path) -> Result<(), FindError>,
) -> Result<(), FindError> {
    if depth > DEPTH_MAX {
        return Err(FindError::TooDeep(directory.to_owned()));
    }
    if directory.join(CACHE_MARK).is_file() {
        return Ok(());
    }
    for entry in fs::read_dir(non_empty(directory)).map_err(|error| unreadable(directory, error))? {
        let entry = entry.map_err(|error| unreadable(directory, error))?;
        let path = directory.join(entry.file_name());
        let kind = entry.file_type().map_err(|error| unreadable(&path, error))?;
        if kind.is_dir() {
            if !entry.file_name().as_encoded_bytes().starts_with(b".") {
                walk(&path, depth + 1, each)?;
            }
        } else {
            each(&path)?;
        }
    }
    Ok(())
}

/// Returns true if the file has `lab:` instead of `scenario:`. An unreadable file counts as a scenario: loading it reports the
/// reason.
fn is_lab(path: &Path) -> bool {
    let Ok(bytes) = DiskFiles.read(path, READ_MAX) else { return false };
    let text = String::from_utf8_lossy(&bytes);
    let has =
        |key: &str| text.lines().any(|line| line.strip_prefix(key).is_some_and(|rest| rest.starts_with(':')));
    has("lab") && !has("scenario")
}

/// Returns the path for display: as given, without `.`.
fn short(path: &Path) -> PathBuf {
    path.components().filter(|part| *part != Component::CurDir).collect()
}

/// Replaces an empty path, which is the current directory, with `.` for the operating system.
fn non_empty(path: &Path) -> &Path {
    if path.as_os_str().is_empty() { Path::new(".") } else { path }
}

fn unreadable(path: &Path, error: io::Error) -> FindError {
    let path = non_empty(path).to_owned();
    match error.kind() {
        io::ErrorKind::NotFound => FindError::NotFound(path),
        _ => FindError::Unreadable { path, error },
    }
}
