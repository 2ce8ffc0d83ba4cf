//! The files of a directory of the disk that are served to others: none outside of it, and none that its user may not read.

use std::fmt;
use std::fs::{self, File, Metadata};
use std::io;
use std::path::{Path, PathBuf};

use super::FileError;

/// The most files in a directory and all below it.
const FILES_MAX: usize = 10_000;
/// The most directories below one another.
const DEPTH_MAX: usize = 16;

/// The files in a directory and below it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FileTree {
    /// The files, sorted by name.
    pub files: Vec<TreeFile>,
    /// The names of the entries that are left out, with the reason, sorted.
    pub left_out: Vec<(String, LeftOut)>,
}

/// A file of a tree.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct TreeFile {
    /// Its name, with those of the directories above it: `17.9.4a/ap1g8`.
    pub name: String,
    /// Its size in bytes.
    pub size: u64,
    /// Its path on the disk, without links.
    pub path: PathBuf,
}

/// The reason why an entry of a directory is left out.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum LeftOut {
    /// A link leads out of the directory.
    LeadsOut,
    /// A link leads to a directory that it is in.
    LeadsBack,
    /// Nobody may read it, by its mode; the administrator could.
    Forbidden,
    /// It cannot be read.
    Unreadable(String),
    /// Its name is not UTF-8.
    NotUtf8,
    /// It is too deep below the directory.
    TooDeep,
}

impl fmt::Display for LeftOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::LeadsOut => f.write_str("the link leads out of the directory"),
            Self::LeadsBack => f.write_str("the link leads to a directory that it is in"),
            Self::Forbidden => f.write_str("its mode permits nobody to read it"),
            Self::Unreadable(error) => f.write_str(error),
            Self::NotUtf8 => f.write_str("its name is not UTF-8"),
            Self::TooDeep => write!(f, "it is more than {DEPTH_MAX} directories deep"),
        }
    }
}

impl FileTree {
    /// Reads a directory of the disk. Links are followed as long as they stay in it: image directories are often links to a version's
    /// own. The directory itself may be a link to anywhere. Links to nothing, devices and pipes are not files.
    pub(super) fn on_disk(directory: &Path) -> Result<Self, FileError> {
        if !fs::metadata(directory)?.is_dir() {
            return Err(FileError::NoDirectory);
        }
        let root = directory.canonicalize()?;
        let mut walk = Walk { root: &root, above: vec![root.clone()], tree: Self::default() };
        walk.directory(&root, "")?;
        let mut tree = walk.tree;
        tree.files.sort();
        tree.left_out.sort();
        Ok(tree)
    }
}

struct Walk<'a> {
    root: &'a Path,
    /// The directories that are being read, without links.
    above: Vec<PathBuf>,
    tree: FileTree,
}

impl Walk<'_> {
    /// Takes all entries of a directory; `prefix` is its own name with a slash behind it.
    fn directory(&mut self, directory: &Path, prefix: &str) -> Result<(), FileError> {
        for entry in fs::read_dir(directory)? {
            let entry = entry?;
            let name = match entry.file_name().into_string() {
                Ok(name) => format!("{prefix}{name}"),
                Err(name) => {
                    let shown = format!("{prefix}{}", name.to_string_lossy());
                    self.tree.left_out.push((shown, LeftOut::NotUtf8));
                    continue;
                }
            };
            if self.tree.files.len() + self.tree.left_out.len() >= FILES_MAX {
                return Err(FileError::Other(format!("more than {FILES_MAX} files in it and below")));
            }
            if let Err(why) = self.entry(&entry.path(), &name)? {
                self.tree.left_out.push((name, why));
            }
        }
        Ok(())
    }

    fn entry(&mut self, path: &Path, name: &str) -> Result<Result<(), LeftOut>, FileError> {
        let known = path.canonicalize().and_then(|path| Ok((fs::metadata(&path)?, path)));
        let (metadata, path) = match known {
            Ok(known) => known,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Ok(())),
            Err(error) => return Ok(Err(LeftOut::Unreadable(error.to_string()))),
        };
        if !path.starts_with(self.root) {
            return Ok(Err(LeftOut::LeadsOut));
        }
        if metadata.is_dir() {
            return self.below(path, name);
        }
        if !metadata.is_file() {
            return Ok(Ok(()));
        }
        if !is_permitted(&metadata) {
            return Ok(Err(LeftOut::Forbidden));
        }
        if let Err(error) = File::open(&path) {
            return Ok(Err(LeftOut::Unreadable(error.to_string())));
        }
        self.tree.files.push(TreeFile { name: name.to_owned(), size: metadata.len(), path });
        Ok(Ok(()))
    }

    fn below(&mut self, path: PathBuf, name: &str) -> Result<Result<(), LeftOut>, FileError> {
        if self.above.contains(&path) {
            return Ok(Err(LeftOut::LeadsBack));
        }
        if self.above.len() > DEPTH_MAX {
            return Ok(Err(LeftOut::TooDeep));
        }
        if let Err(error) = fs::read_dir(&path) {
            return Ok(Err(LeftOut::Unreadable(error.to_string())));
        }
        self.above.push(path.clone());
        self.directory(&path, &format!("{name}/"))?;
        self.above.pop();
        Ok(Ok(()))
    }
}

/// Returns true if the mode of a file permits anybody to read it.
#[cfg(unix)]
fn is_permitted(metadata: &Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt;
    metadata.permissions().mode() & 0o444 != 0
}

#[cfg(not(unix))]
fn is_permitted(_: &Metadata) -> bool {
    true
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    /// A directory that is removed at the end.
    struct Place(PathBuf);

    impl Place {
        fn new(name: &str) -> Self {
            let path = std::env::temp_dir().join(format!("ewcsim-tree-{}-{name}", std::process::id()));
            fs::create_dir_all(path.join("images/17.9.4a")).expect("it can be made");
            Self(path)
        }
    }

    impl Drop for Place {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn nothing_outside_is_listed_and_nothing_that_may_not_be_read() {
        let place = Place::new("links");
        let at = |path: &str| place.0.join(path);
        fs::write(at("secret"), "secret").expect("written");
        for file in ["images/ap1g7", "images/17.9.4a/ap1g8", "images/closed"] {
            fs::write(at(file), "12345").expect("written");
        }
        fs::set_permissions(at("images/closed"), fs::Permissions::from_mode(0o000)).expect("it is ours");
        symlink("../secret", at("images/relative")).expect("linked");
        symlink(at("secret"), at("images/absolute")).expect("linked");
        symlink("..", at("images/17.9.4a/back")).expect("linked");
        symlink("../..", at("images/17.9.4a/up")).expect("linked");
        symlink("nowhere", at("images/dangling")).expect("linked");
        symlink("17.9.4a", at("images/current")).expect("linked");
        symlink("images", at("link")).expect("linked");
        for directory in ["images", "link"] {
            let tree = FileTree::on_disk(&at(directory)).expect("it is there");
            let names: Vec<&str> = tree.files.iter().map(|file| file.name.as_str()).collect();
            assert_eq!(names, ["17.9.4a/ap1g8", "ap1g7", "current/ap1g8"]);
            assert!(tree.files.iter().all(|file| file.size == 5 && file.path.is_file()));
            let left_out = |name: &str, why| (name.to_owned(), why);
            assert_eq!(
                tree.left_out,
                [
                    left_out("17.9.4a/back", LeftOut::LeadsBack),
                    left_out("17.9.4a/up", LeftOut::LeadsOut),
                    left_out("absolute", LeftOut::LeadsOut),
                    left_out("closed", LeftOut::Forbidden),
                    left_out("current/back", LeftOut::LeadsBack),
                    left_out("current/up", LeftOut::LeadsOut),
                    left_out("relative", LeftOut::LeadsOut),
                ]
            );
        }
        assert_eq!(FileTree::on_disk(&at("images/ap1g7")), Err(FileError::NoDirectory));
        assert_eq!(FileTree::on_disk(&at("none")), Err(FileError::NotFound));
    }
}
