//! Lines of the controller's log.
//!
//! Texts are those of Cisco 221705, with the parts that were cropped there restored from the same capture. The reasons after
//! `Disjoined`, and most reasons of failed installs, are unverified: `unverified.rs`.

use std::net::Ipv4Addr;

use crate::words::InstallFailure;
use crate::{Ap, ControllerEvent, UpgradeState, unverified};

/// Returns a line of the log: `timestamp` is already formatted, as in `Feb  1 20:52:11.894`.
pub fn line(timestamp: &str, message: &str) -> String {
    format!("*{timestamp}: {message}")
}

/// A message of the log, without timestamp.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// The text.
    pub text: String,
    /// False if no source shows it.
    pub verified: bool,
}

impl Message {
    /// Makes a message that a source shows.
    fn known(text: impl Into<String>) -> Self {
        Self { text: text.into(), verified: true }
    }

    /// Makes a message with a text of `unverified.rs`.
    fn guessed(text: impl Into<String>) -> Self {
        Self { text: text.into(), verified: false }
    }
}

/// Returns the log's messages about `event` on the controller at `address`, in order.
pub fn messages(event: &ControllerEvent, address: Ipv4Addr) -> Vec<Message> {
    let before = no_match(event).into_iter().chain(message(event, address));
    before.chain(abort_timer(event)).collect()
}

/// Returns the line of the SSH client in front of a failed install, if it has one (an archive download of IOS 16.x over SFTP).
fn no_match(event: &ControllerEvent) -> Option<Message> {
    match event {
        ControllerEvent::InstallFailed {
            reason: InstallFailure::NoCommonAlgorithm { what, client, server },
            ..
        } => Some(Message::guessed(format!(
            "%SSH-3-NO_MATCH: {}: client {} server {}",
            unverified::no_match(*what),
            client.join(","),
            server.join(",")
        ))),
        _ => None,
    }
}

/// Returns the line about the auto-abort timer of an activation (VG400).
fn abort_timer(event: &ControllerEvent) -> Option<Message> {
    match event {
        ControllerEvent::ActivationStarted { auto_abort_s, .. } => Some(Message::guessed(format!(
            "%INSTALL-5-INSTALL_AUTO_ABORT_TIMER_PROGRESS: Chassis 1 R0/0: rollback_timer: Install auto abort timer will \
             expire in {auto_abort_s} seconds"
        ))),
        _ => None,
    }
}

fn message(event: &ControllerEvent, address: Ipv4Addr) -> Option<Message> {
    let known = |ap: &Ap, text: &str| Message::known(ap_event(ap, address, text));
    Some(match event {
        ControllerEvent::ApJoined { ap, required, .. } if unverified::prints_ethernet_mac(*required) => {
            known(ap, &format!("Ethernet MAC: {} Joined", ap.mac))
        }
        ControllerEvent::ApJoined { ap, .. } => known(ap, "Joined"),
        ControllerEvent::SessionLost { ap, reason } => {
            Message::guessed(ap_event(ap, address, unverified::disjoined(*reason)))
        }
        ControllerEvent::CountryMismatch { ap, country, domain, slot } => Message::known(format!(
            "%APMGR_TRACE_MESSAGE-3-WLC_GEN_ERR: Chassis 1 R0/0: wncd: Error in AP: {}: country code ({country}) and regulatory \
             domain (-{domain}) mismatch for slot {slot}",
            ap.mac.base_radio()
        )),
        ControllerEvent::ApImageDownloadSuccess { ap, .. } => known(ap, "Image Download Success"),
        ControllerEvent::ApImageDownloadFailed { ap, .. } => known(ap, "Image Download Failed"),
        ControllerEvent::InstallStarted { url, .. } => Message::known(format!(
            "%INSTALL-5-INSTALL_START_INFO: {INSTALL_ENGINE}: Started install add {url}"
        )),
        ControllerEvent::InstallCompleted { url, .. } => {
            let text =
                format!("%INSTALL-5-INSTALL_COMPLETED_INFO: {INSTALL_ENGINE}: Completed install add {url}");
            Message::known(text)
        }
        ControllerEvent::InstallFailed { url, reason, .. } => {
            let (reason, verified) = reason.words();
            let text = format!(
                "%INSTALL-3-OPERATION_ERROR_MESSAGE: {INSTALL_ENGINE}: Failed to install_add package {url}, \
                 Error: Failed to download file {url}: {reason}"
            );
            Message { text, verified }
        }
        ControllerEvent::ActivationStarted { .. } => Message::guessed(format!(
            "%INSTALL-5-INSTALL_START_INFO: {INSTALL_ENGINE}: Started install activate NONE"
        )),
        ControllerEvent::UpgradeStateChanged { state: UpgradeState::Activated } => Message::guessed(format!(
            "%INSTALL-5-INSTALL_COMPLETED_INFO: {INSTALL_ENGINE}: Completed install activate NONE"
        )),
        ControllerEvent::ReleaseCommitted { .. } => Message::guessed(format!(
            "%INSTALL-5-INSTALL_COMPLETED_INFO: {INSTALL_ENGINE}: Completed install commit"
        )),
        ControllerEvent::Started { .. }
        | ControllerEvent::UpgradeStateChanged { .. }
        | ControllerEvent::ReleaseAdded { .. }
        | ControllerEvent::ReleaseRolledBack { .. }
        | ControllerEvent::ApDiscovered { .. }
        | ControllerEvent::ApJoinRefused { .. }
        | ControllerEvent::ApRegistered { .. }
        | ControllerEvent::RequestRefused { .. }
        | ControllerEvent::PathMtuChanged { .. }
        | ControllerEvent::ImageRequested { .. }
        | ControllerEvent::ImageDataStarted { .. }
        | ControllerEvent::RelayLimited { .. }
        | ControllerEvent::ApPredownloadInitiated { .. }
        | ControllerEvent::ApPredownloadSkipped { .. }
        | ControllerEvent::ApPredownloadRequested { .. }
        | ControllerEvent::ApPredownloadDelivered { .. }
        | ControllerEvent::ApPredownloadComplete { .. }
        | ControllerEvent::ApPredownloadFailed { .. }
        | ControllerEvent::ApImageSwapped { .. }
        | ControllerEvent::ApSwapRefused { .. }
        | ControllerEvent::ApReset { .. }
        | ControllerEvent::ControllerImageOffered { .. }
        | ControllerEvent::ControllerImageComplete { .. }
        | ControllerEvent::ControllerImageFailed { .. }
        | ControllerEvent::StandbyChosen { .. }
        | ControllerEvent::StandbyReady { .. }
        | ControllerEvent::StandbyLost { .. }
        | ControllerEvent::Reloading
        | ControllerEvent::InstallSkipped { .. }
        | ControllerEvent::Staged { .. }
        | ControllerEvent::Prepared { .. }
        | ControllerEvent::StagedImageRefused { .. }
        | ControllerEvent::Evicted { .. }
        | ControllerEvent::StagingRefused { .. }
        | ControllerEvent::ApHardwareRefused { .. }
        | ControllerEvent::ApJoinMissed { .. }
        | ControllerEvent::TransferCutShort { .. }
        | ControllerEvent::HeartbeatMissed { .. } => return None,
    })
}

const INSTALL_ENGINE: &str = "Chassis 1 R0/0: install_engine";

fn ap_event(ap: &Ap, controller: Ipv4Addr, text: &str) -> String {
    format!(
        "%CAPWAPAC_SMGR_TRACE_MESSAGE-5-AP_JOIN_DISJOIN: Chassis 1 R0/0: wncd: AP Event: AP Name: {} Mac: {} \
         Session-IP: {}[{}] {controller}[{}] {text}",
        ap.name,
        ap.mac.base_radio(),
        ap.address.ip(),
        ap.address.port(),
        capwap::CONTROL_PORT,
    )
}
