//! The names of the two partitions, and their errors.

use std::fmt;
use std::sync::Arc;

use image::ImageError;
use serde::Serialize;

/// One of the two image partitions, `/dev/ubivol/part1` and `part2`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)] // The names are the device's.
pub enum Partition {
    #[default]
    Part1,
    Part2,
}

impl Partition {
    /// Both partitions, in order.
    pub const BOTH: [Self; 2] = [Self::Part1, Self::Part2];

    /// Returns the other partition.
    pub fn other(self) -> Self {
        match self {
            Self::Part1 => Self::Part2,
            Self::Part2 => Self::Part1,
        }
    }
}

impl fmt::Display for Partition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Part1 => "part1",
            Self::Part2 => "part2",
        })
    }
}

/// The reason why the files of a partition cannot be booted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PartitionError {
    /// Its files are being replaced.
    #[error("it is being written")]
    BeingWritten,
    /// A part of a file gives an error that ECC cannot correct.
    #[error("uncorrectable ECC error at offset {offset}, in `{member}`")]
    Unreadable {
        /// The file.
        member: Arc<str>,
        /// The position in the partition, in bytes.
        offset: u64,
    },
    /// The files can be read, but are not a whole, signed image.
    #[error(transparent)]
    Image(#[from] ImageError),
}

/// The reason why a partition cannot be written, or damaged.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FlashError {
    /// The image does not fit into the partition.
    #[error("no space left on device: {required} bytes in a partition with room for {room}")]
    Full {
        /// Bytes to write.
        required: u64,
        /// Bytes that are free.
        room: u64,
    },
    /// A block can no longer be written.
    #[error("input/output error at offset {offset}")]
    BadBlock {
        /// The start of the block in the partition, in bytes.
        offset: u64,
    },
    /// There is no such byte.
    #[error("nothing is stored there")]
    NothingThere,
}

host::field_types! {
    Word: Partition;
}
