//! A pool that stores equal contents once: writers compare their input with the known contents.

use std::cell::RefCell;
use std::fmt;
use std::rc::Rc;

use crate::Content;
use crate::content::{WeakContent, memory_of};

/// The number of contents that writers are compared with. The oldest is evicted first.
const CONTENTS_MAX: usize = 256;

/// Contents that writers may share. The pool itself keeps none of them alive.
///
/// Clones are handles to the same pool.
#[derive(Clone, Default)]
pub struct Pool(Rc<RefCell<Vec<WeakContent>>>);

impl Pool {
    /// Makes an empty pool.
    pub fn new() -> Self {
        Self::default()
    }

    /// Lets writers share `content` while it is alive.
    pub fn insert(&self, content: Content) {
        let mut known = self.0.borrow_mut();
        known.retain(|known| known.upgrade().is_some_and(|known| !known.same_storage(&content)));
        if known.len() == CONTENTS_MAX {
            known.remove(0);
        }
        known.push(content.downgrade());
    }

    /// Starts a new content.
    pub fn writer(&self) -> Writer {
        Writer { pool: self.clone(), shared: None, matched: 0, own: Vec::new() }
    }

    /// Returns the number of bytes of memory behind the live contents.
    pub fn stored_bytes(&self) -> u64 {
        memory_of(&self.contents())
    }

    /// Returns the live contents, oldest first.
    fn contents(&self) -> Vec<Content> {
        self.0.borrow().iter().filter_map(WeakContent::upgrade).collect()
    }

    /// Returns a content that begins with `prefix` and continues with `next`.
    fn find(&self, prefix: Option<&Content>, next: &[u8]) -> Option<Content> {
        let length = prefix.map_or(0, Content::len);
        self.contents().into_iter().find(|content| {
            content.has_at(length, next) && prefix.is_none_or(|prefix| content.starts_with(prefix))
        })
    }
}

impl fmt::Debug for Pool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pool({} contents)", self.0.borrow().len())
    }
}

/// An append-only file in the making.
///
/// While it equals a content of the pool, it stores only the length that matches. From the first difference on it stores its own
/// bytes.
#[derive(Debug)]
pub struct Writer {
    pool: Pool,
    /// The content that the first `matched` bytes are shared with.
    shared: Option<Content>,
    matched: u64,
    /// The bytes after the shared ones. Once it has any, nothing more is shared.
    own: Vec<u8>,
}

impl Writer {
    /// Appends `chunk`.
    pub fn append(&mut self, chunk: &[u8]) {
        if self.own.is_empty() {
            if self.shared.as_ref().is_some_and(|shared| shared.has_at(self.matched, chunk)) {
                self.matched += chunk.len() as u64;
                return;
            }
            if self.share_with_another(chunk) {
                return;
            }
        }
        self.own.extend_from_slice(chunk);
    }

    /// Returns true if all that was appended is shared with `content`, and is its beginning.
    pub fn shares(&self, content: &Content) -> bool {
        self.own.is_empty() && self.shared.as_ref().is_some_and(|shared| shared.same_storage(content))
    }

    /// Appends the next `bytes` of a content that it [shares](Self::shares).
    ///
    /// # Panics
    /// If it shares none, or that has no more bytes.
    pub fn append_shared(&mut self, bytes: u64) {
        let left = self.shared.as_ref().map_or(0, Content::len) - self.matched;
        assert!(self.own.is_empty() && bytes <= left, "{bytes} of {left} bytes");
        self.matched += bytes;
    }

    /// Returns the number of bytes appended so far.
    pub fn len(&self) -> u64 {
        self.matched + self.own.len() as u64
    }

    /// Returns true if nothing was appended yet.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns the content written. If it is new, it is added to the pool.
    pub fn finish(self) -> Content {
        let prefix = self.prefix();
        let Self { pool, own, .. } = self;
        if own.is_empty() {
            return prefix.unwrap_or_else(|| Content::from_vec(Vec::new()));
        }
        let content = match prefix {
            None => Content::from_vec(own),
            Some(prefix) => prefix.followed_by(own),
        };
        // Parallel writers without a content to share find each other here.
        if let Some(equal) = pool.contents().into_iter().find(|known| *known == content) {
            return equal;
        }
        pool.insert(content.clone());
        content
    }

    /// Returns the bytes that are shared, if any are.
    fn prefix(&self) -> Option<Content> {
        self.shared.as_ref().map(|shared| shared.slice(0..self.matched))
    }

    /// Continues with a content that equals the matched bytes and `chunk`. Rarely called: at the start and at the first
    /// difference.
    fn share_with_another(&mut self, chunk: &[u8]) -> bool {
        let found = if chunk.is_empty() { None } else { self.pool.find(self.prefix().as_ref(), chunk) };
        let Some(found) = found else { return chunk.is_empty() };
        self.shared = Some(found);
        self.matched += chunk.len() as u64;
        true
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn write(pool: &Pool, bytes: &[u8], chunk: usize) -> Content {
        let mut writer = pool.writer();
        bytes.chunks(chunk).for_each(|chunk| writer.append(chunk));
        assert_eq!(writer.len(), bytes.len() as u64);
        writer.finish()
    }

    fn bytes(length: usize, salt: u8) -> Vec<u8> {
        (0..length).map(|at| (at / 7) as u8 ^ (at as u8).wrapping_mul(salt)).collect()
    }

    #[test]
    fn equal_contents_are_stored_once() {
        let pool = Pool::new();
        let original = Content::from_vec(bytes(70_000, 3));
        pool.insert(original.clone());
        let copies: Vec<_> = (0..100).map(|_| write(&pool, &original.bytes(), 1377)).collect();
        assert!(copies.iter().all(|copy| copy.same_storage(&original)));
        assert_eq!(pool.stored_bytes(), 70_000);
    }

    #[test]
    fn writers_side_by_side_end_in_one_content() {
        let pool = Pool::new();
        let data = bytes(5_000, 3);
        let mut writers: Vec<_> = (0..3).map(|_| pool.writer()).collect();
        for chunk in data.chunks(100) {
            writers.iter_mut().for_each(|writer| writer.append(chunk));
        }
        let contents: Vec<_> = writers.into_iter().map(Writer::finish).collect();
        assert!(contents.iter().all(|content| content.same_storage(&contents[0])));
        assert_eq!(pool.stored_bytes(), 5_000);
    }

    #[test]
    fn a_longer_content_takes_over_from_a_truncated_one() {
        let pool = Pool::new();
        let whole = Content::from_vec(bytes(9_000, 3));
        let truncated = Content::from_vec(whole.bytes()[..4_000].to_vec());
        pool.insert(truncated.clone());
        pool.insert(whole.clone());
        assert!(write(&pool, &whole.bytes(), 512).same_storage(&whole));
        assert_eq!(pool.stored_bytes(), 13_000);
    }

    #[test]
    fn the_next_bytes_of_a_shared_content_are_appended_by_their_number() {
        let pool = Pool::new();
        let original = Content::from_vec(bytes(5_000, 3));
        pool.insert(original.clone());
        let mut writer = pool.writer();
        assert!(!writer.shares(&original));
        writer.append(&original.bytes()[..1_000]);
        assert!(writer.shares(&original) && !writer.shares(&Content::from_vec(bytes(5_000, 3))));
        writer.append_shared(3_000);
        writer.append(&original.bytes()[4_000..]);
        assert!(writer.finish().same_storage(&original));
    }

    #[test]
    fn the_pool_keeps_nothing_alive() {
        let pool = Pool::new();
        drop(write(&pool, &bytes(4_000, 3), 512));
        assert_eq!(pool.stored_bytes(), 0);
    }

    proptest! {
        #[test]
        fn what_is_finished_is_what_was_appended(
            known in prop::collection::vec(prop::collection::vec(0..2_u8, 0..40), 0..5),
            chunks in prop::collection::vec(prop::collection::vec(0..2_u8, 0..6), 0..12),
        ) {
            let pool = Pool::new();
            let known: Vec<_> = known.into_iter().map(Content::from_vec).collect();
            known.iter().cloned().for_each(|content| pool.insert(content));
            let mut writer = pool.writer();
            chunks.iter().for_each(|chunk| writer.append(chunk));
            let expected = chunks.concat();
            prop_assert_eq!(writer.len(), expected.len() as u64);
            let finished = writer.finish();
            prop_assert_eq!(finished.bytes(), expected);
        }
    }
}
