//! The content of one packet (draft, sections 3 and 4).

use bytes::{BufMut, Bytes, BytesMut};

use crate::Text;
use crate::kind;
use crate::reply::Reply;
use crate::request::Request;
use crate::wire::{Fields, Malformed, put_string};

/// The version of the protocol that this crate implements, and the highest that OpenSSH supports.
pub const VERSION: u32 = 3;

/// The bytes that most packets have before their payload.
const HEAD: usize = 64;

/// Names and data of extensions, in the order in which they were sent.
pub type Extensions = Vec<(Text, Bytes)>;

/// A packet of a client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClientPacket {
    /// The first packet.
    Init {
        /// The highest version that the client speaks.
        version: u32,
        /// Its extensions of the draft.
        extensions: Extensions,
    },
    /// All other packets.
    Request {
        /// The number that the reply will have.
        id: u32,
        /// The request.
        request: Request,
    },
}

impl ClientPacket {
    /// Returns the first packet of a client that supports version 3 and no later one.
    pub fn init() -> Self {
        Self::Init { version: VERSION, extensions: Vec::new() }
    }

    /// Reads a packet as [`FrameReader`](crate::FrameReader) returns it, without its length. Surplus bytes are ignored.
    ///
    /// # Errors
    /// [`ParseError`], which states the problem and the request.
    pub fn parse(frame: Bytes) -> Result<Self, ParseError> {
        let (kind, mut fields) = open(frame)?;
        if kind == kind::INIT {
            let (version, extensions) =
                greeting(&mut fields).map_err(|problem| ParseError { kind, id: None, problem })?;
            return Ok(Self::Init { version, extensions });
        }
        let id = fields.u32().map_err(|problem| ParseError { kind, id: None, problem })?;
        let request =
            Request::parse(kind, fields).map_err(|problem| ParseError { kind, id: Some(id), problem })?;
        Ok(Self::Request { id, request })
    }

    /// Appends the packet in its wire format, its length first.
    pub fn write(&self, into: &mut BytesMut) {
        framed(into, 0, |into| match self {
            Self::Init { version, extensions } => put_greeting(into, kind::INIT, *version, extensions),
            Self::Request { id, request } => {
                into.put_u8(request.kind());
                into.put_u32(*id);
                request.write(into);
            }
        });
    }

    /// Returns the packet in its wire format, its length first.
    pub fn to_bytes(&self) -> Bytes {
        let mut bytes = BytesMut::new();
        self.write(&mut bytes);
        bytes.freeze()
    }
}

impl Request {
    /// Returns the packet of this request. Clients number requests as they like; the reply has the number of its request.
    pub fn with_id(self, id: u32) -> ClientPacket {
        ClientPacket::Request { id, request: self }
    }
}

/// A packet of a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ServerPacket {
    /// The first packet.
    Version {
        /// The version that is used from now on.
        version: u32,
        /// Its extensions of the draft.
        extensions: Extensions,
    },
    /// All other packets.
    Reply {
        /// The number of the request.
        id: u32,
        /// Its answer.
        reply: Reply,
    },
}

impl ServerPacket {
    /// Reads a packet as [`ClientPacket::parse`] does.
    ///
    /// # Errors
    /// [`ParseError`], which states the problem and the reply.
    pub fn parse(frame: Bytes) -> Result<Self, ParseError> {
        let (kind, mut fields) = open(frame)?;
        if kind == kind::VERSION {
            let (version, extensions) =
                greeting(&mut fields).map_err(|problem| ParseError { kind, id: None, problem })?;
            return Ok(Self::Version { version, extensions });
        }
        let id = fields.u32().map_err(|problem| ParseError { kind, id: None, problem })?;
        let reply =
            Reply::parse(kind, fields).map_err(|problem| ParseError { kind, id: Some(id), problem })?;
        Ok(Self::Reply { id, reply })
    }

    /// Appends the packet in its wire format, its length first.
    pub fn write(&self, into: &mut BytesMut) {
        let payload = self.payload();
        self.write_head(into, payload.len());
        into.put_slice(&payload);
    }

    /// Returns the packet in its wire format, its length first.
    pub fn to_bytes(&self) -> Bytes {
        let mut bytes = BytesMut::with_capacity(HEAD + self.payload().len());
        self.write(&mut bytes);
        bytes.freeze()
    }

    /// Returns the packet in two parts, to be sent one after the other: the second is the payload of DATA, which is not copied,
    /// and is empty otherwise.
    pub fn to_parts(&self) -> (Bytes, Bytes) {
        let payload = self.payload();
        let mut head = BytesMut::new();
        self.write_head(&mut head, payload.len());
        (head.freeze(), payload)
    }

    fn payload(&self) -> Bytes {
        match self {
            Self::Version { .. } => Bytes::new(),
            Self::Reply { reply, .. } => reply.payload(),
        }
    }

    fn write_head(&self, into: &mut BytesMut, payload: usize) {
        framed(into, payload, |into| match self {
            Self::Version { version, extensions } => {
                put_greeting(into, kind::VERSION, *version, extensions);
            }
            Self::Reply { id, reply } => {
                into.put_u8(reply.kind());
                into.put_u32(*id);
                reply.write_head(into);
            }
        });
    }
}

/// The reason why a packet cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("malformed packet of type {kind}: {problem}")]
pub struct ParseError {
    /// The packet's type.
    pub kind: u8,
    /// The number of the request, if the packet reaches that far.
    pub id: Option<u32>,
    /// The problem.
    pub problem: Malformed,
}

fn open(frame: Bytes) -> Result<(u8, Fields), ParseError> {
    let mut fields = Fields(frame);
    let kind = fields.u8().map_err(|problem| ParseError { kind: 0, id: None, problem })?;
    Ok((kind, fields))
}

fn greeting(fields: &mut Fields) -> Result<(u32, Extensions), Malformed> {
    let version = fields.u32()?;
    let mut extensions = Vec::new();
    while !fields.is_empty() {
        extensions.push((fields.text()?, fields.bytes()?));
    }
    Ok((version, extensions))
}

fn put_greeting(into: &mut BytesMut, kind: u8, version: u32, extensions: &Extensions) {
    into.put_u8(kind);
    into.put_u32(version);
    for (name, data) in extensions {
        put_string(into, name.as_bytes());
        put_string(into, data);
    }
}

/// Prepends the length of the bytes that `write` appends, plus `more` bytes that follow.
fn framed(into: &mut BytesMut, more: usize, write: impl FnOnce(&mut BytesMut)) {
    let start = into.len();
    into.put_u32(0);
    write(into);
    let length = u32::try_from(into.len() - start - 4 + more).expect("a packet is shorter than 4 GiB");
    into[start..start + 4].copy_from_slice(&length.to_be_bytes());
}
