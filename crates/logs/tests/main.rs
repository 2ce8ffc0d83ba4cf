//! The reader of logs.

mod damage;
mod field;
mod snapshots;
