//! SFTP version 3: packets. No I/O.
//!
//! draft-ietf-secsh-filexfer-02 (the protocol), and OpenSSH's PROTOCOL file (its extensions, and where it departs from the draft).
//!
//! - [`ClientPacket`] is what a client sends, a [`Request`] with its number after the first; [`ServerPacket`] is what a server
//!   sends, a [`Reply`] with the number of its request after the first.
//! - [`FrameReader`] cuts the stream of one direction into packets, and refuses those that are too long.
//! - [`Attributes`], [`Handle`], [`Text`], [`OpenFlags`], [`Status`] and [`NameEntry`] are their parts.
//! - [`Extension`] holds OpenSSH's extended requests; [`Limits`] and [`FileSystem`] are its answers.
//!
//! Names are bytes: their encoding is not defined. Strings, data and handles share the memory of the packet.
//!
//! ```
//! use sftp::{ClientPacket, FrameReader, OpenFlags, Reply, Request, ServerPacket, VERSION};
//!
//! let mut to_server = bytes::BytesMut::new();
//! ClientPacket::init().write(&mut to_server);
//! Request::open("images/ap3g3", OpenFlags::READ).with_id(0).write(&mut to_server);
//!
//! let mut frames = FrameReader::new();
//! frames.push(&to_server);
//! while let Some(frame) = frames.next()? {
//!     match ClientPacket::parse(frame)? {
//!         ClientPacket::Init { version, .. } => assert_eq!(version, VERSION),
//!         ClientPacket::Request { id, request } => {
//!             assert_eq!((id, request), (0, Request::open("images/ap3g3", OpenFlags::READ)));
//!             let answer = ServerPacket::Reply { id, reply: Reply::Handle(0_u32.into()) };
//!             assert_eq!(answer.to_bytes().len(), 4 + 1 + 4 + 4 + 4);
//!         }
//!     }
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod attributes;
mod extension;
mod flags;
mod frame;
mod handle;
mod kind;
mod packet;
mod reply;
mod request;
mod status;
mod wire;

pub use attributes::{Attributes, FileTimes, Owner};
pub use extension::{Extension, FileSystem, Limits};
pub use flags::OpenFlags;
pub use frame::{FRAME_MAX, FrameError, FrameReader};
pub use handle::Handle;
pub use packet::{ClientPacket, Extensions, ParseError, ServerPacket, VERSION};
pub use reply::{NameEntry, Reply};
pub use request::Request;
pub use status::{Status, StatusCode, StatusText};
pub use text::WireText as Text;
pub use wire::Malformed;
