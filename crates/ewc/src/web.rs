//! The page *Software Upgrade* of the controller: its buttons, its status bar and its table.
//!
//! The headings of the table, the steps of the bar, the counters and the banner are known (Cisco 221705, EWC 17.3 guide); which state
//! shows which step, and the roles but `Master`, are unverified.

use std::collections::BTreeSet;
use std::time::Duration;

use command_line::{Fields, Output};
use image::Version;

use crate::commands::clock;
use crate::machine::Machine;
use crate::machine::upgrade::Refusal;
use crate::words::SkipReason;
use crate::{ApRow, PredownloadStatus, ReleaseState, Snapshot, UpgradeState, unverified};

/// The name by which expectations and `--show` ask for the page. No device has this command.
pub const PAGE: &str = "show web";

/// A button of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Button {
    /// *Save*: the profile is stored.
    Save,
    /// *Save & Download*: the profile is stored, and the upgrade starts.
    SaveAndDownload,
    /// *Activate*: the network reloads.
    Activate,
    /// *Cancel*: the upgrade under way ends.
    Cancel,
}

impl Button {
    /// Returns its label.
    pub fn label(self) -> &'static str {
        match self {
            Self::Save => "Save",
            Self::SaveAndDownload => "Save & Download",
            Self::Activate => "Activate",
            Self::Cancel => "Cancel",
        }
    }
}

/// The banner about a network with access points of other types than the controller's (Cisco 221705).
pub const BANNER: &str = "Wireless network is Non-Homogeneous. Desktop (HTTP) mode is not supported.";

const STATUS: &str = "Status";
const COLUMNS: &[&str] = &[
    "AP Name",
    "Primary Image (AP/ Controller)",
    "Backup Image (AP/ Controller)",
    "Predownload Status",
    "AP Image Type",
    "Role",
    "ETA/Percent Complete(AP)",
    "ETA/Percent Complete(Controller)",
];

impl Machine {
    /// Presses a button, and returns what the page says; nothing if it is done.
    pub(crate) fn press(&mut self, now: Duration, button: Button) -> String {
        let refused = match button {
            Button::Save => {
                self.save();
                None
            }
            Button::SaveAndDownload => {
                self.save();
                self.start_upgrade(now).err()
            }
            Button::Activate => {
                let auto_abort = self.controller().settings.auto_abort;
                self.activate(now, auto_abort).err()
            }
            Button::Cancel => (!self.cancel_upgrade(now)).then_some(Refusal::NothingActivated),
        };
        match refused {
            None => String::new(),
            Some(Refusal::NoProfile(SkipReason::NonHomogeneous)) => BANNER.to_owned(),
            Some(refusal) => unverified::refused(refusal).trim_end().to_owned(),
        }
    }
}

/// Returns the page.
pub(crate) fn page(snapshot: &Snapshot) -> Output {
    let fields = fields(snapshot);
    Output { command: PAGE.to_owned(), text: text(&fields), fields }
}

fn fields(snapshot: &Snapshot) -> Fields {
    let in_status = |status| snapshot.aps.iter().filter(|ap| ap.predownload.status == status).count();
    let lines = vec![
        (STATUS, step(snapshot.upgrade).to_owned()),
        ("Total Number of APs", snapshot.aps.len().to_string()),
        ("Initiated", in_status(PredownloadStatus::Initiated).to_string()),
        ("Predownloading AP Image", in_status(PredownloadStatus::Predownloading).to_string()),
        ("Predownloading Controller Image", predownloading_controller(snapshot).to_string()),
        ("Completed predownloading", in_status(PredownloadStatus::Complete).to_string()),
        ("Failed to Predownload", in_status(PredownloadStatus::Failed).to_string()),
    ];
    let mut types = BTreeSet::new();
    let rows = snapshot.aps.iter().map(|ap| {
        let is_first = types.insert(ap.image_type.clone());
        row(snapshot, ap, is_first)
    });
    Fields { lines, columns: COLUMNS, rows: rows.collect() }
}

/// Returns the step of the status bar (EWC 17.3 guide).
fn step(state: UpgradeState) -> &'static str {
    use UpgradeState as State;
    match state {
        State::None => "Initiate",
        State::ControllerDownloadInitiated
        | State::ControllerDownloadInProgress
        | State::ControllerDownloadComplete
        | State::ControllerDownloadFailed => "Controller Image Download",
        State::ApPredownloadInitiated
        | State::ApPredownloadInProgress
        | State::ApPredownloadUnsupported
        | State::ApPredownloadFailed => "AP Image Download",
        State::ApPredownloadComplete
        | State::ControllerPredownloadInProgress
        | State::ControllerPredownloadFailed => "Network Upgrade",
        State::ControllerPredownloadComplete | State::ActivationFailed => "Activate",
        State::Activated => "Reload",
    }
}

/// Returns the row of an access point. The first of its type is the one that gets the image for all (`Master`).
fn row(snapshot: &Snapshot, ap: &ApRow, is_first: bool) -> Vec<String> {
    let own = snapshot.own_access_point == ap.mac;
    // The sample's oddity: both cells of the controller's own row keep the release that runs, also once another is stored.
    let runs = snapshot.releases.first().map(|release| release.version.as_str()).filter(|_| own);
    let runs = runs.or(ap.controller_image.as_deref()).filter(|version| !version.is_empty()).unwrap_or("NA");
    let image = ap.image_type.clone().unwrap_or_else(|| "NA".to_owned());
    vec![
        ap.name.clone(),
        format!("{} / {runs}", ap.primary),
        format!("{} / {runs}", ap.backup),
        unverified::predownload_cell(ap.predownload.status).to_owned(),
        image,
        if is_first { "Master" } else { unverified::NOT_MASTER }.to_owned(),
        progress(snapshot, ap),
        if own { controller_progress(snapshot) } else { other_controller_progress(ap).to_owned() },
    ]
}

/// Returns the time left and the share of the image that an access point has: `00:00:00 100%`.
pub(crate) fn progress(snapshot: &Snapshot, ap: &ApRow) -> String {
    let none = ap.predownload.version == Version::NONE;
    match (ap.predownload.status, ap.download, ap.download_since) {
        (PredownloadStatus::Complete, ..) if !none => "00:00:00 100%".to_owned(),
        (PredownloadStatus::Predownloading, Some((sent, total)), Some(since)) if sent > 0 && total > 0 => {
            let elapsed = snapshot.now.saturating_sub(since);
            let left = elapsed.mul_f64((total - sent) as f64 / sent as f64);
            format!("{} {}%", clock(left), sent * 100 / total)
        }
        // The image is with it, and is being written.
        (PredownloadStatus::Predownloading, None, _) => "00:00:00 100%".to_owned(),
        _ => "NA NA".to_owned(),
    }
}

fn controller_progress(snapshot: &Snapshot) -> String {
    let is_stored = snapshot.releases.iter().any(|release| release.state == ReleaseState::Inactive);
    if is_stored { "00:00:00 100%" } else { "NA NA" }.to_owned()
}

/// Returns the progress of a controller image on its way to an access point of type EWC; unverified.
fn other_controller_progress(ap: &ApRow) -> &'static str {
    match ap.controller_status {
        PredownloadStatus::Complete => "00:00:00 100%",
        PredownloadStatus::None
        | PredownloadStatus::Initiated
        | PredownloadStatus::Predownloading
        | PredownloadStatus::NotSupported
        | PredownloadStatus::Failed => "NA NA",
    }
}

fn predownloading_controller(snapshot: &Snapshot) -> usize {
    let is_under_way = |ap: &&ApRow| ap.controller_status == PredownloadStatus::Predownloading;
    snapshot.aps.iter().filter(is_under_way).count()
}

/// Lays the page out as text: the lines, and the table below them.
fn text(fields: &Fields) -> String {
    let mut text = String::new();
    for (label, value) in &fields.lines {
        text += &format!("{label:<34}: {value}\n");
    }
    let width = |column: usize| {
        let cells = fields.rows.iter().map(|row| row[column].chars().count());
        cells.chain([fields.columns[column].len()]).max().unwrap_or_default()
    };
    let widths: Vec<usize> = (0..fields.columns.len()).map(width).collect();
    let line = |cells: &[String]| {
        let cells: Vec<String> =
            cells.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}")).collect();
        format!("{}\n", cells.join("  ").trim_end())
    };
    let headers: Vec<String> = fields.columns.iter().map(|&header| header.to_owned()).collect();
    text.push('\n');
    text += &line(&headers);
    fields.rows.iter().for_each(|row| text += &line(row));
    text
}
