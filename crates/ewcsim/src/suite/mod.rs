//! Directories of scenarios: finding them, running them side by side, and comparing what they print with what is stored.
//!
//! The command `ewcsim test` is [`run()`] with a [`report`] of each [`Case`]. The project's own tests go through the same parts, so that
//! both find the same scenarios and compare the same texts with the same files: [`find()`] gives the scenarios below some paths,
//! [`items`] the texts of a run that are worth comparing, [`Layout`] the files they are compared with, [`orphans`] the files nothing is
//! compared with.

mod case;
mod compare;
mod diff;
mod find;
mod items;
mod layout;
mod orphans;
mod pool;
pub mod report;
mod select;
mod snap;
mod whole;

pub use crate::ending::Ending;
pub use case::{Case, Judge, Problem};
pub use compare::{Change, Difference};
pub use find::{FindError, Found, find};
pub use items::{Item, item_names, items};
pub use layout::{Layout, Place};
pub use orphans::{orphans, orphans_of, remove};
pub use select::{Selection, Shard};
pub use snap::{Stored, StoredError, normalized};
pub use whole::{Suite, SuiteError, Totals, run};
