//! The requests of clients (draft, section 6).

use bytes::{BufMut, Bytes, BytesMut};

use crate::Text;
use crate::attributes::Attributes;
use crate::extension::Extension;
use crate::flags::OpenFlags;
use crate::handle::Handle;
use crate::kind;
use crate::wire::{Fields, Malformed, put_string};

/// A request, without its number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Request {
    /// Opens a file; answered with HANDLE.
    Open {
        /// The file.
        path: Text,
        /// The flags.
        flags: OpenFlags,
        /// The attributes of a new file.
        attributes: Attributes,
    },
    /// Closes a file or directory.
    Close(Handle),
    /// Reads from a file; answered with DATA, shorter than requested where the file ends.
    Read {
        /// The file.
        handle: Handle,
        /// The position of the first byte.
        offset: u64,
        /// The maximum number of bytes.
        length: u32,
    },
    /// Writes to a file.
    Write {
        /// The file.
        handle: Handle,
        /// The position of the first byte.
        offset: u64,
        /// The bytes; they share the packet's memory.
        data: Bytes,
    },
    /// Queries the attributes of a file, or of a link itself; answered with ATTRS.
    Lstat(Text),
    /// Queries the attributes of an open file; answered with ATTRS.
    Fstat(Handle),
    /// Sets attributes of a file.
    Setstat {
        /// The file.
        path: Text,
        /// The attributes to set; absent ones stay.
        attributes: Attributes,
    },
    /// Sets attributes of an open file.
    Fsetstat {
        /// The file.
        handle: Handle,
        /// The attributes to set; absent ones stay.
        attributes: Attributes,
    },
    /// Opens a directory; answered with HANDLE.
    Opendir(Text),
    /// Reads some names of a directory; answered with NAME.
    Readdir(Handle),
    /// Removes a file.
    Remove(Text),
    /// Makes a directory.
    Mkdir {
        /// The directory.
        path: Text,
        /// The attributes of the new directory.
        attributes: Attributes,
    },
    /// Removes an empty directory.
    Rmdir(Text),
    /// Queries the absolute path of a path; answered with NAME.
    Realpath(Text),
    /// Queries the attributes of a file; links are followed. Answered with ATTRS.
    Stat(Text),
    /// Renames a file; an existing file is not replaced.
    Rename {
        /// The old name.
        old: Text,
        /// The new name.
        new: Text,
    },
    /// Queries the target of a symbolic link; answered with NAME.
    Readlink(Text),
    /// Makes a symbolic link. The fields are in the order in which OpenSSH and its followers send and read them; the draft
    /// (section 6.10) has the link first.
    Symlink {
        /// The target.
        target: Text,
        /// The link.
        link: Text,
    },
    /// A request outside the draft; see [`Extension`].
    Extended {
        /// The name of the request, such as `limits@openssh.com`.
        request: Text,
        /// The data, defined by the name.
        data: Bytes,
    },
}

impl Request {
    /// Opens a file without attributes for a new one.
    pub fn open(path: impl Into<Text>, flags: OpenFlags) -> Self {
        Self::Open { path: path.into(), flags, attributes: Attributes::none() }
    }

    /// Returns the type of its packet (draft, section 3).
    pub fn kind(&self) -> u8 {
        match self {
            Self::Open { .. } => kind::OPEN,
            Self::Close(_) => kind::CLOSE,
            Self::Read { .. } => kind::READ,
            Self::Write { .. } => kind::WRITE,
            Self::Lstat(_) => kind::LSTAT,
            Self::Fstat(_) => kind::FSTAT,
            Self::Setstat { .. } => kind::SETSTAT,
            Self::Fsetstat { .. } => kind::FSETSTAT,
            Self::Opendir(_) => kind::OPENDIR,
            Self::Readdir(_) => kind::READDIR,
            Self::Remove(_) => kind::REMOVE,
            Self::Mkdir { .. } => kind::MKDIR,
            Self::Rmdir(_) => kind::RMDIR,
            Self::Realpath(_) => kind::REALPATH,
            Self::Stat(_) => kind::STAT,
            Self::Rename { .. } => kind::RENAME,
            Self::Readlink(_) => kind::READLINK,
            Self::Symlink { .. } => kind::SYMLINK,
            Self::Extended { .. } => kind::EXTENDED,
        }
    }

    /// Reads the fields after the number. Bytes after the last field are ignored, as in OpenSSH.
    pub(crate) fn parse(kind: u8, mut fields: Fields) -> Result<Self, Malformed> {
        let fields = &mut fields;
        Ok(match kind {
            kind::OPEN => Self::Open {
                path: fields.text()?,
                flags: OpenFlags(fields.u32()?),
                attributes: Attributes::parse(fields)?,
            },
            kind::CLOSE => Self::Close(fields.handle()?),
            kind::READ => {
                Self::Read { handle: fields.handle()?, offset: fields.u64()?, length: fields.u32()? }
            }
            kind::WRITE => {
                Self::Write { handle: fields.handle()?, offset: fields.u64()?, data: fields.bytes()? }
            }
            kind::LSTAT => Self::Lstat(fields.text()?),
            kind::FSTAT => Self::Fstat(fields.handle()?),
            kind::SETSTAT => Self::Setstat { path: fields.text()?, attributes: Attributes::parse(fields)? },
            kind::FSETSTAT => {
                Self::Fsetstat { handle: fields.handle()?, attributes: Attributes::parse(fields)? }
            }
            kind::OPENDIR => Self::Opendir(fields.text()?),
            kind::READDIR => Self::Readdir(fields.handle()?),
            kind::REMOVE => Self::Remove(fields.text()?),
            kind::MKDIR => Self::Mkdir { path: fields.text()?, attributes: Attributes::parse(fields)? },
            kind::RMDIR => Self::Rmdir(fields.text()?),
            kind::REALPATH => Self::Realpath(fields.text()?),
            kind::STAT => Self::Stat(fields.text()?),
            kind::RENAME => Self::Rename { old: fields.text()?, new: fields.text()? },
            kind::READLINK => Self::Readlink(fields.text()?),
            kind::SYMLINK => Self::Symlink { target: fields.text()?, link: fields.text()? },
            kind::EXTENDED => Self::Extended { request: fields.text()?, data: std::mem::take(&mut fields.0) },
            other => return Err(Malformed::UnknownType(other)),
        })
    }

    pub(crate) fn write(&self, into: &mut BytesMut) {
        match self {
            Self::Open { path, flags, attributes } => {
                put_string(into, path.as_bytes());
                into.put_u32(flags.0);
                attributes.write(into);
            }
            Self::Read { handle, offset, length } => {
                put_string(into, handle.as_bytes());
                into.put_u64(*offset);
                into.put_u32(*length);
            }
            Self::Write { handle, offset, data } => {
                put_string(into, handle.as_bytes());
                into.put_u64(*offset);
                put_string(into, data);
            }
            Self::Close(handle) | Self::Fstat(handle) | Self::Readdir(handle) => {
                put_string(into, handle.as_bytes());
            }
            Self::Lstat(path)
            | Self::Opendir(path)
            | Self::Remove(path)
            | Self::Rmdir(path)
            | Self::Realpath(path)
            | Self::Stat(path)
            | Self::Readlink(path) => put_string(into, path.as_bytes()),
            Self::Setstat { path, attributes } | Self::Mkdir { path, attributes } => {
                put_string(into, path.as_bytes());
                attributes.write(into);
            }
            Self::Fsetstat { handle, attributes } => {
                put_string(into, handle.as_bytes());
                attributes.write(into);
            }
            Self::Rename { old: first, new: second } | Self::Symlink { target: first, link: second } => {
                put_string(into, first.as_bytes());
                put_string(into, second.as_bytes());
            }
            Self::Extended { request, data } => {
                put_string(into, request.as_bytes());
                into.put_slice(data);
            }
        }
    }
}

impl From<Extension> for Request {
    fn from(extension: Extension) -> Self {
        Self::Extended { request: extension.name().into(), data: extension.data() }
    }
}
