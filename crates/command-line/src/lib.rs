//! Command lines of devices: a table of commands, and how a line that is typed is read by it.
//!
//! Each device has one [`Table`]. A row is a [`Command`]: its words, and an effect of the device's own type. Words may be
//! shortened as long as they stay distinct; the answers to a line that cannot be read are IOS's own.
//!
//! What a show command prints is an [`Output`]: its text, and the labelled lines and the table that the text is made of.

mod error;
mod output;
mod table;

pub use error::InputError;
pub use output::{Fields, Output};
pub use table::{Command, Table, Typed};
