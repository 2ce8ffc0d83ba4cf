//! Names of hosts, links and firewalls: the order in which they were added.

/// A host of a network, in the order of adding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HostId(pub(crate) u32);

impl HostId {
    /// How many hosts were added before it.
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
