//! The start and the results of image fetches.

use std::net::IpAddr;
use std::time::Duration;

use image::{Content, Version};

use super::Machine;
use super::timer_queue::Deadline;
use crate::config::Mode;
use crate::install::{Job, Protocol};
use crate::words::InstallFailure;
use crate::words::Location;
use crate::{ControllerEvent, SkipReason};

impl Machine {
    /// Handles the end of the running install.
    pub(crate) fn finish_install(&mut self, now: Duration, result: Result<Content, InstallFailure>) {
        let Some((job, wanted)) = self.installs.finish() else { return };
        if !wanted {
            // What it was for is over, and may have been started anew: this changes nothing.
            let reason = InstallFailure::Aborted;
            self.sink.emit(ControllerEvent::InstallFailed { image: job.image, url: job.url, reason });
            return self.begin_next_install(now);
        }
        let result = result.and_then(|content| match job.location {
            Location::Backup => self.store_controller(&content).map(|()| content),
            Location::Active | Location::Prepare => self.stage(&job.image, job.location, content),
        });
        let failed = result.is_err();
        match result {
            Ok(content) => {
                self.sink.emit(ControllerEvent::InstallCompleted {
                    image: job.image.clone(),
                    url: job.url.clone(),
                    bytes: content.len(),
                });
                if job.location == Location::Active {
                    self.serve_waiting(now, &job.image);
                }
            }
            Err(reason) => {
                let (image, url) = (job.image.clone(), job.url.clone());
                self.sink.emit(ControllerEvent::InstallFailed { image, url, reason });
            }
        }
        match job.location {
            Location::Prepare => self.finish_preparation(now, &job.image, job.url, failed),
            Location::Backup => self.finish_controller_download(now, failed),
            Location::Active => (),
        }
        self.begin_next_install(now);
    }

    /// Schedules a fetch of `image` a little later, as a download of it has failed.
    pub(super) fn retry_install(&mut self, now: Duration, image: &str) {
        let due = now + self.controller.settings.install_retry;
        if self.installs.retry_at(image, due) {
            self.timers.push(due, Deadline::Install);
        }
    }

    pub(super) fn start_due_installs(&mut self, now: Duration) {
        while let Some(image) = self.installs.take_due(now) {
            if self.library.holds(&image, Location::Active) {
                continue;
            }
            if let Err(reason) = self.job(&image, Location::Active) {
                self.sink.emit(ControllerEvent::InstallSkipped { image, reason });
            } else if !self.installs.enqueue(image.clone(), Location::Active) {
                self.sink.emit(ControllerEvent::InstallSkipped { image, reason: SkipReason::QueueFull });
            }
        }
        self.begin_next_install(now);
    }

    /// Starts the next install, if none is running.
    pub(super) fn begin_next_install(&mut self, now: Duration) {
        while let Some((image, location)) = self.installs.next() {
            if self.library.holds(&image, location) {
                continue;
            }
            match self.job(&image, location) {
                Ok(job) => {
                    if location == Location::Backup {
                        self.note_controller_download();
                    }
                    self.sink.emit(ControllerEvent::InstallStarted { image, url: job.url.clone() });
                    self.installs.begin(job);
                }
                Err(reason) => {
                    self.sink.emit(ControllerEvent::InstallSkipped { image: image.clone(), reason });
                    match location {
                        Location::Prepare => self.fail_preparation(now, &image),
                        Location::Backup => {
                            self.note_controller_download();
                            self.finish_controller_download(now, true);
                        }
                        Location::Active => (),
                    }
                }
            }
        }
    }

    /// Returns the job that fetches `image` under the configuration in force.
    pub(super) fn job(&mut self, image: &str, location: Location) -> Result<Job, SkipReason> {
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
                // The device prints stars instead of user and password.
                ("sftp://*****@", profile.sftp.server, profile.sftp.directory(), protocol)
            }
            // Cisco 221705.
            Mode::Http if self.is_mixed() => return Err(SkipReason::NonHomogeneous),
            Mode::Http | Mode::Cco => return Err(SkipReason::ModeNotSimulated),
        };
        let path = format!("{directory}/{image}");
        Ok(Job {
            image: image.to_owned(),
            location,
            url: format!("{scheme}{}{path}", in_url(server)),
            local: self.controller.address,
            server,
            path,
            protocol,
            bytes_max: match location {
                Location::Backup => settings.backup_image_capacity,
                Location::Active | Location::Prepare => self.library.staging_mut().capacity(),
            },
        })
    }

    /// Returns true if there is an access point of another type than the controller's own.
    fn is_mixed(&self) -> bool {
        let is_own = |image: &String| self.library.is_own(image);
        self.sessions.iter().any(|(_, session)| !session.image_type.as_ref().is_some_and(is_own))
    }

    /// Puts a fetched image into `ap_images:`.
    fn stage(
        &mut self,
        image: &str,
        location: Location,
        content: Content,
    ) -> Result<Content, InstallFailure> {
        let sessions = &self.sessions;
        let in_use = |name: &str, location| sessions.iter().any(|(_, session)| session.uses(name, location));
        let bytes = content.len();
        match self.library.staging_mut().insert(image, location, content.clone(), in_use) {
            Ok(evicted) => {
                for staged in evicted {
                    self.blocks.retain(|(name, location, _), _| {
                        *name != staged.image || *location != staged.location
                    });
                    let (location, bytes) = (staged.location, staged.content.len());
                    self.sink.emit(ControllerEvent::Evicted { image: staged.image, location, bytes });
                }
                self.sink.emit(match location {
                    Location::Active | Location::Backup => {
                        ControllerEvent::Staged { image: image.to_owned(), bytes }
                    }
                    Location::Prepare => ControllerEvent::Prepared {
                        image: image.to_owned(),
                        version: version_of(&content),
                        bytes,
                    },
                });
                Ok(content)
            }
            Err(_no_room) => {
                self.sink.emit(ControllerEvent::StagingRefused { image: image.to_owned(), bytes });
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
                session.download.as_ref().is_some_and(|download| download.is_waiting_for(image))
            })
            .map(|(index, _)| index)
            .collect();
        for index in waiting {
            self.begin_download(now, index);
            self.settle(index);
        }
    }
}

/// Returns the version that an image states; none if it cannot be read. The controller verifies nothing.
pub(super) fn version_of(content: &Content) -> Version {
    image::inspect(content).map_or(Version::NONE, |info| info.version)
}

/// Returns an address as in URLs (RFC 3986, section 3.2.2).
fn in_url(address: IpAddr) -> String {
    match address {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => format!("[{address}]"),
    }
}
