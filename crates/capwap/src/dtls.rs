//! The bytes that DTLS adds to a control message.
//!
//! DTLS itself is not simulated: messages are in clear text, and these bytes only count, on links and in path MTU discovery. Two suites
//! are known, and one plaintext explains both (Cisco D225437: the largest packets are 1,485 and 1,469 bytes).
//!
//! ```text
//!   IP 20 | UDP 8 | CAPWAP DTLS header 4 | record header 13 | IV 16   | message, at most 1,400 | HMAC 20, padding 1..=16
//!                                                           | nonce 8 |                        | tag 16
//! ```

use text::Version;

use crate::IP_UDP_OVERHEAD;

/// The preamble that announces DTLS (RFC 5415, 4.2).
const CAPWAP_HEADER: u16 = 4;
/// The header of a record (RFC 6347, 4.1).
const RECORD_HEADER: u16 = 13;
/// The block of AES, which is also the length of an IV in CBC.
const BLOCK: u16 = 16;
/// HMAC-SHA1.
const HMAC: u16 = 20;
/// The explicit part of the nonce of AES-GCM (RFC 5288, 3), and its tag.
const GCM: u16 = 8 + 16;

/// The bytes by which the longest message is shorter than the IPv4 packets that a path MTU allows: with AES-128-CBC, and 4 bytes of
/// padding. What Cisco calls a path MTU is the length of such a packet, also where packets with AES-128-GCM are shorter.
pub const PACKET_OVERHEAD: u16 = IP_UDP_OVERHEAD + CAPWAP_HEADER + RECORD_HEADER + BLOCK + HMAC + 4;

/// A cipher suite of the control channel, by its cipher.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Suite {
    /// TLS_RSA_WITH_AES_128_CBC_SHA, which every end must have (RFC 5415, 2.4.4).
    #[default]
    Aes128Cbc,
    /// TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, or with ECDSA.
    Aes128Gcm,
}

impl Suite {
    /// Returns the suite that an access point and a controller with these versions agree on.
    ///
    /// From 17.5.1 on both offer AES-128-GCM, and access points prefer it (Cisco 9800 guide 17.9, "Ciphersuites for CAPWAP-DTLS"); before,
    /// there is AES-128-CBC alone. Access points with IOS never prefer it; they have no versions of 17.5.1 or later.
    pub fn between(access_point: Version, controller: Version) -> Self {
        let has_gcm = |version: Version| Version::beginning("17.5.1").is_ok_and(|since| version >= since);
        if has_gcm(access_point) && has_gcm(controller) { Self::Aes128Gcm } else { Self::Aes128Cbc }
    }

    /// Returns the bytes that the suite adds to a datagram of `length` bytes.
    pub fn overhead(self, length: usize) -> u16 {
        let cipher = match self {
            Self::Aes128Cbc => {
                // Padding is a byte at least.
                let filled = (length + usize::from(HMAC)) % usize::from(BLOCK);
                BLOCK + HMAC + BLOCK - filled as u16
            }
            Self::Aes128Gcm => GCM,
        };
        CAPWAP_HEADER + RECORD_HEADER + cipher
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packets_are_as_long_as_those_of_the_field() {
        let packet =
            |suite: Suite, length: usize| length + usize::from(suite.overhead(length) + IP_UDP_OVERHEAD);
        // A full message, and the last one of ap1g8.
        assert_eq!([1_400, 624].map(|length| packet(Suite::Aes128Cbc, length)), [1_485, 717]);
        assert_eq!([1_400, 624].map(|length| packet(Suite::Aes128Gcm, length)), [1_469, 693]);
        // The longest message for each candidate fits it, and 1,388 to 1,403 bytes make the same packet.
        assert_eq!(PACKET_OVERHEAD, 85);
        assert_eq!([920, 491].map(|length| packet(Suite::Aes128Cbc, length)), [1_005, 573]);
        assert_eq!([920, 491].map(|length| packet(Suite::Aes128Gcm, length)), [989, 560]);
        assert_eq!(
            [1_387, 1_388, 1_403, 1_404].map(|length| packet(Suite::Aes128Cbc, length)),
            [1_469, 1_485, 1_485, 1_501]
        );
    }

    #[test]
    fn both_ends_need_17_5_1_for_gcm() {
        let between = |access_point: &str, controller: &str| {
            Suite::between(access_point.parse().expect("a version"), controller.parse().expect("a version"))
        };
        assert_eq!(between("17.3.3.26", "17.9.4.27"), Suite::Aes128Cbc);
        assert_eq!(between("17.9.4.27", "17.9.4.27"), Suite::Aes128Gcm);
        assert_eq!(between("17.5.1.12", "17.5.1.12"), Suite::Aes128Gcm);
        assert_eq!(between("17.9.4.27", "17.4.1.6"), Suite::Aes128Cbc);
    }
}
