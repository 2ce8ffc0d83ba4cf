//! Which files are scenarios.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use scenario::{DiskFiles, Files, normal};

/// How deep directories are searched. No suite is that deep; a file system that goes round in circles is.
const DEPTH_MAX: usize = 32;
/// How many scenarios a suite may have.
const SCENARIOS_MAX: usize = 100_000;
/// As much of a file as is read to see whether it is a lab: as large as a scenario may be.
const READ_MAX: u64 = 1 << 20;
/// What directories hold that can be made anew, and no scenarios: <https://bford.info/cachedir/>.
const CACHE_MARK: &str = "CACHEDIR.TAG";

/// The scenarios below some paths.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// Sorted by path, each once.
    pub scenarios: Vec<PathBuf>,
    /// Files that are there to be extended, and are not run by themselves.
    pub labs: Vec<PathBuf>,
}

/// Why scenarios cannot be looked for.
#[derive(Debug, thiserror::Error)]
pub enum FindError {
    /// There is nothing of this name.
    #[error("{}: no such file or directory", .0.display())]
    NotFound(PathBuf),
    /// A path, or something below it, cannot be read.
    #[error("{}: {error}", path.display())]
    Unreadable {
        /// Which.
        path: PathBuf,
        /// What the operating system says.
        error: io::Error,
    },
    /// Directories lie in one another without end.
    #[error("{}: more than {DEPTH_MAX} directories deep", .0.display())]
    TooDeep(PathBuf),
    /// More than a suite may have.
    #[error("more than {SCENARIOS_MAX} scenarios")]
    TooMany,
}

/// The scenarios at and below `paths`: a file is one whatever it is called, of a directory those ending in `.yaml` or `.yml`.
///
/// Hidden directories are left out, and those that hold a `CACHEDIR.TAG`, as Cargo's `target`. Links to directories are not followed.
///
/// # Errors
/// See [`FindError`].
pub fn find(paths: &[PathBuf]) -> Result<Found, FindError> {
    // However a file is written, it is one.
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

/// Whether the file says `lab:` where a scenario says `scenario:`. One that cannot be read is taken for a scenario: loading it says why.
fn is_lab(path: &Path) -> bool {
    let Ok(bytes) = DiskFiles.read(path, READ_MAX) else { return false };
    let text = String::from_utf8_lossy(&bytes);
    let has =
        |key: &str| text.lines().any(|line| line.strip_prefix(key).is_some_and(|rest| rest.starts_with(':')));
    has("lab") && !has("scenario")
}

/// The path as it is shown: as given, without `.`.
fn short(path: &Path) -> PathBuf {
    path.components().filter(|part| *part != Component::CurDir).collect()
}

/// An empty path is the directory where the command runs; the operating system wants it named.
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
