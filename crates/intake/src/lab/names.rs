//! Names and addresses that the language takes, each once.

use std::collections::BTreeSet;
use std::net::Ipv4Addr;

/// The longest name of a host.
const NAME_MAX: usize = 63;
/// Names that stand for several hosts, or for none.
const RESERVED: [&str; 5] = ["all", "aps", "servers", "any", "network"];
/// The network whose addresses stand for unknown ones where none of the access points' network is known: for documentation (RFC 5737).
const UNKNOWN: Ipv4Addr = Ipv4Addr::new(192, 0, 2, 0);

/// The names and addresses that hosts of the lab have.
#[derive(Debug, Default)]
pub(super) struct Taken {
    names: BTreeSet<String>,
    addresses: BTreeSet<Ipv4Addr>,
    /// The network of the addresses that stand for unknown ones, `a.b.c.0`, and the next last number.
    network: Option<Ipv4Addr>,
    next: u32,
}

impl Taken {
    /// Takes a name, or one like it that the language takes and no host has.
    pub(super) fn name(&mut self, wanted: &str) -> String {
        let is_of_name = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
        let mut name: String =
            wanted.chars().map(|c| if is_of_name(c) { c } else { '-' }).take(NAME_MAX).collect();
        if !name.starts_with(|c: char| c.is_ascii_alphanumeric()) {
            name = format!("ap{name}").chars().take(NAME_MAX).collect();
        }
        let base: String = name.chars().take(NAME_MAX - 7).collect();
        let mut number = 2;
        while RESERVED.contains(&name.as_str()) || self.names.contains(&name) {
            name = format!("{base}_{number}");
            number += 1;
        }
        self.names.insert(name.clone());
        name
    }

    /// Takes an address. Returns false if a host has it, or if no host can have it.
    pub(super) fn address(&mut self, address: Ipv4Addr) -> bool {
        let can_be = !address.is_unspecified()
            && !address.is_loopback()
            && !address.is_multicast()
            && !address.is_broadcast();
        if can_be && self.network.is_none() {
            let [a, b, c, _] = address.octets();
            self.network = Some(Ipv4Addr::new(a, b, c, 0));
        }
        can_be && self.addresses.insert(address)
    }

    /// Takes an address that no host has: of the network of the first one that was taken, as long as there are any.
    pub(super) fn free_address(&mut self) -> Ipv4Addr {
        let network = u32::from(self.network.unwrap_or(UNKNOWN));
        loop {
            // The first numbers are those of routers.
            let number = self.next + 5;
            self.next += 1;
            let address = if number < 255 {
                Ipv4Addr::from(network + number)
            } else {
                Ipv4Addr::from(0x0ac6_0000_u32.wrapping_add(number))
            };
            if self.addresses.insert(address) {
                return address;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_addresses_are_taken_once() {
        let mut taken = Taken::default();
        assert_eq!(taken.name("lobby"), "lobby");
        assert_eq!(taken.name("lobby"), "lobby_2");
        assert_eq!(taken.name("all"), "all_2");
        assert_eq!(taken.name("-x y/ü"), "ap-x-y--");
        assert_eq!(taken.name(""), "ap");
        assert_eq!(taken.name(&"n".repeat(99)).len(), 63);
        assert_eq!(taken.name(&"n".repeat(99)).len(), 58);
        let address = Ipv4Addr::new(10, 1, 2, 5);
        assert!(!taken.address(Ipv4Addr::UNSPECIFIED) && taken.address(address) && !taken.address(address));
        let mut free: Vec<Ipv4Addr> = (0..400).map(|_| taken.free_address()).collect();
        assert_eq!(free[0], Ipv4Addr::new(10, 1, 2, 6));
        free.sort();
        free.dedup();
        assert!(free.len() == 400 && !free.contains(&address));
    }
}
