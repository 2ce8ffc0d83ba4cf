//! Ethernet addresses.

use std::fmt;
use std::net::IpAddr;

use serde::{Serialize, Serializer};

/// A MAC address of six bytes (EUI-48). Prints and serializes as Cisco prints it: `6c41.0e16.e79c`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MacAddress(pub [u8; 6]);

impl MacAddress {
    /// Derives a locally administered address from an IP address, so that it is unique and the same in each run.
    pub fn from_address(address: IpAddr) -> Self {
        let [.., a, b, c, d] = match address {
            IpAddr::V4(v4) => v4.octets(),
            IpAddr::V6(v6) => {
                let [.., a, b, c, d] = v6.octets();
                [a, b, c, d]
            }
        };
        Self([0x02, 0x00, a, b, c, d])
    }

    /// Returns the base radio address of the access point with this Ethernet address. The two differ on every access point, the
    /// radio's is a multiple of 16, and only the vendor knows its relation to the other: this one is made up.
    #[must_use]
    pub fn base_radio(self) -> Self {
        let [first, second, third, a, b, c] = self.0;
        if [first, second] == [0x02, 0x00] {
            // Derived from an IP address: 36 bits hold all of it.
            let [_, _, _, a, b, c, d, e] =
                (u64::from(u32::from_be_bytes([third, a, b, c])) << 4).to_be_bytes();
            return Self([0x02, 0x10 | a, b, c, d, e]);
        }
        let low = (u32::from_be_bytes([0, a, b, c]) << 4) ^ 0x80_0000;
        let [_, a, b, c] = low.to_be_bytes();
        Self([first, second, third, a, b, c])
    }

    /// Returns the address `count` after this one; it wraps around after the last.
    pub fn plus(self, count: u64) -> Self {
        let [a, b, c, d, e, f] = self.0;
        let [_, _, a, b, c, d, e, f] =
            u64::from_be_bytes([0, 0, a, b, c, d, e, f]).wrapping_add(count).to_be_bytes();
        Self([a, b, c, d, e, f])
    }

    /// Reads `6c41.0e16.e79c`, `6c:41:0e:16:e7:9c` or `6c-41-0e-16-e7-9c`.
    pub fn parse(text: &str) -> Option<Self> {
        let separators_stand_right =
            [(4, '.', 3), (2, ':', 6), (2, '-', 6)].iter().any(|(length, separator, count)| {
                text.split(*separator).count() == *count
                    && text.split(*separator).all(|part| part.len() == *length)
            });
        let digits: Vec<u8> = text
            .chars()
            .filter_map(|c| c.to_digit(16))
            .map(|digit| u8::try_from(digit).expect("below 16"))
            .collect();
        if !separators_stand_right || digits.len() != 12 {
            return None;
        }
        let mut bytes = [0; 6];
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
            *byte = pair[0] << 4 | pair[1];
        }
        Some(Self(bytes))
    }
}

impl fmt::Display for MacAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [a, b, c, d, e, g] = self.0;
        write!(f, "{a:02x}{b:02x}.{c:02x}{d:02x}.{e:02x}{g:02x}")
    }
}

impl fmt::Debug for MacAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for MacAddress {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::MacAddress;

    #[test]
    fn base_radio_addresses_differ_and_are_multiples_of_16() {
        let derived = |text: &str| MacAddress::from_address(text.parse().expect("an address"));
        let macs = [
            MacAddress([0x6c, 0x41, 0x0e, 0x16, 0xe7, 0x9c]),
            MacAddress([0x6c, 0x41, 0x0e, 0x16, 0xe7, 0x9d]),
            derived("10.0.4.11"),
            derived("10.0.4.12"),
            derived("10.16.4.11"),
            derived("172.16.4.11"),
        ];
        let mut all: Vec<MacAddress> = macs.iter().map(|mac| mac.base_radio()).collect();
        assert!(all.iter().all(|radio| radio.0[5] % 16 == 0));
        all.extend(macs);
        all.sort_by_key(|mac| mac.0);
        all.dedup();
        assert_eq!(all.len(), 12);
    }

    #[test]
    fn mac_addresses_in_three_notations() {
        let mac = MacAddress([0x6c, 0x41, 0x0e, 0x16, 0xe7, 0x9c]);
        for text in ["6c41.0e16.e79c", "6C:41:0E:16:E7:9C", "6c-41-0e-16-e7-9c"] {
            assert_eq!(MacAddress::parse(text), Some(mac), "{text}");
        }
        for text in
            ["", "6c410e16e79c", "6c41.0e16.e79", "6c41.0e16.e79g", "6c:41:0e:16:e7", "é6:41:0e:16:e7:9c"]
        {
            assert_eq!(MacAddress::parse(text), None, "{text}");
        }
        assert_eq!(mac.to_string(), "6c41.0e16.e79c");
    }
}
