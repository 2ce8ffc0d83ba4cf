//! `show install …`: the releases that the controller holds, and what was done with them.
//!
//! The layout is that of unicon's mock of an EWC on 17.6 and of genieparser's samples of other devices.

use command_line::{Command, Fields};

use super::{Effect, clock, shows};
use crate::{ReleaseRow, ReleaseState, Snapshot};

pub(super) const SUMMARY: Command<Effect> =
    shows("show install summary", |snapshot| fields(snapshot, |_| true), text);
pub(super) const ACTIVE: Command<Effect> =
    shows("show install active", |snapshot| fields(snapshot, is_active), text);
pub(super) const INACTIVE: Command<Effect> = shows(
    "show install inactive",
    |snapshot| fields(snapshot, |state| state == ReleaseState::Inactive),
    text,
);
pub(super) const COMMITTED: Command<Effect> = shows(
    "show install committed",
    |snapshot| fields(snapshot, |state| state == ReleaseState::Committed),
    text,
);
pub(super) const UNCOMMITTED: Command<Effect> = shows(
    "show install uncommitted",
    |snapshot| fields(snapshot, |state| state == ReleaseState::Uncommitted),
    text,
);
/// Its layout is unverified.
pub(super) const LOG: Command<Effect> = shows("show install log", log_fields, log_text);

const TIMER: &str = "Auto abort timer";
const COLUMNS: &[&str] = &["Type", "St", "Filename/Version"];
const RULE: &str = "--------------------------------------------------------------------------------\n";

fn is_active(state: ReleaseState) -> bool {
    matches!(state, ReleaseState::Committed | ReleaseState::Uncommitted)
}

fn fields(snapshot: &Snapshot, shown: fn(ReleaseState) -> bool) -> Fields {
    let timer = match snapshot.aborts_in {
        None => "inactive".to_owned(),
        Some(left) => format!("active on install_activate, time before rollback - {}", clock(left)),
    };
    let row = |release: &ReleaseRow| {
        vec!["IMG".to_owned(), letter(release.state).to_owned(), release.version.clone()]
    };
    let rows = snapshot.releases.iter().filter(|release| shown(release.state)).map(row);
    Fields { lines: vec![(TIMER, timer)], columns: COLUMNS, rows: rows.collect() }
}

fn text(fields: &Fields) -> String {
    let mut text = "[ Chassis 1/R0 ] Installed Package(s) Information:\n\
                    State (St): I - Inactive, U - Activated & Uncommitted,\n            \
                    C - Activated & Committed, D - Deactivated & Uncommitted\n"
        .to_owned();
    text += RULE;
    text += "Type  St   Filename/Version\n";
    text += RULE;
    for row in &fields.rows {
        text += &format!("{:<6}{:<5}{}\n", row[0], row[1], row[2]);
    }
    text += &format!("\n{RULE}");
    for (label, value) in &fields.lines {
        text += &format!("{label}: {value}\n");
    }
    text += &format!("{RULE}\n");
    text
}

/// Returns the letter of the legend.
fn letter(state: ReleaseState) -> &'static str {
    match state {
        ReleaseState::Inactive => "I",
        ReleaseState::Uncommitted => "U",
        ReleaseState::Committed => "C",
        ReleaseState::Deactivated => "D",
    }
}

fn log_fields(snapshot: &Snapshot) -> Fields {
    let row = |operation: &crate::Operation| vec![clock(operation.at), operation.what.clone()];
    let rows = snapshot.install_log.iter().map(row).collect();
    Fields { lines: Vec::new(), columns: &["Time", "Operation"], rows }
}

fn log_text(fields: &Fields) -> String {
    fields.rows.iter().map(|row| format!("[{}] {}\n", row[0], row[1])).collect()
}
