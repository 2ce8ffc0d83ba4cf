//! The install engine: `install add` of one image at a time, from the server of the image-download profile.

mod queue;
mod sftp;
mod tftp;

use std::net::{IpAddr, Ipv4Addr};

use host::Host;
use image::{Content, Pool};
use ssh::{Algorithms, Secret};

use crate::words::{InstallFailure, Location};
use crate::{KnownHosts, Settings};

pub(crate) use queue::Installs;

/// One `install add`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Job {
    /// The image's type.
    pub(crate) image: String,
    /// The place that it is for.
    pub(crate) location: Location,
    /// The URL, as the log prints it.
    pub(crate) url: String,
    /// The controller's address, which the server's log shows.
    pub(crate) local: Ipv4Addr,
    pub(crate) server: IpAddr,
    /// The file's name on the server, with a slash in front.
    pub(crate) path: String,
    pub(crate) protocol: Protocol,
    /// The size limit: a larger file is refused.
    pub(crate) bytes_max: u64,
}

/// The protocol by which the file is fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Protocol {
    Tftp {
        /// The block size to request; 512 is requested by omitting the option.
        block_size: u16,
    },
    Sftp {
        username: String,
        password: Secret,
        algorithms: Algorithms,
        /// True if a server whose host key has changed is refused.
        strict_host_key_check: bool,
    },
}

/// The host, settings and pool that fetches need.
pub(crate) struct Engine<H> {
    pub(crate) host: H,
    pub(crate) settings: Settings,
    pub(crate) pool: Pool,
    pub(crate) known_hosts: KnownHosts,
}

impl<H: Host> Engine<H> {
    /// Fetches the image that `job` names, after the engine's own preparation.
    pub(crate) async fn fetch(&self, job: &Job) -> Result<Content, InstallFailure> {
        self.host.sleep(self.settings.install_prepare).await;
        match &job.protocol {
            Protocol::Tftp { block_size } => self.fetch_tftp(job, *block_size).await,
            Protocol::Sftp { username, password, algorithms, strict_host_key_check } => {
                let login = sftp::Login {
                    username,
                    password,
                    algorithms,
                    strict_host_key_check: *strict_host_key_check,
                };
                self.fetch_sftp(job, login).await
            }
        }
    }
}
