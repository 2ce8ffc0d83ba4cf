//! The bytes of a file: immutable, shared, with cached digests.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use bytes::Bytes;
use md5::Md5;
use sha2::{Digest, Sha256};

/// The maximum number of ranges of a blob with a cached digest. A bundle has fewer than ten members.
const DIGESTS_MAX: usize = 64;
/// The maximum number of good signatures cached for a blob. A bundle has one.
const SIGNATURES_MAX: usize = 4;

/// The bytes of a file, or of a range of one.
///
/// Cloning and slicing cost a reference count. Digests are computed once per range and shared by all clones.
#[derive(Clone)]
pub struct Content {
    blob: Arc<Blob>,
    start: u64,
    end: u64,
}

/// A range of a blob, and a signature that signs it.
type GoodSignature = ((u64, u64), [u8; 64]);

/// A range of a blob, and its MD5.
type RangeMd5 = ((u64, u64), [u8; 16]);

/// The storage that contents point into.
pub(crate) struct Blob {
    bytes: Bytes,
    digests: Mutex<BTreeMap<(u64, u64), [u8; 32]>>,
    /// The MD5 of the range requested last.
    md5: Mutex<Option<RangeMd5>>,
    /// Signatures known to be good, each with the range it signs.
    signatures: Mutex<Vec<GoodSignature>>,
}

impl Content {
    /// Makes a content of `bytes`, which are not copied.
    pub fn from_vec(bytes: Vec<u8>) -> Self {
        Self::from(Bytes::from(bytes))
    }

    /// Makes a content of `bytes`, with the digests of some of its ranges already known.
    pub(crate) fn with_digests(bytes: Vec<u8>, digests: Vec<(Range<u64>, [u8; 32])>) -> Self {
        let content = Self::from_vec(bytes);
        for (range, digest) in digests {
            content.blob.remember((range.start, range.end), digest);
        }
        content
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
        assert!(
            range.start <= range.end && range.end <= self.len(),
            "range {range:?} of {} bytes",
            self.len()
        );
        Self { blob: Arc::clone(&self.blob), start: self.start + range.start, end: self.start + range.end }
    }

    /// Returns the bytes.
    pub fn as_slice(&self) -> &[u8] {
        &self.blob.bytes[self.start as usize..self.end as usize]
    }

    /// Returns the bytes as a shared buffer; nothing is copied.
    pub fn bytes(&self) -> Bytes {
        self.blob.bytes.slice(self.start as usize..self.end as usize)
    }

    /// Returns the SHA-256 of the bytes, computed at the first call for this range of this storage.
    pub fn sha256(&self) -> [u8; 32] {
        let key = (self.start, self.end);
        if let Some(digest) = self.blob.digest(key) {
            return digest;
        }
        let digest = Sha256::digest(self.as_slice()).into();
        self.blob.remember(key, digest);
        digest
    }

    /// Returns the MD5 of the bytes, with which CAPWAP announces images (RFC 5415, 4.6.28). The last one of a storage is cached.
    pub fn md5(&self) -> [u8; 16] {
        let key = (self.start, self.end);
        let mut known = self.blob.md5.lock().unwrap_or_else(PoisonError::into_inner);
        match *known {
            Some((range, digest)) if range == key => digest,
            _ => {
                let digest = Md5::digest(self.as_slice()).into();
                *known = Some((key, digest));
                digest
            }
        }
    }

    /// Returns true if `signature` signs the bytes; `verify` is called once for this range of this storage. Only a good
    /// signature is cached.
    pub(crate) fn is_signed(&self, signature: &[u8; 64], verify: impl FnOnce(&[u8]) -> bool) -> bool {
        let key = ((self.start, self.end), *signature);
        let known = |signatures: &Vec<_>| signatures.contains(&key);
        if known(&self.blob.signatures.lock().unwrap_or_else(PoisonError::into_inner)) {
            return true;
        }
        let good = verify(self.as_slice());
        let mut signatures = self.blob.signatures.lock().unwrap_or_else(PoisonError::into_inner);
        if good && signatures.len() < SIGNATURES_MAX {
            signatures.push(key);
        }
        good
    }

    /// Returns true if both are the same range of the same storage: equal without comparing bytes.
    pub fn same_storage(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.blob, &other.blob) && self.start == other.start && self.end == other.end
    }

    /// Returns a reference that does not keep the storage alive.
    pub(crate) fn downgrade(&self) -> WeakContent {
        WeakContent { blob: Arc::downgrade(&self.blob), start: self.start, end: self.end }
    }

    /// Returns the length of the whole storage, and a number that distinguishes it from other storage that is alive.
    pub(crate) fn storage(&self) -> (usize, u64) {
        (Arc::as_ptr(&self.blob).addr(), self.blob.bytes.len() as u64)
    }
}

impl From<Bytes> for Content {
    fn from(bytes: Bytes) -> Self {
        let end = bytes.len() as u64;
        Self {
            blob: Arc::new(Blob {
                bytes,
                digests: Mutex::default(),
                md5: Mutex::default(),
                signatures: Mutex::default(),
            }),
            start: 0,
            end,
        }
    }
}

impl PartialEq for Content {
    fn eq(&self, other: &Self) -> bool {
        self.same_storage(other) || self.as_slice() == other.as_slice()
    }
}

impl Eq for Content {}

impl fmt::Debug for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Content({} bytes)", self.len())
    }
}

impl Blob {
    fn digest(&self, key: (u64, u64)) -> Option<[u8; 32]> {
        self.digests.lock().unwrap_or_else(PoisonError::into_inner).get(&key).copied()
    }

    fn remember(&self, key: (u64, u64), digest: [u8; 32]) {
        let mut digests = self.digests.lock().unwrap_or_else(PoisonError::into_inner);
        if digests.len() < DIGESTS_MAX {
            digests.insert(key, digest);
        }
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
mod tests {
    use super::*;

    #[test]
    fn slices_share_storage_and_digests() {
        let whole = Content::from_vec((0..=255).collect());
        let part = whole.slice(16..32).slice(4..8);
        assert_eq!(part.as_slice(), [20, 21, 22, 23]);
        assert_eq!(part.bytes(), part.as_slice());
        assert!(part.same_storage(&whole.slice(20..24)));
        assert!(!part.same_storage(&whole.slice(20..25)));
        assert_eq!(part.sha256(), <[u8; 32]>::from(Sha256::digest([20, 21, 22, 23])));
        assert_eq!(part.blob.digest((20, 24)), Some(part.sha256()));
        assert_eq!(part, Content::from_vec(vec![20, 21, 22, 23]));
    }

    #[test]
    fn md5_is_that_of_the_range() {
        // RFC 1321, A.5.
        let letters = Content::from_vec(b"abcdefghijklmnopqrstuvwxyz".to_vec());
        for _ in 0..2 {
            assert_eq!(letters.slice(0..3).md5()[..4], [0x90, 0x01, 0x50, 0x98]);
            assert_eq!(letters.md5()[..4], [0xc3, 0xfc, 0xd3, 0xd7]);
        }
    }

    #[test]
    fn remembered_digests_are_bounded() {
        let whole = Content::from_vec(vec![0; 1000]);
        for end in 0..1000 {
            let _ = whole.slice(0..end).sha256();
        }
        assert_eq!(whole.blob.digests.lock().expect("not poisoned").len(), DIGESTS_MAX);
    }
}
