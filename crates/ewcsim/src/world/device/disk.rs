//! The files on the machine of a server: image sets at their paths, homes, directories, and the owner of each.

use files::{File, FileError, FileSource as _, Tree};
use image::Content;
use scenario::{Directory, FileChange, ImageFile, Mount, Ownership, Server, User};

use crate::images::ImageStore;

/// The default owner.
const ROOT: &str = "root";
/// The mode of homes in Ubuntu since 21.04 (`HOME_MODE` in login.defs).
const HOME_MODE: u32 = 0o750;

/// The files of a server.
pub(crate) struct Disk {
    setup: Server,
    images: ImageStore,
    /// Maps the name that clients use to the path on the machine.
    local_path: Box<dyn Fn(&str) -> String>,
    tree: Tree,
}

impl Disk {
    /// Creates the files of `setup` at the start of the run. The directory `root` exists even if it is empty: in.tftpd needs it
    /// to start.
    pub(super) fn new(
        setup: Server,
        images: ImageStore,
        root: Option<String>,
        local_path: Box<dyn Fn(&str) -> String>,
    ) -> Self {
        let disk = Self { setup, images, local_path, tree: Tree::new() };
        let made = root.map_or(Ok(()), |root| disk.tree.insert_directory(&root));
        debug_assert!(made.is_ok(), "the first directory of an empty tree");
        for mount in &disk.setup.files {
            for file in &disk.images.set(&mount.images).files {
                let path = format!("{}/{}", mount.path, file.name);
                // Scenarios cannot have two files at one path, so the only error left is a file below a file; it is not served.
                let _ = disk.put(&path, &mount.images, file, &mount.ownership);
            }
        }
        for (path, text) in &disk.setup.machine_files {
            // A file that is also in an image set is the one that is written here.
            let _ = disk.tree.insert(path, File::new(Content::from_vec(text.text.clone().into_bytes())));
        }
        for user in &disk.setup.users {
            move_in(&disk.tree, user, &disk.setup.files);
        }
        for directory in &disk.setup.directories {
            own_directory(&disk.tree, directory);
        }
        disk
    }

    /// Returns the files as a server reads them.
    pub(crate) fn tree(&self) -> Tree {
        self.tree.clone()
    }

    /// Changes a file; `path` is the name that clients use.
    pub(crate) fn change(&self, path: &str, change: &FileChange) -> Result<(), FileError> {
        let local = (self.local_path)(path);
        let of_set = |set: &str| {
            let name = path.rsplit('/').next().unwrap_or(path);
            self.images.set(set).file(name).ok_or(FileError::NotFound)
        };
        match change {
            FileChange::Remove => self.tree.remove(&local),
            FileChange::Truncate(size) => self.tree.truncate(&local, *size),
            FileChange::Corrupt(offset) => self.tree.corrupt(&local, *offset..offset.saturating_add(1)),
            FileChange::Replace(set) => self.tree.replace(&local, self.images.content(set, of_set(set)?)),
            FileChange::Add(set) => self.put(path, set, of_set(set)?, &Ownership::default()),
            FileChange::Restore => self.restore(path),
        }
    }

    /// Restores the file at `path` to its state at the start of the run.
    fn restore(&self, path: &str) -> Result<(), FileError> {
        let name = |mount: &Mount| path.strip_prefix(&mount.path)?.strip_prefix('/').map(str::to_owned);
        let found = self
            .setup
            .files
            .iter()
            .find_map(|mount| Some((mount, self.images.set(&mount.images).file(&name(mount)?)?)));
        let (mount, file) = found.ok_or(FileError::NotFound)?;
        self.put(path, &mount.images, file, &mount.ownership)
    }

    /// Puts a file of `set` at `path`, replacing any file there.
    fn put(&self, path: &str, set: &str, file: &ImageFile, ownership: &Ownership) -> Result<(), FileError> {
        let (images, set, made_of) = (self.images.clone(), set.to_owned(), file.clone());
        let make = move || images.content(&set, &made_of);
        self.tree.insert(&(self.local_path)(path), owned(file, ownership, make))
    }
}

/// Builds a file with the owner and mode of its listing, unless `ownership` overrides them.
fn owned(file: &ImageFile, ownership: &Ownership, make: impl Fn() -> Content + 'static) -> File {
    let made = match &file.listed {
        Some(listed) => File::listed(listed, make),
        None => File::made_by(file.size, make),
    };
    let (owner, group) = match &file.listed {
        Some(listed) => (listed.owner.as_str(), listed.group.as_str()),
        None => (ROOT, ROOT),
    };
    let owner = ownership.owner.as_deref().unwrap_or(owner);
    let made = made.with_owner(owner, ownership.group.as_deref().unwrap_or(group));
    match ownership.mode {
        Some(mode) => made.with_mode(mode),
        None => made,
    }
}

/// Gives a user a home, and the directories between it and the mounts in it.
fn move_in(tree: &Tree, user: &User, mounts: &[Mount]) {
    // A user whose home is the root does not own it.
    if user.home == "/" || tree.insert_directory(&user.home).is_err() {
        return;
    }
    let inside = |path: &str| path.strip_prefix(&user.home).is_some_and(|rest| rest.starts_with('/'));
    let below = mounts.iter().flat_map(|mount| ancestors(&mount.path)).filter(|path| inside(path));
    for path in below.chain([user.home.as_str()]) {
        // A mount without files is still a directory.
        let owned = tree.insert_directory(path).and_then(|()| tree.set_owner(path, &user.name, &user.name));
        debug_assert!(owned.is_ok(), "there are directories alone on the way to what is in one");
    }
    let private = tree.set_mode(&user.home, if user.uid == 0 { 0o700 } else { HOME_MODE });
    debug_assert!(private.is_ok(), "the home is there");
}

/// Returns a path and all directories above it, except the root.
fn ancestors(path: &str) -> impl Iterator<Item = &str> {
    let ends = path.match_indices('/').map(|(at, _)| at).filter(|at| *at > 0).chain([path.len()]);
    ends.map(|end| &path[..end]).filter(|path| !path.is_empty())
}

/// Creates a directory with the owner and mode of the scenario, even if it is empty.
fn own_directory(tree: &Tree, directory: &Directory) {
    // A file at this path stays as it is, and no directory is made.
    if tree.insert_directory(&directory.path).is_err() {
        return;
    }
    let Ok(now) = tree.stat(&directory.path) else { return };
    let Ownership { owner, group, mode } = &directory.ownership;
    let owner = owner.as_deref().unwrap_or(&now.owner);
    let group = group.as_deref().unwrap_or(&now.group);
    let set = tree
        .set_owner(&directory.path, owner, group)
        .and_then(|()| tree.set_mode(&directory.path, mode.unwrap_or(now.mode)));
    debug_assert!(set.is_ok(), "the directory is there");
}
