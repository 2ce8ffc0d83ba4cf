//! The transport header in front of every CAPWAP datagram (RFC 5415, 4.3).

use bytes::{Buf, BufMut, Bytes};

use crate::wire::Reader;
use crate::{Error, HardwareAddress};

/// The number of bytes without the optional parts.
const FIXED: usize = 8;
/// The longest length that HLEN can express: 31 words.
const LENGTH_MAX: usize = 31 * 4;
/// Wireless binding "IEEE 802.11".
const WBID_80211: u8 = 1;

const NATIVE: u32 = 1 << 8;
const FRAGMENT: u32 = 1 << 7;
const LAST: u32 = 1 << 6;
const WIRELESS: u32 = 1 << 5;
const RADIO_MAC: u32 = 1 << 4;
const KEEP_ALIVE: u32 = 1 << 3;

/// The transport header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// Radio identifier, 0..=31; 0 on control messages.
    pub rid: u8,
    /// Wireless binding, 0..=31; 1 is IEEE 802.11.
    pub wbid: u8,
    /// T: the payload of a data packet is in the binding's own format.
    pub native: bool,
    /// F, L and the fragment fields, when the datagram is a fragment.
    pub fragment: Option<FragmentField>,
    /// K: a data-channel keep-alive.
    pub keep_alive: bool,
    /// M: the radio's MAC address.
    pub radio_mac: Option<HardwareAddress>,
    /// W: wireless specific information, at most 107 bytes.
    pub wireless_info: Option<Bytes>,
}

/// The position of a fragment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FragmentField {
    /// Identifies the message among those of this sender.
    pub id: u16,
    /// The number of bytes before this fragment's payload; a multiple of 8, at most 65,528.
    pub offset: u16,
    /// L: the last one.
    pub last: bool,
}

impl Header {
    /// [`Header::control`] as it is written: nearly all headers are this one.
    pub(crate) const CONTROL: [u8; FIXED] = [0, 0x10, 0x02, 0, 0, 0, 0, 0];

    /// Returns the header of a control message that is not a fragment.
    pub fn control() -> Self {
        Self {
            rid: 0,
            wbid: WBID_80211,
            native: false,
            fragment: None,
            keep_alive: false,
            radio_mac: None,
            wireless_info: None,
        }
    }

    /// Splits a datagram into its header and the rest, without copying.
    ///
    /// # Errors
    /// [`Error::Preamble`] for DTLS or another version, [`Error::Truncated`] and [`Error::HeaderLength`].
    pub fn parse(mut datagram: Bytes) -> Result<(Self, Bytes), Error> {
        if datagram.len() < FIXED {
            return Err(Error::Truncated("header"));
        }
        let preamble = datagram[0];
        if preamble != 0 {
            return Err(Error::Preamble(preamble));
        }
        let word = u32::from_be_bytes([0, datagram[1], datagram[2], datagram[3]]);
        let length = 4 * (word >> 19) as usize;
        if length < FIXED {
            return Err(Error::HeaderLength(length));
        }
        if datagram.len() < length {
            return Err(Error::Truncated("header"));
        }
        let id = u16::from_be_bytes([datagram[4], datagram[5]]);
        let offset = u16::from_be_bytes([datagram[6], datagram[7]]) & !7;
        let mut header = Self {
            rid: (word >> 14 & 31) as u8,
            wbid: (word >> 9 & 31) as u8,
            native: word & NATIVE != 0,
            fragment: (word & FRAGMENT != 0).then_some(FragmentField { id, offset, last: word & LAST != 0 }),
            keep_alive: word & KEEP_ALIVE != 0,
            radio_mac: None,
            wireless_info: None,
        };
        if length == FIXED && word & (RADIO_MAC | WIRELESS) == 0 {
            datagram.advance(FIXED);
        } else {
            let mut options = datagram.split_to(length);
            options.advance(FIXED);
            header.parse_options(word, options).ok_or(Error::HeaderLength(length))?;
        }
        Ok((header, datagram))
    }

    /// Parses like [`Header::parse`], for the control channel. Returns the fragment fields, if any, and the rest.
    ///
    /// # Errors
    /// As [`Header::parse`], and [`Error::KeepAliveFlag`].
    pub(crate) fn parse_control(mut datagram: Bytes) -> Result<(Option<FragmentField>, Bytes), Error> {
        if datagram.starts_with(&Self::CONTROL) {
            datagram.advance(FIXED);
            return Ok((None, datagram));
        }
        let (header, payload) = Self::parse(datagram)?;
        if header.keep_alive { Err(Error::KeepAliveFlag(true)) } else { Ok((header.fragment, payload)) }
    }

    /// Writes the header.
    ///
    /// # Panics
    /// If the radio or binding identifier is above 31, or the wireless information above 107 bytes.
    pub fn write(&self, buffer: &mut impl BufMut) {
        let length = self.length();
        assert!(self.rid < 32 && self.wbid < 32 && length <= LENGTH_MAX, "header field out of range");
        let flag = |set: bool, bit: u32| if set { bit } else { 0 };
        let word = (length as u32 / 4) << 19
            | u32::from(self.rid) << 14
            | u32::from(self.wbid) << 9
            | flag(self.native, NATIVE)
            | flag(self.fragment.is_some(), FRAGMENT)
            | flag(self.fragment.is_some_and(|fragment| fragment.last), LAST)
            | flag(self.wireless_info.is_some(), WIRELESS)
            | flag(self.radio_mac.is_some(), RADIO_MAC)
            | flag(self.keep_alive, KEEP_ALIVE);
        // The preamble, version 0 and type 0, is the upper byte.
        buffer.put_u32(word);
        let fragment = self.fragment.unwrap_or(FragmentField { id: 0, offset: 0, last: false });
        buffer.put_u16(fragment.id);
        buffer.put_u16(fragment.offset & !7);
        if let Some(mac) = &self.radio_mac {
            put_option(buffer, mac.as_bytes());
        }
        if let Some(info) = &self.wireless_info {
            put_option(buffer, info);
        }
    }

    /// Returns the header's length in bytes, a multiple of 4.
    pub fn length(&self) -> usize {
        let mac = self.radio_mac.map_or(0, |mac| padded(mac.as_bytes().len()));
        FIXED + mac + self.wireless_info.as_ref().map_or(0, |info| padded(info.len()))
    }

    fn parse_options(&mut self, word: u32, mut options: Bytes) -> Option<()> {
        if word & RADIO_MAC != 0 {
            let mac = take_option(&mut options)?;
            self.radio_mac = Some(HardwareAddress::from_bytes(&mac)?);
        }
        if word & WIRELESS != 0 {
            self.wireless_info = Some(take_option(&mut options)?);
        }
        options.is_empty().then_some(())
    }
}

/// Returns the bytes that an optional part with `length` bytes of data takes: a length byte in front, padding at the end.
fn padded(length: usize) -> usize {
    (1 + length).next_multiple_of(4)
}

fn put_option(buffer: &mut impl BufMut, data: &[u8]) {
    buffer.put_u8(data.len() as u8);
    buffer.put_slice(data);
    buffer.put_bytes(0, padded(data.len()) - 1 - data.len());
}

fn take_option(options: &mut Bytes) -> Option<Bytes> {
    let mut part = Reader::new(options.clone(), "header");
    let length = usize::from(part.u8().ok()?);
    let data = part.take(length).ok()?;
    if options.len() < padded(length) {
        return None;
    }
    options.advance(padded(length));
    Some(data)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_short_cut_is_the_long_way() {
        let mut written = Vec::new();
        Header::control().write(&mut written);
        assert_eq!(written, Header::CONTROL);
        let datagram = Bytes::from(written);
        assert_eq!(Header::parse(datagram.clone()), Ok((Header::control(), Bytes::new())));
        assert_eq!(Header::parse_control(datagram), Ok((None, Bytes::new())));
    }
}
