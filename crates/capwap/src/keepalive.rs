//! The keep-alive of the data channel (RFC 5415, 4.4.1).

use bytes::{BufMut, Bytes, BytesMut};

use crate::wire::Reader;
use crate::{Element, Error, Header, ImageDataLayout, SessionId};

/// The length field itself, and the session's element.
const LENGTH: usize = 2 + 4 + SessionId::LENGTH;

/// A keep-alive, which a controller sends back unchanged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeepAlive {
    /// The session that the control channel opened.
    pub session: SessionId,
}

impl KeepAlive {
    /// Parses a datagram of the data channel.
    ///
    /// # Errors
    /// [`Error::KeepAliveFlag`] for other data, [`Error::MessageLength`], [`Error::Element`] unless it holds exactly one session.
    pub fn parse(datagram: Bytes) -> Result<Self, Error> {
        let (header, payload) = Header::parse(datagram)?;
        if !header.keep_alive {
            return Err(Error::KeepAliveFlag(false));
        }
        let actual = payload.len();
        let mut reader = Reader::new(payload, "keep-alive");
        let claimed = usize::from(reader.u16()?);
        if claimed != actual {
            return Err(Error::MessageLength { claimed, actual });
        }
        match Element::parse_all(&reader.rest(), ImageDataLayout::default())?[..] {
            [Element::SessionId(session)] => Ok(Self { session }),
            _ => Err(Error::Element { element: 35, reason: "must be a keep-alive's only element" }),
        }
    }

    /// Returns the keep-alive as a datagram.
    pub fn write(&self) -> Bytes {
        // Section 4.4.1: all fields but HLEN and K are zero, the binding included.
        let header = Header { wbid: 0, keep_alive: true, ..Header::control() };
        let mut buffer = BytesMut::with_capacity(header.length() + LENGTH);
        header.write(&mut buffer);
        buffer.put_u16(LENGTH as u16);
        Element::SessionId(self.session).write(&mut buffer);
        buffer.freeze()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_what_it_was() {
        let keep_alive = KeepAlive { session: SessionId(*b"0123456789abcdef") };
        let datagram = keep_alive.write();
        assert_eq!(datagram[..14], [0, 0x10, 0, 8, 0, 0, 0, 0, 0, 22, 0, 35, 0, 16]);
        assert_eq!(KeepAlive::parse(datagram), Ok(keep_alive));
    }

    #[test]
    fn anything_else_is_refused() {
        let datagram = KeepAlive { session: SessionId([7; 16]) }.write();
        for length in 0..datagram.len() {
            assert!(KeepAlive::parse(datagram.slice(..length)).is_err(), "{length} bytes");
        }
        let mut plain = BytesMut::from(&datagram[..]);
        plain[3] = 0;
        assert_eq!(KeepAlive::parse(plain.freeze()), Err(Error::KeepAliveFlag(false)));
    }
}
