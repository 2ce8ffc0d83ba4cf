//! An image on its way to one access point.

use capwap::{ImageData, ImageInformation, Opcode};

use super::blocks::Blocks;
use crate::words::Location;

/// An image that was promised.
#[derive(Debug)]
pub(super) struct Download {
    pub(super) image: String,
    /// What for.
    pub(super) location: Location,
    /// Its blocks; `None` as long as the controller does not hold it.
    blocks: Option<Blocks>,
    /// Whether it ends with the first block.
    cut_short: bool,
    /// Blocks handed out and acknowledged.
    pub(super) sent: usize,
    pub(super) acknowledged: usize,
    /// Blocks that were answered with an error.
    pub(super) refused: usize,
}

impl Download {
    pub(super) fn promised(image: String, location: Location) -> Self {
        Self { image, location, blocks: None, cut_short: false, sent: 0, acknowledged: 0, refused: 0 }
    }

    /// The image has come. If `cut_short`, no more of it will be read than one block.
    pub(super) fn begin(&mut self, blocks: Blocks, cut_short: bool) {
        self.blocks = Some(blocks);
        self.cut_short = cut_short;
    }

    /// What the image is announced with, if it is there and the layout has such a thing.
    pub(super) fn information(&self) -> Option<ImageInformation> {
        self.blocks.as_ref()?.information()
    }

    /// The next block to hand out.
    pub(super) fn next_block(&mut self) -> Option<ImageData> {
        if self.is_cut_short() {
            return None;
        }
        let mut block = self.blocks.as_ref()?.block(self.sent)?;
        self.sent += 1;
        if self.cut_short {
            block.opcode = Opcode::Last;
        }
        Some(block)
    }

    pub(super) fn is_pending(&self) -> bool {
        self.blocks.is_none()
    }

    /// Whether it waits for `image`, for an access point that joins.
    pub(super) fn is_waiting_for(&self, image: &str) -> bool {
        self.is_pending() && self.location == Location::Active && self.image == image
    }

    /// Whether a block is left to hand out.
    pub(super) fn has_more(&self) -> bool {
        !self.is_cut_short() && self.blocks.as_ref().is_some_and(|blocks| self.sent < blocks.count())
    }

    /// Whether it has ended with its first block.
    pub(super) fn is_cut_short(&self) -> bool {
        self.cut_short && self.sent > 0
    }

    /// Whether every block was handed out and acknowledged.
    pub(super) fn is_complete(&self) -> bool {
        self.blocks.as_ref().is_some_and(|blocks| self.acknowledged == blocks.count())
    }

    /// Blocks handed out and not acknowledged.
    pub(super) fn unanswered(&self) -> u64 {
        (self.sent - self.acknowledged) as u64
    }

    /// Blocks whose answers are still to come.
    pub(super) fn in_flight(&self) -> usize {
        self.sent - self.acknowledged - self.refused
    }

    /// The image's size, 0 if it has not come.
    pub(super) fn bytes(&self) -> u64 {
        self.blocks.as_ref().map_or(0, |blocks| blocks.bytes() as u64)
    }

    /// Blocks in all.
    pub(super) fn messages(&self) -> u64 {
        self.blocks.as_ref().map_or(0, |blocks| blocks.count() as u64)
    }

    /// Bytes handed out and all there are.
    pub(super) fn progress(&self) -> Option<(u64, u64)> {
        let blocks = self.blocks.as_ref()?;
        let sent = (self.sent * blocks.block_size()).min(blocks.bytes());
        Some((sent as u64, blocks.bytes() as u64))
    }
}
