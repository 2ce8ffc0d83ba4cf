//! SSH 2 (RFC 4251 to 4254) over the TCP streams of a [`host::Host`]: servers and clients.
//!
//! The protocol itself is russh's. It requires streams that are `Send` and runs tasks of its own, so a few parts of ours are
//! between it and a host's stream, from the wire to the program:
//!
//! ```text
//! host's TcpStream <- pump -> Link <- Wire -> russh's task -> Handler -> Link, questions
//!                  (local)  (shared)                                        |
//!                                      Channel, server::Session, client::Client (local)
//! ```
//!
//! Start with [`server::start`] or [`client::connect`]. Neither knows the time: a caller gives up by a timer of its host and
//! drops them, which closes the connection. Authentication, subsystems and logging are left to the caller as well.

pub mod client;
pub mod server;

mod algorithms;
mod channel;
mod end;
mod key;
mod link;
mod pump;
mod secret;
mod wire;

pub use algorithms::Algorithms;
pub use channel::Channel;
pub use end::{End, Negotiated};
pub use key::{HostKey, KeyAlgorithm, KeyError, PublicKey};
pub use secret::Secret;

/// The number of bytes sent over a connection, encryption included (without TCP's and IP's headers).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Traffic {
    /// Bytes sent to the peer.
    pub sent: u64,
    /// Bytes received from the peer.
    pub received: u64,
}

/// The window of a channel, as OpenSSH's: 64 packets of 32 KiB (channels.h, `CHAN_SES_WINDOW_DEFAULT`).
const WINDOW: u32 = 2 << 20;
/// The largest packet that a channel accepts, as OpenSSH's (`CHAN_SES_PACKET_DEFAULT`).
const PACKET: u32 = 32 << 10;
/// The amount of data on each key before new ones are agreed on: russh's maximum, and OpenSSH's limit with ciphers of 8-byte
/// blocks. With AES it would continue to 2^32 blocks, 64 GiB (RFC 4344 section 3.2), so it answers our exchanges and starts none.
const REKEY_BYTES: usize = 1 << 30;

/// Returns russh's limits: keys are changed by bytes only, as its clock stands still in a simulation.
fn limits() -> russh::Limits {
    russh::Limits::new(REKEY_BYTES, REKEY_BYTES, std::time::Duration::from_secs(100 * 365 * 24 * 3_600))
}
