//! Reports of a suite: for people, for programs, for GitHub, for a CI server.

mod github;
mod human;
mod json;
mod junit;

pub use github::{Github, Summary};
pub use human::Human;
pub use json::json;
pub use junit::junit;
