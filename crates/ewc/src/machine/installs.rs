//! When images are fetched, and what becomes of them.

use std::net::IpAddr;
use std::time::Duration;

use image::Content;

use super::Machine;
use super::agenda::Deadline;
use crate::config::Mode;
use crate::install::{InstallFailure, Job, Protocol};
use crate::{Event, SkipReason};

impl Machine {
    /// The running install has ended.
    pub(crate) fn finish_install(&mut self, now: Duration, result: Result<Content, InstallFailure>) {
        let Some(job) = self.installs.finish() else { return };
        let result = result.and_then(|content| self.stage(&job.image, content));
        match result {
            Ok(content) => {
                self.sink.emit(Event::InstallCompleted {
                    image: job.image.clone(),
                    url: job.url,
                    bytes: content.len(),
                });
                self.serve_waiting(now, &job.image);
            }
            Err(reason) => self.sink.emit(Event::InstallFailed { image: job.image, url: job.url, reason }),
        }
        self.begin_next_install();
    }

    /// A download of `image` has failed: it is fetched a little later.
    pub(super) fn retry_install(&mut self, now: Duration, image: &str) {
        let due = now + self.controller.settings.install_retry;
        if self.installs.retry_at(image, due) {
            self.agenda.push(due, Deadline::Install);
        }
    }

    pub(super) fn start_due_installs(&mut self, now: Duration) {
        while let Some(image) = self.installs.take_due(now) {
            if self.library.holds(&image) {
                continue;
            }
            if let Err(reason) = self.job(&image) {
                self.sink.emit(Event::InstallSkipped { image, reason });
            } else if !self.installs.enqueue(image.clone()) {
                self.sink.emit(Event::InstallSkipped { image, reason: SkipReason::QueueFull });
            }
        }
        self.begin_next_install();
    }

    fn begin_next_install(&mut self) {
        while let Some(image) = self.installs.next() {
            if self.library.holds(&image) {
                continue;
            }
            match self.job(&image) {
                Ok(job) => {
                    self.sink.emit(Event::InstallStarted { image, url: job.url.clone() });
                    self.installs.begin(job);
                }
                Err(reason) => self.sink.emit(Event::InstallSkipped { image, reason }),
            }
        }
    }

    /// How to fetch `image` under the configuration in force.
    fn job(&mut self, image: &str) -> Result<Job, SkipReason> {
        let config = &self.controller.config;
        let settings = &self.controller.settings;
        let profile = config.image_download.as_ref().ok_or(SkipReason::NoProfile)?;
        let (scheme, server, directory, protocol) = match profile.mode {
            Mode::Unconfigured => return Err(SkipReason::NoProfile),
            Mode::Tftp => {
                let block_size = config.tftp_block_size.unwrap_or(settings.tftp_block_size);
                ("tftp://", profile.tftp.server, profile.tftp.directory(), Protocol::Tftp { block_size })
            }
            Mode::Sftp => {
                let protocol = Protocol::Sftp {
                    username: profile.sftp.username.clone(),
                    password: profile.sftp.password.clone(),
                    algorithms: settings.sftp.algorithms(&config.ssh_client),
                    strict_host_key_check: config.ssh_client.strict_host_key_check,
                };
                // The device prints stars in place of user and password.
                ("sftp://*****@", profile.sftp.server, profile.sftp.directory(), protocol)
            }
            Mode::Http | Mode::Cco => return Err(SkipReason::ModeNotSimulated),
        };
        let path = format!("{directory}/{image}");
        Ok(Job {
            image: image.to_owned(),
            url: format!("{scheme}{}{path}", in_url(server)),
            local: self.controller.address,
            server,
            path,
            protocol,
            bytes_max: self.library.staging_mut().capacity(),
        })
    }

    /// Puts a fetched image into `ap_images:`.
    fn stage(&mut self, image: &str, content: Content) -> Result<Content, InstallFailure> {
        let sessions = &self.sessions;
        let in_use = |name: &str| {
            sessions
                .iter()
                .filter_map(|(_, session)| session.download.as_ref())
                .any(|download| !download.is_pending() && download.image == name)
        };
        let bytes = content.len();
        match self.library.staging_mut().insert(image, content.clone(), in_use) {
            Ok(evicted) => {
                for (image, bytes) in evicted {
                    self.blocks.retain(|(name, _), _| *name != image);
                    self.sink.emit(Event::Evicted { image, bytes });
                }
                self.sink.emit(Event::Staged { image: image.to_owned(), bytes });
                Ok(content)
            }
            Err(_no_room) => {
                self.sink.emit(Event::StagingRefused { image: image.to_owned(), bytes });
                Err(InstallFailure::NoSpace)
            }
        }
    }

    /// Sends `image` to the access points that still wait for it.
    fn serve_waiting(&mut self, now: Duration, image: &str) {
        let waiting: Vec<usize> = self
            .sessions
            .iter()
            .filter(|(_, session)| {
                session
                    .download
                    .as_ref()
                    .is_some_and(|download| download.is_pending() && download.image == image)
            })
            .map(|(index, _)| index)
            .collect();
        for index in waiting {
            self.begin_download(now, index);
            self.settle(index);
        }
    }
}

/// An address as URLs have it (RFC 3986, section 3.2.2).
fn in_url(address: IpAddr) -> String {
    match address {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => format!("[{address}]"),
    }
}
