//! Addresses as CAPWAP has them.

use std::net::{IpAddr, Ipv4Addr};

/// The address of a host that speaks CAPWAP. The scenario language takes IPv4 addresses only.
pub(crate) fn ipv4(address: IpAddr) -> Ipv4Addr {
    match address {
        IpAddr::V4(v4) => v4,
        IpAddr::V6(v6) => v6.to_ipv4_mapped().unwrap_or(Ipv4Addr::UNSPECIFIED),
    }
}
