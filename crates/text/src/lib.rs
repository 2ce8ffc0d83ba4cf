//! Text for people and in packets: values with units, numbers, addresses, versions, misspelt
//! names, and secrets that are never shown.
//!
//! | module | what it does |
//! |---|---|
//! | [`units`] | reads values with their units: `250us`, `64 MiB`, `100Mbit/s`, `0.1%` |
//! | [`durations`] | writes durations for people: `18m`, `2h30m`, `1.5s` |
//! | [`calendar`] | writes dates and times of devices' clocks: `Jan 30 21:41:35` |
//! | [`numbers`] | writes numbers for people: `70,512,640`, `3 access points` |
//! | [`MacAddress`] | reads and writes Ethernet addresses: `6c41.0e16.e79c` |
//! | [`Version`] | reads, compares and writes versions of software: `17.9.4.27` |
//! | [`WireText`] | holds a string of a packet: bytes in an unknown encoding |
//! | [`closest`] | finds the names nearest to a misspelt one |
//! | [`paste`] | undoes in a capture of a terminal how that showed its lines |
//! | [`printable()`] | makes text of others safe to print |
//! | [`secrets`] | finds passwords, keys and communities in configurations |
//! | [`visible`] | shows control characters of untrusted text as pictures |
//! | [`terminal`] | tells the width of the terminal that a text was copied from |

pub mod calendar;
mod closest;
pub mod durations;
mod mac_address;
pub mod numbers;
pub mod paste;
mod printable;
pub mod secrets;
pub mod terminal;
pub mod units;
mod version;
mod visible;
mod wire_text;

pub use closest::closest;
pub use mac_address::MacAddress;
pub use printable::{printable, printable_of_peer};
pub use version::{Version, VersionError};
pub use visible::visible;
pub use wire_text::WireText;
