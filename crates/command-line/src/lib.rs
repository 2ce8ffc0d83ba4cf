//! Command lines of devices: a table of commands, and a parser for typed lines.
//!
//! Each device has one [`Table`]. A row is a [`Command`]: its words, and an effect of the device's own type. Words may be
//! abbreviated as long as they stay distinct; the answers to an invalid line are those of IOS. [`expand`] is the same rule for a
//! single word, for readers with tables of their own. Behind a command that prints, `|` and a [`Modifier`] select lines; a
//! question mark asks for help.
//!
//! The output of a show command is an [`Output`]: its text, and the labelled lines and the table that the text is made of.

mod abbreviation;
mod error;
mod expression;
mod help;
mod modifier;
mod output;
mod table;
mod unverified;

pub use abbreviation::{Expansion, expand};
pub use error::InputError;
pub use modifier::Modifier;
pub use output::{Fields, Output};
pub use table::{Command, Help, Table, Typed};
