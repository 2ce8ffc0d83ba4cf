//! The elements by which a controller describes itself.

use std::borrow::Cow;
use std::net::{Ipv4Addr, Ipv6Addr};

use super::Text;
use super::value::fields;
use super::vendor::{self, SubElement};

/// Items of an AC Descriptor.
pub mod ac_item {
    /// The hardware version.
    pub const HARDWARE: u16 = 4;
    /// The software version.
    pub const SOFTWARE: u16 = 5;
}

fields! {
    /// Element 1, AC Descriptor (RFC 5415, 4.6.1).
    AcDescriptor {
        /// The number of stations served.
        stations: u16,
        /// The maximum number of stations.
        station_limit: u16,
        /// The number of access points served.
        active_wtps: u16,
        /// The maximum number of access points.
        max_wtps: u16,
        /// Accepted credentials: bit 2 pre-shared key, bit 1 X.509.
        security: u8,
        /// The inclusion of radio MAC addresses in the header: 1 yes, 2 no.
        radio_mac_field: u8,
        /// Sent as 0, and ignored.
        reserved: u8,
        /// Data channel policies: bit 2 DTLS, bit 1 clear text.
        dtls_policy: u8,
        /// Versions, by [`ac_item`].
        items: Vec<SubElement>,
    }
}

impl AcDescriptor {
    /// Describes a Cisco controller of this `hardware` and `software` version (the access points' own form: `17.9.4.27`).
    pub fn new(hardware: &str, software: &str) -> Self {
        Self {
            stations: 0,
            station_limit: 0,
            active_wtps: 0,
            max_wtps: 0,
            security: 1 << 1,
            radio_mac_field: 2,
            reserved: 0,
            dtls_policy: 1 << 1,
            items: vec![
                SubElement::text(ac_item::HARDWARE, hardware),
                SubElement::text(ac_item::SOFTWARE, software),
            ],
        }
    }

    /// Returns the software version, if present.
    pub fn software(&self) -> Option<Cow<'_, str>> {
        vendor::find_text(&self.items, ac_item::SOFTWARE)
    }
}

fields! {
    /// Element 5, AC Name with Priority (RFC 5415, 4.6.5).
    AcNameWithPriority {
        /// 1 for the primary controller, 2 for the secondary, and so on.
        priority: u8,
        /// Its name, 1..=512 bytes.
        name: Text,
    }
}

fields! {
    /// Element 10, CAPWAP Control IPv4 Address (RFC 5415, 4.6.9).
    #[derive(Copy)]
    ControlIpv4Address {
        /// An address of the controller.
        address: Ipv4Addr,
        /// The number of access points connected on it.
        wtp_count: u16,
    }
}

fields! {
    /// Element 11, CAPWAP Control IPv6 Address (RFC 5415, 4.6.10).
    #[derive(Copy)]
    ControlIpv6Address {
        /// An address of the controller.
        address: Ipv6Addr,
        /// The number of access points connected on it.
        wtp_count: u16,
    }
}

fields! {
    /// Element 12, CAPWAP Timers (RFC 5415, 4.6.13).
    #[derive(Copy)]
    CapwapTimers {
        /// MaxDiscoveryInterval, in seconds.
        discovery_s: u8,
        /// EchoInterval, in seconds.
        echo_s: u8,
    }
}
