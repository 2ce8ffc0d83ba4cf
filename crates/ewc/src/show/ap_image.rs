//! `show ap image`, in the layout of IOS-XE 17.13 (genieparser, `ShowApImage/cli/equal/golden_output_output.txt`).

use image::Version;

use crate::{ApRow, ApState, PredownloadStatus, Snapshot, unverified};

/// The table with its counters.
pub fn ap_image(snapshot: &Snapshot) -> String {
    let count = |counted: fn(&Snapshot, &ApRow) -> bool| {
        snapshot.aps.iter().filter(|ap| counted(snapshot, ap)).count()
    };
    let predownload = |status: PredownloadStatus| {
        snapshot.aps.iter().filter(|ap| ap.predownload.status == status).count().to_string()
    };
    let under_way = |ap: &ApRow| {
        ap.predownload.retry_delay.is_some()
            || matches!(
                ap.predownload.status,
                PredownloadStatus::Initiated | PredownloadStatus::Predownloading
            )
    };
    let in_progress = if snapshot.aps.iter().any(under_way) { "Yes" } else { "No" };
    let downloading = count(|_, ap| ap.state == ApState::ImageData);
    let downloaded = count(has_downloaded);
    let mut text = format!("Total number of APs  : {}\n\n\nNumber of APs \n", snapshot.aps.len());
    for (label, value) in [
        ("Initiated", &*predownload(PredownloadStatus::Initiated)),
        ("Downloading", &downloading.to_string()),
        ("Predownloading", &predownload(PredownloadStatus::Predownloading)),
        ("Completed downloading", &downloaded.to_string()),
        ("Completed predownloading", &predownload(PredownloadStatus::Complete)),
        ("Not Supported", &predownload(PredownloadStatus::NotSupported)),
        ("Failed to Predownload", &predownload(PredownloadStatus::Failed)),
        ("Predownload in progress", in_progress),
    ] {
        text += &format!("        {label:<27}: {value}\n");
    }
    text += &format!(
        "{:<34}{:<23}{:<24}{:<21}{:<21}{:<18}{:<14}{}\n{}\n",
        "AP Name",
        "Primary Image",
        "Backup Image",
        "Predownload Status",
        "Predownload Version",
        "Next Retry Time",
        "Retry Count",
        "Method",
        "-".repeat(162)
    );
    for ap in &snapshot.aps {
        let predownload = &ap.predownload;
        // In seconds, as the YANG leaf behind it counts; unverified.
        let retry = predownload.retry_delay.map_or("N/A".to_owned(), |delay| delay.as_secs().to_string());
        // The word is that of the YANG enumeration; that it stands here is unverified.
        let method = if predownload.version == Version::NONE { "N/A" } else { "CAPWAP" };
        text += &format!(
            "{:<34}{:<23}{:<27}{:<22}{:<20}{:<20}{:<12}{}\n",
            ap.name,
            ap.primary.to_string(),
            ap.backup.to_string(),
            unverified::predownload_cell(predownload.status),
            predownload.version.to_string(),
            retry,
            predownload.retries,
            method
        );
    }
    text
}

/// "Completed downloading" counts four of the sample's five access points: those that run the controller's version and
/// hold another image besides. No source defines it; that is the one reading that fits (inferred).
fn has_downloaded(snapshot: &Snapshot, ap: &ApRow) -> bool {
    ap.primary == snapshot.version && ap.backup != Version::NONE
}
