//! Addresses for CAPWAP.

use std::net::{IpAddr, Ipv4Addr};

/// Returns the address of a host that speaks CAPWAP. The scenario language has only IPv4 addresses.
pub(crate) fn ipv4(address: IpAddr) -> Ipv4Addr {
    match address {
        IpAddr::V4(v4) => v4,
        IpAddr::V6(v6) => v6.to_ipv4_mapped().unwrap_or(Ipv4Addr::UNSPECIFIED),
    }
}
