//! sftp-server(8) of OpenSSH 8.9, the program and sshd's own `internal-sftp`: a machine that takes bytes and time.
//!
//! - [`Options`] is its command line; [`Process`] is its user and environment.
//! - [`Session`] is one run: bytes in by [`Session::handle`], bytes out by [`Session::poll_transmit`], and events by
//!   [`Session::poll_event`].
//! - [`Kind`] is a kind of event; [`message`] and [`priority`] are its log line.
//!
//! The answers, their order and their words are those of the program on a Linux file system without links, whose files can be
//! made, read and written from the start. Other requests are refused as by such a file system: renaming, removing, making
//! directories, changing modes, owners and times with EPERM, numbers of the whole file system with ENOSYS.

mod attributes;
mod directories;
mod errno;
mod event;
mod extended;
mod fatal;
mod file;
mod handles;
mod ids;
mod opening;
mod options;
mod paths;
mod permitted;
mod render;
mod session;
mod setting;
mod specimens;
mod summary;
mod trace;

pub use event::{Change, Kind, Name, Refusal, SftpServerEvent};
pub use fatal::Fatal;
pub use ids::Ids;
pub use options::{Options, UsageError};
pub use render::{message, priority, stderr_message};
pub use session::{Process, Session};
pub(crate) use specimens::specimens;
pub(crate) use summary::summary;
