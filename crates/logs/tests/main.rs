//! The reader of logs.

mod field;
mod snapshots;
