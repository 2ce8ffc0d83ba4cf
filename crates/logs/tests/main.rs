//! The reader of logs.

mod field;
