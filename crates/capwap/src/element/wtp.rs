//! The elements by which an access point describes itself.

use std::borrow::Cow;
use std::net::Ipv4Addr;

use bytes::{BufMut, Bytes, BytesMut};
use text::MacAddress;

use super::value::{Value, fields};
use super::vendor::{self, SubElement};
use crate::Error;
use crate::wire::Reader;

/// Items of WTP Board Data.
pub mod board_item {
    /// The model, such as `C9105AXI`. Mandatory.
    pub const MODEL: u16 = 0;
    /// The serial number. Mandatory.
    pub const SERIAL: u16 = 1;
    /// The board's identifier.
    pub const BOARD_ID: u16 = 2;
    /// The board's revision.
    pub const BOARD_REVISION: u16 = 3;
    /// The base MAC address, six bytes.
    pub const BASE_MAC: u16 = 4;
}

/// Items of a WTP Descriptor.
pub mod wtp_item {
    /// The hardware version.
    pub const HARDWARE: u16 = 0;
    /// The software that runs.
    pub const ACTIVE_SOFTWARE: u16 = 1;
    /// The boot loader's version.
    pub const BOOT: u16 = 2;
    /// The software in the other partition.
    pub const OTHER_SOFTWARE: u16 = 3;
}

/// Element 38, WTP Board Data (RFC 5415, 4.6.40).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WtpBoardData {
    /// The vendor's identifier.
    pub vendor: u32,
    /// Items by [`board_item`]: type and value.
    pub items: Vec<(u16, Bytes)>,
}

impl WtpBoardData {
    /// Describes a Cisco board.
    pub fn new(model: &str, serial: &str, mac: MacAddress) -> Self {
        let text = |text: &str| Bytes::copy_from_slice(text.as_bytes());
        Self {
            vendor: crate::cisco::VENDOR,
            items: vec![
                (board_item::MODEL, text(model)),
                (board_item::SERIAL, text(serial)),
                (board_item::BASE_MAC, Bytes::copy_from_slice(&mac.0)),
            ],
        }
    }

    /// Returns the model.
    pub fn model(&self) -> Option<Cow<'_, str>> {
        self.item(board_item::MODEL).map(|value| String::from_utf8_lossy(value))
    }

    /// Returns the serial number.
    pub fn serial(&self) -> Option<Cow<'_, str>> {
        self.item(board_item::SERIAL).map(|value| String::from_utf8_lossy(value))
    }

    /// Returns the base MAC address.
    pub fn mac(&self) -> Option<MacAddress> {
        self.item(board_item::BASE_MAC)?[..].try_into().ok().map(MacAddress)
    }

    /// Returns the first item of `kind`.
    pub fn item(&self, kind: u16) -> Option<&Bytes> {
        self.items.iter().find(|item| item.0 == kind).map(|item| &item.1)
    }
}

impl Value for WtpBoardData {
    fn length(&self) -> usize {
        4 + self.items.iter().map(|(_, value)| 4 + value.len()).sum::<usize>()
    }

    fn write(&self, buffer: &mut BytesMut) {
        buffer.put_u32(self.vendor);
        for (kind, value) in &self.items {
            buffer.put_u16(*kind);
            vendor::write_sized(value, buffer);
        }
    }

    fn parse(reader: &mut Reader) -> Result<Self, Error> {
        let vendor = reader.u32()?;
        let mut items = Vec::new();
        while !reader.is_empty() {
            items.push((reader.u16()?, vendor::parse_sized(reader)?));
        }
        Ok(Self { vendor, items })
    }
}

/// Element 39, WTP Descriptor (RFC 5415, 4.6.41).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WtpDescriptor {
    /// The number of radios that the access point can have.
    pub max_radios: u8,
    /// The number of radios in use.
    pub radios_in_use: u8,
    /// Encryption capabilities: wireless binding and bits; at most 255.
    pub encryption: Vec<(u8, u16)>,
    /// Versions, by [`wtp_item`].
    pub items: Vec<SubElement>,
}

impl WtpDescriptor {
    /// Describes a Cisco access point with two radios.
    pub fn new(hardware: &str, active: &str, boot: &str, other: Option<&str>) -> Self {
        let mut items = vec![
            SubElement::text(wtp_item::HARDWARE, hardware),
            SubElement::text(wtp_item::ACTIVE_SOFTWARE, active),
            SubElement::text(wtp_item::BOOT, boot),
        ];
        items.extend(other.map(|other| SubElement::text(wtp_item::OTHER_SOFTWARE, other)));
        // Binding 1 is IEEE 802.11; bit 2 of its capabilities is AES-CCMP (RFC 5416, 8.1).
        Self { max_radios: 2, radios_in_use: 2, encryption: vec![(1, 1 << 1)], items }
    }

    /// Returns the hardware version.
    pub fn hardware(&self) -> Option<Cow<'_, str>> {
        vendor::find_text(&self.items, wtp_item::HARDWARE)
    }

    /// Returns the version that runs.
    pub fn active_software(&self) -> Option<Cow<'_, str>> {
        vendor::find_text(&self.items, wtp_item::ACTIVE_SOFTWARE)
    }

    /// Returns the version in the other partition.
    pub fn other_software(&self) -> Option<Cow<'_, str>> {
        vendor::find_text(&self.items, wtp_item::OTHER_SOFTWARE)
    }

    /// Returns the boot loader's version.
    pub fn boot(&self) -> Option<Cow<'_, str>> {
        vendor::find_text(&self.items, wtp_item::BOOT)
    }
}

impl Value for WtpDescriptor {
    fn length(&self) -> usize {
        3 + 3 * self.encryption.len() + self.items.length()
    }

    fn write(&self, buffer: &mut BytesMut) {
        buffer.put_u8(self.max_radios);
        buffer.put_u8(self.radios_in_use);
        buffer.put_u8(u8::try_from(self.encryption.len()).expect("at most 255 encryption capabilities"));
        for (wbid, capabilities) in &self.encryption {
            buffer.put_u8(wbid & 31);
            buffer.put_u16(*capabilities);
        }
        self.items.write(buffer);
    }

    fn parse(reader: &mut Reader) -> Result<Self, Error> {
        let (max_radios, radios_in_use) = (reader.u8()?, reader.u8()?);
        let count = reader.u8()?;
        let mut encryption = Vec::new();
        for _ in 0..count {
            encryption.push((reader.u8()? & 31, reader.u16()?));
        }
        Ok(Self { max_radios, radios_in_use, encryption, items: Value::parse(reader)? })
    }
}

fields! {
    /// Element 48, WTP Reboot Statistics (RFC 5415, 4.6.47).
    #[derive(Copy, Default)]
    WtpRebootStatistics {
        /// The total number of reboots, 65,535 if unknown.
        reboots: u16,
        /// Reboots that the controller requested.
        ac_initiated: u16,
        /// Reboots after losing the link to the controller.
        link_failures: u16,
        /// Reboots for software reasons.
        software_failures: u16,
        /// Reboots for hardware reasons.
        hardware_failures: u16,
        /// Reboots for other reasons.
        other_failures: u16,
        /// Reboots for unknown reasons.
        unknown_failures: u16,
        /// The type of the last reboot: 0 not supported, 1 controller, 2 link, 3 software, 4 hardware, 5 other, 255 unknown.
        last_failure: u8,
    }
}

fields! {
    /// Element 49, WTP Static IP Address Information (RFC 5415, 4.6.48).
    #[derive(Copy)]
    WtpStaticIpAddress {
        /// The address to use.
        address: Ipv4Addr,
        /// Its mask.
        netmask: Ipv4Addr,
        /// The gateway.
        gateway: Ipv4Addr,
        /// 1 to use it, 0 to use none.
        enabled: u8,
    }
}
