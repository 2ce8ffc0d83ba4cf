//! `show wireless stats ap join summary`, in the layout of genieparser's `ShowWirelessStatsApJoinSummary` golden output, whose second heading
//! its authors have replaced. The counter and the header are repeated after ten rows.

use command_line::{Command, Fields};

use super::view::View;
use super::{Effect, views};
use crate::history::Join;
use crate::unverified::join;

pub(super) const COMMAND: Command<Effect> = views("show wireless stats ap join summary", fields, text);

const COLUMNS: &[&str] = &[
    "Base MAC",
    "Ethernet MAC",
    "AP Name",
    "IP Address",
    "Status",
    "Last Failure Phase",
    "Last Disconnect Reason",
];
const WIDTHS: [usize; 7] = [16, 16, 34, 42, 12, 22, 37];

/// The number of rows after which the header is repeated.
const PAGE: usize = 10;

fn fields(view: &View) -> Fields {
    let row = |join: &Join| {
        let (phase, reason) = join
            .failure
            .map_or((join::NONE, join::NONE), |(phase, reason)| (join::phase(phase), join::reason(reason)));
        vec![
            join.ap.mac.base_radio().to_string(),
            join.ap.mac.to_string(),
            join.ap.name.clone(),
            join.ap.address.ip().to_string(),
            if join.is_joined { "Joined" } else { "Not Joined" }.to_owned(),
            phase.to_owned(),
            reason.to_owned(),
        ]
    };
    let rows: Vec<_> = view.history.joins.values().map(row).collect();
    Fields { lines: vec![("Number of APs", rows.len().to_string())], columns: COLUMNS, rows }
}

fn text(fields: &Fields) -> String {
    let mut text = String::new();
    for page in fields.rows.chunks(PAGE).chain(fields.rows.is_empty().then_some(&[][..])) {
        fields.lines.iter().for_each(|(label, value)| text += &format!("{label}: {value}\n\n"));
        text += super::laid_out(fields.columns, WIDTHS).trim_end();
        text += &format!("\n{}\n", "-".repeat(166));
        page.iter().for_each(|row| text += &super::laid_out(row, WIDTHS));
    }
    text
}
