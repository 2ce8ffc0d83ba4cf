//! Files that exist only here: named and sized by listings, made when first read, changed by faults.

mod written;

use std::cell::{OnceCell, RefCell};
use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;
use std::rc::Rc;

use image::{Content, Entry, Listing};

use self::written::Written;
use super::{FileError, FileSource, FileWriter, Kind, Metadata, Modified, User, split};

/// The default: the files of the field samples.
const MODIFIED: &str = "Oct 20 11:04";

/// The bytes that clients may write into a [`Tree`] unless [`Tree::set_space`] sets another limit.
pub const SPACE_DEFAULT: u64 = 256 << 20;

/// A machine's files. Clones share them, so that a fault may change what a running server serves.
#[derive(Clone, Debug)]
pub struct Tree(Rc<RefCell<Nodes>>);

#[derive(Debug)]
struct Nodes {
    nodes: BTreeMap<String, Node>,
    /// The most bytes that written files may have in all.
    space: u64,
}

#[derive(Clone, Debug)]
struct Node {
    metadata: Metadata,
    /// The content; none for a directory.
    content: Option<Rc<Lazy>>,
    /// The number of its bytes that were written here, and so take space.
    written: u64,
}

/// A file to put into a [`Tree`].
#[derive(Clone, Debug)]
pub struct File(Node);

impl File {
    /// Makes a file of root with mode 0644 and this content.
    pub fn new(content: Content) -> Self {
        let size = content.len();
        Self::made_by(size, move || content.clone())
    }

    /// Makes a file of root with mode 0644 whose content is made when it is first read, and then kept. `size` is the size that
    /// the file shows before that, in bytes.
    pub fn made_by(size: u64, make: impl Fn() -> Content + 'static) -> Self {
        let metadata = Metadata {
            kind: Kind::File,
            size,
            mode: 0o644,
            owner: "root".into(),
            group: "root".into(),
            modified: Modified::Listed(MODIFIED.into()),
        };
        Self(Node { metadata, content: Some(Rc::new(Lazy::new(make))), written: 0 })
    }

    /// Makes the file of a listing, with the content of `make`.
    pub fn listed(entry: &Entry, make: impl Fn() -> Content + 'static) -> Self {
        let Self(mut node) = Self::made_by(entry.size, make);
        node.metadata = Metadata {
            kind: Kind::File,
            size: entry.size,
            mode: entry.mode,
            owner: entry.owner.clone(),
            group: entry.group.clone(),
            modified: Modified::Listed(entry.modified.clone()),
        };
        Self(node)
    }

    /// Returns the same file with other permission bits.
    #[must_use]
    pub fn with_mode(mut self, mode: u32) -> Self {
        self.0.metadata.mode = mode;
        self
    }

    /// Returns the same file with another owner and group.
    #[must_use]
    pub fn with_owner(mut self, owner: &str, group: &str) -> Self {
        self.0.metadata.owner = owner.into();
        self.0.metadata.group = group.into();
        self
    }
}

impl Default for Tree {
    fn default() -> Self {
        Self::new()
    }
}

impl Tree {
    /// Makes a machine with only its root directory.
    pub fn new() -> Self {
        let nodes = BTreeMap::from([("/".to_owned(), directory())]);
        Self(Rc::new(RefCell::new(Nodes { nodes, space: SPACE_DEFAULT })))
    }

    /// Limits the bytes that clients may write, in all files together.
    pub fn set_space(&self, bytes: u64) {
        self.0.borrow_mut().space = bytes;
    }

    /// Puts a file there, replacing an existing one. Missing directories on the way are made with owner root and mode 0755.
    ///
    /// # Errors
    /// [`FileError::NotADirectory`] if a file is on the way, [`FileError::IsADirectory`] if a directory is there,
    /// [`FileError::NotFound`] if the path is not plain (see [`FileSource`]).
    pub fn insert(&self, path: &str, file: File) -> Result<(), FileError> {
        let (parent, _) = split(path)?;
        self.insert_directory(parent)?;
        let nodes = &mut self.0.borrow_mut().nodes;
        match nodes.get(path) {
            Some(node) if node.metadata.is_directory() => return Err(FileError::IsADirectory),
            _ => nodes.insert(path.to_owned(), file.0),
        };
        Ok(())
    }

    /// Puts all files of a listing into a directory; `make` returns the content of each when it is first read.
    ///
    /// # Errors
    /// As [`Tree::insert`].
    pub fn insert_listing(
        &self,
        directory: &str,
        listing: &Listing,
        make: impl Fn(&Entry) -> Content + 'static,
    ) -> Result<(), FileError> {
        let make = Rc::new(make);
        self.insert_directory(directory)?;
        for entry in &listing.entries {
            let (make, listed) = (Rc::clone(&make), entry.clone());
            let path = format!("{}/{}", directory.trim_end_matches('/'), entry.name);
            self.insert(&path, File::listed(entry, move || make(&listed)))?;
        }
        Ok(())
    }

    /// Makes a directory and those on the way to it, unless they exist.
    ///
    /// # Errors
    /// As [`Tree::insert`].
    pub fn insert_directory(&self, path: &str) -> Result<(), FileError> {
        if path == "/" {
            return Ok(());
        }
        let (parent, _) = split(path)?;
        self.insert_directory(parent)?;
        match self.0.borrow_mut().nodes.entry(path.to_owned()).or_insert_with(directory).metadata.kind {
            Kind::Directory => Ok(()),
            Kind::File => Err(FileError::NotADirectory),
        }
    }

    /// Removes a file, or a directory and all below it.
    ///
    /// # Errors
    /// [`FileError::NotFound`].
    pub fn remove(&self, path: &str) -> Result<(), FileError> {
        let nodes = &mut self.0.borrow_mut().nodes;
        nodes.remove(path).ok_or(FileError::NotFound)?;
        let below = format!("{path}/");
        nodes.retain(|path, _| !path.starts_with(&below));
        Ok(())
    }

    /// Cuts a file to at most `size` bytes.
    ///
    /// # Errors
    /// As [`FileSource::read`].
    pub fn truncate(&self, path: &str, size: u64) -> Result<(), FileError> {
        self.change(path, |metadata, old| {
            metadata.size = metadata.size.min(size);
            Lazy::new(move || {
                let old = old.content();
                old.slice(0..size.min(old.len()))
            })
        })
    }

    /// Inverts the bytes of a file that are in `range`.
    ///
    /// # Errors
    /// As [`FileSource::read`].
    pub fn corrupt(&self, path: &str, range: Range<u64>) -> Result<(), FileError> {
        self.change(path, |_, old| {
            Lazy::new(move || {
                let old = old.content();
                let start = range.start.min(old.len());
                let end = range.end.clamp(start, old.len());
                let inverted: Vec<u8> = old.block(start..end).iter().map(|byte| !byte).collect();
                old.replaced(start, inverted)
            })
        })
    }

    /// Gives a file other content; owner and mode stay.
    ///
    /// # Errors
    /// As [`FileSource::read`].
    pub fn replace(&self, path: &str, content: Content) -> Result<(), FileError> {
        self.change(path, |metadata, _| {
            metadata.size = content.len();
            Lazy::new(move || content.clone())
        })
    }

    /// Gives a file or directory other permission bits.
    ///
    /// # Errors
    /// [`FileError::NotFound`].
    pub fn set_mode(&self, path: &str, mode: u32) -> Result<(), FileError> {
        self.0.borrow_mut().nodes.get_mut(path).ok_or(FileError::NotFound)?.metadata.mode = mode;
        Ok(())
    }

    /// Gives a file or directory another owner and group.
    ///
    /// # Errors
    /// [`FileError::NotFound`].
    pub fn set_owner(&self, path: &str, owner: &str, group: &str) -> Result<(), FileError> {
        let nodes = &mut self.0.borrow_mut().nodes;
        let metadata = &mut nodes.get_mut(path).ok_or(FileError::NotFound)?.metadata;
        metadata.owner = owner.into();
        metadata.group = group.into();
        Ok(())
    }

    fn change(
        &self,
        path: &str,
        change: impl FnOnce(&mut Metadata, Rc<Lazy>) -> Lazy,
    ) -> Result<(), FileError> {
        let nodes = &mut self.0.borrow_mut().nodes;
        let node = nodes.get_mut(path).ok_or(FileError::NotFound)?;
        let old = node.content.take().ok_or(FileError::IsADirectory)?;
        node.content = Some(Rc::new(change(&mut node.metadata, old)));
        node.written = node.written.min(node.metadata.size);
        Ok(())
    }
}

impl FileSource for Tree {
    fn stat(&self, path: &str) -> Result<Metadata, FileError> {
        self.0.borrow().nodes.get(path).map(|node| node.metadata.clone()).ok_or(FileError::NotFound)
    }

    fn read(&self, path: &str) -> Result<Content, FileError> {
        let content = self.0.borrow().nodes.get(path).ok_or(FileError::NotFound)?.content.clone();
        // Made after the borrow has ended: making may read the tree.
        Ok(content.ok_or(FileError::IsADirectory)?.content().clone())
    }

    fn list(&self, path: &str) -> Result<Vec<String>, FileError> {
        if !self.stat(path)?.is_directory() {
            return Err(FileError::NotADirectory);
        }
        let below = format!("{}/", path.trim_end_matches('/'));
        let files = self.0.borrow();
        let names = files.nodes.keys().filter_map(|path| path.strip_prefix(&below));
        Ok(names.filter(|name| !name.is_empty() && !name.contains('/')).map(str::to_owned).collect())
    }

    fn create(&self, path: &str, mode: u32, owner: &User) -> Result<(), FileError> {
        let (directory, _) = split(path)?;
        if !self.stat(directory)?.is_directory() {
            return Err(FileError::NotADirectory);
        }
        if self.stat(path).is_ok() {
            return Err(FileError::Exists);
        }
        let group = owner.groups.first().map_or(&owner.name, |group| &group.name);
        let file = File::new(Content::from_vec(Vec::new()));
        self.insert(path, file.with_mode(mode).with_owner(&owner.name, group))
    }

    fn rewrite(&self, path: &str) -> Result<Box<dyn FileWriter>, FileError> {
        Ok(Box::new(Written::begin(self, path)?))
    }
}

/// Content that is made once, when it is first requested.
struct Lazy {
    make: Box<dyn Fn() -> Content>,
    made: OnceCell<Content>,
}

impl Lazy {
    fn new(make: impl Fn() -> Content + 'static) -> Self {
        Self { make: Box::new(make), made: OnceCell::new() }
    }

    fn content(&self) -> &Content {
        self.made.get_or_init(&self.make)
    }
}

impl fmt::Debug for Lazy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.made.get().is_some() { "made" } else { "not yet made" })
    }
}

fn directory() -> Node {
    let metadata = Metadata {
        kind: Kind::Directory,
        size: 4096,
        mode: 0o755,
        owner: "root".into(),
        group: "root".into(),
        modified: Modified::Listed(MODIFIED.into()),
    };
    Node { metadata, content: None, written: 0 }
}

#[cfg(test)]
mod tests;
