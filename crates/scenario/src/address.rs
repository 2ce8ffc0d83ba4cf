//! Addresses of hosts.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::reader::Reader;
use crate::yaml::Node;

impl Reader {
    /// Reads the address of a host. The simulated devices have IPv4 only.
    pub(crate) fn host_address(&mut self, node: &Node) -> Option<IpAddr> {
        let address = self.address(node)?;
        if address.is_ipv6() {
            self.wrong_value(
                &address.to_string(),
                node.span,
                "an IPv4 address: the simulated devices have no IPv6",
            );
            return None;
        }
        self.of_single_host(address, node)
    }

    /// Reads the address of an access point, of either family.
    pub(crate) fn ap_address(&mut self, node: &Node) -> Option<IpAddr> {
        let address = self.address(node)?;
        self.of_single_host(address, node)
    }

    fn of_single_host(&mut self, address: IpAddr, node: &Node) -> Option<IpAddr> {
        if !can_be_a_host(address) {
            self.wrong_value(&address.to_string(), node.span, "the address of a single host");
            return None;
        }
        Some(address)
    }

    /// Reads an IP address.
    fn address(&mut self, node: &Node) -> Option<IpAddr> {
        let text = self.text(node)?;
        text.parse().map_err(|_| self.wrong_value(text, node.span, "an IP address such as 172.16.4.26")).ok()
    }
}

/// Returns true if a single host can have the address: not this network's, loopback, broadcast or multicast (RFC 6890).
pub(crate) fn can_be_a_host(address: IpAddr) -> bool {
    let is_broadcast = matches!(address, IpAddr::V4(v4) if v4.is_broadcast());
    !address.is_unspecified() && !address.is_loopback() && !address.is_multicast() && !is_broadcast
}

/// Returns the address `index` after `first`.
pub(crate) fn plus(first: IpAddr, index: u64) -> Option<IpAddr> {
    match first {
        IpAddr::V4(v4) => {
            let index = u32::try_from(index).ok()?;
            Some(Ipv4Addr::from(u32::from(v4).checked_add(index)?).into())
        }
        IpAddr::V6(v6) => Some(Ipv6Addr::from(u128::from(v6).checked_add(u128::from(index))?).into()),
    }
}
