//! Requests as Tftpd64 reads them: from a buffer of zeros, so that truncated strings end too.

use tftp::Text;

use super::event::{BadRequest, Operation};

/// The most bytes that the server accepts on its port: 512 and a header.
pub(super) const DATAGRAM_MAX: usize = 516;
/// The limit for the end of options, in bytes after the opcode.
const OPTIONS_END: usize = 512;
/// `_MAX_PATH` of Windows, the NUL included.
pub(super) const MAX_PATH: usize = 260;
/// The longest mode, `netascii`, and its NUL.
const MODE_MAX: usize = 9;
const MODES: [&str; 5] = ["netascii", "ascii", "mail", "octet", "binary"];

/// A request in a mode that exists. All modes are served like `octet`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Request {
    pub(super) operation: Operation,
    pub(super) filename: Text,
    pub(super) mode: Text,
    pub(super) options: Vec<(Text, Text)>,
}

/// The reason why a datagram is not served.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refused {
    /// It is not a request.
    Unexpected { opcode: u16 },
    /// It is a bad request.
    Bad(BadRequest),
}

impl Request {
    pub(super) fn parse(datagram: &[u8]) -> Result<Self, Refused> {
        let opcode = opcode(datagram);
        let operation = match opcode {
            1 => Operation::Rrq,
            2 => Operation::Wrq,
            opcode => return Err(Refused::Unexpected { opcode }),
        };
        let stuff = datagram.get(2..).unwrap_or_default();
        let filename = string(stuff, 0);
        if filename.len() >= MAX_PATH {
            return Err(Refused::Bad(BadRequest::NameTooLong));
        }
        if filename.contains(&b'%') {
            return Err(Refused::Bad(BadRequest::PercentSign));
        }
        let mode_at = filename.len() + 1;
        let mode = string(stuff, mode_at);
        if mode.len() >= MODE_MAX {
            return Err(Refused::Bad(BadRequest::ModeTooLong));
        }
        if !MODES.iter().any(|known| known.as_bytes().eq_ignore_ascii_case(mode)) {
            return Err(Refused::Bad(BadRequest::UnknownMode));
        }
        let options = options(stuff, mode_at + mode.len() + 1);
        Ok(Self { operation, filename: text(filename), mode: text(mode), options })
    }
}

/// Returns the first two bytes, zeros if there are fewer.
pub(super) fn opcode(datagram: &[u8]) -> u16 {
    let byte = |at| datagram.get(at).copied().unwrap_or(0);
    u16::from_be_bytes([byte(0), byte(1)])
}

fn options(stuff: &[u8], mut at: usize) -> Vec<(Text, Text)> {
    let mut options = Vec::new();
    loop {
        let name = string(stuff, at);
        let value_at = at + name.len() + 1;
        let value = string(stuff, value_at);
        let end = value_at + value.len();
        if name.is_empty() || end >= OPTIONS_END {
            return options;
        }
        options.push((text(name), text(value)));
        at = end + 1;
    }
}

/// Returns the bytes from `at` to the next NUL, or to the end.
fn string(stuff: &[u8], at: usize) -> &[u8] {
    let rest = stuff.get(at..).unwrap_or_default();
    &rest[..rest.iter().position(|&byte| byte == 0).unwrap_or(rest.len())]
}

fn text(bytes: &[u8]) -> Text {
    Text::new(bytes.to_vec())
}

/// Returns the characters of a name in Windows' code page for western languages, all but 32 of which are those of ISO 8859-1.
pub(super) fn characters(text: &Text) -> String {
    text.as_bytes().iter().copied().map(char::from).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parsed(datagram: &[u8]) -> Request {
        Request::parse(datagram).expect("a request")
    }

    #[test]
    fn what_is_cut_short_ends_all_the_same() {
        let request = parsed(b"\0\x01f\0OcTeT\0blksize\x001428\0tsize");
        assert_eq!((request.operation, request.mode), (Operation::Rrq, "OcTeT".into()));
        assert_eq!(request.options, [("blksize".into(), "1428".into()), ("tsize".into(), Text::default())]);
        assert_eq!(parsed(b"\0\x02f\0ascii").mode, "ascii");
        assert_eq!(parsed(b"\0\x01\0binary\0").filename, "");
    }

    #[test]
    fn an_empty_name_ends_the_options_and_an_empty_value_does_not() {
        let request = parsed(b"\0\x01f\0octet\0tsize\0\0timeout\x003\0\0blksize\x008\0");
        assert_eq!(request.options, [("tsize".into(), Text::default()), ("timeout".into(), "3".into())]);
    }

    #[test]
    fn options_beyond_512_bytes_do_not_count() {
        let mut datagram =
            [b"\0\x01".as_slice(), &[b'a'; 255], b"\0octet\0tsize\x000\0x\0", &[b'v'; 239], b"\0"].concat();
        assert_eq!(datagram.len(), 2 + 511 + 1);
        assert_eq!(parsed(&datagram).options.len(), 2);
        datagram.insert(300, b'v');
        assert_eq!(parsed(&datagram).options.len(), 1);
    }

    #[test]
    fn what_is_no_request_or_a_bad_one() {
        let refused = |datagram: &[u8]| Request::parse(datagram).expect_err("refused");
        for (datagram, opcode) in [(&b""[..], 0), (b"\x05", 0x500), (b"\0\x04\0\x01", 4), (b"\0\x06", 6)] {
            assert_eq!(refused(datagram), Refused::Unexpected { opcode });
        }
        assert_eq!(refused(b"\0\x01f%s\0octet\0"), Refused::Bad(BadRequest::PercentSign));
        assert_eq!(refused(b"\0\x01f\0netascii2\0"), Refused::Bad(BadRequest::ModeTooLong));
        for datagram in [&b"\0\x01f\0image\0"[..], b"\0\x01f\0", b"\0\x01f", b"\0\x01"] {
            assert_eq!(refused(datagram), Refused::Bad(BadRequest::UnknownMode));
        }
        let long = [b"\0\x01".as_slice(), &[b'%'; 260], b"\0octet\0"].concat();
        assert_eq!(refused(&long), Refused::Bad(BadRequest::NameTooLong));
    }

    proptest! {
        #[test]
        fn any_bytes_are_read(datagram in proptest::collection::vec(any::<u8>(), 0..=DATAGRAM_MAX)) {
            if let Ok(request) = Request::parse(&datagram) {
                prop_assert!(request.options.len() <= OPTIONS_END / 2);
            }
        }
    }
}
