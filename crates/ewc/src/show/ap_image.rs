//! `show ap image`, in the layout of IOS-XE 17.13 (genieparser, `ShowApImage/cli/equal/golden_output_output.txt`).

use image::Version;

use crate::{ApRow, ApState, Snapshot};

/// The table with its counters.
pub fn ap_image(snapshot: &Snapshot) -> String {
    let count = |counted: fn(&Snapshot, &ApRow) -> bool| {
        snapshot.aps.iter().filter(|ap| counted(snapshot, ap)).count()
    };
    let downloading = count(|_, ap| ap.state == ApState::ImageData);
    let downloaded = count(has_downloaded);
    let mut text = format!("Total number of APs  : {}\n\n\nNumber of APs \n", snapshot.aps.len());
    for (label, value) in [
        ("Initiated", "0"),
        ("Downloading", &downloading.to_string()),
        ("Predownloading", "0"),
        ("Completed downloading", &downloaded.to_string()),
        ("Completed predownloading", "0"),
        ("Not Supported", "0"),
        ("Failed to Predownload", "0"),
        ("Predownload in progress", "No"),
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
        text += &format!(
            "{:<34}{:<23}{:<27}{:<22}{:<20}{:<20}{:<12}{}\n",
            ap.name,
            ap.primary.to_string(),
            ap.backup.to_string(),
            "None",
            Version::NONE.to_string(),
            "N/A",
            0,
            "N/A"
        );
    }
    text
}

/// "Completed downloading" counts four of the sample's five access points: those that run the controller's version and
/// hold another image besides. No source defines it; that is the one reading that fits (inferred).
fn has_downloaded(snapshot: &Snapshot, ap: &ApRow) -> bool {
    ap.primary == snapshot.version && ap.backup != Version::NONE
}
