//! Making image bundles of exact size.

use std::ops::Range;

use bytes::Bytes;
use sha2::{Digest, Sha256};

use crate::bundle::{INFO, write_info};
use crate::kept::{Recipe, kept};
use crate::manifest::{self, MANIFEST, SIGNATURE, SIGNATURE_LENGTH};
use crate::tar::{self, BLOCK};
use crate::tile::{PERIOD, Tile};
use crate::{Content, Version};

/// Image sizes are multiples of this, tar's default blocking of 20 blocks, as all published sizes are.
pub const BLOCKING: u64 = 10_240;
/// The largest image made: ten times the largest known.
const SIZE_MAX: u64 = 1 << 30;
const _: () = assert!(SIZE_MAX <= 512 * PERIOD, "two blocks of 512 bytes of one image are never equal");
/// The maximum length of an image type. Known ones have up to six letters.
const IMAGE_TYPE_MAX: usize = 32;
/// The two zero blocks that end an archive.
const END: usize = 2 * BLOCK;

/// The reason that an image cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SizeError {
    /// Tar writes whole records.
    #[error("image size {0} is not a positive multiple of {BLOCKING} bytes")]
    NotBlocked(u64),
    /// Larger than any access point could hold.
    #[error("image size {0} is beyond the largest supported, {SIZE_MAX} bytes")]
    TooLarge(u64),
    /// Not a name that `info.ver` can hold.
    #[error("`{0}` is not an image type")]
    ImageType(String),
}

/// Makes the image `image_type` of `version`, exactly `size` bytes long: a multiple of [`BLOCKING`], at least that.
///
/// It is a real tar archive with the members of the vendor's (`info.ver`, `ver`, `part.bin`,
/// `ramfs_data_cisco.squashfs`, `iox.tar.gz`: from scripts that unpack and check them, see docs/fidelity.md), followed by a list
/// of their digests and its signature. How the vendor's images carry their signature is not known; this form is this project's
/// own, and so is the key. Contents are pseudo-random, depend on type, version and size alone, and share memory, as they repeat: after
/// 2,097,169 bytes, a prime, so that no two blocks of an image are equal (docs/decisions/036). The process keeps what it has made, within
/// 64 MiB.
///
/// # Errors
/// See [`SizeError`].
pub fn synthesize(image_type: &str, version: &Version, size: u64) -> Result<Content, SizeError> {
    if size == 0 || !size.is_multiple_of(BLOCKING) {
        return Err(SizeError::NotBlocked(size));
    }
    if size > SIZE_MAX {
        return Err(SizeError::TooLarge(size));
    }
    let letters = image_type.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
    if !letters || !(1..=IMAGE_TYPE_MAX).contains(&image_type.len()) {
        return Err(SizeError::ImageType(image_type.chars().take(IMAGE_TYPE_MAX).collect()));
    }

    let recipe = Recipe::Bundle { size, image_type: image_type.to_owned(), version: *version };
    Ok(kept(recipe, || bundle(image_type, version, size)))
}

fn bundle(image_type: &str, version: &Version, size: u64) -> Content {
    let mut archive = Archive::new(Tile::new(&format!("{image_type} {version} {size}"), size));
    archive.add(INFO, write_info(image_type, version).as_bytes());
    archive.add("ver", format!("{version}\n").as_bytes());

    let [kernel, root, apps] = shares(image_type, version, size - archive.length);
    archive.fill("part.bin", kernel);
    archive.fill("ramfs_data_cisco.squashfs", root);
    archive.fill("iox.tar.gz", apps);

    let manifest = manifest::write(image_type, version, archive.listed());
    archive.add(MANIFEST, manifest.as_bytes());
    archive.add(SIGNATURE, &manifest::sign(&manifest));
    archive.finish(size)
}

/// Makes the first `size` bytes of an image of about twice that size: what an interrupted copy leaves. Its description can be read; it
/// does not verify.
///
/// # Errors
/// See [`SizeError`].
pub fn synthesize_part(image_type: &str, version: &Version, size: u64) -> Result<Content, SizeError> {
    let whole = size.saturating_mul(2).max(BLOCKING).checked_next_multiple_of(BLOCKING);
    let whole = synthesize(image_type, version, whole.ok_or(SizeError::TooLarge(size))?)?;
    Ok(whole.slice(0..size))
}

/// Divides the `left` bytes between the three large members, so that with the manifest and the end of the archive the sum is exact.
/// The proportions are a guess; only the sum is known.
fn shares(image_type: &str, version: &Version, left: u64) -> [u64; 3] {
    // The manifest's length depends on its members' sizes only by the number of their digits: allow for the maximum.
    let widest = ["info.ver", "ver", "part.bin", "ramfs_data_cisco.squashfs", "iox.tar.gz"];
    let manifest = manifest::write(image_type, version, widest.iter().map(|name| (*name, SIZE_MAX, [0; 32])));
    let fixed = 5 * BLOCK + tar::padded(manifest.len()) + tar::padded(SIGNATURE_LENGTH) + END;
    let blocks = (left - fixed as u64) / BLOCK as u64;
    let kernel = (blocks / 8).max(1);
    let apps = (blocks / 8).max(1);
    [kernel, blocks - kernel - apps, apps].map(|blocks| blocks * BLOCK as u64)
}

/// An archive in the making.
struct Archive {
    tile: Tile,
    pieces: Vec<Bytes>,
    /// The number of bytes in the pieces.
    length: u64,
    /// Each member's name, place and digest.
    members: Vec<(&'static str, Range<u64>, [u8; 32])>,
}

impl Archive {
    fn new(tile: Tile) -> Self {
        Self { tile, pieces: Vec::new(), length: 0, members: Vec::new() }
    }

    fn add(&mut self, name: &'static str, content: &[u8]) {
        let mut bytes = [&tar::header(name, content.len() as u64)[..], content].concat();
        let start = self.length + BLOCK as u64;
        self.members.push((name, start..start + content.len() as u64, Sha256::digest(content).into()));
        bytes.resize(tar::padded(bytes.len()), 0);
        self.push(bytes.into());
    }

    /// Adds a member of so many whole blocks of the tile.
    fn fill(&mut self, name: &'static str, length: u64) {
        self.push(Bytes::copy_from_slice(&tar::header(name, length)));
        let range = self.length..self.length + length;
        let mut hash = Sha256::new();
        for piece in self.tile.pieces(range.clone()) {
            hash.update(&piece);
            self.pieces.push(piece);
        }
        self.length = range.end;
        self.members.push((name, range, hash.finalize().into()));
    }

    fn push(&mut self, piece: Bytes) {
        self.length += piece.len() as u64;
        self.pieces.push(piece);
    }

    fn listed(&self) -> impl Iterator<Item = (&'static str, u64, [u8; 32])> {
        self.members.iter().map(|(name, range, digest)| (*name, range.end - range.start, *digest))
    }

    fn finish(mut self, size: u64) -> Content {
        assert!(self.length + END as u64 <= size, "the members leave room for the end of the archive");
        self.push(vec![0; (size - self.length) as usize].into());
        let content = Content::from_pieces(self.pieces);
        for (_, range, digest) in self.members {
            content.remember(range, digest);
        }
        content
    }
}
