//! `show wireless ewc-ap predownload status`, in the layout of genieparser's sample.

use command_line::{Command, Fields};

use super::{Effect, shows};
use crate::{PredownloadStatus, Snapshot, UpgradeState};

pub(super) const COMMAND: Command<Effect> = shows("show wireless ewc-ap predownload status", fields, text);

fn text(fields: &Fields) -> String {
    fields.lines.iter().map(|(label, value)| format!("{label}: {value}\n")).collect::<Vec<_>>().join("\n")
}

fn fields(snapshot: &Snapshot) -> Fields {
    let status = match snapshot.upgrade {
        UpgradeState::None => predownload(snapshot.predownload.status),
        state => state,
    };
    // The known sample has `None`; the others are the words of the YANG enumeration behind it.
    let status = if status == UpgradeState::None { "None" } else { status.text() };
    let error = snapshot.predownload.error.as_deref().unwrap_or("None");
    Fields {
        lines: vec![("Predownload Status", status.to_owned()), ("Predownload Error", error.to_owned())],
        ..Fields::default()
    }
}

/// Returns the state of predownloads that are no part of an upgrade.
fn predownload(status: PredownloadStatus) -> UpgradeState {
    match status {
        PredownloadStatus::None => UpgradeState::None,
        PredownloadStatus::Initiated => UpgradeState::ApPredownloadInitiated,
        PredownloadStatus::Predownloading => UpgradeState::ApPredownloadInProgress,
        PredownloadStatus::Complete => UpgradeState::ApPredownloadComplete,
        PredownloadStatus::NotSupported => UpgradeState::ApPredownloadUnsupported,
        PredownloadStatus::Failed => UpgradeState::ApPredownloadFailed,
    }
}
