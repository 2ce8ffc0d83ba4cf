//! A server of a scenario: its software, its configuration, its files. On a simulated host in `run`, on this machine in `serve`.

use std::convert::Infallible;
use std::fmt::Display;
use std::net::SocketAddr;
use std::rc::Rc;

use fileserver::files::{File, FileSource as _, Tree};
use fileserver::{tftpd_hpa, tftpd64};
use host::{Host, Sink};
use image::Content;
use scenario::{Directory, ImageFile, Ownership};

use crate::record::Event;
use crate::world::ImageStore;

/// Whose everything is that nobody claims.
const ROOT: &str = "root";

/// The software of a server, configured.
#[derive(Clone, Debug)]
pub(crate) enum Software {
    /// in.tftpd of tftp-hpa.
    TftpdHpa(tftpd_hpa::Config),
    /// Tftpd64 for Windows.
    Tftpd64(tftpd64::Config),
}

impl Software {
    /// As a scenario names it.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::TftpdHpa(_) => "tftpd-hpa",
            Self::Tftpd64(_) => "tftpd64",
        }
    }

    /// Where on the server's machine a client finds what it calls `name`.
    pub(crate) fn local_path(&self, name: &str) -> String {
        match self {
            Self::TftpdHpa(config) => config.local_path(name),
            Self::Tftpd64(config) => config.local_path(name),
        }
    }

    /// The same server, listening elsewhere.
    #[must_use]
    pub(crate) fn listening_at(mut self, address: SocketAddr) -> Self {
        match &mut self {
            Self::TftpdHpa(config) => config.listen = address,
            Self::Tftpd64(config) => config.listen = address,
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
        };
        debug_assert!(made.is_ok(), "the first directory of an empty tree");
        for mount in &server.files {
            for file in &images.set(&mount.images).files {
                let path = self.local_path(&format!("{}/{}", mount.path, file.name));
                let (images, set, made_of) = (images.clone(), mount.images.clone(), file.clone());
                let make = move || images.content(&set, &made_of);
                // The scenario refuses two files at one path, so only a file below a file is left; it is not served.
                let _ = tree.insert(&path, owned(file, &mount.ownership, make));
            }
        }
        for directory in &server.directories {
            own_directory(&tree, directory);
        }
        tree
    }

    /// Serves `files` on `host` until it is dropped. What happens goes to `sink`.
    ///
    /// # Errors
    /// If it cannot start; it says so in its log too.
    pub(crate) async fn run<H: Host>(
        self,
        host: H,
        files: Tree,
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
