//! A request as in.tftpd reads it.
//!
//! The daemon receives every datagram into the same buffer, and reads beyond the end of a short one: the apparent opcode of an
//! empty datagram, and the termination of a string at the very end, depend on the bytes that earlier datagrams left there.

use bytes::Bytes;
use tftp::{ErrorCode, OPTIONS_MAX, Options, Request, Text};

use super::access::Nak;
use super::event::Operation;

/// The most that in.tftpd reads of one datagram: a header and the largest block.
const BUFFER: usize = 4 + tftp::BLKSIZE_MAX as usize;
const OPCODE: usize = 2;

/// The daemon's buffer.
#[derive(Debug, Default)]
pub(super) struct Buffer(Vec<u8>);

/// The data that a process copies from the buffer at its start.
#[derive(Clone, Debug)]
pub(super) struct Received {
    /// The request; none if it is not one.
    pub(super) operation: Option<Operation>,
    datagram: Bytes,
    /// The byte after the datagram.
    next: u8,
}

impl Buffer {
    /// Writes a datagram over the bytes of earlier ones.
    pub(super) fn receive(&mut self, mut datagram: Bytes) -> Received {
        datagram.truncate(BUFFER);
        let length = datagram.len();
        if self.0.len() < length {
            self.0.resize(length, 0);
        }
        self.0[..length].copy_from_slice(&datagram);
        let at = |position: usize| self.0.get(position).copied().unwrap_or_default();
        let operation = match (at(0), at(1)) {
            (0, 1) => Some(Operation::Rrq),
            (0, 2) => Some(Operation::Wrq),
            _ => None,
        };
        Received { operation, datagram, next: at(length) }
    }
}

/// A request with a mode, existing or not.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    pub(super) request: Request,
    /// An error in the options, found after those before it have been accepted.
    pub(super) broken: Option<Nak>,
}

impl Received {
    /// The length of the datagram, in bytes.
    pub(super) fn len(&self) -> usize {
        self.datagram.len()
    }

    /// Reads the strings one by one, up to an empty one.
    pub(super) fn read(&self) -> Result<Asked, Nak> {
        let mut rest = self.datagram.slice(OPCODE.min(self.len())..);
        let mut strings = Vec::new();
        let mut broken = None;
        while rest.first().is_some_and(|&first| first != 0) {
            if strings.len() == 2 + 2 * OPTIONS_MAX {
                broken = Some(Nak::new(ErrorCode::OPTION_REFUSED, "Insufficient space for options"));
                break;
            }
            let end = rest.iter().position(|&byte| byte == 0);
            if end.is_none() && self.next != 0 {
                broken = Some(Nak::new(ErrorCode::ILLEGAL_OPERATION, "Request not null-terminated"));
                break;
            }
            let string = rest.split_to(end.unwrap_or(rest.len()));
            strings.push(Text::new(string));
            if !rest.is_empty() {
                rest = rest.slice(1..);
            }
        }
        let mut strings = strings.into_iter();
        let (Some(filename), Some(mode)) = (strings.next(), strings.next()) else {
            return Err(broken.unwrap_or(Nak::new(ErrorCode::ILLEGAL_OPERATION, "Missing mode")));
        };
        let mut options = Options::new();
        while let (Some(name), Some(value)) = (strings.next(), strings.next()) {
            options.push(name, value);
        }
        Ok(Asked { request: Request { filename, mode, options }, broken })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(buffer: &mut Buffer, datagram: &'static [u8]) -> Result<Asked, Nak> {
        buffer.receive(Bytes::from_static(datagram)).read()
    }

    fn nak(read: Result<Asked, Nak>) -> String {
        read.expect_err("no request").message
    }

    #[test]
    fn a_missing_nul_is_found_where_an_earlier_datagram_left_none() {
        let mut buffer = Buffer::default();
        assert_eq!(nak(read(&mut buffer, b"\0\x01file")), "Missing mode");
        let asked = read(&mut buffer, b"\0\x01file\0octet").expect("the buffer ends in zeros");
        assert!(asked.request.mode == "octet" && asked.broken.is_none());
        read(&mut buffer, b"\0\x01a longer file name\0octet\0").expect("whole");
        assert_eq!(nak(read(&mut buffer, b"\0\x01file")), "Request not null-terminated");
        assert_eq!(nak(read(&mut buffer, b"\0\x01file\0octet")), "Request not null-terminated");
        let asked = read(&mut buffer, b"\0\x01f\0octet\0tsize\x000\0x").expect("a mode is there");
        assert_eq!(asked.request.options, Options::new().with("tsize", 0));
        assert!(asked.broken.is_some());
    }

    #[test]
    fn an_empty_datagram_is_what_the_one_before_was() {
        let mut buffer = Buffer::default();
        assert_eq!(buffer.receive(Bytes::new()).operation, None);
        read(&mut buffer, b"\0\x02f\0octet\0").expect("whole");
        let received = buffer.receive(Bytes::new());
        assert_eq!(received.operation, Some(Operation::Wrq));
        assert_eq!(nak(received.read()), "Missing mode");
        assert_eq!(buffer.receive(Bytes::from_static(b"\x01")).operation, None);
    }

    #[test]
    fn options_end_at_an_empty_string() {
        let asked = read(&mut Buffer::default(), b"\0\x01f\0OCTET\0blksize\x00512\0\0junk").expect("whole");
        assert_eq!(asked.request.options, Options::new().with("blksize", 512));
        let asked = read(&mut Buffer::default(), b"\0\x01f\0octet\0tsize\0").expect("whole");
        assert!(asked.request.options.is_empty());
    }

    #[test]
    fn a_flood_of_options_is_refused() {
        let flood = [&b"\0\x01f\0octet\0"[..], &b"a\0b\0".repeat(OPTIONS_MAX + 1)].concat();
        let asked = Buffer::default().receive(flood.into()).read().expect("a mode is there");
        assert_eq!(asked.request.options.len(), OPTIONS_MAX);
        assert_eq!(asked.broken.map(|nak| nak.code), Some(ErrorCode::OPTION_REFUSED));
    }
}
