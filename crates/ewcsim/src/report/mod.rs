//! What a run shows: to a person, to a program, in files.

mod digest;
mod files;
mod human;
mod json;
pub mod numbers;
mod shortened;
mod timeline;

pub use files::write_files;
pub use human::human;
pub use json::{ApReport, RunReport};
pub use timeline::{Milestone, milestones};

pub(crate) use timeline::milestone_of;

pub(crate) use digest::digest;
pub(crate) use files::with_path;
pub(crate) use json::{again, shell_word};
