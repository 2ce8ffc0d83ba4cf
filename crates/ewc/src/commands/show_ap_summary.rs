//! `show ap summary`, in the layout of IOS-XE 17 (genieparser, `ShowApSummary`).
//!
//! Country and regulatory domain follow from the model's suffix; the country of a domain that is not the sample's is a guess.

use command_line::{Command, Fields};

use super::{Effect, shows};
use crate::{ApRow, ApState, Snapshot};

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

/// A line of cells, each but the last as wide as its column.
fn laid_out(cells: &[impl AsRef<str>]) -> String {
    let widths = [33, 6, 21, 15, 15, 5, 5, 42, 13, 0];
    let cells: String =
        cells.iter().zip(widths).map(|(cell, width)| format!("{:<width$}", cell.as_ref())).collect();
    cells + "\n"
}

fn fields(snapshot: &Snapshot) -> Fields {
    let row = |ap: &ApRow| {
        let (country, domain) = regulatory(&ap.model);
        vec![
            ap.name.clone(),
            ap.slots.to_string(),
            ap.model.clone(),
            ap.mac.to_string(),
            ap.radio_mac.to_string(),
            country.to_owned(),
            domain,
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

/// `Registered` is the sample's; `Downloading` is what users call the state of an access point that fetches its image
/// (inferred). An access point that has joined and is being configured is not told from a registered one.
fn state(ap: &ApRow) -> &'static str {
    match ap.state {
        ApState::ImageData => "Downloading",
        ApState::Joined | ApState::Registered => "Registered",
    }
}

/// Country code and regulatory domain of a model: `C9120AXE-D` is `IN`, `-D`.
fn regulatory(model: &str) -> (&'static str, String) {
    let domain = model.trim_end_matches("-K9").rsplit_once('-').map_or("B", |(_, domain)| domain);
    let country = match domain {
        "D" => "IN",
        "E" => "DE",
        "Q" => "JP",
        "Z" => "AU",
        _ => "US",
    };
    (country, format!("-{domain}"))
}
