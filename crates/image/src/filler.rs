//! Pseudo-random bytes, made fast, for synthetic files.

use sha2::{Digest, Sha256};

use crate::Content;

/// Makes a file of `size` bytes that depend on `name` alone, for files whose content is never read.
pub fn filler(name: &str, size: u64) -> Content {
    let mut bytes = Vec::with_capacity(size as usize);
    Filler::new(name).fill(&mut bytes, size as usize, |_| ());
    Content::from_vec(bytes)
}

/// The number of bytes made at a time, so that they are hashed while they are still in the nearest cache.
const STEP: usize = 8 * 1024;
/// The number of parallel generators: as many as vector registers hold.
const LANES: usize = 8;

/// A stream of pseudo-random bytes: xorshift64 (Marsaglia 2003) in eight lanes.
pub(crate) struct Filler([u64; LANES]);

impl Filler {
    /// Returns the stream that belongs to `name`.
    pub(crate) fn new(name: &str) -> Self {
        let digest = Sha256::digest(name);
        let (words, _) = digest.as_chunks::<8>();
        // xorshift stays at 0 forever; an odd seed never reaches it.
        Self(std::array::from_fn(|lane| {
            u64::from_le_bytes(words[lane % words.len()]).rotate_left(lane as u32) | 1
        }))
    }

    /// Appends `length` bytes to `bytes` and shows each piece to `seen`.
    pub(crate) fn fill(&mut self, bytes: &mut Vec<u8>, length: usize, mut seen: impl FnMut(&[u8])) {
        let mut step = [0; STEP];
        let mut left = length;
        while left > 0 {
            for group in step.as_chunks_mut::<{ 8 * LANES }>().0 {
                for (word, lane) in group.as_chunks_mut::<8>().0.iter_mut().zip(&mut self.0) {
                    *lane ^= *lane << 13;
                    *lane ^= *lane >> 7;
                    *lane ^= *lane << 17;
                    *word = lane.to_le_bytes();
                }
            }
            let piece = &step[..left.min(STEP)];
            seen(piece);
            bytes.extend_from_slice(piece);
            left -= piece.len();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn depends_on_the_name_and_repeats() {
        let (a, again, b) = (filler("a", 20_000), filler("a", 20_000), filler("b", 20_000));
        assert_eq!(a, again);
        assert_ne!(a, b);
        assert_eq!(a.len(), 20_000);
        assert!(a.as_slice().windows(16).all(|window| window != [0; 16]));
    }
}
