//! `show ap image`, in the layout of IOS-XE 17.13 (genieparser, `ShowApImage/cli/equal/golden_output_output.txt`).

use command_line::{Command, Fields};
use image::Version;

use super::{Effect, shows};
use crate::{ApRow, ApState, PredownloadStatus, Snapshot, unverified};

pub(super) const COMMAND: Command<Effect> = shows("show ap image", fields, text);

const TOTAL: &str = "Total number of APs";
const COLUMNS: &[&str] = &[
    "AP Name",
    "Primary Image",
    "Backup Image",
    "Predownload Status",
    "Predownload Version",
    "Next Retry Time",
    "Retry Count",
    "Method",
];

/// Lays out the counters, and below them the table.
fn text(fields: &Fields) -> String {
    let mut text = String::new();
    for (label, value) in &fields.lines {
        text += &match *label {
            TOTAL => format!("{label}  : {value}\n\n\nNumber of APs \n"),
            _ => format!("        {label:<27}: {value}\n"),
        };
    }
    // The header's widths differ from those of the rows.
    text += &laid_out(fields.columns, [34, 23, 24, 21, 21, 18, 14]);
    text += &format!("{}\n", "-".repeat(162));
    for row in &fields.rows {
        text += &laid_out(row, [34, 23, 27, 22, 20, 20, 12]);
    }
    text
}

/// Lays out a line of cells. Each but the last is as wide as its column.
fn laid_out(cells: &[impl AsRef<str>], widths: [usize; 7]) -> String {
    let widths = widths.into_iter().chain([0]);
    let cells: String =
        cells.iter().zip(widths).map(|(cell, width)| format!("{:<width$}", cell.as_ref())).collect();
    cells + "\n"
}

fn fields(snapshot: &Snapshot) -> Fields {
    let count = |counted: fn(&Snapshot, &ApRow) -> bool| {
        snapshot.aps.iter().filter(|ap| counted(snapshot, ap)).count()
    };
    let in_status =
        |status: PredownloadStatus| snapshot.aps.iter().filter(|ap| ap.predownload.status == status).count();
    let predownload = |status: PredownloadStatus| in_status(status).to_string();
    // A session that is lost in the middle takes its row with it, and counts here (a 9800's bench, 17.15).
    let failed = in_status(PredownloadStatus::Failed) + snapshot.predownload.lost;
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
    let mut lines = vec![(TOTAL, snapshot.aps.len().to_string())];
    for (label, value) in [
        ("Initiated", &*predownload(PredownloadStatus::Initiated)),
        ("Downloading", &downloading.to_string()),
        ("Predownloading", &predownload(PredownloadStatus::Predownloading)),
        ("Completed downloading", &downloaded.to_string()),
        ("Completed predownloading", &predownload(PredownloadStatus::Complete)),
        ("Not Supported", &predownload(PredownloadStatus::NotSupported)),
        ("Failed to Predownload", &failed.to_string()),
        ("Predownload in progress", in_progress),
    ] {
        lines.push((label, value.to_owned()));
    }
    let mut rows = Vec::new();
    for ap in &snapshot.aps {
        let predownload = &ap.predownload;
        let method =
            if predownload.version == Version::NONE { "N/A" } else { unverified::PREDOWNLOAD_METHOD };
        rows.push(vec![
            ap.name.clone(),
            ap.primary.to_string(),
            ap.backup.to_string(),
            unverified::predownload_cell(predownload.status).to_owned(),
            predownload.version.to_string(),
            predownload.retry_delay.map_or("N/A".to_owned(), unverified::next_retry_time),
            predownload.retries.to_string(),
            method.to_owned(),
        ]);
    }
    Fields { lines, columns: COLUMNS, rows }
}

/// "Completed downloading" counts four of the sample's five access points: those that run the controller's version and
/// hold another image as well. No source defines it; this is the only reading that fits (inferred).
fn has_downloaded(snapshot: &Snapshot, ap: &ApRow) -> bool {
    ap.running == snapshot.version && ap.backup != Version::NONE
}
