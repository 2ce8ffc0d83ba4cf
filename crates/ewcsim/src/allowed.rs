//! The files that a scenario may name: those below a directory of its own, and those that the command line allows.

use std::io;
use std::path::{Path, PathBuf};

use scenario::{DiskFiles, FileError, FileTree, Files, normal};
use text::printable;

use crate::report::path_word;

/// The entry of a directory that makes it the top of a checkout.
const CHECKOUT: &str = ".git";

/// The files and directories of a command line, from which follows what its scenarios may read. All are without links.
#[derive(Clone, Debug, Default)]
pub struct Allowed {
    /// The files that the command line names: they are read wherever they are.
    files: Vec<PathBuf>,
    /// The directories of scenarios that the command line names.
    directories: Vec<PathBuf>,
    /// The directory in which the command runs.
    current: PathBuf,
    /// The files and directories of `--allow-read`.
    more: Vec<PathBuf>,
    /// The same as they are written.
    written: Vec<PathBuf>,
}

impl Allowed {
    /// Returns what a command line allows that names these scenarios, or directories of them, and has `--allow-read` for `more`.
    ///
    /// # Errors
    /// A path of `more` that cannot be found.
    pub fn new(named: &[PathBuf], more: &[PathBuf]) -> io::Result<Self> {
        let resolve = |path: &PathBuf| match resolved(path) {
            (there, None) => Ok(there),
            (_, Some(error)) => {
                let message =
                    format!("`--allow-read {}`: {error}", printable(&path_word(&path.to_string_lossy())));
                Err(io::Error::new(error.kind(), message))
            }
        };
        let written = more.to_vec();
        let more = more.iter().map(resolve).collect::<io::Result<_>>()?;
        let (directories, files) = named.iter().map(|path| resolved(path).0).partition(|path| path.is_dir());
        Ok(Self { files, directories, current: resolved(Path::new("")).0, more, written })
    }

    /// Returns the files that a scenario may read.
    pub fn files(&self, scenario: &Path) -> AllowedFiles<'_> {
        AllowedFiles { allowed: self, root: self.root(scenario, &self.directories) }
    }

    /// Returns the paths for `--allow-read` in a command that names this scenario alone.
    pub fn to_repeat(&self, scenario: &Path) -> Vec<PathBuf> {
        let (root, alone) = (self.root(scenario, &self.directories), self.root(scenario, &[]));
        self.written.iter().cloned().chain((root != alone).then_some(root)).collect()
    }

    /// Returns the directory below which a scenario may read: its own or, if one is further up, the top of the checkout that it is in,
    /// or the directory that the command line names or runs in. The top of the file system is none of these.
    fn root(&self, scenario: &Path, named: &[PathBuf]) -> PathBuf {
        let own = resolved(scenario.parent().unwrap_or(Path::new(""))).0;
        let checkout = own.ancestors().find(|above| above.join(CHECKOUT).exists());
        let above = named.iter().chain([&self.current]).map(PathBuf::as_path).chain(checkout);
        let above = above.filter(|above| own.starts_with(above) && above.parent().is_some());
        above.min_by_key(|above| above.components().count()).unwrap_or(&own).to_owned()
    }
}

/// The files of the disk that one scenario may read.
#[derive(Clone, Debug)]
pub struct AllowedFiles<'a> {
    allowed: &'a Allowed,
    root: PathBuf,
}

impl AllowedFiles<'_> {
    /// Returns the path without links, if it may be read. Of any other path, nothing is said of what is there.
    fn place(&self, path: &Path) -> Result<PathBuf, FileError> {
        let (there, missing) = resolved(path);
        let is_allowed = there.starts_with(&self.root)
            || self.allowed.files.contains(&there)
            || self.allowed.more.iter().any(|more| there.starts_with(more));
        match missing {
            None if is_allowed => Ok(there),
            Some(error) if is_allowed => Err(error.into()),
            _ => Err(self.outside(path, &there)),
        }
    }

    fn outside(&self, path: &Path, there: &Path) -> FileError {
        let has_links = std::path::absolute(path).is_ok_and(|absolute| normal(&absolute) != there);
        let permitted = if has_links { there.to_owned() } else { normal(path) };
        let word = path_word(&permitted.to_string_lossy());
        FileError::Outside {
            root: self.root.display().to_string(),
            leads_to: has_links.then(|| there.display().to_string()),
            help: format!("`--allow-read {word}` permits it; a directory permits all below it"),
        }
    }
}

impl Files for AllowedFiles<'_> {
    fn read(&self, path: &Path, limit: u64) -> Result<Vec<u8>, FileError> {
        DiskFiles.read(&self.place(path)?, limit)
    }

    fn list(&self, directory: &Path) -> Result<Vec<(String, u64)>, FileError> {
        DiskFiles.list(&self.place(directory)?)
    }

    fn tree(&self, directory: &Path) -> Result<FileTree, FileError> {
        DiskFiles.tree(&self.place(directory)?)
    }

    fn directories(&self, directory: &Path) -> Vec<String> {
        self.place(directory).map_or_else(|_| Vec::new(), |directory| DiskFiles.directories(&directory))
    }
}

/// Returns the absolute path without links, and the error at the first part of it that cannot be found; names alone count from there on.
fn resolved(path: &Path) -> (PathBuf, Option<io::Error>) {
    // An empty path is the current directory, to which no file is relative if there is none.
    let absolute = std::path::absolute(if path.as_os_str().is_empty() { Path::new(".") } else { path });
    let absolute = absolute.unwrap_or_else(|_| path.to_owned());
    let mut missing = None;
    for above in absolute.ancestors() {
        match above.canonicalize() {
            Ok(there) => {
                let rest = absolute.strip_prefix(above).unwrap_or(Path::new(""));
                return (normal(&there.join(rest)), missing);
            }
            Err(error) => _ = missing.get_or_insert(error),
        }
    }
    (normal(&absolute), missing)
}

#[cfg(all(test, unix))]
mod tests {
    use std::fs;
    use std::os::unix::fs::symlink;

    use super::*;

    /// Returns a temporary directory with these directories in it, and its path without links.
    fn place(directories: &[&str]) -> (tempfile::TempDir, PathBuf) {
        let place = tempfile::tempdir().expect("there is room for it");
        let path = place.path().canonicalize().expect("it is there");
        for directory in directories {
            fs::create_dir_all(path.join(directory)).expect("it is ours");
        }
        (place, path)
    }

    #[test]
    fn the_root_is_the_widest_of_what_holds_the_scenario() {
        let (_place, at) = place(&["a/b/c", "a/b/x"]);
        let root = |current: &str, named: &str| {
            let current = if current == "/" { PathBuf::from("/") } else { at.join(current) };
            let allowed = Allowed { current, ..Allowed::new(&[at.join(named)], &[]).expect("it is there") };
            let scenario = at.join("a/b/c/s.yaml");
            let root = allowed.files(&scenario).root;
            let more = allowed.to_repeat(&scenario);
            assert!(more.iter().all(|more| *more == root), "{more:?}");
            (root.strip_prefix(&at).expect("it is below").display().to_string(), more.len())
        };
        let alone = "a/b/c/s.yaml";
        assert_eq!(root("a/b/x", alone), ("a/b/c".into(), 0));
        assert_eq!(root("/", alone), ("a/b/c".into(), 0));
        assert_eq!(root("a/b", alone), ("a/b".into(), 0));
        // A command that names the scenario alone has to allow it.
        assert_eq!(root("a/b/x", "a"), ("a".into(), 1));
        assert_eq!(root("a", "a/b"), ("a".into(), 0));
        fs::create_dir(at.join("a/b/.git")).expect("it is ours");
        assert_eq!(root("a/b/c", alone), ("a/b".into(), 0));
        assert_eq!(root("a", alone), ("a".into(), 0));
    }

    #[test]
    fn links_count_as_what_they_lead_to() {
        let (_place, at) = place(&["lab", "else/deep"]);
        fs::write(at.join("else/file"), "12345").expect("it is ours");
        symlink("../else/deep", at.join("lab/deep")).expect("it is ours");
        symlink("nowhere", at.join("lab/dangling")).expect("it is ours");
        symlink("lab", at.join("link")).expect("it is ours");
        let read = |scenario: &str, path: &str, more: &[PathBuf]| {
            let scenario = at.join(scenario);
            let allowed = Allowed::new(std::slice::from_ref(&scenario), more).expect("they are there");
            allowed.files(&scenario).read(&at.join(path), 5)
        };
        let is_outside = |read| matches!(read, Err(FileError::Outside { .. }));
        // The operating system goes to `else` before it goes up, and so does the check.
        assert!(is_outside(read("lab/s.yaml", "lab/deep/../file", &[])));
        assert!(is_outside(read("link/s.yaml", "link/../else/file", &[])));
        assert!(is_outside(read("lab/s.yaml", "else/none", &[])));
        assert_eq!(read("lab/s.yaml", "lab/deep/../file", &[at.join("else")]), Ok(b"12345".to_vec()));
        assert_eq!(read("lab/s.yaml", "link/deep/../file", &[at.join("else/file")]), Ok(b"12345".to_vec()));
        assert_eq!(read("lab/s.yaml", "lab/none", &[]), Err(FileError::NotFound));
        assert_eq!(read("lab/s.yaml", "lab/dangling", &[]), Err(FileError::NotFound));
        // A name that begins as that of the root is not in it.
        fs::create_dir(at.join("laboratory")).expect("it is ours");
        assert!(is_outside(read("lab/s.yaml", "laboratory/x", &[])));
    }
}
