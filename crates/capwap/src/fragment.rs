//! Fragmentation of messages that do not fit the path, and their reassembly (RFC 5415, 3.4).

use std::collections::VecDeque;
use std::time::Duration;

use bytes::{BufMut, Bytes, BytesMut};

use crate::{FragmentField, Header};

/// The unit of offsets, so that all fragments but the last are multiples of it.
const UNIT: usize = 8;
/// The longest message that offsets can describe, in bytes.
const MESSAGE_MAX: usize = 1 << 16;

/// The error of a fragment. Everything received of its message is dropped with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FragmentError {
    /// The length is not a multiple of 8 bytes, or 0, and the fragment is not the last.
    #[error("fragment of {0} bytes cannot be followed by another")]
    Length(usize),
    /// The fragment reaches past 65,536 bytes or past the end that a last fragment gave, or gives another end.
    #[error("fragment does not fit the end of its message")]
    End,
    /// The fragment covers part of another.
    #[error("fragment overlaps another")]
    Overlap,
}

/// The limits of what a [`Reassembler`] keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReassemblyLimits {
    /// Messages at a time; the oldest is dropped.
    pub messages: usize,
    /// Bytes of all of them together; the oldest is dropped.
    pub bytes: usize,
    /// The longest time for the rest of a message after its first fragment.
    pub age: Duration,
}

impl Default for ReassemblyLimits {
    /// Returns four messages, 128 KiB, 5 s. The RFC leaves these open.
    fn default() -> Self {
        Self { messages: 4, bytes: 128 << 10, age: Duration::from_secs(5) }
    }
}

/// Cuts `datagram`, which starts with `header`, into datagrams of at most `datagram_max` bytes, all with fragment
/// identifier `id`. One that fits is returned unchanged.
///
/// `datagram_max` counts as at least the header and 8 bytes.
pub fn fragment(datagram: Bytes, header: &Header, id: u16, datagram_max: usize) -> Vec<Bytes> {
    if datagram.len() <= datagram_max {
        return vec![datagram];
    }
    let payload = datagram.slice(header.length()..);
    let chunk = (datagram_max.saturating_sub(header.length()) / UNIT * UNIT).max(UNIT);
    let mut header = header.clone();
    let last = payload.len().div_ceil(chunk) - 1;
    payload
        .chunks(chunk)
        .enumerate()
        .map(|(index, part)| {
            let offset = u16::try_from(index * chunk).expect("a message is shorter than 64 KiB");
            header.fragment = Some(FragmentField { id, offset, last: index == last });
            let mut buffer = BytesMut::with_capacity(header.length() + part.len());
            header.write(&mut buffer);
            buffer.put_slice(part);
            buffer.freeze()
        })
        .collect()
}

/// Reassembles the fragments of one peer.
#[derive(Debug, Default)]
pub struct Reassembler {
    limits: ReassemblyLimits,
    /// The partial messages, oldest first.
    partial: VecDeque<Partial>,
}

/// A message of which some fragments have come.
#[derive(Debug)]
struct Partial {
    id: u16,
    expires: Duration,
    /// The parts received: disjoint, ascending. Memory is used for the bytes received, not for their claimed position.
    parts: Vec<Part>,
    /// The end of the message, once the last fragment has come.
    end: Option<usize>,
    bytes: usize,
}

#[derive(Debug)]
struct Part {
    start: usize,
    data: Box<[u8]>,
}

impl Part {
    fn end(&self) -> usize {
        self.start + self.data.len()
    }
}

impl Reassembler {
    /// Creates an empty reassembler.
    pub fn new(limits: ReassemblyLimits) -> Self {
        Self { limits, partial: VecDeque::new() }
    }

    /// Inserts a fragment and returns the message's payload once it is complete. A duplicate fragment is ignored.
    ///
    /// # Errors
    /// [`FragmentError`], after which nothing is kept of that message.
    pub fn insert(
        &mut self,
        now: Duration,
        field: FragmentField,
        payload: &[u8],
    ) -> Result<Option<Bytes>, FragmentError> {
        self.partial.retain(|partial| partial.expires > now);
        let index = self.partial.iter().position(|partial| partial.id == field.id).unwrap_or_else(|| {
            self.partial.push_back(Partial::new(field.id, now + self.limits.age));
            self.partial.len() - 1
        });
        let complete = self.partial[index].insert(field, payload);
        if complete != Ok(false) {
            let partial = self.partial.remove(index).expect("it was just there");
            return complete.map(|_| Some(partial.whole()));
        }
        while self.partial.len() > self.limits.messages || self.stored_bytes() > self.limits.bytes {
            self.partial.pop_front();
        }
        Ok(None)
    }

    /// Returns the number of bytes held for incomplete messages.
    pub fn stored_bytes(&self) -> usize {
        self.partial.iter().map(|partial| partial.bytes).sum()
    }
}

impl Partial {
    fn new(id: u16, expires: Duration) -> Self {
        Self { id, expires, parts: Vec::new(), end: None, bytes: 0 }
    }

    /// Inserts a fragment. Returns true if the message is now complete.
    fn insert(&mut self, field: FragmentField, payload: &[u8]) -> Result<bool, FragmentError> {
        let start = usize::from(field.offset);
        let end = start + payload.len();
        if !field.last && (payload.is_empty() || !payload.len().is_multiple_of(UNIT)) {
            return Err(FragmentError::Length(payload.len()));
        }
        let before = self.parts.last().map_or(0, Part::end);
        let other_end = self.end.is_some_and(|known| if field.last { known != end } else { end > known });
        if end > MESSAGE_MAX || other_end || (field.last && before > end) {
            return Err(FragmentError::End);
        }
        if field.last {
            self.end = Some(end);
        }
        // Parts are disjoint: only those on either side can overlap this one.
        let at = self.parts.partition_point(|part| part.start < start);
        let same = self.parts.get(at).filter(|part| part.start == start && part.data.len() == payload.len());
        if same.is_none() && !payload.is_empty() {
            let meets_last = at > 0 && self.parts[at - 1].end() > start;
            if meets_last || self.parts.get(at).is_some_and(|next| next.start < end) {
                return Err(FragmentError::Overlap);
            }
            self.bytes += payload.len();
            self.parts.insert(at, Part { start, data: payload.into() });
        }
        Ok(self.end == Some(self.bytes))
    }

    /// Returns the message, once all of it has come.
    fn whole(self) -> Bytes {
        let mut message = BytesMut::with_capacity(self.bytes);
        for part in &self.parts {
            message.put_slice(&part.data);
        }
        message.freeze()
    }
}
