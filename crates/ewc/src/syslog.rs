//! Lines of the controller's log.
//!
//! Texts are those of Cisco 221705, with the parts that were cropped there restored from the same capture. The reasons after
//! `Disjoined`, and most reasons of failed installs, are unverified: `unverified.rs`.

use std::net::Ipv4Addr;

use image::Version;

use crate::unverified::disjoined;
use crate::words::InstallFailure;
use crate::{Ap, ControllerEvent, unverified};

/// Returns a line of the log: `timestamp` is already formatted, as in `Feb  1 20:52:11.894`.
pub fn line(timestamp: &str, message: &str) -> String {
    format!("*{timestamp}: {message}")
}

/// Returns true if sources show the texts of `event`; also if it has none.
pub fn is_verified(event: &ControllerEvent) -> bool {
    match event {
        ControllerEvent::SessionLost { .. } => false,
        ControllerEvent::InstallFailed { reason, .. } => {
            matches!(reason, InstallFailure::NotFound | InstallFailure::TimedOut)
        }
        _ => true,
    }
}

/// Returns the log's texts for `event` on the controller at `address`, in order and without timestamp. Some texts depend on the
/// controller's `version`.
pub fn messages(event: &ControllerEvent, address: Ipv4Addr, version: Version) -> Vec<String> {
    no_match(event).into_iter().chain(message(event, address, version)).collect()
}

/// Returns the line of the SSH client in front of a failed install, if it has one (an archive download of IOS 16.x over SFTP).
fn no_match(event: &ControllerEvent) -> Option<String> {
    match event {
        ControllerEvent::InstallFailed {
            reason: InstallFailure::NoCommonAlgorithm { what, client, server },
            ..
        } => Some(format!(
            "%SSH-3-NO_MATCH: {}: client {} server {}",
            unverified::no_match(*what),
            client.join(","),
            server.join(",")
        )),
        _ => None,
    }
}

fn message(event: &ControllerEvent, address: Ipv4Addr, version: Version) -> Option<String> {
    let ap_event = |ap: &Ap, text: &str| Some(ap_event(ap, address, text));
    match event {
        ControllerEvent::ApJoined { ap, .. } if unverified::prints_ethernet_mac(version) => {
            ap_event(ap, &format!("Ethernet MAC: {} Joined", ap.mac))
        }
        ControllerEvent::ApJoined { ap, .. } => ap_event(ap, "Joined"),
        ControllerEvent::SessionLost { ap, reason } => ap_event(ap, disjoined(*reason)),
        ControllerEvent::ApImageDownloadSuccess { ap, .. } => ap_event(ap, "Image Download Success"),
        ControllerEvent::ApImageDownloadFailed { ap, .. } => ap_event(ap, "Image Download Failed"),
        ControllerEvent::InstallStarted { url, .. } => {
            Some(format!("%INSTALL-5-INSTALL_START_INFO: {INSTALL_ENGINE}: Started install add {url}"))
        }
        ControllerEvent::InstallCompleted { url, .. } => {
            Some(format!("%INSTALL-5-INSTALL_COMPLETED_INFO: {INSTALL_ENGINE}: Completed install add {url}"))
        }
        ControllerEvent::InstallFailed { url, reason, .. } => Some(format!(
            "%INSTALL-3-OPERATION_ERROR_MESSAGE: {INSTALL_ENGINE}: Failed to install_add package {url}, \
             Error: Failed to download file {url}: {}",
            reason.text()
        )),
        ControllerEvent::Started { .. }
        | ControllerEvent::ApDiscovered { .. }
        | ControllerEvent::ApJoinRefused { .. }
        | ControllerEvent::ApRegistered { .. }
        | ControllerEvent::RequestRefused { .. }
        | ControllerEvent::PathMtuChanged { .. }
        | ControllerEvent::ImageRequested { .. }
        | ControllerEvent::ImageDataStarted { .. }
        | ControllerEvent::ApPredownloadInitiated { .. }
        | ControllerEvent::ApPredownloadSkipped { .. }
        | ControllerEvent::ApPredownloadRequested { .. }
        | ControllerEvent::ApPredownloadDelivered { .. }
        | ControllerEvent::ApPredownloadComplete { .. }
        | ControllerEvent::ApPredownloadFailed { .. }
        | ControllerEvent::ApImageSwapped { .. }
        | ControllerEvent::ApSwapRefused { .. }
        | ControllerEvent::ApReset { .. }
        | ControllerEvent::Reloading
        | ControllerEvent::InstallSkipped { .. }
        | ControllerEvent::Staged { .. }
        | ControllerEvent::Prepared { .. }
        | ControllerEvent::Evicted { .. }
        | ControllerEvent::StagingRefused { .. }
        | ControllerEvent::ApHardwareRefused { .. }
        | ControllerEvent::TransferCutShort { .. }
        | ControllerEvent::HeartbeatMissed { .. } => None,
    }
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
