//! The interfaces of a configuration: lines that name one, or stand below one, matter only if it is not, or is, the controller's own.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;

use command_line::{Expansion, expand};

use super::problem::{Applies, NotModelled};

/// The wired port of an access point, which is the management interface unless the configuration names another.
const OWN: &str = "gigabitethernet0";
/// Types of interfaces, which are abbreviated.
const TYPES: [&str; 12] = [
    "bdi",
    "fastethernet",
    "fiveGigabitethernet",
    "gigabitethernet",
    "loopback",
    "nve",
    "port-channel",
    "range",
    "tengigabitethernet",
    "tunnel",
    "virtual-template",
    "vlan",
];

/// The interfaces read so far.
#[derive(Debug, Default)]
pub(super) struct Interfaces {
    addresses: BTreeMap<String, Ipv4Addr>,
    /// The one whose section was opened last.
    current: Option<String>,
    /// `wireless management interface`.
    management: Option<String>,
    /// Interfaces that a client sends from, by the command, with the line.
    sources: BTreeMap<&'static str, (usize, String)>,
    /// Lines below an interface that matter if it is the controller's own, by interface and command.
    lines: BTreeMap<(String, &'static str), (usize, &'static str)>,
}

impl Interfaces {
    /// Opens the section of an interface.
    pub(super) fn open(&mut self, name: &str) {
        self.current = Some(normal(name));
    }

    /// Notes the address of the interface whose section is open.
    pub(super) fn address(&mut self, address: Ipv4Addr) {
        if let Some(current) = &self.current {
            self.addresses.insert(current.clone(), address);
        }
    }

    pub(super) fn manage(&mut self, name: &str) {
        self.management = Some(normal(name));
    }

    /// Notes the interface that a client sends from.
    pub(super) fn source(&mut self, command: &'static str, line: usize, name: &str) {
        self.sources.insert(command, (line, normal(name)));
    }

    pub(super) fn no_source(&mut self, command: &'static str) {
        self.sources.remove(command);
    }

    /// Notes a line below the interface whose section is open.
    pub(super) fn line(&mut self, command: &'static str, line: usize, why: &'static str) {
        if let Some(current) = &self.current {
            self.lines.insert((current.clone(), command), (line, why));
        }
    }

    pub(super) fn no_line(&mut self, command: &'static str) {
        if let Some(current) = &self.current {
            self.lines.remove(&(current.clone(), command));
        }
    }

    /// Returns the lines that may matter.
    pub(super) fn not_modelled(self) -> impl Iterator<Item = NotModelled> {
        let own = self.management.unwrap_or_else(|| OWN.to_owned());
        let addresses = self.addresses;
        let is_own = own.clone();
        let of_addresses = addresses.clone();
        let sources = self.sources.into_iter().filter(move |(_, (_, interface))| *interface != is_own).map(
            move |(command, (line, interface))| NotModelled {
                line,
                name: command.to_owned(),
                why: "packets come from the address of this interface, which is not known to be that of the controller",
                applies: of_addresses.get(&interface).map_or(Applies::Always, |address| Applies::Unless(*address)),
            },
        );
        let lines = self.lines.into_iter().filter_map(move |((interface, command), (line, why))| {
            let applies =
                if interface == own { Applies::Always } else { Applies::OnlyAt(*addresses.get(&interface)?) };
            Some(NotModelled { line, name: command.to_owned(), why, applies })
        });
        sources.chain(lines)
    }
}

/// Returns a name in one spelling: `Gi 0` is `gigabitethernet0`.
fn normal(name: &str) -> String {
    let name: String = name.split_whitespace().collect::<String>().to_ascii_lowercase();
    let digits = name.find(|c: char| c.is_ascii_digit()).unwrap_or(name.len());
    match expand(&name[..digits], TYPES) {
        Expansion::Word(kind) => format!("{}{}", kind.to_ascii_lowercase(), &name[digits..]),
        Expansion::Ambiguous | Expansion::Unknown => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interface_has_one_name() {
        for (name, expected) in [
            ("GigabitEthernet0", "gigabitethernet0"),
            ("Gi 0", "gigabitethernet0"),
            ("gig0/0/1.20", "gigabitethernet0/0/1.20"),
            ("Vlan10", "vlan10"),
            ("vl 10", "vlan10"),
            ("T1", "t1"),
            ("Te1/1", "tengigabitethernet1/1"),
            ("BVI1", "bvi1"),
            ("", ""),
        ] {
            assert_eq!(normal(name), expected, "{name}");
        }
    }
}
