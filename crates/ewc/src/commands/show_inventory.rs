//! `show inventory`, in the layout of IOS (ntc-templates has many samples). None of an EWC is known: what it calls the chassis is unverified.

use command_line::{Command, Fields};

use super::view::View;
use super::{Effect, views};
use crate::unverified::inventory as words;

pub(super) const COMMAND: Command<Effect> = views("show inventory", fields, text);

const COLUMNS: &[&str] = &["NAME", "DESCR", "PID", "VID", "SN"];

fn fields(view: &View) -> Fields {
    let row = [words::NAME, words::DESCRIPTION, &view.model, words::VERSION, &view.serial];
    Fields { columns: COLUMNS, rows: vec![row.map(str::to_owned).to_vec()], ..Fields::default() }
}

fn text(fields: &Fields) -> String {
    let lines = fields.rows.iter().filter_map(|row| match &row[..] {
        [name, description, pid, version, serial] => Some(format!(
            "NAME: \"{name}\", DESCR: \"{description}\"\nPID: {pid:<18}, VID: {version:<4}, SN: {serial}\n\n"
        )),
        _ => None,
    });
    lines.collect()
}
