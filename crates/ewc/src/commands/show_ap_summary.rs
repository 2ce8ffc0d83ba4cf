//! `show ap summary`, in the layout of IOS-XE 17 (genieparser, `ShowApSummary`).
//!
//! Country and regulatory domain follow from the model's suffix.

use command_line::{Command, Fields};

use super::{Effect, shows};
use crate::{ApRow, ApState, Snapshot, unverified};

pub(super) const COMMAND: Command<Effect> = shows("show ap summary", fields, text);

const COLUMNS: &[&str] = &[
    "AP Name",
    "Slots",
    "AP Model",
    "Ethernet MAC",
    "Radio MAC",
    "CC",
    "RD",
    "IP Address",
    "State",
    "Location",
];

fn text(fields: &Fields) -> String {
    let mut text: String = fields.lines.iter().map(|(label, value)| format!("{label}: {value}\n")).collect();
    text += "\nCC = Country Code\nRD = Regulatory Domain\n\n";
    text += &laid_out(fields.columns);
    text += &format!("{}\n", "-".repeat(165));
    fields.rows.iter().for_each(|row| text += &laid_out(row));
    text
}

/// Lays out a line of cells. Each but the last is as wide as its column.
fn laid_out(cells: &[impl AsRef<str>]) -> String {
    let widths = [33, 6, 21, 15, 15, 5, 5, 42, 13, 0];
    let cells: String =
        cells.iter().zip(widths).map(|(cell, width)| format!("{:<width$}", cell.as_ref())).collect();
    cells + "\n"
}

fn fields(snapshot: &Snapshot) -> Fields {
    let row = |ap: &ApRow| {
        let domain = domain(&ap.model);
        vec![
            ap.name.clone(),
            ap.slots.to_string(),
            ap.model.clone(),
            ap.mac.to_string(),
            ap.radio_mac.to_string(),
            unverified::country(domain).to_owned(),
            format!("-{domain}"),
            ap.address.to_string(),
            state(ap).to_owned(),
            ap.location.clone(),
        ]
    };
    Fields {
        lines: vec![("Number of APs", snapshot.aps.len().to_string())],
        columns: COLUMNS,
        rows: snapshot.aps.iter().map(row).collect(),
    }
}

/// Returns the state. An access point that has joined and is being configured is shown like a registered one.
fn state(ap: &ApRow) -> &'static str {
    match ap.state {
        ApState::ImageData => unverified::DOWNLOADING,
        ApState::Joined | ApState::Registered => "Registered",
    }
}

/// Returns the regulatory domain of a model: that of `C9120AXE-D` is `D`.
fn domain(model: &str) -> &str {
    model.trim_end_matches("-K9").rsplit_once('-').map_or("B", |(_, domain)| domain)
}
