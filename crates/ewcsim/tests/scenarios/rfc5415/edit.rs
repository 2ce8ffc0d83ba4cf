//! Changes to a recorded capture.

use super::pcapng::Packet;
use super::wire;

/// The length of the IPv4 and UDP headers that the simulation writes.
const HEADERS: usize = 28;
/// The length of the transport header, and the offset of the elements' length in the control header.
const TRANSPORT: usize = 8;
const LENGTH: usize = TRANSPORT + 5;

#[derive(Clone)]
pub(super) struct Capture {
    pub packets: Vec<Packet>,
}

impl Capture {
    /// Returns the type of the unfragmented control message in a packet.
    pub(super) fn kind(&self, index: usize) -> Option<u32> {
        let datagram = wire::datagram(&self.packets[index].bytes)?;
        if ![datagram.from.port(), datagram.to.port()].contains(&5246) {
            return None;
        }
        let header = wire::header(datagram.payload).ok().filter(|header| header.fragment.is_none())?;
        wire::message(header.payload).ok().map(|message| message.kind)
    }

    /// Returns the last message of this type.
    pub(super) fn last(&self, kind: u32) -> usize {
        (0..self.packets.len())
            .rfind(|index| self.kind(*index) == Some(kind))
            .unwrap_or_else(|| panic!("no message of type {kind}"))
    }

    /// Returns a block from the middle of a download.
    pub(super) fn image_block(&self) -> usize {
        let blocks: Vec<usize> = (0..self.packets.len())
            .filter(|index| self.kind(*index) == Some(15) && self.packets[*index].bytes.len() > 500)
            .collect();
        blocks[blocks.len() / 2]
    }

    /// Returns a keep-alive of the data channel, by its number, and its return.
    pub(super) fn keep_alive(&self, number: usize) -> [usize; 2] {
        let of = |index: &usize, port: fn(&wire::Datagram) -> u16| {
            wire::datagram(&self.packets[*index].bytes).is_some_and(|datagram| port(&datagram) == 5247)
        };
        let sent =
            (0..self.packets.len()).filter(|index| of(index, |datagram| datagram.to.port())).nth(number);
        let sent = sent.unwrap_or_else(|| panic!("no keep-alive {number}"));
        let back = (sent..self.packets.len()).find(|index| of(index, |datagram| datagram.from.port()));
        [sent, back.expect("it comes back")]
    }

    /// Changes a datagram's payload.
    pub(super) fn edit(&mut self, index: usize, change: impl FnOnce(&mut Vec<u8>)) {
        let bytes = &mut self.packets[index].bytes;
        let mut payload = bytes.split_off(HEADERS);
        change(&mut payload);
        let length = u16::try_from(8 + payload.len()).expect("a datagram is short");
        bytes[24..26].copy_from_slice(&length.to_be_bytes());
        bytes.append(&mut payload);
    }

    /// Sends a packet again, so many seconds later by its time; in the capture it follows at once.
    pub(super) fn repeat(&mut self, index: usize, seconds: u64) {
        let mut packet = self.packets[index].clone();
        packet.at_ns += seconds * 1_000_000_000;
        self.packets.insert(index + 1, packet);
    }

    /// Splits the last message of this type into two fragments; returns the index of the second.
    pub(super) fn fragment(&mut self, kind: u32) -> usize {
        let index = self.last(kind);
        self.repeat(index, 0);
        let mark = |payload: &mut Vec<u8>, last: bool, offset: u8| {
            payload[3] = 1 << 7 | u8::from(last) << 6;
            payload[7] = offset;
        };
        self.edit(index, |payload| {
            payload.truncate(TRANSPORT + 16);
            mark(payload, false, 0);
        });
        self.edit(index + 1, |payload| {
            payload.drain(TRANSPORT..TRANSPORT + 16);
            mark(payload, true, 16);
        });
        index + 1
    }
}

/// Rewrites the elements of a message.
fn rewrite(payload: &mut Vec<u8>, change: impl FnOnce(&mut Vec<(u16, Vec<u8>)>)) {
    let elements = wire::elements(&payload[TRANSPORT + 8..]).expect("it is sound");
    let mut elements: Vec<_> = elements.into_iter().map(|(kind, value)| (kind, value.to_vec())).collect();
    change(&mut elements);
    payload.truncate(TRANSPORT + 8);
    for (kind, value) in elements {
        payload.extend(kind.to_be_bytes());
        payload.extend(u16::try_from(value.len()).expect("an element is short").to_be_bytes());
        payload.extend(value);
    }
    let length = u16::try_from(payload.len() - LENGTH).expect("a message is short");
    payload[LENGTH..LENGTH + 2].copy_from_slice(&length.to_be_bytes());
}

/// Removes all occurrences of an element.
pub(super) fn remove(payload: &mut Vec<u8>, kind: u16) {
    rewrite(payload, |elements| {
        let before = elements.len();
        elements.retain(|element| element.0 != kind);
        assert_ne!(elements.len(), before, "element {kind} is there");
    });
}

/// Adds an element.
pub(super) fn add(payload: &mut Vec<u8>, kind: u16, value: &[u8]) {
    rewrite(payload, |elements| elements.push((kind, value.to_vec())));
}

/// Gives an element another value.
pub(super) fn replace(payload: &mut Vec<u8>, kind: u16, value: &[u8]) {
    remove(payload, kind);
    add(payload, kind, value);
}
