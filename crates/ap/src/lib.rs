//! The access point.
