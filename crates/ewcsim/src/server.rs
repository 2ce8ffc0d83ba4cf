//! A server of a scenario: its software, its configuration, its files. On a simulated host in `run`, on this machine in `serve`.

use std::convert::Infallible;
use std::fmt::Display;
use std::net::SocketAddr;
use std::rc::Rc;

use fileserver::files::{File, Tree};
use fileserver::{tftpd_hpa, tftpd64};
use host::{Host, Sink};
use scenario::Mount;

use crate::record::Event;
use crate::world::ImageStore;

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

    /// What its machine holds: each mount below the directory that its configuration makes the root.
    pub(crate) fn files(&self, mounts: &[Mount], images: &ImageStore) -> Tree {
        let tree = Tree::new();
        // The directory is there, even if it is empty: in.tftpd does not start without.
        let made = match self {
            Self::TftpdHpa(config) => tree.insert_directory(config.root()),
            Self::Tftpd64(config) => tree.insert_directory(&config.root()),
        };
        debug_assert!(made.is_ok(), "the first directory of an empty tree");
        for mount in mounts {
            for file in &images.set(&mount.images).files {
                let path = self.local_path(&format!("{}/{}", mount.path, file.name));
                let (images, set, made_of) = (images.clone(), mount.images.clone(), file.clone());
                let file = File::made_by(file.size, move || images.content(&set, &made_of));
                // The scenario refuses two files at one path, so only a file below a file is left; it is not served.
                let _ = tree.insert(&path, file);
            }
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
