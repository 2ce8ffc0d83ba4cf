//! `dir ap_images:`, in the layout of IOS-XE's `dir` (genieparser, `Dir/cli/equal/golden_output_asr1k_output.txt`).

use command_line::{Command, Fields};

use super::view::View;
use super::{Effect, views};
use crate::unverified;

pub(super) const COMMAND: Command<Effect> = views("dir ap_images:", fields, text);

const DIRECTORY: &str = "Directory of";
const TOTAL: &str = "bytes total";
const FREE: &str = "bytes free";
/// The names of the columns are ours: the device prints no header.
const COLUMNS: &[&str] = &["Index", "Permissions", "Size", "Date", "Name"];

fn fields(view: &View) -> Fields {
    let row = |(index, image): (usize, &crate::StagedRow)| {
        let at = view.history.staged.get(&image.image).copied().unwrap_or_default();
        vec![
            (unverified::FIRST_INDEX + index).to_string(),
            "-rw-".to_owned(),
            image.bytes.to_string(),
            view.time(at, "%b %-d %Y %H:%M:%S +00:00"),
            image.image.clone(),
        ]
    };
    let used: u64 = view.state.staged.iter().map(|image| image.bytes).sum();
    Fields {
        lines: vec![
            (DIRECTORY, "ap_images:/".to_owned()),
            (TOTAL, view.staging_capacity.to_string()),
            (FREE, view.staging_capacity.saturating_sub(used).to_string()),
        ],
        columns: COLUMNS,
        rows: view.state.staged.iter().enumerate().map(row).collect(),
    }
}

fn text(fields: &Fields) -> String {
    let value = |label| fields.line(label).unwrap_or_default();
    let mut text = format!("{DIRECTORY} {}\n\n", value(DIRECTORY));
    for row in &fields.rows {
        let [index, permissions, size, date, name] = &row[..] else { continue };
        text += &format!("{index:>5}  {permissions}  {size:>15}  {date}  {name}\n");
    }
    text + &format!("\n{} {TOTAL} ({} {FREE})\n", value(TOTAL), value(FREE))
}
