//! Pseudo-random bytes for synthetic files, which repeat after a prime number of bytes, so that large files share memory.

use std::ops::Range;

use bytes::Bytes;
use sha2::{Digest, Sha256};

use crate::Content;
use crate::kept::{Recipe, kept};

/// The number of bytes after which a synthetic file repeats: a prime.
///
/// No product of smaller numbers is a multiple of it: neither a number of blocks of any protocol, nor of the 65,536 blocks after which
/// TFTP's numbers roll over. So two blocks of a file that lie in different places differ, unless as many blocks lie between them as the
/// period has bytes: those of 512 bytes are a gigabyte apart, and the largest image has no more.
pub(crate) const PERIOD: u64 = 2_097_169;

/// The number of parallel generators: as many as vector registers hold.
const LANES: usize = 8;
/// The number of bytes that they make in a step.
const STEP: usize = 8 * LANES;

/// Makes a file of `size` bytes that depend on `name` alone, for files whose content is never read.
pub fn filler(name: &str, size: u64) -> Content {
    let recipe = Recipe::Filler { name: name.to_owned(), size };
    kept(recipe, || Content::from_pieces(Tile::new(name, size).pieces(0..size)))
}

/// The bytes of a synthetic file up to its [`PERIOD`].
pub(crate) struct Tile(Bytes);

impl Tile {
    /// Makes the bytes that belong to `name`, for a file of `size` bytes: xorshift64 (Marsaglia 2003) in eight lanes.
    pub(crate) fn new(name: &str, size: u64) -> Self {
        let digest = Sha256::digest(name);
        let (words, _) = digest.as_chunks::<8>();
        // xorshift stays at 0 forever; an odd seed never reaches it.
        let mut lanes: [u64; LANES] = std::array::from_fn(|lane| {
            u64::from_le_bytes(words[lane % words.len()]).rotate_left(lane as u32) | 1
        });
        let length = size.min(PERIOD) as usize;
        let mut bytes = vec![0; length.next_multiple_of(STEP)];
        for step in bytes.as_chunks_mut::<STEP>().0 {
            for (word, lane) in step.as_chunks_mut::<8>().0.iter_mut().zip(&mut lanes) {
                *lane ^= *lane << 13;
                *lane ^= *lane >> 7;
                *lane ^= *lane << 17;
                *word = lane.to_le_bytes();
            }
        }
        bytes.truncate(length);
        Self(bytes.into())
    }

    /// Returns the bytes that stand in `range` of the file, as slices of the tile. A byte depends on its place in the file alone.
    pub(crate) fn pieces(&self, range: Range<u64>) -> impl Iterator<Item = Bytes> {
        let mut at = range.start;
        std::iter::from_fn(move || {
            let start = at % PERIOD;
            let length = (range.end - at).min(PERIOD - start);
            at += length;
            (length > 0).then(|| self.0.slice(start as usize..(start + length) as usize))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::memory_of;

    #[test]
    fn bytes_depend_on_the_name_and_repeat() {
        let (a, again, b) = (filler("a", 20_000), filler("a", 20_000), filler("b", 20_000));
        assert_eq!(a, again);
        assert_ne!(a, b);
        assert_eq!(a.len(), 20_000);
        assert!(a.bytes().windows(16).all(|window| window != [0; 16]));
    }

    #[test]
    fn the_period_is_a_prime() {
        assert!(
            (2..)
                .take_while(|divisor| divisor * divisor <= PERIOD)
                .all(|divisor| !PERIOD.is_multiple_of(divisor))
        );
    }

    #[test]
    fn a_large_file_costs_one_tile() {
        let large = filler("a", 4 << 30);
        assert_eq!((large.len(), memory_of([&large])), (4 << 30, PERIOD));
        let period = large.slice(0..PERIOD);
        assert_eq!(period, large.slice(1_000 * PERIOD..1_001 * PERIOD));
        assert_eq!(large.block(PERIOD - 5..PERIOD + 5)[..5], period.bytes()[PERIOD as usize - 5..]);
        assert_eq!(large.block(PERIOD - 5..PERIOD + 5)[5..], period.bytes()[..5]);
    }
}
