//! Reports of a run: for people, for programs, in files.

mod again;
mod digest;
mod files;
mod human;
mod json;
mod shortened;

pub use files::{files, write_files};
pub use human::human;
pub use json::{ApReport, RunReport};

pub(crate) use again::{again, path_word, shell_word};
pub(crate) use digest::digest;
pub(crate) use files::{CAPTURE, remove_file, remove_files, show_name, with_path, write_files_with};
pub(crate) use human::access_points;
