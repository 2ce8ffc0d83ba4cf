//! Texts of the controller that no source shows. Correct them here once a real one has been seen.

use std::time::Duration;

use crate::{PredownloadFailure, PredownloadStatus};

/// `Method` of `show ap image`: the word of the YANG enumeration. That it stands there is a guess.
pub(crate) const PREDOWNLOAD_METHOD: &str = "CAPWAP";

/// What `ap name` says of a name that no access point has.
pub(crate) fn no_such_ap(name: &str) -> String {
    format!("% Error: AP name {name} not found\n")
}

/// The cell of `show ap image`. `None` (genieparser) and `Complete` (Cisco 221705) are known.
pub(crate) fn predownload_cell(status: PredownloadStatus) -> &'static str {
    match status {
        PredownloadStatus::None => "None",
        PredownloadStatus::Initiated => "Initiated",
        PredownloadStatus::Predownloading => "Predownloading",
        PredownloadStatus::Complete => "Complete",
        PredownloadStatus::NotSupported => "Not Supported",
        PredownloadStatus::Failed => "Failed",
    }
}

/// `Predownload Status:` of `show wireless ewc-ap predownload status`. `None` is known; the others are the words of the YANG
/// enumeration behind it.
pub(crate) fn predownload_status(status: PredownloadStatus) -> &'static str {
    match status {
        PredownloadStatus::None => "None",
        PredownloadStatus::Initiated => "AP predownload initiated",
        PredownloadStatus::Predownloading => "AP predownload in progress",
        PredownloadStatus::Complete => "AP predownload complete",
        PredownloadStatus::NotSupported => "AP predownload unsupported",
        PredownloadStatus::Failed => "AP predownload failed",
    }
}

/// `Next Retry Time` of `show ap image`: in seconds, as the YANG leaf behind it counts.
pub(crate) fn next_retry_time(delay: Duration) -> String {
    delay.as_secs().to_string()
}

/// `Predownload Error:` of `show wireless ewc-ap predownload status`. `None` is known.
pub(crate) fn predownload_error(ap: &str, reason: PredownloadFailure) -> String {
    format!("{ap}: {}", predownload_failure(reason))
}

/// The reason in it.
pub(crate) fn predownload_failure(reason: PredownloadFailure) -> &'static str {
    match reason {
        PredownloadFailure::NoImage => "image not available",
        PredownloadFailure::Refused(_) => "refused by the AP",
        PredownloadFailure::GivenUp => "given up by the AP",
        PredownloadFailure::NoReport => "no report from the AP",
        PredownloadFailure::SessionLost => "AP disjoined",
    }
}
