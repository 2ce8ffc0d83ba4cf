//! Message elements (RFC 5415, 4.6): the pieces that control messages are made of.

mod ac;
mod codes;
mod image;
mod text;
mod vendor;
mod wtp;

use bytes::{BufMut, Bytes, BytesMut};

pub use ac::{AcDescriptor, ac_item};
pub use codes::{DiscoveryType, EcnSupport, ResultCode, SessionId, WtpMacType, tunnel_mode};
pub use image::{ImageData, ImageDataLayout, ImageIdentifier, ImageInformation, Opcode};
pub use text::Text;
pub use vendor::{SubElement, VendorSpecific};
pub use wtp::{
    RadioType, WtpBoardData, WtpDescriptor, WtpRadioInformation, WtpRebootStatistics, board_item, wtp_item,
};

use crate::Error;
use crate::wire::Reader;

/// Type and length in front of every value.
const PREFIX: usize = 4;

/// One message element.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Element {
    /// 1: what the controller is.
    AcDescriptor(AcDescriptor),
    /// 4: the controller's name.
    AcName(Text),
    /// 10: an address of the controller, and how many APs it serves there.
    ControlIpv4Address {
        /// The address.
        address: std::net::Ipv4Addr,
        /// APs connected on it.
        wtp_count: u16,
    },
    /// 20: how the AP found the controller.
    DiscoveryType(DiscoveryType),
    /// 24: a block of an image.
    ImageData(ImageData),
    /// 25: the name of an image.
    ImageIdentifier(ImageIdentifier),
    /// 26: size and MD5 of an image.
    ImageInformation(ImageInformation),
    /// 27: the AP asks for a download in Run state. No value.
    InitiateDownload,
    /// 28: where the AP hangs.
    LocationData(Text),
    /// 29: the longest message the AP takes, in bytes.
    MaximumMessageLength(u16),
    /// 30: the sender's own address, for detecting NAT.
    LocalIpv4Address(std::net::Ipv4Addr),
    /// 33: the outcome of a request.
    ResultCode(ResultCode),
    /// 35: binds the data channel to the control channel.
    SessionId(SessionId),
    /// 37: something of a vendor's.
    VendorSpecific(VendorSpecific),
    /// 38: model, serial number, MAC.
    WtpBoardData(WtpBoardData),
    /// 39: radios and versions.
    WtpDescriptor(WtpDescriptor),
    /// 41: tunnel modes, bits of [`tunnel_mode`].
    WtpFrameTunnelMode(u8),
    /// 44: local or split MAC.
    WtpMacType(WtpMacType),
    /// 45: the AP's name.
    WtpName(Text),
    /// 48: how often the AP restarted and why.
    WtpRebootStatistics(WtpRebootStatistics),
    /// 53: explicit congestion notification.
    EcnSupport(EcnSupport),
    /// 1048: one radio (RFC 5416, 6.25).
    WtpRadioInformation(WtpRadioInformation),
    /// Any other, kept as it came.
    Unknown {
        /// The type; none of those above.
        element: u16,
        /// The value, at most 65,535 bytes.
        value: Bytes,
    },
}

impl Element {
    /// The type's number on the wire.
    #[inline]
    pub fn number(&self) -> u16 {
        match self {
            Self::AcDescriptor(_) => 1,
            Self::AcName(_) => 4,
            Self::ControlIpv4Address { .. } => 10,
            Self::DiscoveryType(_) => 20,
            Self::ImageData(_) => 24,
            Self::ImageIdentifier(_) => 25,
            Self::ImageInformation(_) => 26,
            Self::InitiateDownload => 27,
            Self::LocationData(_) => 28,
            Self::MaximumMessageLength(_) => 29,
            Self::LocalIpv4Address(_) => 30,
            Self::ResultCode(_) => 33,
            Self::SessionId(_) => 35,
            Self::VendorSpecific(_) => 37,
            Self::WtpBoardData(_) => 38,
            Self::WtpDescriptor(_) => 39,
            Self::WtpFrameTunnelMode(_) => 41,
            Self::WtpMacType(_) => 44,
            Self::WtpName(_) => 45,
            Self::WtpRebootStatistics(_) => 48,
            Self::EcnSupport(_) => 53,
            Self::WtpRadioInformation(_) => 1048,
            Self::Unknown { element, .. } => *element,
        }
    }

    /// Bytes on the wire, type and length included.
    pub fn length(&self) -> usize {
        PREFIX + self.value_length()
    }

    /// Parses all elements of a message. Values share the datagram's memory.
    pub(crate) fn parse_all(bytes: &Bytes, layout: ImageDataLayout) -> Result<Vec<Self>, Error> {
        let mut elements = Vec::new();
        let mut at = 0;
        while at < bytes.len() {
            let [high, low, length_high, length_low, ..] = bytes[at..] else {
                return Err(Error::Truncated("element header"));
            };
            let start = at + PREFIX;
            let end = start + usize::from(u16::from_be_bytes([length_high, length_low]));
            if end > bytes.len() {
                return Err(Error::Truncated("element"));
            }
            if elements.is_empty() {
                // Most messages hold one element; the others fit the first growth or two.
                elements.reserve_exact(if end == bytes.len() { 1 } else { 8 });
            }
            elements.push(Self::parse(u16::from_be_bytes([high, low]), bytes.slice(start..end), layout)?);
            at = end;
        }
        Ok(elements)
    }

    pub(crate) fn write(&self, buffer: &mut BytesMut) {
        let length = u16::try_from(self.value_length()).expect("an element's value is below 64 KiB");
        let [length_high, length_low] = length.to_be_bytes();
        let [high, low] = self.number().to_be_bytes();
        buffer.put_slice(&[high, low, length_high, length_low]);
        match self {
            Self::AcDescriptor(descriptor) => descriptor.write(buffer),
            Self::AcName(text) | Self::LocationData(text) | Self::WtpName(text) => {
                buffer.put_slice(text.as_bytes())
            }
            Self::ControlIpv4Address { address, wtp_count } => {
                buffer.put_slice(&address.octets());
                buffer.put_u16(*wtp_count);
            }
            Self::DiscoveryType(kind) => buffer.put_u8((*kind).into()),
            Self::ImageData(data) => data.write(buffer),
            Self::ImageIdentifier(identifier) => identifier.write(buffer),
            Self::ImageInformation(information) => information.write(buffer),
            Self::InitiateDownload => (),
            Self::MaximumMessageLength(length) => buffer.put_u16(*length),
            Self::LocalIpv4Address(address) => buffer.put_slice(&address.octets()),
            Self::ResultCode(code) => buffer.put_u32((*code).into()),
            Self::SessionId(session) => buffer.put_slice(&session.0),
            Self::VendorSpecific(payload) => payload.write(buffer),
            Self::WtpBoardData(board) => board.write(buffer),
            Self::WtpDescriptor(descriptor) => descriptor.write(buffer),
            Self::WtpFrameTunnelMode(mode) => buffer.put_u8(*mode),
            Self::WtpMacType(kind) => buffer.put_u8((*kind).into()),
            Self::WtpRebootStatistics(statistics) => statistics.write(buffer),
            Self::EcnSupport(support) => buffer.put_u8((*support).into()),
            Self::WtpRadioInformation(radio) => radio.write(buffer),
            Self::Unknown { value, .. } => buffer.put_slice(value),
        }
    }

    fn value_length(&self) -> usize {
        match self {
            Self::AcDescriptor(descriptor) => descriptor.length(),
            Self::AcName(text) | Self::LocationData(text) | Self::WtpName(text) => text.as_bytes().len(),
            Self::ControlIpv4Address { .. } => 6,
            Self::DiscoveryType(_)
            | Self::WtpFrameTunnelMode(_)
            | Self::WtpMacType(_)
            | Self::EcnSupport(_) => 1,
            Self::ImageData(data) => data.length(),
            Self::ImageIdentifier(identifier) => identifier.length(),
            Self::ImageInformation(_) => ImageInformation::LENGTH,
            Self::InitiateDownload => 0,
            Self::MaximumMessageLength(_) => 2,
            Self::LocalIpv4Address(_) | Self::ResultCode(_) => 4,
            Self::SessionId(_) => SessionId::LENGTH,
            Self::VendorSpecific(payload) => payload.length(),
            Self::WtpBoardData(board) => board.length(),
            Self::WtpDescriptor(descriptor) => descriptor.length(),
            Self::WtpRebootStatistics(_) => WtpRebootStatistics::LENGTH,
            Self::WtpRadioInformation(_) => WtpRadioInformation::LENGTH,
            Self::Unknown { value, .. } => value.len(),
        }
    }

    fn parse(element: u16, value: Bytes, layout: ImageDataLayout) -> Result<Self, Error> {
        // The two that make up an image download come first; text takes whatever it finds.
        match element {
            24 => return ImageData::parse(value, layout).map(Self::ImageData),
            4 => return Ok(Self::AcName(value.into())),
            28 => return Ok(Self::LocationData(value.into())),
            45 => return Ok(Self::WtpName(value.into())),
            _ => (),
        }
        let Some(part) = name(element) else { return Ok(Self::Unknown { element, value }) };
        let mut reader = Reader::new(value, part);
        let parsed = match element {
            1 => Self::AcDescriptor(AcDescriptor::parse(&mut reader)?),
            10 => Self::ControlIpv4Address { address: reader.array()?.into(), wtp_count: reader.u16()? },
            20 => Self::DiscoveryType(reader.u8()?.into()),
            25 => return ImageIdentifier::parse(reader).map(Self::ImageIdentifier),
            26 => Self::ImageInformation(ImageInformation::parse(&mut reader)?),
            27 => Self::InitiateDownload,
            29 => Self::MaximumMessageLength(reader.u16()?),
            30 => Self::LocalIpv4Address(reader.array()?.into()),
            33 => Self::ResultCode(reader.u32()?.into()),
            35 => Self::SessionId(SessionId(reader.array()?)),
            37 => return VendorSpecific::parse(reader).map(Self::VendorSpecific),
            38 => Self::WtpBoardData(WtpBoardData::parse(&mut reader)?),
            39 => Self::WtpDescriptor(WtpDescriptor::parse(&mut reader)?),
            41 => Self::WtpFrameTunnelMode(reader.u8()?),
            44 => Self::WtpMacType(reader.u8()?.into()),
            48 => Self::WtpRebootStatistics(WtpRebootStatistics::parse(&mut reader)?),
            53 => Self::EcnSupport(reader.u8()?.into()),
            1048 => Self::WtpRadioInformation(WtpRadioInformation::parse(&mut reader)?),
            _ => unreachable!("every named element is parsed"),
        };
        if reader.is_empty() {
            Ok(parsed)
        } else {
            Err(Error::Element { element, reason: "bytes left over" })
        }
    }
}

/// The names of the elements that are parsed field by field, as errors call them.
fn name(element: u16) -> Option<&'static str> {
    Some(match element {
        1 => "AC Descriptor",
        10 => "CAPWAP Control IPv4 Address",
        20 => "Discovery Type",
        25 => "Image Identifier",
        26 => "Image Information",
        27 => "Initiate Download",
        29 => "Maximum Message Length",
        30 => "CAPWAP Local IPv4 Address",
        33 => "Result Code",
        35 => "Session ID",
        37 => "Vendor Specific Payload",
        38 => "WTP Board Data",
        39 => "WTP Descriptor",
        41 => "WTP Frame Tunnel Mode",
        44 => "WTP MAC Type",
        48 => "WTP Reboot Statistics",
        53 => "ECN Support",
        1048 => "WTP Radio Information",
        _ => return None,
    })
}
