//! What a controller says of itself.

use std::borrow::Cow;

use bytes::BufMut;

use super::vendor::{self, SubElement};
use crate::Error;
use crate::wire::Reader;

/// Items of an AC Descriptor.
pub mod ac_item {
    /// The hardware version.
    pub const HARDWARE: u16 = 4;
    /// The software version.
    pub const SOFTWARE: u16 = 5;
}

/// Element 1, AC Descriptor (RFC 5415, 4.6.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AcDescriptor {
    /// Stations served.
    pub stations: u16,
    /// Stations at most.
    pub station_limit: u16,
    /// APs served.
    pub active_wtps: u16,
    /// APs at most.
    pub max_wtps: u16,
    /// Accepted credentials: bit 2 pre-shared key, bit 1 X.509.
    pub security: u8,
    /// Whether radio MAC addresses go into the header: 1 yes, 2 no.
    pub radio_mac_field: u8,
    /// Data channel policies: bit 2 DTLS, bit 1 clear text.
    pub dtls_policy: u8,
    /// Versions, by [`ac_item`].
    pub items: Vec<SubElement>,
}

impl AcDescriptor {
    /// A Cisco controller of this `hardware` and `software` version (the APs' own form: `17.9.4.27`).
    pub fn new(hardware: &str, software: &str) -> Self {
        Self {
            stations: 0,
            station_limit: 0,
            active_wtps: 0,
            max_wtps: 0,
            security: 1 << 1,
            radio_mac_field: 2,
            dtls_policy: 1 << 1,
            items: vec![
                SubElement::text(ac_item::HARDWARE, hardware),
                SubElement::text(ac_item::SOFTWARE, software),
            ],
        }
    }

    /// The software version, if it is there.
    pub fn software(&self) -> Option<Cow<'_, str>> {
        vendor::find_text(&self.items, ac_item::SOFTWARE)
    }

    pub(super) fn length(&self) -> usize {
        12 + vendor::length(&self.items)
    }

    pub(super) fn write(&self, buffer: &mut impl BufMut) {
        buffer.put_u16(self.stations);
        buffer.put_u16(self.station_limit);
        buffer.put_u16(self.active_wtps);
        buffer.put_u16(self.max_wtps);
        buffer.put_u8(self.security);
        buffer.put_u8(self.radio_mac_field);
        buffer.put_u8(0);
        buffer.put_u8(self.dtls_policy);
        vendor::write(&self.items, buffer);
    }

    pub(super) fn parse(reader: &mut Reader) -> Result<Self, Error> {
        let (stations, station_limit, active_wtps, max_wtps) =
            (reader.u16()?, reader.u16()?, reader.u16()?, reader.u16()?);
        let (security, radio_mac_field, _reserved, dtls_policy) =
            (reader.u8()?, reader.u8()?, reader.u8()?, reader.u8()?);
        let items = vendor::parse(reader)?;
        Ok(Self {
            stations,
            station_limit,
            active_wtps,
            max_wtps,
            security,
            radio_mac_field,
            dtls_policy,
            items,
        })
    }
}
