//! The links and firewalls between two hosts.

use std::collections::BTreeSet;
use std::fmt;

use crate::decision::DropReason;
use crate::direction::LinkDirection;
use crate::firewall::Firewall;
use crate::ids::HostId;

/// The way in which a packet crosses a link or firewall.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Way {
    /// From the first group to the second, as the scenario names them.
    Forward,
    /// From the second group to the first.
    Reverse,
}

impl Way {
    /// Returns the way back.
    pub(crate) fn back(self) -> Self {
        match self {
            Self::Forward => Self::Reverse,
            Self::Reverse => Self::Forward,
        }
    }
}

impl fmt::Display for Way {
    /// Formats it as a scenario names it: `forward`, `reverse`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Forward => "forward",
            Self::Reverse => "reverse",
        })
    }
}

/// Two groups of hosts with something between them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Between {
    a: BTreeSet<HostId>,
    b: BTreeSet<HostId>,
}

impl Between {
    pub(crate) fn new(a: &[HostId], b: &[HostId]) -> Self {
        Self { a: a.iter().copied().collect(), b: b.iter().copied().collect() }
    }

    pub(crate) fn joins(&self, a: HostId, b: HostId) -> bool {
        self.crossed_by(a, b).is_some()
    }

    /// Returns true if `host` is on the first side.
    pub(crate) fn starts_at(&self, host: HostId) -> bool {
        self.a.contains(&host)
    }

    fn crossed_by(&self, src: HostId, dst: HostId) -> Option<Way> {
        if self.a.contains(&src) && self.b.contains(&dst) {
            Some(Way::Forward)
        } else if self.b.contains(&src) && self.a.contains(&dst) {
            Some(Way::Reverse)
        } else {
            None
        }
    }
}

/// A link: two directions, shared by all pairs of hosts that it joins.
#[derive(Debug)]
pub(crate) struct Link {
    pub(crate) name: String,
    pub(crate) between: Between,
    /// True if it joins two hosts of one box: nothing else stands between them.
    pub(crate) is_inside: bool,
    pub(crate) forward: LinkDirection,
    pub(crate) reverse: LinkDirection,
}

impl Link {
    pub(crate) fn direction_of(&self, way: Way) -> &LinkDirection {
        match way {
            Way::Forward => &self.forward,
            Way::Reverse => &self.reverse,
        }
    }

    pub(crate) fn direction(&mut self, way: Way) -> &mut LinkDirection {
        match way {
            Way::Forward => &mut self.forward,
            Way::Reverse => &mut self.reverse,
        }
    }
}

/// The path from one host to another.
#[derive(Clone, Debug)]
pub(crate) struct Path {
    pub(crate) link: usize,
    pub(crate) way: Way,
    /// The firewalls, and the way in which the packets cross each.
    pub(crate) firewalls: Vec<(usize, Way)>,
    /// The arrival time of the latest packet of this pair: jitter never lets a later one overtake it.
    pub(crate) last_arrival_ns: u64,
}

impl Path {
    /// Makes the path from `src` to `dst`: the first link that joins them, and every firewall between them, in the order of adding. No
    /// firewall is between hosts of one box.
    /// The link at index 0 carries the packets of pairs that no other link joins.
    pub(crate) fn new(links: &[Link], firewalls: &[(Between, Firewall)], src: HostId, dst: HostId) -> Self {
        let joins = |(index, link): (usize, &Link)| Some((index, link.between.crossed_by(src, dst)?));
        let (link, way) = links.iter().enumerate().find_map(joins).unwrap_or((0, Way::Forward));
        let crossed = |(index, (between, _)): (usize, &(Between, Firewall))| {
            Some((index, between.crossed_by(src, dst)?))
        };
        let is_inside = links.get(link).is_some_and(|link| link.is_inside);
        let between = if is_inside { &[] } else { firewalls };
        let firewalls = between.iter().enumerate().filter_map(crossed).collect();
        Self { link, way, firewalls, last_arrival_ns: 0 }
    }

    /// Sends a packet of `size` bytes over its link, `direction`; returns its arrival time, which is no earlier than that of the packet
    /// before it. `held_ns` is the time for which its host holds it back.
    pub(crate) fn carry(
        &mut self,
        direction: &mut LinkDirection,
        now_ns: u64,
        size: u32,
        held_ns: u64,
    ) -> Result<u64, DropReason> {
        let at_ns = (direction.send(now_ns, size)? + held_ns).max(self.last_arrival_ns);
        self.last_arrival_ns = at_ns;
        Ok(at_ns)
    }

    /// Returns the number of the direction that its packets take, among those of all links.
    pub(crate) fn queue(&self) -> usize {
        2 * self.link + usize::from(self.way == Way::Reverse)
    }
}
