//! A simulation before its clock starts.

use std::net::IpAddr;
use std::rc::Rc;
use std::time::Duration;

use network::{HostId, Network};
use simnet::Capture;
use turmoil_engine::Turmoil;

use crate::Engine;

/// An engine, and how its clock moves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum EngineKind {
    /// `simnet`, whose clock moves from event to event.
    #[default]
    Simnet,
    /// `simnet`, with a clock that moves in ticks of this length, to be compared with turmoil.
    SimnetInTicks(Duration),
    /// turmoil, whose clock moves in ticks of this length.
    Turmoil(Duration),
}

impl EngineKind {
    /// Returns the length of a tick, if its clock moves in ticks.
    pub fn tick(self) -> Option<Duration> {
        match self {
            Self::Simnet => None,
            Self::SimnetInTicks(tick) | Self::Turmoil(tick) => Some(tick),
        }
    }

    /// Returns the time by which everything has happened that is planned for `at` or before: the end of a tick.
    pub fn rounded(self, at: Duration) -> Duration {
        let to = |tick: Duration| {
            Duration::from_nanos((at.as_nanos() as u64).next_multiple_of(tick.as_nanos() as u64))
        };
        self.tick().map_or(at, to)
    }
}

/// A simulation under construction.
#[derive(Debug)]
pub struct Builder {
    seed: u64,
    hosts: Vec<HostSetup>,
    /// The network, for links and firewalls between the hosts added so far.
    pub network: Network,
}

#[derive(Debug)]
struct HostSetup {
    name: Rc<str>,
    address: IpAddr,
    speaks_tcp: bool,
}

impl Builder {
    /// Makes a builder; all random choices follow from `seed`.
    pub fn new(seed: u64) -> Self {
        Self { seed, hosts: Vec::new(), network: Network::new(seed) }
    }

    /// Adds a host. `speaks_tcp` gives it TCP; without TCP, it answers every segment with RST.
    ///
    /// # Panics
    /// If the address is taken: scenarios are checked for that.
    pub fn host(&mut self, name: &str, address: IpAddr, speaks_tcp: bool) -> HostId {
        self.hosts.push(HostSetup { name: name.into(), address, speaks_tcp });
        self.network.host(&[address])
    }

    /// Starts the clock. Only `simnet` captures packets.
    pub fn build(self, kind: EngineKind, capture: Option<Capture>) -> Box<dyn Engine> {
        let Self { seed, hosts, network } = self;
        let tick = match kind {
            EngineKind::Simnet => None,
            EngineKind::SimnetInTicks(tick) => Some(tick),
            EngineKind::Turmoil(tick) => {
                let hosts: Vec<_> = hosts.into_iter().map(|host| (host.name, host.address)).collect();
                return Box::new(Turmoil::new(seed, tick, network, &hosts));
            }
        };
        let mut builder = simnet::Builder::on(network, seed);
        for HostSetup { name, address, speaks_tcp } in hosts {
            builder.equip(&name, &[address], speaks_tcp);
        }
        if let Some(tick) = tick {
            builder.tick(tick);
        }
        if let Some(capture) = capture {
            builder.capture(capture);
        }
        Box::new(builder.build())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_left_undone_for_the_end_of_a_tick() {
        let [ms, tick] = [1, 300].map(Duration::from_millis);
        assert_eq!(EngineKind::Simnet.rounded(ms), ms);
        for kind in [EngineKind::SimnetInTicks(tick), EngineKind::Turmoil(tick)] {
            assert_eq!(
                (kind.rounded(ms), kind.rounded(tick), kind.rounded(tick + ms)),
                (tick, tick, 2 * tick)
            );
        }
    }
}
