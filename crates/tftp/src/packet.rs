//! The content of one datagram (RFC 1350, section 5; RFC 2347 for OACK).

use std::fmt;

use bytes::{Buf, BufMut, Bytes, BytesMut};
use datagram::{Datagram, Head};

use crate::Text;
use crate::options::Options;
use crate::request::Request;
use crate::wire::{ParseError, put_text};

const OPCODE_RRQ: u16 = 1;
const OPCODE_WRQ: u16 = 2;
const OPCODE_DATA: u16 = 3;
const OPCODE_ACK: u16 = 4;
const OPCODE_ERROR: u16 = 5;
const OPCODE_OACK: u16 = 6;

/// Opcode and block number, before the payload of DATA.
const HEADER: usize = 4;

/// One TFTP packet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Packet {
    /// Requests to read a file.
    Rrq(Request),
    /// Requests to write a file.
    Wrq(Request),
    /// One block of the file. A payload shorter than the block size ends the file.
    Data {
        /// Counts from 1; after 65,535 it continues at 0 or 1.
        block: u16,
        /// Shares the datagram's memory.
        payload: Bytes,
    },
    /// Acknowledges a block; block 0 acknowledges OACK or a write request.
    Ack {
        /// The last block received in order.
        block: u16,
    },
    /// Ends a transfer, or refuses a request.
    Error {
        /// The kind of error.
        code: ErrorCode,
        /// A text for people.
        message: Text,
    },
    /// The options that the server accepts.
    Oack(Options),
}

impl Packet {
    /// Reads one datagram. DATA payloads and strings share its memory. DATA whose header is its head, and an ACK that is a head, are read
    /// from these parts; any other datagram is made one piece.
    ///
    /// Accepts what peers in the field send: bytes after an ACK, an ERROR message without its NUL, zeros after the options.
    ///
    /// # Errors
    /// [`ParseError`] for a datagram that no peer should send.
    pub fn parse(datagram: impl Into<Datagram>) -> Result<Self, ParseError> {
        let datagram = datagram.into();
        match *datagram.head() {
            [0, 3, high, low] => {
                let block = u16::from_be_bytes([high, low]);
                Ok(Self::Data { block, payload: datagram.into_body() })
            }
            [0, 4, high, low] => Ok(Self::Ack { block: u16::from_be_bytes([high, low]) }),
            _ => Self::parse_whole(datagram.into_bytes()),
        }
    }

    fn parse_whole(mut datagram: Bytes) -> Result<Self, ParseError> {
        let opcode = datagram.try_get_u16().map_err(|_| ParseError::TooShort)?;
        match opcode {
            OPCODE_RRQ => Ok(Self::Rrq(Request::parse(datagram)?)),
            OPCODE_WRQ => Ok(Self::Wrq(Request::parse(datagram)?)),
            OPCODE_OACK => Ok(Self::Oack(Options::parse(datagram)?)),
            OPCODE_DATA | OPCODE_ACK | OPCODE_ERROR => {
                let number = datagram.try_get_u16().map_err(|_| ParseError::TooShort)?;
                Ok(match opcode {
                    OPCODE_DATA => Self::Data { block: number, payload: datagram },
                    OPCODE_ACK => Self::Ack { block: number },
                    _ => Self::Error { code: ErrorCode(number), message: Text::new(datagram).until_nul() },
                })
            }
            other => Err(ParseError::UnknownOpcode(other)),
        }
    }

    /// Appends the packet in its wire format.
    pub fn write(&self, into: &mut BytesMut) {
        match self {
            Self::Rrq(request) => {
                into.put_u16(OPCODE_RRQ);
                request.write(into);
            }
            Self::Wrq(request) => {
                into.put_u16(OPCODE_WRQ);
                request.write(into);
            }
            Self::Data { block, payload } => {
                into.put_u16(OPCODE_DATA);
                into.put_u16(*block);
                into.put_slice(payload);
            }
            Self::Ack { block } => {
                into.put_u16(OPCODE_ACK);
                into.put_u16(*block);
            }
            Self::Error { code, message } => {
                into.put_u16(OPCODE_ERROR);
                into.put_u16(code.0);
                put_text(into, message);
            }
            Self::Oack(options) => {
                into.put_u16(OPCODE_OACK);
                options.write(into);
            }
        }
    }

    /// Returns the packet as a datagram. DATA is a head before the payload, and an ACK is a head: neither needs memory of its own.
    pub fn to_datagram(&self) -> Datagram {
        let head = |opcode: u16, number: u16| {
            let ([a, b], [c, d]) = (opcode.to_be_bytes(), number.to_be_bytes());
            Head::of::<HEADER>(&[a, b, c, d])
        };
        match self {
            Self::Data { block, payload } => Datagram::new(head(OPCODE_DATA, *block), payload.clone()),
            Self::Ack { block } => head(OPCODE_ACK, *block).into(),
            Self::Rrq(_) | Self::Wrq(_) | Self::Error { .. } | Self::Oack(_) => self.to_bytes().into(),
        }
    }

    /// Returns the packet in its wire format.
    pub fn to_bytes(&self) -> Bytes {
        let mut bytes = BytesMut::new();
        self.write(&mut bytes);
        bytes.freeze()
    }
}

/// The kind of an ERROR packet. Any number can arrive; these have a meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ErrorCode(pub u16);

impl ErrorCode {
    /// Not defined, see the message (RFC 1350).
    pub const UNDEFINED: Self = Self(0);
    /// File not found (RFC 1350).
    pub const FILE_NOT_FOUND: Self = Self(1);
    /// Access violation (RFC 1350).
    pub const ACCESS_VIOLATION: Self = Self(2);
    /// Disk full or allocation exceeded (RFC 1350).
    pub const DISK_FULL: Self = Self(3);
    /// Illegal TFTP operation (RFC 1350).
    pub const ILLEGAL_OPERATION: Self = Self(4);
    /// Unknown transfer ID (RFC 1350).
    pub const UNKNOWN_TRANSFER_ID: Self = Self(5);
    /// File already exists (RFC 1350).
    pub const FILE_EXISTS: Self = Self(6);
    /// No such user (RFC 1350).
    pub const NO_SUCH_USER: Self = Self(7);
    /// An option is refused (RFC 2347).
    pub const OPTION_REFUSED: Self = Self(8);
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
