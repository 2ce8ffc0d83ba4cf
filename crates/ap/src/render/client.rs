//! The lines of boot and of the CAPWAP client.
//!
//! An unreadable partition: Cisco 217537, there from the boot loader. Discovery and teardown: unicon `cheetah_reload.txt`; states and versions: the field samples; the request and response of
//! Join: as the field samples word those of Image Data.

use super::{Lines, unverified};
use crate::{Event, State};

pub(super) fn print(event: &Event, out: &mut Lines) {
    match event {
        Event::BootImageRefused { partition, file, .. } => {
            out.stamped(format!("verify signature failed for /bootpart/{partition}/{file}"));
        }
        Event::BootImageUnreadable { .. } => out.unstamped("Uncorrectable ECC Error"),
        Event::BootVariableTorn { .. } => out.unstamped(unverified::BOOT_VARIABLE_TORN),
        Event::BootFailed => out.stamped(unverified::BOOT_FAILED),
        Event::StateChanged { state: State::Boot | State::Reload | State::Halted } => (),
        Event::StateChanged { state } => {
            if *state == State::DtlsTeardown {
                out.stamped("");
            }
            out.stamped(format!("CAPWAP State: {state}"));
        }
        Event::DiscoveryRequestSent { to } => {
            out.stamped(format!("Discovery Request sent to {to}, discovery type STATIC_CONFIG(1)"));
        }
        Event::DiscoveryResponse { from, .. } => out.stamped(format!("Discovery Response from {from}")),
        Event::JoinRequestSent { to, port } => {
            out.stamped(format!("Sending Join request to {to} through port {port}"));
        }
        Event::JoinResponse { from, result } => {
            out.stamped(format!("Join Response from {from}"));
            out.stamped(format!("AC accepted join request with result code: {result}"));
        }
        Event::ControllerVersionMissing => out.stamped(unverified::VERSION_MISSING),
        Event::VersionMatch { running, backup, controller } => {
            out.stamped(format!("AP image version {running} backup {backup}, Controller {controller}"));
            out.stamped(unverified::VERSION_MATCHES);
        }
        Event::VersionMismatch { running, backup, controller } => {
            out.stamped(format!("AP image version {running} backup {backup}, Controller {controller}"));
            out.stamped("Version does not match.");
        }
        Event::Joined { controller } => out.stamped(format!("{} {controller}", unverified::CONFIGURED)),
        Event::ControllerLost { request } => {
            out.stamped(format!("{} {request}", unverified::CONTROLLER_LOST));
        }
        Event::GoingBackToDiscovery => out.stamped("GOING BACK TO DISCOVER MODE"),
        Event::Reloading { reason } => out.stamped(format!("{} {reason}", unverified::RELOADING)),
        // CSCwd80290, as users copied it; IOS prints its times otherwise.
        Event::SigningCertificateExpired { .. } => {
            out.stamped(
                "%PKI-3-CERTIFICATE_INVALID_EXPIRED: Certificate chain validation has failed. The certificate \
                 (SN: 4E78A210000000000007) has expired. Validity period ended on 21:43:46 UTC Dec 4 2022",
            );
            out.stamped("Image signing certificate validation failed (1A).");
            out.stamped("Failed to validate signature");
            out.stamped("AP image integrity check FAILED");
        }
        Event::OwnCertificateWrong { .. } => out.stamped(unverified::OWN_CERTIFICATE_WRONG),
        _ => (),
    }
}
