//! The install engine: `install add` of one image at a time, from the server of the image-download profile.

mod failure;
mod queue;
mod tftp;

use std::net::{IpAddr, Ipv4Addr};

use host::Host;

use crate::{ControllerHandle, Settings};

pub use failure::InstallFailure;
pub(crate) use queue::Installs;

/// One `install add`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Job {
    /// The image's type.
    pub(crate) image: String,
    /// As the log prints it.
    pub(crate) url: String,
    /// The controller's address, which the server's log shows.
    pub(crate) local: Ipv4Addr,
    pub(crate) server: IpAddr,
    /// The file's name on the server.
    pub(crate) path: String,
    /// The block size to ask for; 512 is asked for by saying nothing.
    pub(crate) block_size: u16,
    /// A file larger than this is refused.
    pub(crate) bytes_max: u64,
}

/// Fetches the job's image and tells the machine how it went.
pub(crate) async fn perform<H: Host>(host: H, handle: ControllerHandle, job: Job) {
    let (settings, pool): (Settings, image::Pool) = {
        let machine = handle.machine();
        (machine.controller().settings.clone(), machine.controller().pool.clone())
    };
    let result = tftp::fetch(&host, &settings, &pool, &job).await;
    handle.change(|machine| machine.finish_install(host.now(), result));
}
