//! Directories of scenarios: finding them, running them, and comparing what they print with what is stored.
//!
//! The command `ewcsim test` and the project's own tests go through here, so that both find the same scenarios and compare the
//! same texts with the same files. [`find()`] gives the scenarios below some paths, [`items`] the texts of a run that are worth
//! comparing, [`Layout`] the files they are compared with, [`orphans`] the files nothing is compared with.

mod find;
mod items;
mod layout;
mod orphans;
mod snap;

pub use find::{FindError, Found, find};
pub use items::{Item, item_names, items};
pub use layout::{Layout, Place};
pub use orphans::{orphans, orphans_of, remove};
pub use snap::{Stored, StoredError, normalized};
