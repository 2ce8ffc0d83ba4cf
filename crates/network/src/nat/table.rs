//! The entries of a translation of ports: the outside port of each inside end, and the peers of that end.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::ops::RangeInclusive;

use rand::RngExt as _;

use super::OutsidePorts;
use crate::generator::Generator;
use crate::rule::Protocol;

/// The maximum number of entries of a translation; the one that was idle longest is removed.
pub(super) const ENTRIES_MAX: usize = 4_096;

/// The groups of ports of which one replaces another (Interconnecting Cisco Network Devices, part 2). Port 0 is none.
const GROUPS: [RangeInclusive<u16>; 3] = [1..=511, 512..=1_023, 1_024..=65_535];

/// An entry: protocol, inside end, and the end outside that may answer.
pub(super) type Entry = (Protocol, SocketAddr, SocketAddr);

#[derive(Debug)]
pub(super) struct Table {
    /// The time of the last packet of each entry.
    entries: BTreeMap<Entry, u64>,
    /// The outside port of each inside end that has entries.
    ports: BTreeMap<(Protocol, SocketAddr), u16>,
    /// The inside end of each outside port.
    owners: BTreeMap<(Protocol, u16), SocketAddr>,
    generator: Generator,
}

impl Table {
    pub(super) fn new(generator: Generator) -> Self {
        let (entries, ports, owners) = Default::default();
        Self { entries, ports, owners, generator }
    }

    /// Returns the outside port of an inside end.
    pub(super) fn port_of(&self, protocol: Protocol, inside: SocketAddr) -> Option<u16> {
        self.ports.get(&(protocol, inside)).copied()
    }

    /// Returns the inside end that has an outside port.
    pub(super) fn owner_of(&self, protocol: Protocol, port: u16) -> Option<SocketAddr> {
        self.owners.get(&(protocol, port)).copied()
    }

    /// Returns true if an entry was used within the timeout.
    pub(super) fn lives(&self, now_ns: u64, timeout_ns: u64, entry: Entry) -> bool {
        self.entries.get(&entry).is_some_and(|last_ns| now_ns.saturating_sub(*last_ns) <= timeout_ns)
    }

    /// Handles a packet from inside: renews its entry, or makes one. Returns the outside port; `None` if none is free.
    pub(super) fn send(
        &mut self,
        now_ns: u64,
        timeout_ns: u64,
        entry: Entry,
        published: &[u16],
        choice: OutsidePorts,
    ) -> Option<u16> {
        let (protocol, inside, _) = entry;
        if self.lives(now_ns, timeout_ns, entry) {
            self.renew(now_ns, entry);
        } else {
            if !self.has_living(now_ns, timeout_ns, protocol, inside) {
                self.release(protocol, inside);
                let port = self.free_port(now_ns, timeout_ns, (protocol, inside), published, choice)?;
                self.ports.insert((protocol, inside), port);
                self.owners.insert((protocol, port), inside);
            }
            self.remember(now_ns, entry);
        }
        self.port_of(protocol, inside)
    }

    /// Renews an entry that lives.
    pub(super) fn renew(&mut self, now_ns: u64, entry: Entry) {
        self.entries.insert(entry, now_ns);
    }

    /// Makes an entry of an inside end that has a port.
    pub(super) fn remember(&mut self, now_ns: u64, entry: Entry) {
        if self.entries.len() >= ENTRIES_MAX
            && let Some((&oldest, _)) = self.entries.iter().min_by_key(|(_, last_ns)| **last_ns)
        {
            self.entries.remove(&oldest);
            let (protocol, inside, _) = oldest;
            if (protocol, inside) != (entry.0, entry.1) && self.peers(protocol, inside).next().is_none() {
                self.release(protocol, inside);
            }
        }
        self.entries.insert(entry, now_ns);
    }

    /// Returns the entries of an inside end.
    fn peers(&self, protocol: Protocol, inside: SocketAddr) -> impl Iterator<Item = (Entry, u64)> {
        let first = (protocol, inside, SocketAddr::from(([0, 0, 0, 0], 0)));
        let is_its = move |entry: &(Entry, u64)| (entry.0.0, entry.0.1) == (protocol, inside);
        self.entries.range(first..).map(|(entry, last_ns)| (*entry, *last_ns)).take_while(is_its)
    }

    fn has_living(&self, now_ns: u64, timeout_ns: u64, protocol: Protocol, inside: SocketAddr) -> bool {
        self.peers(protocol, inside).any(|(_, last_ns)| now_ns.saturating_sub(last_ns) <= timeout_ns)
    }

    /// Forgets an inside end.
    fn release(&mut self, protocol: Protocol, inside: SocketAddr) {
        let entries: Vec<Entry> = self.peers(protocol, inside).map(|(entry, _)| entry).collect();
        entries.iter().for_each(|entry| {
            self.entries.remove(entry);
        });
        if let Some(port) = self.ports.remove(&(protocol, inside)) {
            self.owners.remove(&(protocol, port));
        }
    }

    /// Chooses a port that no living entry has, and takes it from an end whose entries have all ended.
    fn free_port(
        &mut self,
        now_ns: u64,
        timeout_ns: u64,
        (protocol, inside): (Protocol, SocketAddr),
        published: &[u16],
        choice: OutsidePorts,
    ) -> Option<u16> {
        let is_free = |table: &Self, port: &u16| {
            let taken = table.owner_of(protocol, *port);
            !published.contains(port)
                && taken.is_none_or(|owner| !table.has_living(now_ns, timeout_ns, protocol, owner))
        };
        let [.., high] = GROUPS;
        let port = match choice {
            OutsidePorts::Preserved => {
                let same = inside.port();
                let group = GROUPS.into_iter().find(|group| group.contains(&same)).unwrap_or(high.clone());
                std::iter::once(same).chain(group).chain(high).find(|port| is_free(self, port))?
            }
            OutsidePorts::Random => loop {
                // At most one in fifteen of them is taken.
                let port = self.generator.random_range(high.clone());
                if is_free(self, &port) {
                    break port;
                }
            },
        };
        if let Some(owner) = self.owner_of(protocol, port) {
            self.release(protocol, owner);
        }
        Some(port)
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }
}
