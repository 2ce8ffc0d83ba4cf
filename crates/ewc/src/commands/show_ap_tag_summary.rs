//! `show ap tag summary`, in the layout of genieparser's `ShowApTagSummary/cli/equal/golden_output_output.txt`. Tags are not modelled: every
//! access point has the default ones.

use command_line::{Command, Fields};

use super::{Effect, shows};
use crate::{ApRow, Snapshot, unverified};

pub(super) const COMMAND: Command<Effect> = shows("show ap tag summary", fields, text);

const COLUMNS: &[&str] =
    &["AP Name", "AP Mac", "Site Tag Name", "Policy Tag Name", "RF Tag Name", "Misconfigured", "Tag Source"];
const WIDTHS: [usize; 7] = [24, 17, 34, 34, 34, 17, 14];

fn fields(snapshot: &Snapshot) -> Fields {
    let row = |ap: &ApRow| {
        let [site, policy, rf] = unverified::DEFAULT_TAGS;
        let mac = ap.mac.to_string();
        [&*ap.name, &mac, site, policy, rf, "No", unverified::DEFAULT_TAG_SOURCE].map(str::to_owned).to_vec()
    };
    Fields {
        lines: vec![("Number of APs", snapshot.aps.len().to_string())],
        columns: COLUMNS,
        rows: snapshot.aps.iter().map(row).collect(),
    }
}

fn text(fields: &Fields) -> String {
    let mut text: String = fields.lines.iter().map(|(label, value)| format!("{label}: {value}\n")).collect();
    text += &format!("\n{}{}\n", super::laid_out(fields.columns, WIDTHS), "-".repeat(172));
    fields.rows.iter().for_each(|row| text += &super::laid_out(row, WIDTHS));
    text
}
