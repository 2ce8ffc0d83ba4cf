//! An image on its way to one access point.

use bytes::Bytes;
use capwap::{ImageData, ImageDataLayout, Opcode};

/// An image that was promised.
#[derive(Debug)]
pub(super) struct Download {
    pub(super) image: String,
    /// Its bytes; `None` as long as the controller does not hold it.
    source: Option<Bytes>,
    block_size: usize,
    /// Bytes handed out.
    offset: usize,
    /// Blocks handed out and acknowledged.
    pub(super) sent: u64,
    pub(super) acknowledged: u64,
}

impl Download {
    pub(super) fn promised(image: String, block_size: usize) -> Self {
        Self { image, source: None, block_size, offset: 0, sent: 0, acknowledged: 0 }
    }

    /// The image has come.
    pub(super) fn begin(&mut self, source: Bytes) {
        self.source = Some(source);
    }

    /// The next block. The last carries the end-of-file opcode itself: the sample counts no message beyond the data.
    pub(super) fn next_block(&mut self) -> Option<ImageData> {
        let source = self.source.as_ref()?;
        let left = source.len() - self.offset;
        if left == 0 {
            return None;
        }
        let length = left.min(self.block_size);
        let opcode = if length == left { Opcode::Last } else { Opcode::Data };
        let block =
            ImageData::new(ImageDataLayout::Cisco, opcode, source.slice(self.offset..self.offset + length));
        self.offset += length;
        self.sent += 1;
        Some(block)
    }

    pub(super) fn is_pending(&self) -> bool {
        self.source.is_none()
    }

    /// Whether a block is left to hand out.
    pub(super) fn has_more(&self) -> bool {
        self.source.as_ref().is_some_and(|source| self.offset < source.len())
    }

    /// Whether every block was handed out and acknowledged.
    pub(super) fn is_complete(&self) -> bool {
        self.source.is_some() && !self.has_more() && self.acknowledged == self.sent
    }

    /// The image's size, 0 if it has not come.
    pub(super) fn bytes(&self) -> u64 {
        self.source.as_ref().map_or(0, |source| source.len() as u64)
    }

    /// Blocks in all.
    pub(super) fn messages(&self) -> u64 {
        self.bytes().div_ceil(self.block_size as u64)
    }

    /// Bytes handed out and all there are.
    pub(super) fn progress(&self) -> Option<(u64, u64)> {
        self.source.as_ref().map(|source| (self.offset as u64, source.len() as u64))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_data_carries_the_end() {
        let mut download = Download::promised("ap1g8".into(), 1377);
        assert!(download.is_pending() && download.next_block().is_none());
        download.begin(Bytes::from(vec![1; 2 * 1377 + 601]));
        let blocks: Vec<_> = std::iter::from_fn(|| download.next_block()).collect();
        let shape: Vec<_> = blocks.iter().map(|block| (block.opcode, block.data.len())).collect();
        assert_eq!(shape, [(Opcode::Data, 1377), (Opcode::Data, 1377), (Opcode::Last, 601)]);
        assert_eq!((download.messages(), download.sent, download.is_complete()), (3, 3, false));
        download.acknowledged = 3;
        assert!(download.is_complete());
    }

    #[test]
    fn an_image_of_whole_blocks_needs_no_empty_one() {
        let mut download = Download::promised("ap1g8".into(), 100);
        download.begin(Bytes::from(vec![1; 200]));
        assert_eq!(download.next_block().map(|block| block.opcode), Some(Opcode::Data));
        assert_eq!(download.next_block().map(|block| block.opcode), Some(Opcode::Last));
        assert!(download.next_block().is_none());
    }
}
