//! The bytes of a file: immutable, shared, with cached digests.

use std::fmt;
use std::ops::Range;
use std::sync::{Arc, Weak};

use bytes::{Bytes, BytesMut};
use md5::Md5;
use sha2::{Digest, Sha256};

use crate::blob::Blob;

/// The bytes of a file, or of a range of one.
///
/// They lie in one or more pieces of memory, which contents share: cloning and slicing cost a reference count, and a content that
/// differs from another in a few bytes costs only these. Digests are computed once per range and shared by all clones.
#[derive(Clone)]
pub struct Content {
    blob: Arc<Blob>,
    start: u64,
    end: u64,
}

impl Content {
    /// Makes a content of `bytes`, which are not copied.
    pub fn from_vec(bytes: Vec<u8>) -> Self {
        Self::from(Bytes::from(bytes))
    }

    /// Makes a content of `pieces`, one after the other, which are not copied.
    pub(crate) fn from_pieces(pieces: impl IntoIterator<Item = Bytes>) -> Self {
        let blob = Blob::new(pieces);
        let end = blob.len();
        Self { blob: Arc::new(blob), start: 0, end }
    }

    /// Notes the SHA-256 of `range`.
    pub(crate) fn remember(&self, range: Range<u64>, digest: [u8; 32]) {
        self.blob.remember((self.start + range.start, self.start + range.end), digest);
    }

    /// Returns its length in bytes.
    pub fn len(&self) -> u64 {
        self.end - self.start
    }

    /// Returns true if it has no bytes.
    pub fn is_empty(&self) -> bool {
        self.start == self.end
    }

    /// Returns the bytes in `range`, counted from the start of this content, sharing its storage.
    ///
    /// # Panics
    /// If `range` reaches beyond [`Content::len`], as with slices.
    pub fn slice(&self, range: Range<u64>) -> Self {
        let Range { start, end } = self.absolute(range);
        Self { blob: Arc::clone(&self.blob), start, end }
    }

    /// Returns the bytes in `range` as one buffer: shared if they lie in one piece of memory, as nearly all blocks of an image do,
    /// and copied if not.
    ///
    /// # Panics
    /// If `range` reaches beyond [`Content::len`].
    pub fn block(&self, range: Range<u64>) -> Bytes {
        let length = range.end.saturating_sub(range.start) as usize;
        match self.blob.shared(self.absolute(range.clone())).next() {
            None => Bytes::new(),
            Some(piece) if piece.len() == length => piece,
            Some(_) => {
                let mut bytes = BytesMut::with_capacity(length);
                self.chunks_of(range).for_each(|chunk| bytes.extend_from_slice(chunk));
                bytes.freeze()
            }
        }
    }

    /// Returns all bytes as one buffer, for files that are read whole: a copy, if they lie in several pieces.
    pub fn bytes(&self) -> Bytes {
        self.block(0..self.len())
    }

    /// Returns all bytes, piece by piece.
    pub fn chunks(&self) -> impl Iterator<Item = &[u8]> {
        self.blob.chunks(self.start..self.end)
    }

    /// Returns the bytes in `range`, piece by piece, for those who copy them.
    ///
    /// # Panics
    /// If `range` reaches beyond [`Content::len`].
    pub fn chunks_of(&self, range: Range<u64>) -> impl Iterator<Item = &[u8]> {
        self.blob.chunks(self.absolute(range))
    }

    /// Returns a content with `bytes` in the place of those at `offset`. The others stay shared.
    ///
    /// # Panics
    /// If `bytes` reach beyond [`Content::len`].
    #[must_use]
    pub fn replaced(&self, offset: u64, bytes: impl Into<Bytes>) -> Self {
        let bytes = bytes.into();
        let place = self.absolute(offset..offset + bytes.len() as u64);
        let (before, after) = (self.start..place.start, place.end..self.end);
        Self::from_pieces(self.blob.shared(before).chain([bytes]).chain(self.blob.shared(after)))
    }

    /// Returns a content of these bytes and `bytes` after them.
    pub(crate) fn followed_by(&self, bytes: Vec<u8>) -> Self {
        Self::from_pieces(self.blob.shared(self.start..self.end).chain([bytes.into()]))
    }

    /// Returns true if `bytes` are those at `offset`; false if they reach beyond the end.
    pub fn has_at(&self, offset: u64, bytes: &[u8]) -> bool {
        let Some(end) = offset.checked_add(bytes.len() as u64).filter(|end| *end <= self.len()) else {
            return false;
        };
        let mut rest = bytes;
        self.chunks_of(offset..end).all(|chunk| {
            let (here, after) = rest.split_at(chunk.len());
            rest = after;
            // Bytes that are in the same place need no comparison.
            std::ptr::eq(chunk, here) || chunk == here
        })
    }

    /// Returns true if it begins with `prefix`.
    pub(crate) fn starts_with(&self, prefix: &Self) -> bool {
        let mut at = 0;
        prefix.len() <= self.len()
            && prefix.chunks().all(|chunk| {
                let offset = at;
                at += chunk.len() as u64;
                self.has_at(offset, chunk)
            })
    }

    /// Returns the SHA-256 of the bytes, computed at the first call for this range of this storage.
    pub fn sha256(&self) -> [u8; 32] {
        let key = (self.start, self.end);
        self.blob.digest(key).unwrap_or_else(|| {
            let mut hash = Sha256::new();
            self.chunks().for_each(|chunk| hash.update(chunk));
            let digest = hash.finalize().into();
            self.blob.remember(key, digest);
            digest
        })
    }

    /// Returns the MD5 of the bytes, with which CAPWAP announces images (RFC 5415, 4.6.28). The last one of a storage is cached.
    pub fn md5(&self) -> [u8; 16] {
        self.blob.md5((self.start, self.end), || {
            let mut hash = Md5::new();
            self.chunks().for_each(|chunk| hash.update(chunk));
            hash.finalize().into()
        })
    }

    /// Returns true if `signature` signs the bytes; `verify` is called once for this range of this storage. Only a good
    /// signature is cached.
    pub(crate) fn is_signed(&self, signature: &[u8; 64], verify: impl FnOnce(&[u8]) -> bool) -> bool {
        self.blob.is_signed((self.start, self.end), signature, || verify(&self.bytes()))
    }

    /// Returns true if both are the same range of the same storage: equal without comparing bytes.
    pub fn same_storage(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.blob, &other.blob) && self.start == other.start && self.end == other.end
    }

    /// Returns a reference that does not keep the storage alive.
    pub(crate) fn downgrade(&self) -> WeakContent {
        WeakContent { blob: Arc::downgrade(&self.blob), start: self.start, end: self.end }
    }

    /// Returns `range` counted from the start of the storage.
    fn absolute(&self, range: Range<u64>) -> Range<u64> {
        assert!(
            range.start <= range.end && range.end <= self.len(),
            "range {range:?} of {} bytes",
            self.len()
        );
        self.start + range.start..self.start + range.end
    }
}

/// Returns the number of bytes of memory that `contents` keep: what several pieces share is counted once.
pub(crate) fn memory_of<'a>(contents: impl IntoIterator<Item = &'a Content>) -> u64 {
    let mut places: Vec<Range<usize>> = contents
        .into_iter()
        .flat_map(|content| content.blob.chunks(0..content.blob.len()))
        .map(|chunk| chunk.as_ptr().addr()..chunk.as_ptr().addr() + chunk.len())
        .collect();
    places.sort_unstable_by_key(|place| place.start);
    let (mut sum, mut counted) = (0, 0);
    for place in places {
        sum += place.end.saturating_sub(place.start.max(counted));
        counted = counted.max(place.end);
    }
    sum as u64
}

impl From<Bytes> for Content {
    fn from(bytes: Bytes) -> Self {
        Self::from_pieces([bytes])
    }
}

impl PartialEq for Content {
    fn eq(&self, other: &Self) -> bool {
        self.same_storage(other) || (self.len() == other.len() && self.starts_with(other))
    }
}

impl Eq for Content {}

impl fmt::Debug for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Content({} bytes)", self.len())
    }
}

/// A [`Content`] that does not keep its storage alive.
#[derive(Clone)]
pub(crate) struct WeakContent {
    blob: Weak<Blob>,
    start: u64,
    end: u64,
}

impl WeakContent {
    /// Returns the content, if its storage is still alive.
    pub(crate) fn upgrade(&self) -> Option<Content> {
        Some(Content { blob: self.blob.upgrade()?, start: self.start, end: self.end })
    }
}

#[cfg(test)]
mod tests;
