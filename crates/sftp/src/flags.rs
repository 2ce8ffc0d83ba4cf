//! The ways to open a file (draft, section 6.3).

use std::ops::BitOr;

/// The `pflags` of an OPEN request. Any number can arrive; these bits have a meaning.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OpenFlags(pub u32);

impl OpenFlags {
    /// Open for reading.
    pub const READ: Self = Self(0x01);
    /// Open for writing.
    pub const WRITE: Self = Self(0x02);
    /// All writes go to the end.
    pub const APPEND: Self = Self(0x04);
    /// Create the file if it does not exist.
    pub const CREAT: Self = Self(0x08);
    /// Truncate an existing file.
    pub const TRUNC: Self = Self(0x10);
    /// Fail if the file exists.
    pub const EXCL: Self = Self(0x20);

    /// Returns true if all bits of `other` are set.
    pub fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }
}

impl BitOr for OpenFlags {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}
