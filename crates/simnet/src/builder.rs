//! A simulation before its clock starts: its hosts, links and firewalls.

use std::net::IpAddr;
use std::rc::Rc;
use std::time::Duration;

use host::context::Context;
use network::{FirewallId, HostId, Impairments, LinkId, Network, Rule, RuleAction, derive};
use rand::RngExt;

use crate::capture::Capture;
use crate::engine::{Engine, Simnet};
use crate::event_queue::EventQueue;
use crate::net::{HostState, Net};
use crate::tcp::Stack;

/// A simulation under construction.
#[derive(Debug)]
pub struct Builder {
    seed: u64,
    names: Vec<Rc<str>>,
    hosts: Vec<HostState>,
    network: Network,
    tick: Option<Duration>,
    capture: Option<Capture>,
}

impl Builder {
    /// Makes a builder; all random choices follow from `seed`.
    pub fn new(seed: u64) -> Self {
        Self {
            seed,
            names: Vec::new(),
            hosts: Vec::new(),
            network: Network::new(seed),
            tick: None,
            capture: None,
        }
    }

    /// Adds a host. `speaks_tcp` gives it TCP; without TCP, it answers every segment with RST.
    ///
    /// # Panics
    /// If an address is taken: scenarios are checked for that.
    pub fn host(&mut self, name: &str, addresses: &[IpAddr], speaks_tcp: bool) -> HostId {
        let id = self.network.host(addresses);
        self.equip(name, addresses, speaks_tcp);
        id
    }

    /// Makes a builder on a network that has hosts already. Each is to be equipped, in their order.
    pub fn on(network: Network, seed: u64) -> Self {
        Self { network, ..Self::new(seed) }
    }

    /// Gives the next host of the network its name and its sockets.
    pub fn equip(&mut self, name: &str, addresses: &[IpAddr], speaks_tcp: bool) {
        let seed = || derive(self.seed, &format!("host/{name}/tcp")).random();
        let tcp = speaks_tcp.then(|| Stack::new(addresses, seed()));
        self.names.push(name.into());
        self.hosts.push(HostState::new(addresses, tcp));
    }

    /// Adds a link; see [`Network::link`].
    pub fn link(
        &mut self,
        name: &str,
        a: &[HostId],
        b: &[HostId],
        forward: Impairments,
        reverse: Impairments,
    ) -> LinkId {
        self.network.link(name, a, b, forward, reverse)
    }

    /// Adds a firewall; see [`Network::firewall`].
    pub fn firewall(
        &mut self,
        name: &str,
        a: &[HostId],
        b: &[HostId],
        rules: Vec<Rule>,
        default: RuleAction,
    ) -> FirewallId {
        self.network.firewall(name, a, b, rules, default)
    }

    /// Makes the clock move in ticks of this length, for comparison with simulators whose clock does. Times are rounded up to the
    /// next tick, and within a tick the hosts run one after the other.
    ///
    /// # Panics
    /// If `tick` is zero.
    pub fn tick(&mut self, tick: Duration) {
        assert!(!tick.is_zero(), "the clock moves");
        self.tick = Some(tick);
    }

    /// Records all packets.
    pub fn capture(&mut self, capture: Capture) {
        self.capture = Some(capture);
    }

    /// Starts the clock.
    pub fn build(mut self) -> Simnet {
        if let Some(capture) = &mut self.capture {
            let hosts: Vec<(&str, &[IpAddr])> =
                self.names.iter().zip(&self.hosts).map(|(name, host)| (&**name, &*host.addresses)).collect();
            capture.begin(&hosts);
        }
        let context = Rc::new(Context::new(self.names));
        let queue = EventQueue::new(self.tick);
        let net = Net::new(Rc::clone(&context), self.hosts, self.network, queue, self.capture);
        Simnet { engine: Rc::new(Engine::new(self.seed, context, net)) }
    }
}
