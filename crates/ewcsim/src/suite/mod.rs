//! Directories of scenarios: finds them, runs them in parallel, and compares their output with stored snapshots.
//!
//! The command `ewcsim test` is [`run()`] with a [`report`] of each [`Case`]. The project's own tests use the same parts, so that
//! both find the same scenarios and compare the same texts with the same files: [`find()`] returns the scenarios below some
//! paths, [`items`] the texts of a run to compare, [`Layout`] the files to compare them with, and [`orphans`] the files that
//! match no item.

mod alike;
mod case;
mod compare;
mod diff;
mod filter;
mod find;
mod items;
mod judge;
mod layout;
mod list;
mod orphans;
pub mod report;
mod select;
mod snap;
mod whole;

pub use crate::ending::Ending;
pub use crate::seeds::Seeds;
pub use crate::shard::Shard;
pub use alike::{Alike, Changes};
pub use case::{Case, Problem};
pub use compare::{Change, Difference};
pub use filter::Filter;
pub use find::{FindError, Found, find};
pub use items::{Item, item_names, items};
pub use judge::Judge;
pub use layout::{Layout, Place};
pub use list::{Listing, list};
pub use orphans::{orphans, orphans_of, remove};
pub use select::{Chosen, Selection};
pub use snap::{Stored, StoredError, normalized};
pub use whole::{Suite, SuiteError, Totals, run};
