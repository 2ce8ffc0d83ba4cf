//! Reports of an exploration: for people, for programs, for spreadsheets, for GitHub, for a CI server.

mod csv;
mod github;
mod human;
mod json;
mod junit;
mod words;

pub(super) use csv::{distributions_csv, runs_csv};
pub use github::{github, summary};
pub use human::human;
pub use json::json;
pub use junit::junit;
