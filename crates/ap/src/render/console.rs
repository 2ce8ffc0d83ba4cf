//! The lines of the console, event by event.
//!
//! Sources: an unreadable partition is Cisco 217537, where the boot loader prints it. Discovery and teardown are unicon's
//! `cheetah_reload.txt`; that each round of discovery begins with the state is a 3802's on 8.3.102 (post-ccie.blogspot.com, January 2017). States, versions, the download and `upgrade.sh` up to the signature check are the field samples; Join
//! is worded as they word Image Data. From the signature check on, `upgrade.sh` is genielibs' record of the same script (17.14,
//! newer text), and the older text of those lines is inferred: without `status '…'`.

use capwap::DiscoveryType;

use super::Lines;
use super::unverified::{self, give_up};
use crate::{ApEvent, GiveUpReason, RefusedImage, State};

/// Prints an event. Every event has its own arm, even one that prints nothing, so that a new event cannot be forgotten.
pub(super) fn print(event: &ApEvent, out: &mut Lines) {
    match event {
        ApEvent::WasUp | ApEvent::Booting { .. } | ApEvent::Booted { .. } => (),
        ApEvent::BootImageRefused { partition, file, .. } => {
            out.stamped(format!("verify signature failed for /bootpart/{partition}/{file}"));
        }
        ApEvent::BootImageUnreadable { .. } => out.unstamped("Uncorrectable ECC Error"),
        ApEvent::BootVariableTorn { .. } => out.unverified().unstamped(unverified::BOOT_VARIABLE_TORN),
        ApEvent::BootFailed => out.unverified().stamped(unverified::BOOT_FAILED),
        // Consoles go from Configure to Run without a line between.
        ApEvent::StateChanged { state: State::Boot | State::DataCheck | State::Reload | State::Halted } => (),
        ApEvent::StateChanged { state } => {
            if *state == State::DtlsTeardown {
                out.stamped("");
            }
            out.stamped(format!("CAPWAP State: {state}"));
        }

        ApEvent::ControllerNotNamed => {
            out.unverified().stamped(unverified::NO_DHCP);
            out.unverified().stamped(unverified::NO_DNS);
        }
        ApEvent::DiscoveryRequestSent { to, discovery_type } => {
            let word = match DiscoveryType::from(*discovery_type) {
                DiscoveryType::StaticConfiguration => "STATIC_CONFIG",
                _ => "UNKNOWN",
            };
            out.stamped(format!("Discovery Request sent to {to}, discovery type {word}({discovery_type})"));
        }
        ApEvent::DiscoveryResponse { from, .. } => out.stamped(format!("Discovery Response from {from}")),
        ApEvent::CertificateRefused { of_controller: true, expired: true, .. } => {
            out.stamped("Cert Verification FAILED with error 10 (certificate has expired) at 0 depth...");
        }
        ApEvent::CertificateRefused { of_controller: true, .. } => {
            out.unverified().stamped(unverified::CERTIFICATE_TOO_EARLY);
        }
        ApEvent::CertificateRefused { .. } => out.unverified().stamped(unverified::CERTIFICATE_UNKNOWN),
        ApEvent::JoinRequestSent { to, port } => {
            out.stamped(format!("Sending Join request to {to} through port {port}"));
        }
        ApEvent::JoinResponse { from, result } => {
            out.stamped(format!("Join Response from {from}"));
            out.stamped(format!("AC accepted join request with result code: {result}"));
        }
        ApEvent::ControllerVersionMissing => out.unverified().stamped(unverified::VERSION_MISSING),
        ApEvent::PathMtuChanged { .. } | ApEvent::MessageRefused { .. } => (),
        // What a console prints of controller images and of a standby is not known.
        ApEvent::ControllerImageStored { .. } | ApEvent::ControllerImageRefused { .. } => (),
        ApEvent::StandbyChosen { .. } | ApEvent::StandbyReady | ApEvent::ActiveControllerLost { .. } => (),
        ApEvent::VersionMatch { running, backup, controller } => {
            out.stamped(format!("AP image version {running} backup {backup}, Controller {controller}"));
            out.unverified().stamped(unverified::VERSION_MATCHES);
        }
        ApEvent::VersionMismatch { running, backup, controller } => {
            out.stamped(format!("AP image version {running} backup {backup}, Controller {controller}"));
            out.stamped("Version does not match.");
        }
        ApEvent::Joined { controller } => {
            out.unverified().stamped(format!("{} {controller}", unverified::CONFIGURED))
        }
        ApEvent::ControllerLost { request } => {
            out.unverified().stamped(format!("{} {request}", unverified::CONTROLLER_LOST));
        }
        ApEvent::DataChannelOpened { .. } => (),
        ApEvent::DataChannelLost { to, .. } => {
            out.unverified().stamped(format!("{} {to}", unverified::DATA_CHANNEL_LOST));
        }
        ApEvent::GoingBackToDiscovery => out.stamped("GOING BACK TO DISCOVER MODE"),

        ApEvent::ImageFileClosed => file_closed(out),
        ApEvent::ScriptCalled { script } => out.script(format_args!("Script called with args:[{script}]")),
        ApEvent::ScriptStarted { script, active } => {
            out.stamped(format!("do {script}, {active} is active part"));
        }
        ApEvent::TmpCleaned => out.script("Cleanup tmp files ..."),
        ApEvent::PrecheckTmpSpace { available, required } => {
            let end = if out.is_newer() { " " } else { "" };
            out.script(format_args!("/tmp space: OK available {available}, required {required}{end}"));
        }
        ApEvent::PrecheckFailed { available, required } => {
            let low = unverified::TMP_SPACE_LOW;
            out.unverified().script(format_args!("{low} available {available}, required {required}"));
        }
        ApEvent::ImageFileOpened { image, fd } => file_opened(image, *fd, out),
        ApEvent::ImageDataRequestSent { to, image, replica_status } => {
            let status = if out.is_newer() { "replicaStatus" } else { "slaveStatus" };
            out.stamped(format!(
                "Image Data Request sent to {to}, fileName [{image}], {status} {replica_status}"
            ));
        }
        ApEvent::ImageDataResponse { from, result } => {
            let what = if out.is_newer() { "previous sent" } else { "join" };
            out.stamped(format!("Image Data Response from {from}"));
            out.stamped(format!("AC accepted {what} request with result code: {result}"));
        }
        ApEvent::ImageDataStarted => (),
        ApEvent::ImageDataProgress { dots, first } => out.stamped(progress(*dots, *first)),
        ApEvent::ImageDataComplete { bytes, msgs, last, dots, first } => {
            out.stamped(format!("{}> {bytes} bytes, {msgs} msgs, {last} last", progress(*dots, *first)));
        }
        ApEvent::ImageDataChecksumWrong { offset } => {
            out.unverified().stamped(format!("{} {offset}", unverified::CHECKSUM_WRONG));
        }
        ApEvent::WtpEventDiscarded { state } => {
            out.stamped(format!("Discarding msg CAPWAP_WTP_EVENT_REQUEST(type 9) in CAPWAP state: {state}"));
        }
        ApEvent::GivingUp { reason } => {
            out.stamped("");
            out.stamped("");
            if *reason != GiveUpReason::CannotStart {
                out.unverified();
            }
            out.unstamped(format!("Going to restart CAPWAP (reason : {})...", reason_text(*reason)));
            out.stamped("");
        }
        ApEvent::RestartingStateMachine => out.stamped("Restarting CAPWAP State Machine."),
        ApEvent::DownloadAborted { image } => {
            out.stamped(format!("Aborting image download(0x0): Dtls cleanup, {image}"));
        }

        ApEvent::LastBlockStored { predownload, write_task } => {
            out.stamped(format!(
                "Last block stored, IsPre {}, WriteTaskId {write_task}",
                u8::from(*predownload)
            ));
            file_closed(out);
            out.stamped("Image transfer completed from WLC, last 1");
            file_closed(out);
        }
        // Cropped in the sample; the rest of the line is unknown.
        ApEvent::OutOfBandFlagSet => {
            out.stamped("in (CAPWAP_MSGELE_IMAGE_DATA_msg_dec_cb) Enabling radCfg.is_oob_image_dnld_");
        }
        ApEvent::WriteTaskStarted { image, predownload } => {
            let text = format!(
                "wtp_delayed_event_handle_write_image_to_storage(10): fileName {image}, pre {}",
                u8::from(*predownload)
            );
            for _ in 0..2 {
                out.stamped(text.clone()); // It is printed twice.
            }
        }
        ApEvent::UpgradeLogCreated => out.script("Creating before-upgrade.log"),
        ApEvent::UpgradeStarted { script } => {
            out.script(format_args!("Start doing upgrade arg1={script} arg2= arg3= ..."));
        }
        ApEvent::UsingImage { platform } => {
            out.script(format_args!("Using image /tmp/part.tar on {platform} ..."));
        }
        ApEvent::ImageVerified { .. } => out.status("Image signing verify success."),
        ApEvent::ImageRefused { reason: RefusedImage::Signature, .. } => {
            out.unverified().status(unverified::SIGNING_FAILED)
        }
        ApEvent::ImageRefused { reason: RefusedImage::WrongType, .. } => {
            out.unverified().script(unverified::WRONG_IMAGE)
        }
        ApEvent::UpgradePartitionChosen { partition } => {
            out.script(format_args!("***** part to upgrade is {partition} *******"));
        }
        ApEvent::UpgradeVersions { number, partition, installed, image } => {
            out.script(format_args!("AP version{number}: {partition} {installed}, img {image}"));
        }
        ApEvent::Extracting { partition } => {
            out.script(format_args!("Extracting and verifying image in {partition}..."));
        }
        ApEvent::BoardChecked => out.script("BOARD generic case execute"),
        ApEvent::Mounted { partition } => {
            out.script(format_args!("mount ubifs /dev/ubivol/{partition} as /bootpart, status=0"));
        }
        ApEvent::Untarring { partition } => {
            out.script(format_args!("Untar /tmp/part.tar to /bootpart/{partition}..."));
        }
        ApEvent::Syncing => out.script("Sync image to disk..."),
        ApEvent::PartitionVerified { partition } => {
            out.script(format_args!("status 'Successfully verified image in {partition}.'"));
        }
        ApEvent::PartitionRefused { partition, .. } | ApEvent::SwapRefused { partition, .. } => {
            out.unverified().script(format_args!("{} /bootpart/{partition}", unverified::PARTITION_REFUSED));
        }
        ApEvent::PartitionFull { .. } => out.unverified().script(unverified::PARTITION_FULL),
        ApEvent::PartitionWriteFailed { .. } => out.unverified().script(unverified::PARTITION_WRITE_FAILED),
        ApEvent::BackupVersion { version } => out.script(format_args!("AP backup version: {version}")),
        ApEvent::UpgradeFinished => out.script("Finished upgrade task."),
        ApEvent::UpgradeCleanup => out.script("Cleanup for do_upgrade..."),
        ApEvent::UpgradeMarkCleaned => out.script("/tmp/upgrade_in_progress cleaned"),
        ApEvent::VerifyingPartition { partition } => {
            out.script(format_args!("Verifying image signature in {partition}"));
        }
        ApEvent::Activated { partition } => {
            out.script(format_args!("activate {partition}, set BOOT to {partition}"));
        }
        ApEvent::VersionsAfterReload { primary, backup } => {
            out.script(format_args!("AP primary version after reload: {primary}"));
            out.script(format_args!("AP backup version after reload: {backup}"));
        }
        ApEvent::PredownloadStarted { .. } | ApEvent::PredownloadComplete { .. } => (),
        ApEvent::SwapStarted { .. } => (),
        ApEvent::PredownloadFailed { reason } => {
            out.unverified().stamped(format!("{} {}", unverified::PREDOWNLOAD_FAILED, reason_text(*reason)));
        }
        ApEvent::Reloading { reason } => {
            out.unverified().stamped(format!("{} {reason}", unverified::RELOADING))
        }

        ApEvent::VerificationErrorIgnored { .. }
        | ApEvent::BootRepeated { .. }
        | ApEvent::LogGrown { .. }
        | ApEvent::TmpKept { .. }
        | ApEvent::TmpFilled { .. } => (),
        // CSCwd80290, as users copied it; IOS prints its times in another format.
        ApEvent::SigningCertificateExpired { .. } => {
            out.stamped(
                "%PKI-3-CERTIFICATE_INVALID_EXPIRED: Certificate chain validation has failed. The certificate \
                 (SN: 4E78A210000000000007) has expired. Validity period ended on 21:43:46 UTC Dec 4 2022",
            );
            out.stamped("Image signing certificate validation failed (1A).");
            out.stamped("Failed to validate signature");
            out.stamped("AP image integrity check FAILED");
        }
        ApEvent::OwnCertificateWrong { .. } => out.unverified().stamped(unverified::OWN_CERTIFICATE_WRONG),
    }
}

fn file_closed(out: &mut Lines) {
    if out.is_newer() {
        out.stamped("Request to close the file..");
        out.stamped("wtpOpenImgFile: image file closed, dcb->fd set to -1.");
    }
}

fn file_opened(image: &str, fd: u32, out: &mut Lines) {
    if out.is_newer() {
        out.stamped(format!("wtpOpenImgFile: request {image}, local /tmp/part.tar"));
        out.stamped("wtpOpenImgFile: open (/tmp/part.tar) image file success");
        out.stamped(format!("Using fd({fd}) for image writing to file(/tmp/part.tar)"));
    } else {
        out.stamped(format!("wtpImgFileReadRequest: request {image}, local /tmp/part.tar"));
    }
}

fn progress(dots: u32, first: bool) -> String {
    let start = if first { "<" } else { "" };
    format!("{start}{}", ".".repeat(dots as usize))
}

fn reason_text(reason: GiveUpReason) -> &'static str {
    match reason {
        GiveUpReason::CannotStart => "image download cannot start",
        GiveUpReason::Stalled => give_up::STALLED,
        GiveUpReason::Refused => give_up::REFUSED,
        GiveUpReason::BadOpcode => give_up::BAD_OPCODE,
        GiveUpReason::NoSpace | GiveUpReason::PartitionFull => give_up::NO_SPACE,
        GiveUpReason::WriteFailed => give_up::WRITE_FAILED,
        GiveUpReason::BadLength => give_up::BAD_LENGTH,
        GiveUpReason::BadDigest => give_up::BAD_DIGEST,
        GiveUpReason::NotVerified => give_up::NOT_VERIFIED,
    }
}
