//! Address ranges, and the check that no address is used twice.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr};

use text::MacAddress;

use crate::diagnostic::Diagnostic;
use crate::resolve::Loader;
use crate::source::Span;

/// The addresses from the first to the last, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct AddressRange {
    pub(super) first: Ipv4Addr,
    pub(super) last: Ipv4Addr,
}

impl AddressRange {
    /// Reads `172.16.8.10-172.16.8.29`, or the hosts of a prefix `172.16.8.0/27`: all but its first address, the network's, and
    /// its last, the broadcast address (RFC 950). Both addresses of a /31 are hosts (RFC 3021).
    pub(super) fn hosts(text: &str) -> Option<Self> {
        if let Some((first, last)) = text.split_once('-') {
            let range = Self { first: first.trim().parse().ok()?, last: last.trim().parse().ok()? };
            return (range.first <= range.last).then_some(range);
        }
        let whole = Self::prefix(text)?;
        if whole.count() <= 2 {
            return Some(whole);
        }
        Some(Self { first: (u32::from(whole.first) + 1).into(), last: (u32::from(whole.last) - 1).into() })
    }

    /// Reads a prefix as the range of all its addresses.
    pub(super) fn prefix(text: &str) -> Option<Self> {
        let (network, length) = text.split_once('/')?;
        let network: Ipv4Addr = network.parse().ok()?;
        let length: u32 = text::units::number(length).ok()?.try_into().ok().filter(|length| *length <= 32)?;
        let hosts = u32::MAX.checked_shr(length).unwrap_or(0);
        let first = u32::from(network);
        // Bits after the prefix are more often than not a slip.
        (first & hosts == 0).then(|| Self { first: network, last: (first | hosts).into() })
    }

    pub(super) fn count(self) -> u64 {
        u64::from(u32::from(self.last) - u32::from(self.first)) + 1
    }
}

/// Returns the first of the addresses that `addresses` of a group states, and their number.
pub(crate) fn hosts_of(text: &str) -> Option<(IpAddr, u64)> {
    AddressRange::hosts(text).map(|range| (range.first.into(), range.count()))
}

impl Loader<'_> {
    /// Reports each address that two hosts have; for two groups only the first clash.
    pub(super) fn check_addresses(&mut self) {
        let mut owners: BTreeMap<IpAddr, (&str, Span)> = BTreeMap::new();
        let mut told = BTreeSet::new();
        for (address, name, span) in &self.addresses {
            let Some((owner, first)) = owners.insert(*address, (name, *span)) else { continue };
            if !told.insert((first, *span)) {
                continue;
            }
            let problem =
                Diagnostic::error(format!("`{owner}` and `{name}` have the same address {address}"))
                    .at(*span, format!("the address of `{name}`"))
                    .at(first, format!("the address of `{owner}`"));
            self.reader.report(problem);
        }
    }

    /// Reports each Ethernet address that two hosts have. Those derived from IP addresses differ as the IP addresses do.
    pub(super) fn check_macs(&mut self) {
        let mut owners: BTreeMap<MacAddress, (&str, Option<Span>)> = BTreeMap::new();
        let mut told = BTreeSet::new();
        for (mac, name, span) in &self.macs {
            let Some((owner, first)) = owners.insert(*mac, (name, *span)) else { continue };
            let Some(place) = span.or(first) else { continue };
            if !told.insert((first, *span)) {
                continue;
            }
            let message = format!("`{owner}` and `{name}` have the same Ethernet address {mac}");
            let problem = Diagnostic::error(message).at(place, "");
            self.reader.report(match (first, span) {
                (Some(first), Some(_)) => problem.at(first, "here too"),
                _ => problem.note("the other one is derived from its IP address"),
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::AddressRange;

    #[test]
    fn ranges_and_prefixes() {
        let read = |text: &str| {
            AddressRange::hosts(text)
                .map(|range| (range.first.to_string(), range.last.to_string(), range.count()))
        };
        let range = |first: &str, last: &str, count| Some((first.to_owned(), last.to_owned(), count));
        assert_eq!(read("172.16.8.10-172.16.8.29"), range("172.16.8.10", "172.16.8.29", 20));
        assert_eq!(read("10.0.0.1 - 10.0.0.1"), range("10.0.0.1", "10.0.0.1", 1));
        assert_eq!(read("172.16.8.0/27"), range("172.16.8.1", "172.16.8.30", 30));
        assert_eq!(read("10.0.0.4/31"), range("10.0.0.4", "10.0.0.5", 2));
        assert_eq!(read("10.0.0.4/32"), range("10.0.0.4", "10.0.0.4", 1));
        assert_eq!(AddressRange::prefix("0.0.0.0/0").map(AddressRange::count), Some(1 << 32));
        for wrong in [
            "",
            "10.0.0.1",
            "10.0.0.2-10.0.0.1",
            "10.0.0.1/24",
            "10.0.0.0/33",
            "10.0.0.0/",
            "a-b",
            "10.0.0.1-29",
        ] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
