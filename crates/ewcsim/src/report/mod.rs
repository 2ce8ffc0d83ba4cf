//! Reports of a run: for people, for programs, in files.

mod digest;
mod files;
mod human;
mod json;
mod shortened;

pub use files::{files, write_files};
pub use human::human;
pub use json::{ApReport, RunReport};

pub(crate) use digest::digest;
pub(crate) use files::{show_name, with_path};
pub(crate) use human::access_points;
pub(crate) use json::{again, shell_word};
