//! Files in netascii mode (RFC 764, by way of RFC 1350): LF goes out as CR LF, CR as CR NUL.

use bytes::{BufMut, Bytes, BytesMut};
use tftp::{ReadError, Source};

/// Converts a file as it is read.
#[derive(Debug)]
pub(super) struct Netascii {
    rest: Bytes,
    /// The second byte of a pair whose first ended a block.
    pending: Option<u8>,
}

impl Netascii {
    pub(super) fn new(file: Bytes) -> Self {
        Self { rest: file, pending: None }
    }
}

impl Source for Netascii {
    fn read(&mut self, into: &mut BytesMut, max: usize) -> Result<(), ReadError> {
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
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_ends_are_those_of_telnet_whatever_the_block_size() {
        for max in 1..9 {
            let mut source = Netascii::new(Bytes::from_static(b"a\nb\r\n"));
            let mut whole = BytesMut::new();
            loop {
                let before = whole.len();
                source.read(&mut whole, max).expect("memory reads");
                if whole.len() - before < max {
                    break;
                }
            }
            assert_eq!(whole, &b"a\r\nb\r\0\r\n"[..], "blocks of {max}");
        }
    }
}
