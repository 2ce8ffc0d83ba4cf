//! The lines of an image download, up to its last block, and of giving it up.

use super::unverified::{self, give_up};
use super::{Line, Lines};
use crate::{Event, GiveUpReason};

pub(super) fn print(event: &Event, out: &mut Lines) {
    match event {
        Event::ImageFileClosed => file_closed(out),
        Event::ImageFileOpened { image, fd } => file_opened(image, *fd, out),
        Event::ImageDataRequestSent { to, image, replica_status } => {
            let status = if out.is_newer() { "replicaStatus" } else { "slaveStatus" };
            out.stamped(format!(
                "Image Data Request sent to {to}, fileName [{image}], {status} {replica_status}"
            ));
        }
        Event::ImageDataResponse { from, result } => {
            let what = if out.is_newer() { "previous sent" } else { "join" };
            out.stamped(format!("Image Data Response from {from}"));
            out.stamped(format!("AC accepted {what} request with result code: {result}"));
        }
        Event::ImageDataProgress { dots, first } => out.stamped(progress(*dots, *first)),
        Event::ImageDataComplete { bytes, msgs, last, dots, first } => {
            out.stamped(format!("{}> {bytes} bytes, {msgs} msgs, {last} last", progress(*dots, *first)));
        }
        Event::ImageDataChecksumWrong { offset } => {
            out.stamped(format!("{} {offset}", unverified::CHECKSUM_WRONG));
        }
        Event::WtpEventDiscarded { state } => {
            out.stamped(format!("Discarding msg CAPWAP_WTP_EVENT_REQUEST(type 9) in CAPWAP state: {state}"));
        }
        Event::GivingUp { reason } => {
            out.stamped("");
            out.stamped("");
            out.unstamped(format!("Going to restart CAPWAP (reason : {})...", reason_text(*reason)));
            out.stamped("");
        }
        Event::PredownloadFailed { reason } => {
            out.stamped(format!("{} {}", unverified::PREDOWNLOAD_FAILED, reason_text(*reason)));
        }
        Event::RestartingStateMachine => out.stamped("Restarting CAPWAP State Machine."),
        Event::DownloadAborted { image } => {
            out.stamped(format!("Aborting image download(0x0): Dtls cleanup, {image}"));
        }
        Event::LastBlockStored { predownload, write_task } => {
            out.stamped(format!(
                "Last block stored, IsPre {}, WriteTaskId {write_task}",
                u8::from(*predownload)
            ));
            file_closed(out);
            out.stamped("Image transfer completed from WLC, last 1");
            file_closed(out);
        }
        // Cropped in the sample; the rest of the line is not known.
        Event::OutOfBandFlagSet => {
            out.stamped("in (CAPWAP_MSGELE_IMAGE_DATA_msg_dec_cb) Enabling radCfg.is_oob_image_dnld_");
        }
        Event::WriteTaskStarted { image, predownload } => {
            let text = format!(
                "wtp_delayed_event_handle_write_image_to_storage(10): fileName {image}, pre {}",
                u8::from(*predownload)
            );
            let line = Line { text: text.into(), stamped: true };
            out.lines.extend([line.clone(), line]); // It is printed twice.
        }
        _ => (),
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
        GiveUpReason::CannotStart => give_up::CANNOT_START,
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
