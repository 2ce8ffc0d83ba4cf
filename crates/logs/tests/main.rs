//! The reader of logs.

mod damage;
mod field;
mod limits;
mod snapshots;
