//! The embedded wireless controller (EWC): the controller's side of CAPWAP, the relay of images to access points, the
//! install engine that fetches them from a server, the image-download profile, show commands and syslog.
//!
//! Start with [`Controller`], which describes one; [`ControllerHandle::new`] makes a handle from it, and [`run`] runs it on a
//! host. Its events are [`ControllerEvent`]s; [`syslog`] renders those that the device logs. [`COMMANDS`] are the commands that
//! can be typed; [`show`] renders what [`ControllerHandle::snapshot`] returns.
//!
//! The machine underneath does no I/O: datagrams, the time and the results of fetches are passed in.
//!
//! ```text
//!   AP: Image Data Request ──▶ result 0, always
//!        image held? ──yes──▶ blocks, one per turnaround and window slot ──▶ ApImageDownloadSuccess
//!             └──no──▶ nothing. The AP gives up, asks again, leaves ──▶ ApImageDownloadFailed
//!                       └── install retry ──▶ install add: fetch from the profile's server ──▶ staged
//! ```

mod commands;
pub mod config;
mod controller;
mod event;
mod handle;
mod history;
mod install;
mod known_hosts;
mod machine;
mod outcome;
mod run;
mod settings;
mod software;
mod specimens;
mod staging;
mod state;
mod summary;
pub mod syslog;
mod unverified;
mod uptimes;
pub mod web;
mod words;

pub use commands::{Answer, COMMANDS, Effect, names_access_point, predownloads, show, show_commands};
pub use config::ControllerConfig;
pub use controller::{Controller, OwnImage};
pub use event::ControllerEvent;
pub use handle::ControllerHandle;
pub use known_hosts::KnownHosts;
pub use run::run;
pub use settings::{Settings, SftpSettings};
pub use software::{Operation, Release, ReleaseState, SoftwareHandle};
pub use specimens::specimens;
pub use state::{
    ApRow, ApState, PredownloadRow, PredownloadStatus, PredownloadSummary, ReleaseRow, Snapshot, StagedRow,
    StandbyState, UpgradeState,
};
pub use unverified::is_unverified;
pub use uptimes::Uptimes;
pub use words::{
    Ap, DownloadFailure, InstallFailure, Location, PredownloadFailure, PredownloadSkip, RollbackReason,
    SessionEnd, SkipReason,
};
