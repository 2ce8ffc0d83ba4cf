//! An image on its way to one access point.

use std::time::Duration;

use capwap::{ImageData, ImageInformation, Opcode};
use host::flow::Lease;

use super::blocks::Blocks;
use crate::words::Location;

/// An image that was promised.
#[derive(Debug)]
pub(super) struct Download {
    pub(super) image: String,
    /// The purpose of the image.
    pub(super) location: Location,
    /// Its blocks; `None` as long as the controller does not hold the image.
    blocks: Option<Blocks>,
    /// The time at which it began to send.
    since: Option<Duration>,
    /// True if it ends with the first block.
    cut_short: bool,
    /// The lease of the network that sends the blocks for the session.
    pub(super) lease: Option<Lease>,
    /// The number of blocks sent, and of those acknowledged, without those under the lease.
    pub(super) sent: usize,
    pub(super) acknowledged: usize,
    /// The number of blocks that were answered with an error.
    pub(super) refused: usize,
}

impl Download {
    pub(super) fn promised(image: String, location: Location) -> Self {
        Self {
            image,
            location,
            blocks: None,
            since: None,
            cut_short: false,
            lease: None,
            sent: 0,
            acknowledged: 0,
            refused: 0,
        }
    }

    /// Starts to send, as the image is there. If `cut_short`, only one block of it will be read.
    pub(super) fn begin(&mut self, now: Duration, blocks: Blocks, cut_short: bool) {
        self.since = Some(now);
        self.blocks = Some(blocks);
        self.cut_short = cut_short;
    }

    /// Returns the announcement of the image, if it is there and the layout has one.
    pub(super) fn information(&self) -> Option<ImageInformation> {
        self.blocks.as_ref()?.information()
    }

    /// Returns the next block to send.
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

    /// Returns the number of blocks sent so far.
    pub(super) fn sent(&self) -> usize {
        self.sent + self.lease.as_ref().map_or(0, |lease| lease.sent().0 as usize)
    }

    /// Returns the index of the next block, and the blocks, if each block that was sent is acknowledged.
    pub(super) fn in_step(&self) -> Option<(usize, &Blocks)> {
        let is_plain = self.lease.is_none() && !self.cut_short && self.refused == 0;
        let is_in_step = is_plain && self.sent > 0 && self.sent == self.acknowledged;
        Some((self.sent, self.blocks.as_ref().filter(|_| is_in_step)?))
    }

    /// Returns the block that was sent last.
    pub(super) fn last_sent(&self) -> Option<ImageData> {
        self.blocks.as_ref()?.block(self.sent.checked_sub(1)?)
    }

    pub(super) fn is_pending(&self) -> bool {
        self.blocks.is_none()
    }

    /// Returns true if it waits for `image`, for an access point that joins.
    pub(super) fn is_waiting_for(&self, image: &str) -> bool {
        self.is_pending() && self.location == Location::Active && self.image == image
    }

    /// Returns true if a block is left to send.
    pub(super) fn has_more(&self) -> bool {
        self.unsent() > 0
    }

    /// Returns the number of blocks that are still to be sent.
    pub(super) fn unsent(&self) -> usize {
        if self.is_cut_short() {
            0
        } else {
            self.blocks.as_ref().map_or(0, |blocks| blocks.count() - self.sent)
        }
    }

    /// Returns true if it has ended with its first block.
    pub(super) fn is_cut_short(&self) -> bool {
        self.cut_short && self.sent > 0
    }

    /// Returns true if every block was sent and acknowledged.
    pub(super) fn is_complete(&self) -> bool {
        self.blocks.as_ref().is_some_and(|blocks| self.acknowledged == blocks.count())
    }

    /// Returns the number of blocks sent and not acknowledged.
    pub(super) fn unanswered(&self) -> u64 {
        (self.sent - self.acknowledged) as u64
    }

    /// Returns the number of blocks whose answers are still to come.
    pub(super) fn in_flight(&self) -> usize {
        self.sent - self.acknowledged - self.refused
    }

    /// Returns the image's size, 0 if the image is not there yet.
    pub(super) fn bytes(&self) -> u64 {
        self.blocks.as_ref().map_or(0, |blocks| blocks.bytes() as u64)
    }

    /// Returns the total number of blocks.
    pub(super) fn messages(&self) -> u64 {
        self.blocks.as_ref().map_or(0, |blocks| blocks.count() as u64)
    }

    pub(super) fn since(&self) -> Option<Duration> {
        self.since
    }

    /// Returns the bytes sent, and the total.
    pub(super) fn progress(&self) -> Option<(u64, u64)> {
        let blocks = self.blocks.as_ref()?;
        let sent = (self.sent() * blocks.block_size()).min(blocks.bytes());
        Some((sent as u64, blocks.bytes() as u64))
    }
}
