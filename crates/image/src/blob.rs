//! The storage that contents point into: pieces of memory, and what is known of them.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use bytes::Bytes;

/// The maximum number of ranges of a blob with a cached digest. A bundle has fewer than ten members.
const DIGESTS_MAX: usize = 64;
/// The maximum number of good signatures cached for a blob. A bundle has one.
const SIGNATURES_MAX: usize = 4;

/// A range of a blob: its start and its end.
pub(crate) type Key = (u64, u64);

/// The storage that contents point into: pieces of memory, one after the other. Several pieces, of one blob or of many, may be
/// slices of the same memory.
pub(crate) struct Blob {
    pieces: Box<[Piece]>,
    length: u64,
    /// The piece that was read last: the next block is nearly always in the same one.
    recent: AtomicUsize,
    digests: Mutex<BTreeMap<Key, [u8; 32]>>,
    /// The MD5 of the range requested last.
    md5: Mutex<Option<(Key, [u8; 16])>>,
    /// Signatures known to be good, each with the range it signs.
    signatures: Mutex<Vec<(Key, [u8; 64])>>,
}

/// A piece of memory, never empty, and its position in the blob.
struct Piece {
    start: u64,
    bytes: Bytes,
}

impl Piece {
    fn end(&self) -> u64 {
        self.start + self.bytes.len() as u64
    }

    /// Returns the part of `range` that lies in this piece, counted from the piece's start.
    fn part(&self, range: &Range<u64>) -> Range<usize> {
        let within = |at: u64| at.saturating_sub(self.start).min(self.bytes.len() as u64) as usize;
        within(range.start)..within(range.end)
    }
}

impl Blob {
    /// Makes the storage of these pieces.
    pub(crate) fn new(pieces: impl IntoIterator<Item = Bytes>) -> Self {
        let mut length = 0;
        let pieces = pieces.into_iter().filter(|bytes| !bytes.is_empty()).map(|bytes| {
            let start = length;
            length += bytes.len() as u64;
            Piece { start, bytes }
        });
        let pieces = pieces.collect();
        let (recent, digests, md5, signatures) = Default::default();
        Self { pieces, length, recent, digests, md5, signatures }
    }

    /// Returns the number of bytes.
    pub(crate) fn len(&self) -> u64 {
        self.length
    }

    /// Returns the bytes of `range`, piece by piece. No piece is empty.
    pub(crate) fn chunks(&self, range: Range<u64>) -> impl Iterator<Item = &[u8]> {
        self.pieces_of(&range).iter().map(move |piece| &piece.bytes[piece.part(&range)])
    }

    /// Returns the pieces of `range`, sharing their memory. None is empty.
    pub(crate) fn shared(&self, range: Range<u64>) -> impl Iterator<Item = Bytes> {
        self.pieces_of(&range).iter().map(move |piece| piece.bytes.slice(piece.part(&range)))
    }

    /// Returns the pieces that `range` touches.
    fn pieces_of(&self, range: &Range<u64>) -> &[Piece] {
        if range.is_empty() {
            return &[];
        }
        let rest = &self.pieces[self.piece_at(range.start)..];
        if range.end <= rest[0].end() {
            return &rest[..1];
        }
        &rest[..rest.partition_point(|piece| piece.start < range.end)]
    }

    /// Returns the number of the piece that has the byte at `offset`.
    fn piece_at(&self, offset: u64) -> usize {
        let recent = self.recent.load(Ordering::Relaxed);
        if self.pieces.get(recent).is_some_and(|piece| (piece.start..piece.end()).contains(&offset)) {
            return recent;
        }
        let found = self.pieces.partition_point(|piece| piece.start <= offset) - 1;
        self.recent.store(found, Ordering::Relaxed);
        found
    }

    pub(crate) fn digest(&self, key: Key) -> Option<[u8; 32]> {
        self.digests.lock().unwrap_or_else(PoisonError::into_inner).get(&key).copied()
    }

    pub(crate) fn remember(&self, key: Key, digest: [u8; 32]) {
        let mut digests = self.digests.lock().unwrap_or_else(PoisonError::into_inner);
        if digests.len() < DIGESTS_MAX {
            digests.insert(key, digest);
        }
    }

    /// Returns the MD5 of a range, which `compute` computes unless it is that of the range requested last.
    pub(crate) fn md5(&self, key: Key, compute: impl FnOnce() -> [u8; 16]) -> [u8; 16] {
        let mut known = self.md5.lock().unwrap_or_else(PoisonError::into_inner);
        match *known {
            Some((range, digest)) if range == key => digest,
            _ => {
                let digest = compute();
                *known = Some((key, digest));
                digest
            }
        }
    }

    /// Returns true if `signature` signs a range, which `verify` finds out unless it is known. Only a good signature is cached.
    pub(crate) fn is_signed(&self, key: Key, signature: &[u8; 64], verify: impl FnOnce() -> bool) -> bool {
        let signed = (key, *signature);
        if self.signatures.lock().unwrap_or_else(PoisonError::into_inner).contains(&signed) {
            return true;
        }
        let good = verify();
        let mut signatures = self.signatures.lock().unwrap_or_else(PoisonError::into_inner);
        if good && signatures.len() < SIGNATURES_MAX {
            signatures.push(signed);
        }
        good
    }

    #[cfg(test)]
    pub(crate) fn digests(&self) -> usize {
        self.digests.lock().expect("not poisoned").len()
    }
}
