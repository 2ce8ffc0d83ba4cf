//! The clients with which the controller fetches files, for its install engine and for whoever wants one file from a real server.

pub mod sftp;
pub mod tftp;
