//! Show commands, as functions of a [`Snapshot`].

mod ap_image;
mod ap_summary;
mod predownload;

pub use ap_image::ap_image;
pub use ap_summary::ap_summary;
pub use predownload::predownload_status;

use host::Shown;

use crate::Snapshot;

/// The commands that [`show`] knows.
pub const COMMANDS: [&str; 3] =
    ["show ap image", "show ap summary", "show wireless ewc-ap predownload status"];

/// What `command` prints; `None` if it is not one of [`COMMANDS`]. Blanks between words do not matter.
pub fn show(snapshot: &Snapshot, command: &str) -> Option<String> {
    let command = command.split_whitespace().collect::<Vec<_>>().join(" ");
    match command.as_str() {
        "show ap image" => Some(ap_image(snapshot)),
        "show ap summary" => Some(ap_summary(snapshot)),
        "show wireless ewc-ap predownload status" => Some(predownload_status(snapshot)),
        _ => None,
    }
}

/// What `command` shows, by field; `None` if it is not one of [`COMMANDS`]. Its text is made from the same.
pub fn fields(snapshot: &Snapshot, command: &str) -> Option<Shown> {
    let command = command.split_whitespace().collect::<Vec<_>>().join(" ");
    match command.as_str() {
        "show ap image" => Some(ap_image::fields(snapshot)),
        "show ap summary" => Some(ap_summary::fields(snapshot)),
        "show wireless ewc-ap predownload status" => Some(predownload::fields(snapshot)),
        _ => None,
    }
}
