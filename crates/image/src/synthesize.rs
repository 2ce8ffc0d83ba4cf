//! Making image bundles of exact size.

use std::ops::Range;

use sha2::{Digest, Sha256};

use crate::bundle::{INFO, write_info};
use crate::filler::Filler;
use crate::manifest::{self, MANIFEST, SIGNATURE, SIGNATURE_LENGTH};
use crate::tar::{self, BLOCK};
use crate::{Content, Version};

/// Image sizes are multiples of this, tar's default blocking of 20 blocks, as all published sizes are.
pub const BLOCKING: u64 = 10_240;
/// The largest image made: ten times the largest known.
const SIZE_MAX: u64 = 1 << 30;
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
/// own, and so is the key. Contents are pseudo-random and depend on type, version and size alone.
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

    let info = write_info(image_type, version);
    let ver = format!("{version}\n");
    let mut archive = Archive::new(size as usize);
    archive.add(INFO, info.as_bytes());
    archive.add("ver", ver.as_bytes());

    let mut filler = Filler::new(&format!("{image_type} {version} {size}"));
    let [kernel, root, apps] = shares(image_type, version, size as usize - archive.bytes.len());
    archive.fill("part.bin", kernel, &mut filler);
    archive.fill("ramfs_data_cisco.squashfs", root, &mut filler);
    archive.fill("iox.tar.gz", apps, &mut filler);

    let manifest = manifest::write(image_type, version, archive.listed());
    archive.add(MANIFEST, manifest.as_bytes());
    archive.add(SIGNATURE, &manifest::sign(&manifest));
    Ok(archive.finish(size as usize))
}

/// Makes the first `size` bytes of an image of about twice that size: what an interrupted copy leaves. Its description can be read; it
/// does not verify.
///
/// # Errors
/// See [`SizeError`].
pub fn synthesize_part(image_type: &str, version: &Version, size: u64) -> Result<Content, SizeError> {
    let whole = size.saturating_mul(2).max(BLOCKING).checked_next_multiple_of(BLOCKING);
    let whole = synthesize(image_type, version, whole.ok_or(SizeError::TooLarge(size))?)?;
    // A copy, so that the rest is not kept.
    Ok(Content::from_vec(whole.slice(0..size).as_slice().to_vec()))
}

/// Divides the `left` bytes between the three large members, so that with the manifest and the end of the archive the sum is exact.
/// The proportions are a guess; only the sum is known.
fn shares(image_type: &str, version: &Version, left: usize) -> [usize; 3] {
    // The manifest's length depends on its members' sizes only by the number of their digits: allow for the maximum.
    let widest = ["info.ver", "ver", "part.bin", "ramfs_data_cisco.squashfs", "iox.tar.gz"];
    let manifest = manifest::write(image_type, version, widest.iter().map(|name| (*name, SIZE_MAX, [0; 32])));
    let fixed = 5 * BLOCK + tar::padded(manifest.len()) + tar::padded(SIGNATURE_LENGTH) + END;
    let blocks = (left - fixed) / BLOCK;
    let kernel = (blocks / 8).max(1);
    let apps = (blocks / 8).max(1);
    [kernel * BLOCK, (blocks - kernel - apps) * BLOCK, apps * BLOCK]
}

/// An archive in the making.
struct Archive {
    bytes: Vec<u8>,
    digests: Vec<(&'static str, Range<u64>, [u8; 32])>,
}

impl Archive {
    fn new(size: usize) -> Self {
        Self { bytes: Vec::with_capacity(size), digests: Vec::new() }
    }

    fn add(&mut self, name: &'static str, content: &[u8]) {
        self.start(name, content.len());
        self.bytes.extend_from_slice(content);
        self.end(name, content.len(), Sha256::digest(content).into());
    }

    fn fill(&mut self, name: &'static str, length: usize, filler: &mut Filler) {
        self.start(name, length);
        let mut hash = Sha256::new();
        filler.fill(&mut self.bytes, length, |piece| hash.update(piece));
        self.end(name, length, hash.finalize().into());
    }

    fn start(&mut self, name: &'static str, length: usize) {
        self.bytes.extend_from_slice(&tar::header(name, length as u64));
    }

    fn end(&mut self, name: &'static str, length: usize, digest: [u8; 32]) {
        let end = self.bytes.len();
        self.digests.push((name, (end - length) as u64..end as u64, digest));
        self.bytes.resize(tar::padded(end), 0);
    }

    fn listed(&self) -> impl Iterator<Item = (&'static str, u64, [u8; 32])> {
        self.digests.iter().map(|(name, range, digest)| (*name, range.end - range.start, *digest))
    }

    fn finish(mut self, size: usize) -> Content {
        assert!(self.bytes.len() + END <= size, "the members leave room for the end of the archive");
        self.bytes.resize(size, 0);
        let digests = self.digests.into_iter().map(|(_, range, digest)| (range, digest)).collect();
        Content::with_digests(self.bytes, digests)
    }
}
