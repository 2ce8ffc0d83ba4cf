//! The reader of logs.

mod damage;
mod field;
mod limits;
mod several;
mod snapshots;
