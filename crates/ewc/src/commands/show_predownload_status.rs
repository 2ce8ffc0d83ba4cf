//! `show wireless ewc-ap predownload status`, in the layout of genieparser's sample.

use command_line::{Command, Fields};

use super::{Effect, shows};
use crate::{Snapshot, unverified};

pub(super) const COMMAND: Command<Effect> = shows("show wireless ewc-ap predownload status", fields, text);

fn text(fields: &Fields) -> String {
    fields.lines.iter().map(|(label, value)| format!("{label}: {value}\n")).collect::<Vec<_>>().join("\n")
}

fn fields(snapshot: &Snapshot) -> Fields {
    let status = unverified::predownload_status(snapshot.predownload.status);
    let error = snapshot.predownload.error.as_deref().unwrap_or("None");
    Fields {
        lines: vec![("Predownload Status", status.to_owned()), ("Predownload Error", error.to_owned())],
        ..Fields::default()
    }
}
