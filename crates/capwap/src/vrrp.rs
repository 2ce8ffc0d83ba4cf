//! Advertisements of VRRP version 3 (RFC 5798, 5.1), by which a standby controller knows that the active one serves.
//!
//! EWC elects its active controller by VRRP (Cisco, EWC configuration guide 17.3; the group is 1 unless `mewlc-vrrp-vrid` says otherwise).
//! **Unverified**: that the standby watches the same advertisements, and that they go to it alone; here they travel in UDP, as networks
//! carry UDP and TCP only.

use std::net::Ipv4Addr;
use std::time::Duration;

use bytes::{BufMut, Bytes, BytesMut};

/// The UDP port that advertisements are sent from: the number of VRRP as an IP protocol.
pub const PORT: u16 = 112;
/// The group, unless it is configured.
pub const GROUP: u8 = 1;
/// The priority of a router that does not own the address (RFC 5798, 6.1).
pub const PRIORITY: u8 = 100;

/// The longest interval that an advertisement can state, in hundredths of a second.
pub const INTERVAL_MAX_CS: u16 = 0x0fff;

/// Version 3, type advertisement.
const VERSION_AND_TYPE: u8 = 0x31;
/// The bytes of an advertisement of one IPv4 address.
const LENGTH: usize = 12;

/// One advertisement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Advertisement {
    /// The number of the group (VRID), 1 to 255.
    pub group: u8,
    /// The sender's priority.
    pub priority: u8,
    /// The time to the next advertisement, in hundredths of a second, at most 4095.
    pub interval_cs: u16,
    /// The address that the group serves.
    pub address: Ipv4Addr,
}

impl Advertisement {
    /// Returns the datagram.
    pub fn write(&self) -> Bytes {
        let mut out = BytesMut::with_capacity(LENGTH);
        out.put_u8(VERSION_AND_TYPE);
        out.put_u8(self.group);
        out.put_u8(self.priority);
        out.put_u8(1);
        out.put_u16(self.interval_cs.min(INTERVAL_MAX_CS));
        out.put_u16(0);
        out.put_slice(&self.address.octets());
        let checksum = !sum(&out);
        out[6..8].copy_from_slice(&checksum.to_be_bytes());
        out.freeze()
    }

    /// Reads a datagram; `None` if it is no valid advertisement of one IPv4 address.
    pub fn parse(datagram: &[u8]) -> Option<Self> {
        let bytes: &[u8; LENGTH] = datagram.try_into().ok()?;
        let [version, group, priority, count, max_1, max_2, _, _, a, b, c, d] = *bytes;
        let valid = version == VERSION_AND_TYPE && group != 0 && count == 1 && sum(datagram) == 0xffff;
        let interval_cs = u16::from_be_bytes([max_1, max_2]) & INTERVAL_MAX_CS;
        valid.then_some(Self { group, priority, interval_cs, address: Ipv4Addr::new(a, b, c, d) })
    }
}

/// Returns an interval that an advertisement states.
pub fn interval(hundredths: u16) -> Duration {
    Duration::from_millis(u64::from(hundredths) * 10)
}

/// Returns Master_Down_Interval: the silence after which a router of `priority` takes over (RFC 5798, 6.1).
pub fn down_interval(interval: Duration, priority: u8) -> Duration {
    let skew = interval * (256 - u32::from(priority)) / 256;
    interval * 3 + skew
}

/// Returns the one's complement sum of 16-bit words.
fn sum(bytes: &[u8]) -> u16 {
    let words =
        bytes.chunks(2).map(|pair| u32::from(pair[0]) << 8 | pair.get(1).copied().map_or(0, u32::from));
    let mut sum: u32 = words.sum();
    while sum > 0xffff {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    sum as u16
}

#[cfg(test)]
mod tests {
    use super::*;

    const SENT: Advertisement = Advertisement {
        group: GROUP,
        priority: PRIORITY,
        interval_cs: 100,
        address: Ipv4Addr::new(10, 0, 4, 2),
    };

    #[test]
    fn an_advertisement_is_read_as_it_was_written() {
        let datagram = SENT.write();
        assert_eq!(datagram[..6], [0x31, 1, 100, 1, 0, 100]);
        assert_eq!(Advertisement::parse(&datagram), Some(SENT));
    }

    #[test]
    fn damage_and_other_lengths_are_no_advertisement() {
        let datagram = SENT.write();
        for at in 0..LENGTH {
            let mut damaged = datagram.to_vec();
            damaged[at] ^= 0x10;
            assert_eq!(Advertisement::parse(&damaged), None, "byte {at}");
            assert_eq!(Advertisement::parse(&datagram[..at]), None);
        }
        assert_eq!(Advertisement::parse(&[0; 2000]), None);
    }

    #[test]
    fn the_standby_waits_three_intervals_and_the_skew() {
        // RFC 5798, 6.1: (256 - 100) / 256 of a second.
        assert_eq!(down_interval(Duration::from_secs(1), PRIORITY), Duration::from_micros(3_609_375));
    }
}
