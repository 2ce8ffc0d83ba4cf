//! OpenSSH's additions to the draft (its PROTOCOL file, section 4).

use bytes::{BufMut, Bytes, BytesMut};

use crate::Text;
use crate::attributes::Attributes;
use crate::handle::Handle;
use crate::wire::{Fields, Malformed, put_string};

const POSIX_RENAME: &str = "posix-rename@openssh.com";
const STATVFS: &str = "statvfs@openssh.com";
const FSTATVFS: &str = "fstatvfs@openssh.com";
const HARDLINK: &str = "hardlink@openssh.com";
const FSYNC: &str = "fsync@openssh.com";
const LSETSTAT: &str = "lsetstat@openssh.com";
const LIMITS: &str = "limits@openssh.com";
const EXPAND_PATH: &str = "expand-path@openssh.com";

/// An extended request of OpenSSH 8.9.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Extension {
    /// `posix-rename@openssh.com`: as rename(2), which replaces an existing file.
    PosixRename {
        /// The old name.
        old: Text,
        /// The new name.
        new: Text,
    },
    /// `statvfs@openssh.com`: answered with [`FileSystem`].
    Statvfs(Text),
    /// `fstatvfs@openssh.com`: answered with [`FileSystem`].
    Fstatvfs(Handle),
    /// `hardlink@openssh.com`: as link(2).
    Hardlink {
        /// The existing name.
        old: Text,
        /// The additional name.
        new: Text,
    },
    /// `fsync@openssh.com`: as fsync(2).
    Fsync(Handle),
    /// `lsetstat@openssh.com`: as SETSTAT, but applies to a link itself.
    Lsetstat {
        /// The file or link.
        path: Text,
        /// The attributes to set; absent ones stay.
        attributes: Attributes,
    },
    /// `limits@openssh.com`: answered with [`Limits`].
    Limits,
    /// `expand-path@openssh.com`: as REALPATH, with `~` expanded.
    ExpandPath(Text),
}

impl Extension {
    /// The names of all extensions, in the order in which OpenSSH 8.9 announces them, each with the version that it announces.
    pub const ALL: [(&str, &str); 8] = [
        (POSIX_RENAME, "1"),
        (STATVFS, "2"),
        (FSTATVFS, "2"),
        (HARDLINK, "1"),
        (FSYNC, "1"),
        (LSETSTAT, "1"),
        (LIMITS, "1"),
        (EXPAND_PATH, "1"),
    ];

    /// Reads the data of an [`Extended`](crate::Request::Extended) request. `None` if the name is not one of OpenSSH 8.9's.
    pub fn parse(request: &Text, data: Bytes) -> Option<Result<Self, Malformed>> {
        let (name, _) = Self::ALL.iter().find(|(name, _)| *request == **name)?;
        Some(Self::fields(name, &mut Fields(data)))
    }

    /// Returns the name of the request.
    pub fn name(&self) -> &'static str {
        match self {
            Self::PosixRename { .. } => POSIX_RENAME,
            Self::Statvfs(_) => STATVFS,
            Self::Fstatvfs(_) => FSTATVFS,
            Self::Hardlink { .. } => HARDLINK,
            Self::Fsync(_) => FSYNC,
            Self::Lsetstat { .. } => LSETSTAT,
            Self::Limits => LIMITS,
            Self::ExpandPath(_) => EXPAND_PATH,
        }
    }

    /// Returns the data after the name.
    pub fn data(&self) -> Bytes {
        let mut data = BytesMut::new();
        match self {
            Self::PosixRename { old, new } | Self::Hardlink { old, new } => {
                put_string(&mut data, old.as_bytes());
                put_string(&mut data, new.as_bytes());
            }
            Self::Statvfs(path) | Self::ExpandPath(path) => put_string(&mut data, path.as_bytes()),
            Self::Fstatvfs(handle) | Self::Fsync(handle) => put_string(&mut data, handle.as_bytes()),
            Self::Lsetstat { path, attributes } => {
                put_string(&mut data, path.as_bytes());
                attributes.write(&mut data);
            }
            Self::Limits => {}
        }
        data.freeze()
    }

    fn fields(name: &str, fields: &mut Fields) -> Result<Self, Malformed> {
        Ok(match name {
            POSIX_RENAME => Self::PosixRename { old: fields.text()?, new: fields.text()? },
            STATVFS => Self::Statvfs(fields.text()?),
            FSTATVFS => Self::Fstatvfs(fields.handle()?),
            HARDLINK => Self::Hardlink { old: fields.text()?, new: fields.text()? },
            FSYNC => Self::Fsync(fields.handle()?),
            LSETSTAT => Self::Lsetstat { path: fields.text()?, attributes: Attributes::parse(fields)? },
            EXPAND_PATH => Self::ExpandPath(fields.text()?),
            _ => Self::Limits,
        })
    }
}

/// The answer to `limits@openssh.com`: 0 means that there is no limit, or that it is not reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The longest packet, in bytes.
    pub packet_bytes: u64,
    /// The longest DATA, in bytes.
    pub read_bytes: u64,
    /// The longest data of WRITE, in bytes.
    pub write_bytes: u64,
    /// The maximum number of open files.
    pub open_handles: u64,
}

impl Limits {
    /// Reads the data of an [`ExtendedReply`](crate::Reply::ExtendedReply).
    ///
    /// # Errors
    /// [`Malformed::Incomplete`].
    pub fn parse(data: Bytes) -> Result<Self, Malformed> {
        let mut fields = Fields(data);
        Ok(Self {
            packet_bytes: fields.u64()?,
            read_bytes: fields.u64()?,
            write_bytes: fields.u64()?,
            open_handles: fields.u64()?,
        })
    }

    /// Returns the data of the reply.
    pub fn data(&self) -> Bytes {
        numbers(&[self.packet_bytes, self.read_bytes, self.write_bytes, self.open_handles])
    }
}

/// The answer to `statvfs@openssh.com` and `fstatvfs@openssh.com`: struct statvfs of statvfs(3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileSystem {
    /// `f_bsize`: the preferred size of reads and writes, in bytes.
    pub block_bytes: u64,
    /// `f_frsize`: the unit of the block counts, in bytes.
    pub fragment_bytes: u64,
    /// `f_blocks`: the total number of blocks.
    pub blocks: u64,
    /// `f_bfree`: the number of free blocks.
    pub blocks_free: u64,
    /// `f_bavail`: the number of free blocks that are available to all users.
    pub blocks_available: u64,
    /// `f_files`: the total number of files.
    pub files: u64,
    /// `f_ffree`: the number of free files.
    pub files_free: u64,
    /// `f_favail`: the number of free files that are available to all users.
    pub files_available: u64,
    /// `f_fsid`.
    pub id: u64,
    /// `f_flag`: 1 if it is read-only, 2 if set-user-id programs are ignored.
    pub flags: u64,
    /// `f_namemax`: the longest name, in bytes.
    pub name_bytes_max: u64,
}

impl FileSystem {
    /// Reads the data of an [`ExtendedReply`](crate::Reply::ExtendedReply).
    ///
    /// # Errors
    /// [`Malformed::Incomplete`].
    pub fn parse(data: Bytes) -> Result<Self, Malformed> {
        let mut fields = Fields(data);
        Ok(Self {
            block_bytes: fields.u64()?,
            fragment_bytes: fields.u64()?,
            blocks: fields.u64()?,
            blocks_free: fields.u64()?,
            blocks_available: fields.u64()?,
            files: fields.u64()?,
            files_free: fields.u64()?,
            files_available: fields.u64()?,
            id: fields.u64()?,
            flags: fields.u64()?,
            name_bytes_max: fields.u64()?,
        })
    }

    /// Returns the data of the reply.
    pub fn data(&self) -> Bytes {
        numbers(&[
            self.block_bytes,
            self.fragment_bytes,
            self.blocks,
            self.blocks_free,
            self.blocks_available,
            self.files,
            self.files_free,
            self.files_available,
            self.id,
            self.flags,
            self.name_bytes_max,
        ])
    }
}

fn numbers(numbers: &[u64]) -> Bytes {
    let mut data = BytesMut::with_capacity(numbers.len() * 8);
    for number in numbers {
        data.put_u64(*number);
    }
    data.freeze()
}
