//! What a suite shows: to people, to programs, to GitHub, to a CI server.

mod github;
mod human;
mod json;
mod junit;

pub use github::Github;
pub use human::Human;
pub use json::json;
pub use junit::junit;
