//! Command lines of devices: a table of commands, and a parser for typed lines.
//!
//! Each device has one [`Table`]. A row is a [`Command`]: its words, and an effect of the device's own type. Words may be
//! abbreviated as long as they stay distinct; the answers to an invalid line are those of IOS. [`expand`] is the same rule for a
//! single word, for readers with tables of their own.
//!
//! The output of a show command is an [`Output`]: its text, and the labelled lines and the table that the text is made of.

mod abbreviation;
mod error;
mod output;
mod table;

pub use abbreviation::{Expansion, expand};
pub use error::InputError;
pub use output::{Fields, Output};
pub use table::{Command, Table, Typed};
