//! A server of a scenario: its software, its configuration, its files. On a simulated host in `run`, on this machine in `serve`.

use std::convert::Infallible;
use std::fmt::Display;
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::Duration;

use files::{File, FileError, FileSource as _, Tree};
use host::{Host, Sink};
use image::Content;
use scenario::{Directory, ImageFile, Mount, Ownership, User};
use ssh::HostKey;
use tftpd::{tftpd_hpa, tftpd64};

use super::record::Event;
use crate::images::ImageStore;

/// Whose everything is that nobody claims.
const ROOT: &str = "root";
/// Of homes, as Ubuntu makes them since 21.04 (`HOME_MODE` in login.defs).
const HOME_MODE: u32 = 0o750;

/// The software of a server, configured.
#[derive(Clone, Debug)]
pub(crate) enum Software {
    /// in.tftpd of tftp-hpa.
    TftpdHpa(tftpd_hpa::Config),
    /// Tftpd64 for Windows.
    Tftpd64(tftpd64::Config),
    /// sshd of OpenSSH with its SFTP server.
    OpenSsh(Box<OpenSsh>),
}

/// What sshd is set up with, but for its keys.
#[derive(Clone, Debug)]
pub(crate) struct OpenSsh {
    /// Its sshd_config.
    pub(crate) config: openssh::Config,
    /// Who can log in.
    pub(crate) accounts: openssh::Accounts,
}

impl Software {
    /// As a scenario names it.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::TftpdHpa(_) => "tftpd-hpa",
            Self::Tftpd64(_) => "tftpd64",
            Self::OpenSsh(_) => "openssh",
        }
    }

    /// Where on the server's machine stands what a scenario calls `name`: what clients of TFTP call so.
    pub(crate) fn local_path(&self, name: &str) -> String {
        match self {
            Self::TftpdHpa(config) => config.local_path(name),
            Self::Tftpd64(config) => config.local_path(name),
            Self::OpenSsh(_) => name.to_owned(),
        }
    }

    /// The same server, listening elsewhere.
    #[must_use]
    pub(crate) fn listening_at(mut self, address: SocketAddr) -> Self {
        match &mut self {
            Self::TftpdHpa(config) => config.listen = address,
            Self::Tftpd64(config) => config.listen = address,
            Self::OpenSsh(ssh) => ssh.config.listen = vec![address],
        }
        self
    }

    /// What its machine holds: each mount at its place, and whose that is.
    pub(crate) fn files(&self, server: &scenario::Server, images: &ImageStore) -> Tree {
        let tree = Tree::new();
        // The directory is there, even if it is empty: in.tftpd does not start without.
        let made = match self {
            Self::TftpdHpa(config) => tree.insert_directory(config.root()),
            Self::Tftpd64(config) => tree.insert_directory(&config.root()),
            Self::OpenSsh(_) => Ok(()),
        };
        debug_assert!(made.is_ok(), "the first directory of an empty tree");
        for mount in &server.files {
            for file in &images.set(&mount.images).files {
                let path = format!("{}/{}", mount.path, file.name);
                // The scenario refuses two files at one path, so only a file below a file is left; it is not served.
                let _ = self.put(&tree, &path, &mount.images, file, &mount.ownership, images);
            }
        }
        for user in &server.users {
            move_in(&tree, user, &server.files);
        }
        for directory in &server.directories {
            own_directory(&tree, directory);
        }
        tree
    }

    /// Puts the file at `path`, as clients name it, back as it was at the start of the run.
    pub(crate) fn restore(
        &self,
        tree: &Tree,
        path: &str,
        server: &scenario::Server,
        images: &ImageStore,
    ) -> Result<(), FileError> {
        let name = |mount: &Mount| path.strip_prefix(&mount.path)?.strip_prefix('/').map(str::to_owned);
        let found = server
            .files
            .iter()
            .find_map(|mount| Some((mount, images.set(&mount.images).file(&name(mount)?)?)));
        let (mount, file) = found.ok_or(FileError::NotFound)?;
        self.put(tree, path, &mount.images, file, &mount.ownership, images)
    }

    /// Puts a file of `set` at `path`, as clients name it, in place of what may be there.
    pub(crate) fn put(
        &self,
        tree: &Tree,
        path: &str,
        set: &str,
        file: &ImageFile,
        ownership: &Ownership,
        images: &ImageStore,
    ) -> Result<(), FileError> {
        let (images, set, made_of) = (images.clone(), set.to_owned(), file.clone());
        let make = move || images.content(&set, &made_of);
        tree.insert(&self.local_path(path), owned(file, ownership, make))
    }

    /// The keys by which clients know it, if it has such: made from what `host` draws, others for each `generation`.
    pub(crate) fn host_keys<H: Host>(&self, host: &H, generation: u32) -> Vec<HostKey> {
        let Self::OpenSsh(ssh) = self else { return Vec::new() };
        let key = |(path, kind)| {
            let mut drawn = host.entropy(&format!("host key {path}, {generation}"));
            HostKey::generate(kind, &mut drawn)
        };
        ssh.config.host_key_kinds().map(key).collect()
    }

    /// Serves `files` on `host` until it is dropped, with [`Software::host_keys`]. What happens goes to `sink`. `started` is what
    /// the server's clock showed when that of `host` began, since 1970.
    ///
    /// # Errors
    /// If it cannot start; it says so in its log too.
    pub(crate) async fn run<H: Host>(
        self,
        host: H,
        files: Tree,
        host_keys: Vec<HostKey>,
        started: Duration,
        sink: Sink<Event>,
    ) -> Result<Infallible, StartError> {
        match self {
            Self::TftpdHpa(config) => {
                let events = Sink::new(move |event| sink.emit(Event::TftpdHpa(event)));
                tftpd_hpa::run(host, config, Rc::new(files), events).await.map_err(|error| match error {
                    tftpd_hpa::ServerError::Bind(error) => StartError::Bind(error),
                    other => StartError::other(other),
                })
            }
            Self::Tftpd64(config) => {
                let events = Sink::new(move |event| sink.emit(Event::Tftpd64(event)));
                tftpd64::run(host, config, Rc::new(files), events).await.map_err(|error| match error {
                    tftpd64::ServerError::Bind(error) => StartError::Bind(error),
                    other => StartError::other(other),
                })
            }
            Self::OpenSsh(ssh) => {
                let OpenSsh { config, accounts } = *ssh;
                let events = Sink::new(move |event| sink.emit(Event::OpenSsh(event)));
                let running =
                    openssh::run(host, config, accounts, host_keys, Rc::new(files), started, events);
                running.await.map_err(|error| match error {
                    // Where `serve` has it listen is one place.
                    openssh::ServerError::Bind(mut failed) if failed.len() == 1 => {
                        StartError::Bind(failed.remove(0).1)
                    }
                    other => StartError::other(other),
                })
            }
        }
    }
}

/// A file with the owner and mode of its listing, but for what `ownership` says.
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

/// Gives a user a home, and what is on the way from there to the mounts in it.
fn move_in(tree: &Tree, user: &User, mounts: &[Mount]) {
    // Who lives at the root does not own it.
    if user.home == "/" || tree.insert_directory(&user.home).is_err() {
        return;
    }
    let inside = |path: &str| path.strip_prefix(&user.home).is_some_and(|rest| rest.starts_with('/'));
    let below = mounts.iter().flat_map(|mount| ancestors(&mount.path)).filter(|path| inside(path));
    for path in below.chain([user.home.as_str()]) {
        // A mount without files is a directory all the same.
        let owned = tree.insert_directory(path).and_then(|()| tree.set_owner(path, &user.name, &user.name));
        debug_assert!(owned.is_ok(), "there are directories alone on the way to what is in one");
    }
    let private = tree.set_mode(&user.home, if user.uid == 0 { 0o700 } else { HOME_MODE });
    debug_assert!(private.is_ok(), "the home is there");
}

/// A path and all directories above it, but for the root.
fn ancestors(path: &str) -> impl Iterator<Item = &str> {
    let ends = path.match_indices('/').map(|(at, _)| at).filter(|at| *at > 0).chain([path.len()]);
    ends.map(|end| &path[..end]).filter(|path| !path.is_empty())
}

/// A directory with the owner and mode that the scenario gives it, even if nothing is in it.
fn own_directory(tree: &Tree, directory: &Directory) {
    // At a place where a file stands there will be no directory; the file stays as it is.
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

/// Where a server listens, if that is what an event of it tells.
pub(crate) fn listening(event: &Event) -> Option<SocketAddr> {
    match event {
        Event::TftpdHpa(tftpd_hpa::Event { what: tftpd_hpa::What::Listening { address }, .. }) => {
            Some(*address)
        }
        Event::Tftpd64(tftpd64::Event { what: tftpd64::What::Listening { address }, .. }) => Some(*address),
        Event::OpenSsh(openssh::Event { what: openssh::What::Listening { address }, .. }) => Some(*address),
        _ => None,
    }
}

/// Why a server does not run.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StartError {
    /// Its port cannot be had.
    #[error("cannot listen: {0}")]
    Bind(std::io::Error),
    /// Anything else, in the words of the server.
    #[error("{0}")]
    Other(String),
}

impl StartError {
    fn other(error: impl Display) -> Self {
        Self::Other(error.to_string())
    }
}
