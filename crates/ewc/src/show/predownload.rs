//! `show wireless ewc-ap predownload status`, in the layout of genieparser's sample.

use host::Shown;

use crate::{Snapshot, unverified};

/// The two lines.
pub fn predownload_status(snapshot: &Snapshot) -> String {
    let lines = fields(snapshot).lines;
    lines.iter().map(|(label, value)| format!("{label}: {value}\n")).collect::<Vec<_>>().join("\n")
}

/// The same by field.
pub(super) fn fields(snapshot: &Snapshot) -> Shown {
    let status = unverified::predownload_status(snapshot.predownload.status);
    let error = snapshot.predownload.error.as_deref().unwrap_or("None");
    Shown {
        lines: vec![("Predownload Status", status.to_owned()), ("Predownload Error", error.to_owned())],
        ..Shown::default()
    }
}
