//! `show ap uptime`: the time since the boot of each access point, and that since its join. The columns are known from a third party's
//! transcript; their widths are unverified.

use command_line::{Command, Fields};

use super::view::{ApDetail, View, in_words};
use super::{Effect, views};
use crate::{ApRow, unverified};

pub(super) const COMMAND: Command<Effect> = views("show ap uptime", fields, text);

const COLUMNS: &[&str] = &["AP Name", "Ethernet MAC", "Radio MAC", "AP Up Time", "Association Up Time"];

fn fields(view: &View) -> Fields {
    let row = |(ap, detail): (&ApRow, &ApDetail)| {
        vec![
            ap.name.clone(),
            ap.mac.to_string(),
            ap.radio_mac.to_string(),
            detail.uptime.map_or_else(|| unverified::UPTIME_UNKNOWN.to_owned(), in_words),
            in_words(view.now.saturating_sub(ap.joined_at)),
        ]
    };
    Fields {
        lines: vec![("Number of APs", view.state.aps.len().to_string())],
        columns: COLUMNS,
        rows: view.aps().map(row).collect(),
    }
}

fn text(fields: &Fields) -> String {
    let mut text: String = fields.lines.iter().map(|(label, value)| format!("{label}: {value}\n")).collect();
    let widths = unverified::UPTIME_WIDTHS;
    text += &format!("\n{}{}\n", super::laid_out(fields.columns, widths), "-".repeat(widths.iter().sum()));
    fields.rows.iter().for_each(|row| text += &super::laid_out(row, widths));
    text
}
