//! `show wireless ewc-ap predownload status`, in the layout of genieparser's sample.

use crate::{Snapshot, unverified};

/// The two lines.
pub fn predownload_status(snapshot: &Snapshot) -> String {
    let status = unverified::predownload_status(snapshot.predownload.status);
    let error = snapshot.predownload.error.as_deref().unwrap_or("None");
    format!("Predownload Status: {status}\n\nPredownload Error: {error}\n")
}
