//! An image as the blocks that access points receive.

use std::rc::Rc;

use bytes::Bytes;
use capwap::{ImageData, ImageDataLayout, ImageInformation, Opcode, checksum};
use image::Content;

/// An image and the checksums of its blocks, which are computed once for all access points. Cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct Blocks {
    content: Content,
    block_size: usize,
    /// The checksum of each block; none in the RFC's layout, which has no checksums.
    checksums: Option<Rc<[u16]>>,
    /// The RFC's layout has these instead: size and digest of the whole image.
    information: Option<ImageInformation>,
}

impl Blocks {
    pub(super) fn new(content: Content, layout: ImageDataLayout, block_size: usize) -> Self {
        let mut blocks = Self { content, block_size, checksums: None, information: None };
        match layout {
            ImageDataLayout::Cisco => {
                blocks.checksums =
                    Some((0..blocks.count()).map(|index| checksum(&blocks.data(index))).collect());
            }
            ImageDataLayout::Rfc5415 => {
                let size = u32::try_from(blocks.content.len()).ok();
                blocks.information = size.map(|size| ImageInformation { size, md5: blocks.content.md5() });
            }
        }
        blocks
    }

    /// Returns true if these are the blocks of `content`.
    pub(super) fn are_of(&self, content: &Content) -> bool {
        self.content.same_storage(content)
    }

    /// Returns the image.
    pub(super) fn content(&self) -> &Content {
        &self.content
    }

    /// Returns the number of blocks.
    pub(super) fn count(&self) -> usize {
        self.bytes().div_ceil(self.block_size)
    }

    /// Returns the image's size in bytes.
    pub(super) fn bytes(&self) -> usize {
        self.content.len() as usize
    }

    /// Returns the announcement of the image, in the RFC's layout.
    pub(super) fn information(&self) -> Option<ImageInformation> {
        self.information
    }

    /// Returns the number of bytes in each block but the last.
    pub(super) fn block_size(&self) -> usize {
        self.block_size
    }

    /// Returns block `index`, from 0; `None` after the last. The last block itself carries the end-of-file opcode: the sample
    /// counts no message beyond the data.
    pub(super) fn block(&self, index: usize) -> Option<ImageData> {
        if index >= self.count() {
            return None;
        }
        let checksum = self.checksums.as_ref().map(|checksums| checksums[index]);
        let opcode = if index + 1 == self.count() { Opcode::Last } else { Opcode::Data };
        Some(ImageData::with_checksum(opcode, self.data(index), checksum))
    }

    /// Returns the bytes of a block. They share the image's memory.
    fn data(&self, index: usize) -> Bytes {
        let start = index * self.block_size;
        let end = self.bytes().min(start + self.block_size);
        self.content.block(start as u64..end as u64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blocks(length: usize, layout: ImageDataLayout, block_size: usize) -> Vec<ImageData> {
        let content = Content::from_vec((0..length).map(|index| index as u8).collect());
        let blocks = Blocks::new(content, layout, block_size);
        (0..).map_while(|index| blocks.block(index)).collect()
    }

    fn shape(length: usize, block_size: usize) -> Vec<(Opcode, usize)> {
        let blocks = blocks(length, ImageDataLayout::Cisco, block_size);
        assert!(blocks.iter().all(|block| block.checksum.is_some() && block.checksum_holds()));
        blocks.iter().map(|block| (block.opcode, block.data.len())).collect()
    }

    #[test]
    fn the_last_data_carries_the_end() {
        let expected = [(Opcode::Data, 1377), (Opcode::Data, 1377), (Opcode::Last, 601)];
        assert_eq!(shape(2 * 1377 + 601, 1377), expected);
    }

    #[test]
    fn an_image_of_whole_blocks_needs_no_empty_one() {
        assert_eq!(shape(200, 100), [(Opcode::Data, 100), (Opcode::Last, 100)]);
    }

    #[test]
    fn the_rfc_s_layout_has_no_checksums() {
        let blocks = blocks(2_048, ImageDataLayout::Rfc5415, 1_024);
        assert_eq!(blocks.len(), 2);
        assert!(blocks.iter().all(|block| block.checksum.is_none() && block.data.len() == 1_024));
    }
}
