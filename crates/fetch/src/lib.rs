//! Clients that fetch one file from a server, on any host: for a controller's install engine, and for a user who wants one file
//! from a real server.
//!
//! [`tftp::fetch`] and [`sftp::fetch`] take a `Request`, pass on the file step by step, and end with a `Transfer` or a
//! `FetchError`. The tests of `ewc` run them against servers, as a controller calls them.

pub mod sftp;
pub mod tftp;
