//! Flash of access points: how large it is, and what is wrong with it.

use crate::language::choice;

/// Flash of an access point. What is not written is as the catalogue has it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FlashSetup {
    /// Whether part1 runs at first, and not part2.
    pub part1_active: bool,
    /// Bytes that each partition holds.
    pub partition: Option<u64>,
    /// Bytes of each partition that other files take.
    pub used: u64,
    /// Bytes of /tmp.
    pub tmp: Option<u64>,
    /// A block that can be neither read nor written, from the start.
    pub bad_block: Option<FlashFault>,
}

/// What can happen to flash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FlashFault {
    /// A byte of what is stored is changed.
    Corrupt(FlashPlace),
    /// A block can be neither read nor written.
    BadBlock(FlashPlace),
    /// Other files take all the room that is left, and all that gets free.
    Full,
    /// So many bytes of each partition are other files' from now on.
    Used(u64),
}

/// A place in flash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FlashPlace {
    /// In which partitions.
    pub partitions: Partitions,
    /// In bytes, from the start of the partition.
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
