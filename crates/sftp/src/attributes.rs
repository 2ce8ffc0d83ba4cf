//! The attributes of a file (draft, section 5).

use bytes::{BufMut, Bytes, BytesMut};

use crate::Text;
use crate::wire::{Fields, Malformed, put_string};

const SIZE: u32 = 0x01;
const UIDGID: u32 = 0x02;
const PERMISSIONS: u32 = 0x04;
const ACMODTIME: u32 = 0x08;
const EXTENDED: u32 = 0x8000_0000;

/// The attributes of a file that a packet states.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Attributes {
    /// The size in bytes.
    pub size: Option<u64>,
    /// The owner.
    pub owner: Option<Owner>,
    /// The mode of stat(2): kind and permission bits, such as 0o100644.
    pub permissions: Option<u32>,
    /// The times of the last access and modification.
    pub times: Option<FileTimes>,
    /// Extended attributes, each defined by its name, in order.
    pub extended: Vec<(Text, Bytes)>,
}

/// The owner of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Owner {
    /// The user's number.
    pub uid: u32,
    /// The group's number.
    pub gid: u32,
}

/// The times of a file's use, in seconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileTimes {
    /// The time of the last read.
    pub accessed: u32,
    /// The time of the last write.
    pub modified: u32,
}

impl Attributes {
    /// Returns no attributes.
    pub fn none() -> Self {
        Self::default()
    }

    /// Returns the flags that state which fields are present.
    pub fn flags(&self) -> u32 {
        [
            (SIZE, self.size.is_some()),
            (UIDGID, self.owner.is_some()),
            (PERMISSIONS, self.permissions.is_some()),
            (ACMODTIME, self.times.is_some()),
            (EXTENDED, !self.extended.is_empty()),
        ]
        .into_iter()
        .filter(|(_, there)| *there)
        .fold(0, |flags, (flag, _)| flags | flag)
    }

    /// Reads attributes. Flags without a meaning in version 3 bring no field, as in OpenSSH.
    pub(crate) fn parse(fields: &mut Fields) -> Result<Self, Malformed> {
        let flags = fields.u32()?;
        let mut attributes = Self::none();
        if flags & SIZE != 0 {
            attributes.size = Some(fields.u64()?);
        }
        if flags & UIDGID != 0 {
            attributes.owner = Some(Owner { uid: fields.u32()?, gid: fields.u32()? });
        }
        if flags & PERMISSIONS != 0 {
            attributes.permissions = Some(fields.u32()?);
        }
        if flags & ACMODTIME != 0 {
            attributes.times = Some(FileTimes { accessed: fields.u32()?, modified: fields.u32()? });
        }
        if flags & EXTENDED != 0 {
            // The count is the sender's claim: memory is used only for what really follows.
            for _ in 0..fields.u32()? {
                attributes.extended.push((fields.text()?, fields.bytes()?));
            }
        }
        Ok(attributes)
    }

    pub(crate) fn write(&self, into: &mut BytesMut) {
        into.put_u32(self.flags());
        if let Some(size) = self.size {
            into.put_u64(size);
        }
        if let Some(Owner { uid, gid }) = self.owner {
            into.put_u32(uid);
            into.put_u32(gid);
        }
        if let Some(permissions) = self.permissions {
            into.put_u32(permissions);
        }
        if let Some(FileTimes { accessed, modified }) = self.times {
            into.put_u32(accessed);
            into.put_u32(modified);
        }
        if !self.extended.is_empty() {
            into.put_u32(u32::try_from(self.extended.len()).expect("a packet is shorter than 4 GiB"));
            for (name, data) in &self.extended {
                put_string(into, name.as_bytes());
                put_string(into, data);
            }
        }
    }
}
