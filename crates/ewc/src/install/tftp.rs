//! Fetching an image over TFTP: one request that only checks that the file is there, then one that reads it.
//!
//! The sample's server logs two requests per fetch in the same second, from the controller's address.

use std::net::SocketAddr;

use fetch::tftp::{FetchError, Refusal, Step, fetch, look};
use host::Host;
use image::Content;
use tftp::{ErrorCode, Failure};

use super::{Engine, Job};
use crate::words::InstallFailure;

impl<H: Host> Engine<H> {
    pub(super) async fn fetch_tftp(&self, job: &Job, block_size: u16) -> Result<Content, InstallFailure> {
        let local = SocketAddr::from((job.local, 0));
        let server = SocketAddr::new(job.server, self.settings.tftp_port);
        let mut request = self.settings.tftp_request(local, server, job.path.as_str());
        request.config.blksize = (block_size != tftp::BLOCK_SIZE_DEFAULT).then_some(block_size);
        match look(&self.host, request.clone()).await.map_err(reason) {
            // Every fetch is two requests: a missing file is reported twice.
            Ok(()) | Err(InstallFailure::NotFound) => {}
            Err(failure) => return Err(failure),
        }
        let mut file = self.pool.writer();
        let take = |step: Step<'_>| {
            let Step::Data(block) = step else { return Ok(()) };
            if file.len() + block.len() as u64 > job.bytes_max {
                return Err(Refusal {
                    code: ErrorCode::DISK_FULL,
                    message: "No space left on device".into(),
                });
            }
            file.append(block);
            Ok(())
        };
        fetch(&self.host, request, take).await.map_err(reason)?;
        if file.is_empty() { Err(InstallFailure::Empty) } else { Ok(file.finish()) }
    }
}

fn reason(error: FetchError) -> InstallFailure {
    match error {
        FetchError::Failed(Failure::PeerError { code, .. }) if code == ErrorCode::FILE_NOT_FOUND => {
            InstallFailure::NotFound
        }
        FetchError::Failed(Failure::PeerError { message, .. }) => {
            InstallFailure::Refused(message.as_str().unwrap_or_default().to_owned())
        }
        FetchError::Failed(Failure::TimedOut { .. }) => InstallFailure::TimedOut,
        FetchError::Unreachable { .. } => InstallFailure::Unreachable,
        FetchError::Refused(_) => InstallFailure::NoSpace,
        other => InstallFailure::Protocol(other.to_string()),
    }
}
