//! Identifiers of hosts, links and firewalls, in the order of adding.

/// A host of a network, in the order of adding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HostId(pub(crate) u32);

impl HostId {
    /// Returns the number of hosts that were added before it.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// A link of a network, in the order of adding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LinkId(pub(crate) u32);

/// A firewall of a network, in the order of adding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FirewallId(pub(crate) u32);
