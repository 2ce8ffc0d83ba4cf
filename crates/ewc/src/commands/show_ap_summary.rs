//! `show ap summary`, in the layouts of genieparser's `ShowApSummary`: the newer one is its fifth golden output, the older one the
//! second; in the older one the header is repeated after ten rows, as in the first. The release decides.
//!
//! Country and regulatory domain follow from the model's suffix.

use command_line::{Command, Fields};

use super::{Effect, domain, laid_out, shows};
use crate::{ApRow, ApState, Snapshot, unverified};

pub(super) const COMMAND: Command<Effect> = shows("show ap summary", fields, text);

/// The columns of the newer layout.
const NEWER: &[&str] = &[
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

/// The columns of the older layout.
const OLDER: &[&str] = &[
    "AP Name",
    "Slots",
    "AP Model",
    "Ethernet MAC",
    "Radio MAC",
    "Location",
    "Country",
    "IP Address",
    "State",
];

/// The number of rows after which the older layout repeats its header.
const OLDER_PAGE: usize = 10;

fn text(fields: &Fields) -> String {
    let mut text: String = fields.lines.iter().map(|(label, value)| format!("{label}: {value}\n")).collect();
    if fields.columns == OLDER {
        // Also without rows: the header stands once.
        for page in fields.rows.chunks(OLDER_PAGE).chain(fields.rows.is_empty().then_some(&[][..])) {
            text += &format!("\n{}{}\n", older(fields.columns, 0), "-".repeat(198));
            page.iter().for_each(|row| text += &older(row, 2));
        }
    } else {
        text += "\nCC = Country Code\nRD = Regulatory Domain\n\n";
        text += &newer(fields.columns);
        text += &format!("{}\n", "-".repeat(165));
        fields.rows.iter().for_each(|row| text += &newer(row));
    }
    text
}

/// Lays out a line of the newer layout. Each cell but the last is as wide as its column.
fn newer(cells: &[impl AsRef<str>]) -> String {
    laid_out(cells, [33, 6, 21, 15, 15, 5, 5, 42, 13, 0])
}

/// Lays out a line of the older layout, with the number of slots indented.
fn older(cells: &[impl AsRef<str>], indent: usize) -> String {
    laid_out(cells, [35 + indent, 9 - indent, 22, 16, 16, 34, 12, 43, 14])
}

fn fields(snapshot: &Snapshot) -> Fields {
    let columns = if unverified::shows_country_code(snapshot.version) { NEWER } else { OLDER };
    let cell = |ap: &ApRow, column: &str| match column {
        "AP Name" => ap.name.clone(),
        "Slots" => ap.slots.to_string(),
        "AP Model" => ap.model.clone(),
        "Ethernet MAC" => ap.mac.to_string(),
        "Radio MAC" => ap.radio_mac.to_string(),
        "CC" | "Country" => unverified::country(domain(&ap.model)).to_owned(),
        "RD" => format!("-{}", domain(&ap.model)),
        "IP Address" => ap.address.to_string(),
        "State" => state(ap).to_owned(),
        "Location" => ap.location.clone(),
        _ => unreachable!("these are all columns"),
    };
    let row = |ap: &ApRow| columns.iter().map(|column| cell(ap, column)).collect();
    Fields {
        lines: vec![("Number of APs", snapshot.aps.len().to_string())],
        columns,
        rows: snapshot.aps.iter().map(row).collect(),
    }
}

/// Returns the state.
fn state(ap: &ApRow) -> &'static str {
    match ap.state {
        ApState::ImageData => unverified::DOWNLOADING,
        ApState::Joined | ApState::DataCheck => unverified::NOT_IN_SERVICE,
        ApState::Registered => "Registered",
    }
}
