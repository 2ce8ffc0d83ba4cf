//! Message elements (RFC 5415, 4.6): the pieces that control messages are made of.

mod ac;
mod codes;
mod image;
mod mac;
mod other;
mod radio;
mod rules;
mod station;
mod text;
mod value;
mod vendor;
mod wtp;

use std::net::{Ipv4Addr, Ipv6Addr};

use bytes::{BufMut, Bytes, BytesMut};
use smallvec::SmallVec;

pub use ::text::WireText as Text;
pub use ac::{
    AcDescriptor, AcNameWithPriority, CapwapTimers, ControlIpv4Address, ControlIpv6Address, ac_item,
};
pub use codes::{
    DataTransferKind, DataTransferMode, DiscoveryType, EcnSupport, OperationalCause, ResultCode,
    ReturnReason, SessionId, State, TransportProtocol, WtpMacType, tunnel_mode,
};
pub use image::{ImageData, ImageDataLayout, ImageIdentifier, ImageInformation, Opcode, RFC_BLOCK_MAX};
pub use mac::HardwareAddress;
pub use other::{DataTransferData, MtuPadding, ReturnedElement};
pub use radio::{
    DecryptionErrorReportPeriod, RadioAdministrativeState, RadioOperationalState, RadioType,
    WtpRadioInformation, WtpRadioStatistics,
};
pub use station::{
    AddStation, DecryptionErrorReport, DeleteStation, DuplicateIpv4Address, DuplicateIpv6Address,
};
pub use vendor::{SubElement, VendorSpecific};
pub use wtp::{WtpBoardData, WtpDescriptor, WtpRebootStatistics, WtpStaticIpAddress, board_item, wtp_item};

use crate::Error;
use crate::wire::Reader;
use value::Value;

/// The type and length in front of every value.
pub(crate) const PREFIX: usize = 4;

/// The number of the element with a block of an image.
pub(crate) const IMAGE_DATA: u16 = 24;
/// The number of the element with a result code.
pub(crate) const RESULT_CODE: u16 = 33;

/// The elements of a message. Most messages have one, which needs no memory of its own.
pub type Elements = SmallVec<[Element; 1]>;

macro_rules! elements {
    ($($number:literal $variant:ident($type:ty) $name:literal $section:literal,)*) => {
        /// One message element.
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum Element {
            $(#[doc = concat!($number, ": ", $name, " (", $section, ").")] $variant($type),)*
            /// 24: a block of an image (4.6.26).
            ImageData(ImageData),
            /// 27: the access point requests the download (4.6.29). No value.
            InitiateDownload,
            /// Any other element, kept as it came.
            Unknown {
                /// The type; not one of those above.
                element: u16,
                /// The value, at most 65,535 bytes.
                value: Bytes,
            },
        }

        impl Element {
            /// Returns the type's number on the wire.
            #[inline]
            pub fn number(&self) -> u16 {
                match self {
                    $(Self::$variant(_) => $number,)*
                    Self::ImageData(_) => 24,
                    Self::InitiateDownload => 27,
                    Self::Unknown { element, .. } => *element,
                }
            }

            fn value_length(&self) -> usize {
                match self {
                    Self::ImageData(data) => data.length(),
                    $(Self::$variant(value) => value.length(),)*
                    Self::InitiateDownload => 0,
                    Self::Unknown { value, .. } => value.len(),
                }
            }

            fn write_value(&self, buffer: &mut BytesMut) {
                match self {
                    Self::ImageData(data) => data.write(buffer),
                    $(Self::$variant(value) => value.write(buffer),)*
                    Self::InitiateDownload => (),
                    Self::Unknown { value, .. } => buffer.put_slice(value),
                }
            }

            fn parse(element: u16, value: Bytes, layout: ImageDataLayout) -> Result<Self, Error> {
                // Image data and the elements around it come first.
                if element == 24 {
                    return ImageData::parse(value, layout).map(Self::ImageData);
                }
                let Some(name) = element_name(element) else { return Ok(Self::Unknown { element, value }) };
                let mut reader = Reader::new(value, name);
                let parsed = match element {
                    $($number => Self::$variant(Value::parse(&mut reader)?),)*
                    27 => Self::InitiateDownload,
                    _ => unreachable!("every element with a name is parsed"),
                };
                if reader.is_empty() {
                    Ok(parsed)
                } else {
                    Err(Error::Element { element, reason: "bytes left over" })
                }
            }
        }

        /// Returns RFC 5415's name (for 1048, RFC 5416's) of the element with this number; `None` if this crate does not know it.
        pub fn element_name(number: u16) -> Option<&'static str> {
            match number {
                $($number => Some($name),)*
                24 => Some("Image Data"),
                27 => Some("Initiate Download"),
                _ => None,
            }
        }

        /// Returns the section that defines the element: of RFC 5415, for 1048 of RFC 5416.
        pub fn element_section(number: u16) -> Option<&'static str> {
            match number {
                $($number => Some($section),)*
                24 => Some("4.6.26"),
                27 => Some("4.6.29"),
                _ => None,
            }
        }
    };
}

elements! {
    1 AcDescriptor(AcDescriptor) "AC Descriptor" "4.6.1",
    2 AcIpv4List(Vec<Ipv4Addr>) "AC IPv4 List" "4.6.2",
    3 AcIpv6List(Vec<Ipv6Addr>) "AC IPv6 List" "4.6.3",
    4 AcName(Text) "AC Name" "4.6.4",
    5 AcNameWithPriority(AcNameWithPriority) "AC Name with Priority" "4.6.5",
    6 AcTimestamp(u32) "AC Timestamp" "4.6.6",
    7 AddMacAclEntry(Vec<HardwareAddress>) "Add MAC ACL Entry" "4.6.7",
    8 AddStation(AddStation) "Add Station" "4.6.8",
    10 ControlIpv4Address(ControlIpv4Address) "CAPWAP Control IPv4 Address" "4.6.9",
    11 ControlIpv6Address(ControlIpv6Address) "CAPWAP Control IPv6 Address" "4.6.10",
    12 CapwapTimers(CapwapTimers) "CAPWAP Timers" "4.6.13",
    13 DataTransferData(DataTransferData) "Data Transfer Data" "4.6.15",
    14 DataTransferMode(DataTransferMode) "Data Transfer Mode" "4.6.16",
    15 DecryptionErrorReport(DecryptionErrorReport) "Decryption Error Report" "4.6.17",
    16 DecryptionErrorReportPeriod(DecryptionErrorReportPeriod) "Decryption Error Report Period" "4.6.18",
    17 DeleteMacAclEntry(Vec<HardwareAddress>) "Delete MAC ACL Entry" "4.6.19",
    18 DeleteStation(DeleteStation) "Delete Station" "4.6.20",
    20 DiscoveryType(DiscoveryType) "Discovery Type" "4.6.21",
    21 DuplicateIpv4Address(DuplicateIpv4Address) "Duplicate IPv4 Address" "4.6.22",
    22 DuplicateIpv6Address(DuplicateIpv6Address) "Duplicate IPv6 Address" "4.6.23",
    23 IdleTimeout(u32) "Idle Timeout" "4.6.24",
    25 ImageIdentifier(ImageIdentifier) "Image Identifier" "4.6.27",
    26 ImageInformation(ImageInformation) "Image Information" "4.6.28",
    28 LocationData(Text) "Location Data" "4.6.30",
    29 MaximumMessageLength(u16) "Maximum Message Length" "4.6.31",
    30 LocalIpv4Address(Ipv4Addr) "CAPWAP Local IPv4 Address" "4.6.11",
    31 RadioAdministrativeState(RadioAdministrativeState) "Radio Administrative State" "4.6.33",
    32 RadioOperationalState(RadioOperationalState) "Radio Operational State" "4.6.34",
    33 ResultCode(ResultCode) "Result Code" "4.6.35",
    34 ReturnedElement(ReturnedElement) "Returned Message Element" "4.6.36",
    35 SessionId(SessionId) "Session ID" "4.6.37",
    36 StatisticsTimer(u16) "Statistics Timer" "4.6.38",
    37 VendorSpecific(VendorSpecific) "Vendor Specific Payload" "4.6.39",
    38 WtpBoardData(WtpBoardData) "WTP Board Data" "4.6.40",
    39 WtpDescriptor(WtpDescriptor) "WTP Descriptor" "4.6.41",
    40 WtpFallback(State) "WTP Fallback" "4.6.42",
    41 WtpFrameTunnelMode(u8) "WTP Frame Tunnel Mode" "4.6.43",
    44 WtpMacType(WtpMacType) "WTP MAC Type" "4.6.44",
    45 WtpName(Text) "WTP Name" "4.6.45",
    47 WtpRadioStatistics(WtpRadioStatistics) "WTP Radio Statistics" "4.6.46",
    48 WtpRebootStatistics(WtpRebootStatistics) "WTP Reboot Statistics" "4.6.47",
    49 WtpStaticIpAddress(WtpStaticIpAddress) "WTP Static IP Address Information" "4.6.48",
    50 LocalIpv6Address(Ipv6Addr) "CAPWAP Local IPv6 Address" "4.6.12",
    51 TransportProtocol(TransportProtocol) "CAPWAP Transport Protocol" "4.6.14",
    52 MtuPadding(MtuPadding) "MTU Discovery Padding" "4.6.32",
    53 EcnSupport(EcnSupport) "ECN Support" "4.6.25",
    1048 WtpRadioInformation(WtpRadioInformation) "IEEE 802.11 WTP Radio Information" "6.25",
}

/// Returns the value of the first element of one kind among `elements`, if there is one: `find!(message.elements, WtpName)`.
#[macro_export]
macro_rules! find {
    ($elements:expr, $kind:ident) => {
        $elements.iter().find_map(|element| match element {
            $crate::Element::$kind(value) => Some(value),
            _ => None,
        })
    };
}

/// Returns the result code among `elements`; without one, a failure.
pub fn result_code(elements: &[Element]) -> ResultCode {
    find!(elements, ResultCode).copied().unwrap_or(ResultCode::Failure)
}

impl Element {
    /// Returns the number of bytes on the wire, type and length included.
    pub fn length(&self) -> usize {
        PREFIX + self.value_length()
    }

    /// Parses all elements of a message. Values share the datagram's memory.
    pub(crate) fn parse_all(bytes: &Bytes, layout: ImageDataLayout) -> Result<Elements, Error> {
        let mut elements = Elements::new();
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
                // The elements are counted, not guessed.
                elements.reserve_exact(if end == bytes.len() { 1 } else { count(bytes) });
            }
            elements.push(Self::parse(u16::from_be_bytes([high, low]), bytes.slice(start..end), layout)?);
            at = end;
        }
        Ok(elements)
    }

    pub(crate) fn write(&self, buffer: &mut BytesMut) {
        buffer.put_slice(&self.prefix());
        self.write_value(buffer);
    }

    /// Returns its type and length.
    pub(crate) fn prefix(&self) -> [u8; PREFIX] {
        let length = u16::try_from(self.value_length()).expect("an element's value is below 64 KiB");
        let [length_high, length_low] = length.to_be_bytes();
        let [high, low] = self.number().to_be_bytes();
        [high, low, length_high, length_low]
    }
}

/// Counts the elements that `bytes` begin with.
fn count(mut bytes: &[u8]) -> usize {
    let mut count = 0;
    while let [_, _, high, low, rest @ ..] = bytes
        && let Some(next) = rest.get(usize::from(u16::from_be_bytes([*high, *low]))..)
    {
        count += 1;
        bytes = next;
    }
    count
}
