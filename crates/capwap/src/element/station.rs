//! The elements that describe stations and other neighbours.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::value::fields;
use super::{HardwareAddress, Text};

fields! {
    /// Element 8, Add Station (RFC 5415, 4.6.8).
    AddStation {
        /// The radio, 1..=31.
        radio_id: u8,
        /// The station.
        mac: HardwareAddress,
        /// The VLAN to bridge its data to, at most 512 bytes; empty for none.
        vlan: Text,
    }
}

fields! {
    /// Element 18, Delete Station (RFC 5415, 4.6.20).
    #[derive(Copy)]
    DeleteStation {
        /// The radio, 1..=31.
        radio_id: u8,
        /// The station.
        mac: HardwareAddress,
    }
}

fields! {
    /// Element 15, Decryption Error Report (RFC 5415, 4.6.17).
    DecryptionErrorReport {
        /// The radio, 1..=31.
        radio_id: u8,
        /// The stations whose frames could not be decrypted, 1..=255.
        stations: Vec<HardwareAddress>,
    }
}

fields! {
    /// Element 21, Duplicate IPv4 Address (RFC 5415, 4.6.22).
    #[derive(Copy)]
    DuplicateIpv4Address {
        /// The AP's address, which another device uses too.
        address: Ipv4Addr,
        /// 1 when the duplicate was found, 0 when it is gone.
        status: u8,
        /// The other device.
        mac: HardwareAddress,
    }
}

fields! {
    /// Element 22, Duplicate IPv6 Address (RFC 5415, 4.6.23).
    #[derive(Copy)]
    DuplicateIpv6Address {
        /// The AP's address, which another device uses too.
        address: Ipv6Addr,
        /// 1 when the duplicate was found, 0 when it is gone.
        status: u8,
        /// The other device.
        mac: HardwareAddress,
    }
}
