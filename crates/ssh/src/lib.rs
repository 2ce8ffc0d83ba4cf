//! SSH 2 (RFC 4251 to 4254) over the TCP streams of a [`host::Host`]: servers and clients.
//!
//! The protocol itself is russh's. It wants streams that are `Send` and runs tasks of its own, so between it and a host's stream
//! stand a few parts that are ours, from the wire to the program:
//!
//! ```text
//! host's TcpStream <- pump -> Link <- Wire -> russh's task -> Handler -> Link, questions
//!                  (local)  (shared)                                        |
//!                                      Channel, server::Session, client::Client (local)
//! ```
//!
//! Start with [`server::start`] or [`client::connect`]. Neither knows of time: whoever waits for them gives up by a timer of
//! its host and drops them, which closes the connection. What authenticates, which subsystems there are and what is logged is
//! the caller's business as well.

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

/// Bytes that went over a connection, encryption and all (without TCP's and IP's headers).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Traffic {
    /// From here to the peer.
    pub sent: u64,
    /// From the peer.
    pub received: u64,
}

/// The window of a channel, as OpenSSH's: 64 packets of 32 KiB (channels.h, `CHAN_SES_WINDOW_DEFAULT`).
const WINDOW: u32 = 2 << 20;
/// The largest packet a channel takes, as OpenSSH's (`CHAN_SES_PACKET_DEFAULT`).
const PACKET: u32 = 32 << 10;
/// Data on each key before new ones are agreed on: the most russh takes, and what OpenSSH does with ciphers of 8-byte blocks.
/// With AES it would go on to 2^32 blocks, 64 GiB (RFC 4344 section 3.2), so it answers our exchanges and starts none.
const REKEY_BYTES: usize = 1 << 30;

/// russh's limits: keys are changed by bytes alone, as its clock stands still in a simulation.
fn limits() -> russh::Limits {
    russh::Limits::new(REKEY_BYTES, REKEY_BYTES, std::time::Duration::from_secs(100 * 365 * 24 * 3_600))
}
