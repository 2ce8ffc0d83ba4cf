//! The flash of access points: its size and its faults.

use crate::language::choice;

/// The flash of an access point. Settings that are not written are those of the catalogue.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FlashSetup {
    /// True if part1 runs at first, and not part2.
    pub part1_active: bool,
    /// The number of bytes that each partition holds.
    pub partition: Option<u64>,
    /// The number of bytes of each partition that other files take.
    pub used: u64,
    /// The size of /tmp in bytes.
    pub tmp: Option<u64>,
    /// A block that can be neither read nor written, from the start.
    pub bad_block: Option<FlashFault>,
}

/// A fault of flash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FlashFault {
    /// A byte of the stored data is changed.
    Corrupt(FlashPlace),
    /// A block can be neither read nor written.
    BadBlock(FlashPlace),
    /// Other files take all free space, and all that becomes free.
    Full,
    /// Other files take this many bytes of each partition from now on.
    Used(u64),
}

/// A place in flash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FlashPlace {
    /// The partitions.
    pub partitions: Partitions,
    /// The offset from the start of the partition, in bytes.
    pub offset: u64,
}

choice! {
    /// One partition of an access point, or both.
    pub enum Partitions {
        /// The first.
        Part1 = "part1",
        /// The second, which runs from the start.
        Part2 = "part2",
        /// Both.
        Both = "both",
    }
}
