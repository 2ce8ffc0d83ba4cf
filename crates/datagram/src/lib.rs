//! A datagram in two parts: a short head in place, and a body that shares memory. No I/O, no clock.
//!
//! Nearly all datagrams of a run are a few bytes of header before a slice of an image, or a few bytes alone. Neither needs memory of its
//! own: the [`Head`] has room for the first, and the body is a [`Bytes`]. A protocol reads the shapes that it knows from
//! the parts; [`Datagram::into_bytes`] returns any datagram in one piece, made at that moment.

use std::fmt;

use bytes::{BufMut, Bytes, BytesMut};

/// The maximum length of a head, in bytes.
pub const HEAD_MAX: usize = 30;

/// The first bytes of a datagram, at most [`HEAD_MAX`].
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Head {
    length: u8,
    bytes: [u8; HEAD_MAX],
}

impl Head {
    /// A head without bytes.
    pub const EMPTY: Self = Self { length: 0, bytes: [0; HEAD_MAX] };

    /// Makes a head of these bytes; `None` if they are more than [`HEAD_MAX`].
    pub fn new(bytes: &[u8]) -> Option<Self> {
        let mut head = Self { length: bytes.len() as u8, ..Self::EMPTY };
        head.bytes.get_mut(..bytes.len())?.copy_from_slice(bytes);
        Some(head)
    }

    /// Makes a head of `N` bytes, the number of which is known when the program is compiled.
    pub const fn of<const N: usize>(bytes: &[u8; N]) -> Self {
        const { assert!(N <= HEAD_MAX, "a head has room for 30 bytes") };
        let mut head = Self { length: N as u8, bytes: [0; HEAD_MAX] };
        let (start, _) = head.bytes.split_at_mut(N);
        start.copy_from_slice(bytes);
        head
    }

    /// Appends bytes.
    ///
    /// # Panics
    /// If there is no room for them.
    pub fn push(&mut self, bytes: &[u8]) {
        let start = usize::from(self.length);
        self.bytes[start..start + bytes.len()].copy_from_slice(bytes);
        self.length += bytes.len() as u8;
    }

    /// Returns its bytes.
    pub fn as_slice(&self) -> &[u8] {
        &self.bytes[..usize::from(self.length)]
    }
}

/// A datagram. Cloning costs a reference count.
#[derive(Clone)]
pub struct Datagram {
    head: Head,
    is_checksum_verified: bool,
    body: Bytes,
}

impl Datagram {
    /// Makes a datagram of a head and the bytes after it.
    pub const fn new(head: Head, body: Bytes) -> Self {
        Self { head, is_checksum_verified: false, body }
    }

    /// Makes a datagram of one piece.
    pub const fn from_static(bytes: &'static [u8]) -> Self {
        Self::new(Head::EMPTY, Bytes::from_static(bytes))
    }

    /// Marks the checksum that the head carries as computed from this body, so that the receiver need not compute it again, as
    /// `CHECKSUM_UNNECESSARY` does in Linux (include/linux/skbuff.h). [`Datagram::into_bytes`] loses the mark.
    pub fn with_verified_checksum(self) -> Self {
        Self { is_checksum_verified: true, ..self }
    }

    /// Returns true if its sender has marked it by [`Datagram::with_verified_checksum`].
    pub fn is_checksum_verified(&self) -> bool {
        self.is_checksum_verified
    }

    /// Returns the first part. It is empty if the datagram is of one piece.
    pub fn head(&self) -> &[u8] {
        self.head.as_slice()
    }

    /// Returns the second part.
    pub fn body(&self) -> &Bytes {
        &self.body
    }

    /// Returns the second part, without a reference count.
    pub fn into_body(self) -> Bytes {
        self.body
    }

    /// Returns its length in bytes.
    pub fn len(&self) -> usize {
        usize::from(self.head.length) + self.body.len()
    }

    /// Returns true if it has no bytes.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns the first `N` bytes, wherever the parts meet; `None` if it has fewer.
    pub fn first_chunk<const N: usize>(&self) -> Option<[u8; N]> {
        let mut chunk = [0; N];
        let head = self.head();
        let of_head = head.len().min(N);
        chunk[..of_head].copy_from_slice(&head[..of_head]);
        chunk[of_head..].copy_from_slice(self.body.get(..N - of_head)?);
        Some(chunk)
    }

    /// Returns its bytes as a head; `None` if they are more than [`HEAD_MAX`].
    pub fn to_head(&self) -> Option<Head> {
        if self.len() > HEAD_MAX {
            return None;
        }
        let mut head = self.head;
        head.push(&self.body);
        Some(head)
    }

    /// Returns all of its bytes in one piece. They are copied if it has a head.
    pub fn into_bytes(self) -> Bytes {
        if self.head.length == 0 {
            return self.body;
        }
        let mut whole = BytesMut::with_capacity(self.len());
        whole.put_slice(self.head());
        whole.put_slice(&self.body);
        whole.freeze()
    }

    /// Returns a copy of its bytes.
    pub fn to_vec(&self) -> Vec<u8> {
        [self.head(), &self.body].concat()
    }
}

impl Default for Datagram {
    fn default() -> Self {
        Self::new(Head::EMPTY, Bytes::new())
    }
}

impl From<Head> for Datagram {
    fn from(head: Head) -> Self {
        Self::new(head, Bytes::new())
    }
}

impl From<Bytes> for Datagram {
    fn from(body: Bytes) -> Self {
        Self::new(Head::EMPTY, body)
    }
}

impl From<Vec<u8>> for Datagram {
    fn from(body: Vec<u8>) -> Self {
        Bytes::from(body).into()
    }
}

/// Datagrams are equal if their bytes are, wherever their parts meet.
impl PartialEq for Datagram {
    fn eq(&self, other: &Self) -> bool {
        if self.head.length == other.head.length {
            self.head == other.head && self.body == other.body
        } else {
            self.len() == other.len() && self.to_vec() == other.to_vec()
        }
    }
}

impl Eq for Datagram {}

impl PartialEq<[u8]> for Datagram {
    fn eq(&self, bytes: &[u8]) -> bool {
        bytes.split_at_checked(self.head().len()) == Some((self.head(), &self.body))
    }
}

impl PartialEq<&[u8]> for Datagram {
    fn eq(&self, bytes: &&[u8]) -> bool {
        self == *bytes
    }
}

impl PartialEq<Bytes> for Datagram {
    fn eq(&self, bytes: &Bytes) -> bool {
        self == &**bytes
    }
}

impl fmt::Debug for Head {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_slice().fmt(f)
    }
}

impl fmt::Debug for Datagram {
    /// Formats all of its bytes, as [`Bytes`] does.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.clone().into_bytes().fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Makes a datagram of `bytes` whose head has `at` of them.
    fn split(bytes: &[u8], at: usize) -> Datagram {
        let (head, body) = bytes.split_at(at);
        Datagram::new(Head::new(head).expect("a short head"), Bytes::copy_from_slice(body))
    }

    #[test]
    fn it_takes_the_room_of_two_bytes_handles() {
        assert_eq!((size_of::<Head>(), size_of::<Datagram>()), (31, 2 * size_of::<Bytes>()));
    }

    #[test]
    fn a_head_has_room_for_so_many() {
        assert_eq!(Head::new(&[7; HEAD_MAX]).expect("room").as_slice(), [7; HEAD_MAX]);
        assert!(Head::new(&[7; HEAD_MAX + 1]).is_none());
        assert_eq!(Head::of(b"head").as_slice(), b"head");
    }

    #[test]
    fn one_piece_is_not_copied_and_has_no_mark() {
        let body = Bytes::from(vec![1; 100]);
        let whole = Datagram::from(body.clone()).into_bytes();
        assert_eq!((whole.as_ptr(), whole.len()), (body.as_ptr(), 100));
        let marked = Datagram::new(Head::of(&[0, 3]), body).with_verified_checksum();
        assert!(marked.clone().is_checksum_verified());
        assert!(!Datagram::from(marked.into_bytes()).is_checksum_verified());
    }

    proptest! {
        #[test]
        fn nothing_depends_on_where_the_parts_meet(
            bytes in prop::collection::vec(any::<u8>(), 0..80), other in prop::collection::vec(0..2_u8, 0..4), at in 0..=HEAD_MAX,
        ) {
            let datagram = split(&bytes, at.min(bytes.len()));
            prop_assert_eq!(&datagram, &bytes[..]);
            prop_assert_eq!(&datagram, &Datagram::from(bytes.clone()));
            prop_assert_eq!(datagram.len(), bytes.len());
            prop_assert_eq!(datagram.first_chunk::<12>(), bytes.first_chunk().copied());
            prop_assert_eq!(datagram == Datagram::from(other.clone()), bytes == other);
            prop_assert_eq!(datagram.to_vec(), bytes.clone());
            prop_assert_eq!(datagram.into_bytes(), bytes);
        }
    }
}
