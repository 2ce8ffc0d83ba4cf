//! Netascii (RFC 764, by way of RFC 1350, section 1): LF is sent as CR LF, CR as CR NUL, across the blocks' bounds.

use bytes::{BufMut, Bytes, BytesMut};

use crate::sender::{ReadError, Source};

/// A file that is converted as it is read.
#[derive(Debug)]
pub struct NetasciiSource {
    rest: Bytes,
    /// The second byte of a pair whose first ended a block.
    pending: Option<u8>,
}

impl NetasciiSource {
    /// Converts a file from a machine whose lines end in LF.
    pub fn new(file: Bytes) -> Self {
        Self { rest: file, pending: None }
    }
}

impl Source for NetasciiSource {
    fn read(&mut self, max: usize) -> Result<Bytes, ReadError> {
        let mut into = BytesMut::with_capacity(max.min(2 * self.rest.len() + 1));
        let mut read = 0;
        let mut taken = 0;
        while read < max {
            if let Some(second) = self.pending.take() {
                into.put_u8(second);
            } else if let Some(&byte) = self.rest.get(taken) {
                taken += 1;
                let (first, second) = match byte {
                    b'\n' => (b'\r', Some(b'\n')),
                    b'\r' => (b'\r', Some(0)),
                    byte => (byte, None),
                };
                into.put_u8(first);
                self.pending = second;
            } else {
                break;
            }
            read += 1;
        }
        self.rest = self.rest.slice(taken..);
        Ok(into.freeze())
    }
}

/// Turns received blocks into the lines of a machine whose lines end in LF.
///
/// CR LF becomes LF and CR NUL becomes CR. A CR before anything else, which is not allowed, stays, as in tftpd-hpa.
#[derive(Clone, Debug, Default)]
pub struct NetasciiDecoder {
    /// True if the last byte was a CR, which waits for the next byte.
    after_cr: bool,
}

impl NetasciiDecoder {
    /// Starts at the beginning of a file.
    pub fn new() -> Self {
        Self::default()
    }

    /// Appends the decoded bytes of the next block: at most one more than it has.
    pub fn decode(&mut self, block: &[u8], into: &mut impl BufMut) {
        for &byte in block {
            match (std::mem::take(&mut self.after_cr), byte) {
                (true, b'\n') => into.put_u8(b'\n'),
                (true, 0) => into.put_u8(b'\r'),
                (after_cr, byte) => {
                    if after_cr {
                        into.put_u8(b'\r');
                    }
                    if byte == b'\r' {
                        self.after_cr = true;
                    } else {
                        into.put_u8(byte);
                    }
                }
            }
        }
    }

    /// Ends the file: appends a CR with nothing after it.
    pub fn finish(self, into: &mut impl BufMut) {
        if self.after_cr {
            into.put_u8(b'\r');
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn blocks(file: &[u8], size: usize) -> Vec<Bytes> {
        let mut source = NetasciiSource::new(Bytes::copy_from_slice(file));
        let mut blocks = Vec::new();
        loop {
            let block = source.read(size).expect("memory reads");
            assert!(block.len() <= size);
            let last = block.len() < size;
            blocks.push(block);
            if last {
                return blocks;
            }
        }
    }

    fn decode<'a>(blocks: impl IntoIterator<Item = &'a [u8]>) -> Vec<u8> {
        let mut decoder = NetasciiDecoder::new();
        let mut file = Vec::new();
        for block in blocks {
            decoder.decode(block, &mut file);
        }
        decoder.finish(&mut file);
        file
    }

    #[test]
    fn line_ends_are_those_of_telnet_whatever_the_block_size() {
        for size in 1..9 {
            assert_eq!(blocks(b"a\nb\r\n", size).concat(), b"a\r\nb\r\0\r\n", "blocks of {size}");
        }
    }

    #[test]
    fn a_cr_that_stands_for_nothing_stays() {
        assert_eq!(decode([&b"a\rb\r"[..]]), b"a\rb\r");
        assert_eq!(decode([&b"\r"[..], b"\r", b"\n", b"\r", b"\0", b"\n"]), b"\r\n\r\n");
    }

    proptest! {
        #[test]
        fn decoding_undoes_encoding(file in "[\0\r\na]{0,60}", size in 1..9_usize) {
            let blocks = blocks(file.as_bytes(), size);
            prop_assert_eq!(decode(blocks.iter().map(|block| &block[..])), file.as_bytes());
        }
    }
}
