//! Reads logs back into the events that print them: consoles of access points, the controller's log, logs of in.tftpd, Tftpd64, sshd and
//! sftp-server, as people copy them.
//!
//! [`read`] takes files and returns a [`Read`]: for each line its place, its speaker, its time, and as a [`Reading`] the kind of event
//! with the values that the line tells, by the names of `events.jsonl`. A line that nothing here prints is an [`UnknownLine`].
//!
//! The patterns are made from the renderings themselves: each device makes specimens of all its events, which are rendered by the
//! functions that print; a mark that is found in a line becomes a hole. A rendering that changes changes its pattern.
//!
//! | part | where |
//! |---|---|
//! | specimens, rendered | `table/printed.rs` |
//! | patterns: made, and compared with a text | `pattern/` |
//! | bytes to lines, without the traces of terminals and mails | `lines.rs` |
//! | times, names of hosts and programs, relays | `header.rs`, `stamp.rs`, `clock.rs` |
//! | lines that were wrapped or cropped, speakers, the choice among events | `reader/` |

mod clock;
mod header;
mod lines;
mod pattern;
mod reader;
mod reading;
mod show_logging;
mod stamp;
mod table;
mod told;

pub use host::Outcome;
pub use reader::{BYTES_MAX, File, LINES_MAX, LimitExceeded, prints, read};
pub use reading::{Candidate, Place, Read, ReadEvent, ReadLine, Reading, Role, Speaker, UnknownLine};
pub use stamp::{Stamp, Uptime};
pub use told::Told;

/// The name under which [`Candidate::told`] has the controller's own address, which its log prints and its events do not have.
pub const OWN_ADDRESS: &str = "controller";
