//! TFTP: packets, and sans-IO machines for both ends of reads and writes.
//!
//! RFC 1350 (the protocol), RFC 2347 (options), RFC 2348 (`blksize`), RFC 2349 (`timeout`, `tsize`), RFC 7440 (`windowsize`).
//!
//! - [`Packet`] is one datagram; [`Request`], [`Options`], [`Text`] and [`ErrorCode`] are its parts.
//! - [`Sender`] serves one read request from a [`Source`], or writes one file to a server ([`Sender::write`]).
//! - [`Receiver`] fetches one file, or only requests it ([`Extent`]), or receives one that a client writes ([`Receiver::accept`]).
//! - [`NetasciiSource`] and [`NetasciiDecoder`] convert text, beside the machines: blocks are bytes to them.
//!
//! The machines own no socket and no clock. The driver passes in the time (a [`Duration`](std::time::Duration) since
//! any fixed start) and the datagrams; after each call it empties `poll_transmit` and `poll_event`, then waits for a
//! datagram or for `poll_timeout`, whichever comes first:
//!
//! ```
//! use std::net::SocketAddr;
//! use std::time::Duration;
//!
//! use bytes::Bytes;
//! use tftp::{Receiver, ReceiverConfig, ReceiverEvent, Sender, SenderConfig};
//!
//! let server: SocketAddr = "192.0.2.1:1069".parse()?;
//! let client: SocketAddr = "192.0.2.2:40000".parse()?;
//! let now = Duration::ZERO;
//!
//! let mut receiver = Receiver::new(now, server, ReceiverConfig::new("ap1g8"));
//! let (_read_request, _) = receiver.poll_transmit().expect("a receiver begins with its request");
//! let mut sender = Sender::new(now, client, Bytes::from_static(&[7; 1300]), SenderConfig::default());
//!
//! let mut file = Vec::new();
//! while !receiver.is_finished() {
//!     while let Some((datagram, _to)) = sender.poll_transmit() {
//!         receiver.handle_datagram(now, datagram, server);
//!     }
//!     while let Some((datagram, _to)) = receiver.poll_transmit() {
//!         sender.handle_datagram(now, datagram, client);
//!     }
//!     while let Some(event) = receiver.poll_event() {
//!         match event {
//!             ReceiverEvent::Accepted(terms) => assert_eq!(terms.block_size, 512),
//!             ReceiverEvent::Data(block) => file.extend_from_slice(&block),
//!             ReceiverEvent::Completed { bytes, .. } => assert_eq!(bytes, 1300),
//!             ReceiverEvent::Stopped => unreachable!("the whole file was asked for"),
//!             ReceiverEvent::Failed(failure) => return Err(failure.into()),
//!         }
//!     }
//!     // With sockets: wait here for a datagram until `receiver.poll_timeout()`, then call
//!     // `handle_datagram` or `handle_timeout`.
//! }
//! assert_eq!(file, [7; 1300]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod netascii;
mod numbering;
mod options;
mod outbox;
mod packet;
mod receiver;
mod request;
mod schedule;
mod sender;
mod terms;
mod wire;

pub use netascii::{NetasciiDecoder, NetasciiSource};
pub use options::{BLKSIZE, BLKSIZE_MAX, BLKSIZE_MIN, OPTIONS_MAX, Options, TIMEOUT, TSIZE, WINDOWSIZE};
pub use packet::{ErrorCode, Packet};
pub use receiver::{AcceptConfig, Extent, Failure, Receiver, ReceiverConfig, ReceiverEvent};
pub use request::{Mode, Request};
pub use schedule::Schedule;
pub use sender::{ReadError, Sender, SenderConfig, SenderEvent, Source, WriteConfig};
pub use terms::Terms;
pub use text::WireText as Text;
pub use wire::ParseError;

/// The block size without an option, in bytes (RFC 1350, section 2).
pub const BLOCK_SIZE_DEFAULT: u16 = 512;
