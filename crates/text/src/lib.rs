//! What people write and read: values with units, numbers, misspelt names, and the secrets that are never shown.
//!
//! | module | what it does |
//! |---|---|
//! | [`units`] | reads values with their units: `250us`, `64 MiB`, `100Mbit/s`, `0.1%` |
//! | [`durations`] | writes durations for people: `18m`, `2h30m`, `1.5s` |
//! | [`numbers`] | writes numbers for people: `70,512,640`, `3 access points` |
//! | [`closest`] | finds what a misspelt name may have meant |
//! | [`secrets`] | finds passwords, keys and communities in configurations |

mod closest;
pub mod durations;
pub mod numbers;
pub mod secrets;
pub mod units;

pub use closest::closest;
