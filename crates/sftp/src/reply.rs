//! The replies of servers (draft, section 7).

use bytes::{BufMut, Bytes, BytesMut};

use crate::Text;
use crate::attributes::Attributes;
use crate::handle::Handle;
use crate::kind;
use crate::status::Status;
use crate::wire::{Fields, Malformed, put_string};

/// A reply, without the number of its request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// The result of the request.
    Status(Status),
    /// The handle of the opened file or directory.
    Handle(Handle),
    /// The bytes read; they share the packet's memory.
    Data(Bytes),
    /// Names: of a directory, or the one of a path.
    Name(Vec<NameEntry>),
    /// Attributes of a file.
    Attrs(Attributes),
    /// The answer to an extended request, defined by that request.
    ExtendedReply(Bytes),
}

/// A name of a NAME reply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NameEntry {
    /// The name within its directory, or a path.
    pub filename: Text,
    /// The line of `ls -l`, for people.
    pub longname: Text,
    /// The attributes of the file.
    pub attributes: Attributes,
}

impl Reply {
    pub(crate) fn kind(&self) -> u8 {
        match self {
            Self::Status(_) => kind::STATUS,
            Self::Handle(_) => kind::HANDLE,
            Self::Data(_) => kind::DATA,
            Self::Name(_) => kind::NAME,
            Self::Attrs(_) => kind::ATTRS,
            Self::ExtendedReply(_) => kind::EXTENDED_REPLY,
        }
    }

    pub(crate) fn parse(kind: u8, mut fields: Fields) -> Result<Self, Malformed> {
        let fields = &mut fields;
        Ok(match kind {
            kind::STATUS => Self::Status(Status::parse(fields)?),
            kind::HANDLE => Self::Handle(fields.handle()?),
            kind::DATA => Self::Data(fields.bytes()?),
            kind::NAME => {
                let mut names = Vec::new();
                // The count is the sender's claim: memory is used only for what really follows.
                for _ in 0..fields.u32()? {
                    names.push(NameEntry {
                        filename: fields.text()?,
                        longname: fields.text()?,
                        attributes: Attributes::parse(fields)?,
                    });
                }
                Self::Name(names)
            }
            kind::ATTRS => Self::Attrs(Attributes::parse(fields)?),
            kind::EXTENDED_REPLY => Self::ExtendedReply(std::mem::take(&mut fields.0)),
            other => return Err(Malformed::UnknownType(other)),
        })
    }

    /// Appends everything but the payload of DATA, which is [`Reply::payload`].
    pub(crate) fn write_head(&self, into: &mut BytesMut) {
        match self {
            Self::Status(status) => status.write(into),
            Self::Handle(handle) => put_string(into, handle.as_bytes()),
            Self::Data(data) => {
                into.put_u32(u32::try_from(data.len()).expect("a packet is shorter than 4 GiB"));
            }
            Self::Name(names) => {
                into.put_u32(u32::try_from(names.len()).expect("a packet is shorter than 4 GiB"));
                for entry in names {
                    put_string(into, entry.filename.as_bytes());
                    put_string(into, entry.longname.as_bytes());
                    entry.attributes.write(into);
                }
            }
            Self::Attrs(attributes) => attributes.write(into),
            Self::ExtendedReply(data) => into.put_slice(data),
        }
    }

    pub(crate) fn payload(&self) -> Bytes {
        match self {
            Self::Data(data) => data.clone(),
            _ => Bytes::new(),
        }
    }
}
