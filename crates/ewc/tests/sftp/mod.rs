//! The SFTP client in a simulated network, against a server that does as it is told.

mod failures;
mod hostile;
mod server;
mod session;
mod world;
