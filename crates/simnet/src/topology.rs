//! Which links and firewalls lie between two hosts.

use std::collections::BTreeSet;

use crate::link::Lane;

/// A host of a world, in the order of adding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HostId(pub(crate) u32);

/// A link of a world, in the order of adding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LinkId(pub(crate) u32);

/// A firewall of a world, in the order of adding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FirewallId(pub(crate) u32);

/// Which way a packet crosses a link or firewall.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    /// From the first group to the second, as the scenario names them.
    Forward,
    /// From the second group to the first.
    Reverse,
}

/// Two groups of hosts with something between them.
#[derive(Clone, Debug)]
pub(crate) struct Between {
    a: BTreeSet<HostId>,
    b: BTreeSet<HostId>,
}

impl Between {
    pub(crate) fn new(a: &[HostId], b: &[HostId]) -> Self {
        Self { a: a.iter().copied().collect(), b: b.iter().copied().collect() }
    }

    fn crossed_by(&self, src: HostId, dst: HostId) -> Option<Direction> {
        if self.a.contains(&src) && self.b.contains(&dst) {
            Some(Direction::Forward)
        } else if self.b.contains(&src) && self.a.contains(&dst) {
            Some(Direction::Reverse)
        } else {
            None
        }
    }
}

/// A link: one lane each way, shared by all pairs of hosts that it joins.
#[derive(Debug)]
pub(crate) struct Link {
    pub(crate) between: Between,
    pub(crate) forward: Lane,
    pub(crate) reverse: Lane,
}

impl Link {
    pub(crate) fn lane(&mut self, direction: Direction) -> &mut Lane {
        match direction {
            Direction::Forward => &mut self.forward,
            Direction::Reverse => &mut self.reverse,
        }
    }
}

/// What lies on the way from one host to another.
#[derive(Clone, Debug)]
pub(crate) struct Path {
    pub(crate) link: (usize, Direction),
    pub(crate) firewalls: Vec<usize>,
    /// When the latest packet of this pair arrives: jitter never lets a later one overtake it.
    pub(crate) last_arrival_ns: u64,
}

/// The path from `src` to `dst`: the first link that joins them, and every firewall between them, in the order of adding.
/// The last link joins everything, so there always is one.
pub(crate) fn path(
    links: &[Link],
    firewalls: &[(Between, crate::firewall::Firewall)],
    src: HostId,
    dst: HostId,
) -> Path {
    let link = links
        .iter()
        .enumerate()
        .find_map(|(index, link)| Some((index, link.between.crossed_by(src, dst)?)))
        .expect("the default link joins all hosts");
    let firewalls = firewalls
        .iter()
        .enumerate()
        .filter(|(_, (between, _))| between.crossed_by(src, dst).is_some())
        .map(|(index, _)| index)
        .collect();
    Path { link, firewalls, last_arrival_ns: 0 }
}
