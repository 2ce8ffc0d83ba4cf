//! Reads a capture while it is written: a sink that splits pcapng into packets.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

/// A packet of the capture.
#[derive(Clone, Debug)]
pub(super) struct Packet {
    /// The time in nanoseconds since 1970.
    pub at_ns: u64,
    /// The bytes from the IP header on.
    pub bytes: Vec<u8>,
    /// The comment of the capture on its fate.
    pub comment: Option<String>,
}

const ENHANCED_PACKET: u32 = 6;
const OPTION_COMMENT: u16 = 1;

/// A sink that splits the written bytes into packets.
pub(super) struct Sink<F> {
    pending: Vec<u8>,
    take: Arc<Mutex<F>>,
}

impl<F: FnMut(Packet)> Sink<F> {
    pub(super) fn new(take: Arc<Mutex<F>>) -> Self {
        Self { pending: Vec::new(), take }
    }
}

impl<F: FnMut(Packet)> Write for Sink<F> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.pending.extend_from_slice(bytes);
        let mut at = 0;
        while let Some(length) = self.pending.get(at + 4..at + 8).map(u32_at) {
            let end = at + length as usize;
            if end > self.pending.len() {
                break;
            }
            let block = &self.pending[at..end];
            assert_eq!(u32_at(&block[block.len() - 4..]), length, "a block ends with its length");
            if u32_at(block) == ENHANCED_PACKET {
                (self.take.lock().expect("no thread panicked"))(packet(&block[8..block.len() - 4]));
            }
            at = end;
        }
        self.pending.drain(..at);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        assert!(self.pending.is_empty(), "the capture ends inside a block");
        Ok(())
    }
}

fn packet(body: &[u8]) -> Packet {
    let at_ns = u64::from(u32_at(&body[4..])) << 32 | u64::from(u32_at(&body[8..]));
    let length = u32_at(&body[12..]) as usize;
    let bytes = body[20..20 + length].to_vec();
    let mut options = &body[20 + length.next_multiple_of(4)..];
    let mut comment = None;
    while let [code, code_high, length, length_high, rest @ ..] = options {
        let length = usize::from(u16::from_le_bytes([*length, *length_high]));
        if u16::from_le_bytes([*code, *code_high]) == OPTION_COMMENT {
            comment = Some(String::from_utf8_lossy(&rest[..length]).into_owned());
        }
        options = &rest[length.next_multiple_of(4)..];
    }
    Packet { at_ns, bytes, comment }
}

/// Captures are written in little-endian order.
fn u32_at(bytes: &[u8]) -> u32 {
    u32::from_le_bytes(*bytes.first_chunk().expect("a block is whole"))
}
