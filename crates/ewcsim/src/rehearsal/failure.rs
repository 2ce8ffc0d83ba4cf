//! Why images do not get where they should, by event, and the place in the lab that is to be looked at.

use std::collections::BTreeMap;

use ewc::{ControllerEvent, InstallFailure};
use scenario::Span;

use super::lab::Lab;

/// The failures of a night, by image: the last of each, and what the timeline says of it.
#[derive(Clone, Debug, Default)]
pub(super) struct Failures {
    by_image: BTreeMap<String, (Failure, String)>,
    /// The firewalls that dropped packets, with the first of their rules that did.
    pub(super) drops: Vec<(String, String)>,
}

/// A failure.
#[derive(Clone, Debug)]
pub(super) enum Failure {
    /// The controller could not fetch the image.
    Fetch(InstallFailure),
    /// The controller did not try.
    Skipped,
    /// There was no room for it at the controller.
    NoRoom,
}

impl Failures {
    /// Notes an event. An image that comes after all has not failed.
    pub(super) fn note(&mut self, event: &ControllerEvent) {
        let (image, failure) = match event {
            ControllerEvent::InstallFailed { image, reason, .. } => (image, Failure::Fetch(reason.clone())),
            ControllerEvent::InstallSkipped { image, .. } => (image, Failure::Skipped),
            ControllerEvent::StagingRefused { image, .. } => (image, Failure::NoRoom),
            ControllerEvent::InstallCompleted { image, .. } => {
                self.by_image.remove(image);
                return;
            }
            _ => return,
        };
        self.by_image.insert(image.clone(), (failure, event.summary().unwrap_or_default()));
    }

    /// Returns true if no image failed.
    pub(super) fn is_empty(&self) -> bool {
        self.by_image.is_empty()
    }

    /// Returns what is said of the failure of an image.
    pub(super) fn said(&self, image: &str) -> Option<&str> {
        self.by_image.get(image).map(|(_, said)| said.as_str())
    }

    /// Returns true if an image failed for want of room: no other way of fetching it helps.
    pub(super) fn lacks_room(&self) -> bool {
        let lacks =
            |failure: &Failure| matches!(failure, Failure::NoRoom | Failure::Fetch(InstallFailure::NoSpace));
        self.by_image.values().any(|(failure, _)| lacks(failure))
    }

    /// Returns the images that failed for want of a file.
    pub(super) fn not_found(&self) -> impl Iterator<Item = &str> {
        let is_missing = |(_, (failure, _)): &(&String, &(Failure, String))| {
            matches!(failure, Failure::Fetch(InstallFailure::NotFound | InstallFailure::Refused(_)))
        };
        self.by_image.iter().filter(is_missing).map(|(image, _)| image.as_str())
    }

    /// Returns the place in the lab of what makes an image fail: the line of the profile, the firewall, the controller.
    pub(super) fn place(&self, lab: &Lab<'_>, image: &str) -> Option<Span> {
        let line = |commands: &[&str]| line_of(lab, commands);
        let server = || lab.server().map(|server| server.span);
        match &self.by_image.get(image)?.0 {
            Failure::Fetch(InstallFailure::NotFound | InstallFailure::Refused(_)) => path_line(lab),
            Failure::Fetch(
                InstallFailure::TimedOut
                | InstallFailure::Unreachable
                | InstallFailure::NoRoute
                | InstallFailure::ConnectionReset
                | InstallFailure::ConnectionClosed,
            ) => self.firewall(lab).or_else(|| line(&["tftp-image-server", "sftp-image-server"])),
            Failure::Fetch(InstallFailure::AuthenticationFailed) => line(&["sftp-username", "sftp-password"]),
            Failure::Fetch(
                InstallFailure::NoCommonAlgorithm { .. }
                | InstallFailure::HostKeyChanged
                | InstallFailure::NoSubsystem
                | InstallFailure::ServerFailed(_)
                | InstallFailure::Empty
                | InstallFailure::Truncated { .. }
                | InstallFailure::Grown { .. }
                | InstallFailure::NotVerified
                | InstallFailure::Protocol(_),
            ) => server(),
            Failure::Skipped => line(&["wireless profile image-download"]).or(Some(lab.controller().span)),
            Failure::Fetch(InstallFailure::NoSpace | InstallFailure::Aborted) | Failure::NoRoom => {
                Some(lab.controller().span)
            }
        }
    }

    fn firewall(&self, lab: &Lab<'_>) -> Option<Span> {
        let (name, _) = self.drops.first()?;
        lab.scenario().firewalls.iter().find(|firewall| firewall.name == *name).map(|firewall| firewall.span)
    }
}

/// Returns the place of the profile's path.
pub(super) fn path_line(lab: &Lab<'_>) -> Option<Span> {
    line_of(lab, &["tftp-image-path", "sftp-image-path"])
}

/// Returns the place of the first of these commands that the controller's configuration has.
fn line_of(lab: &Lab<'_>, commands: &[&str]) -> Option<Span> {
    let (text, config) = (lab.controller().config.as_ref()?, lab.config()?);
    let mode = lab.profile().map(|profile| profile.mode);
    let is_of_mode = |command: &str| match mode {
        Some(ewc::config::Mode::Tftp) => !command.starts_with("sftp-"),
        Some(ewc::config::Mode::Sftp) => !command.starts_with("tftp-"),
        _ => true,
    };
    let mut known = commands.iter().filter(|command| is_of_mode(command));
    known.find_map(|command| config.lines.get(command)).map(|line| text.line_span(*line))
}
