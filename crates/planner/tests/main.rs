//! How answers are told.

mod answers;
mod browser;
mod csv;
mod human;
mod markdown;
mod page;

/// Returns the settings of snapshots: they are in `snapshots/plan`.
fn snapshots() -> insta::Settings {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../../../snapshots/plan");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings
}
