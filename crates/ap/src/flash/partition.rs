//! The two partitions by name, and what can be wrong with one.

use std::fmt;
use std::sync::Arc;

use image::ImageError;
use serde::Serialize;

/// One of the two image partitions, `/dev/ubivol/part1` and `part2`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)] // The names are the device's.
pub enum Partition {
    Part1,
    Part2,
}

impl Partition {
    /// Both, in order.
    pub const BOTH: [Self; 2] = [Self::Part1, Self::Part2];

    /// The other one.
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

/// Why the files of a partition are no image to boot.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PartitionError {
    /// Its files are being replaced.
    #[error("it is being written")]
    BeingWritten,
    /// Flash gives no bytes for a part of a file, only an error that its ECC cannot correct.
    #[error("uncorrectable ECC error at offset {offset}, in `{member}`")]
    Unreadable {
        /// The file.
        member: Arc<str>,
        /// Where in the partition, in bytes.
        offset: u64,
    },
    /// The bytes can be read and are no whole, signed image.
    #[error(transparent)]
    Image(#[from] ImageError),
}

/// Why something cannot be written, or damaged.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FlashError {
    /// The image is larger than what the partition has room for.
    #[error("no space left on device: {required} bytes in a partition with room for {room}")]
    Full {
        /// Bytes to write.
        required: u64,
        /// Bytes there is room for.
        room: u64,
    },
    /// A block takes no writes any more.
    #[error("input/output error at offset {offset}")]
    BadBlock {
        /// Where in the partition, in bytes: the start of the block.
        offset: u64,
    },
    /// There is no such byte to damage.
    #[error("nothing is stored there")]
    NothingThere,
}
