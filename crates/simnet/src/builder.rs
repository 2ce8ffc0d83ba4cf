//! A world before its clock starts: its hosts, and what is between them.

use std::cell::{Cell, RefCell};
use std::net::IpAddr;
use std::rc::Rc;

use rand::RngExt;

use crate::capture::Capture;
use crate::derive;
use crate::executor::Executor;
use crate::firewall::{Action, Firewall, Rule};
use crate::guest::Guest;
use crate::link::{Conditions, Lane};
use crate::net::{HostState, Net};
use crate::tcp::Stack;
use crate::topology::{Between, FirewallId, HostId, Link, LinkId};
use crate::world::{Simnet, World};

/// A world in the making.
#[derive(Debug)]
pub struct Builder {
    seed: u64,
    hosts: Vec<HostState>,
    links: Vec<Link>,
    firewalls: Vec<(Between, Firewall)>,
    capture: Option<Capture>,
}

impl Builder {
    /// A world whose every random choice follows from `seed`.
    pub fn new(seed: u64) -> Self {
        Self { seed, hosts: Vec::new(), links: Vec::new(), firewalls: Vec::new(), capture: None }
    }

    /// Adds a host. `speaks_tcp` gives it TCP; without, it answers every segment with RST.
    ///
    /// # Panics
    /// If an address is taken: a scenario has been checked for that.
    pub fn host(&mut self, name: &str, addresses: &[IpAddr], speaks_tcp: bool) -> HostId {
        let taken = |address| self.hosts.iter().any(|host| host.addresses.contains(address));
        assert!(!addresses.iter().any(taken), "two hosts have an address of {addresses:?}");
        let seed = || derive(self.seed, &format!("host/{name}/tcp")).random();
        let tcp = speaks_tcp.then(|| Stack::new(addresses, seed()));
        self.hosts.push(HostState::new(name, addresses, tcp));
        HostId(self.hosts.len() as u32 - 1)
    }

    /// Joins every host of `a` with every host of `b`. All of them share the link's bandwidth. Where several links join a pair,
    /// the first one added carries it; pairs that no link joins have the [`Conditions`] of a quiet LAN without a bandwidth limit.
    pub fn link(
        &mut self,
        name: &str,
        a: &[HostId],
        b: &[HostId],
        forward: Conditions,
        reverse: Conditions,
    ) -> LinkId {
        let lane = |conditions, direction| {
            Lane::new(conditions, derive(self.seed, &format!("link/{name}/{direction}")))
        };
        self.links.push(Link {
            between: Between::new(a, b),
            forward: lane(forward, "forward"),
            reverse: lane(reverse, "reverse"),
        });
        LinkId(self.links.len() as u32 - 1)
    }

    /// Puts a firewall between every host of `a` and every host of `b`. What no rule matches meets `default`.
    pub fn firewall(
        &mut self,
        name: &str,
        a: &[HostId],
        b: &[HostId],
        rules: Vec<Rule>,
        default: Action,
    ) -> FirewallId {
        self.firewalls.push((Between::new(a, b), Firewall::new(name, rules, default)));
        FirewallId(self.firewalls.len() as u32 - 1)
    }

    /// Records all packets.
    pub fn capture(&mut self, capture: Capture) {
        self.capture = Some(capture);
    }

    /// Starts the clock.
    pub fn build(mut self) -> Simnet {
        let everyone: Vec<HostId> = (0..self.hosts.len() as u32).map(HostId).collect();
        let quiet = Conditions { bandwidth: None, ..Conditions::default() };
        self.link("default", &everyone, &everyone, quiet.clone(), quiet);
        if let Some(capture) = &mut self.capture {
            let hosts: Vec<(&str, &[IpAddr])> =
                self.hosts.iter().map(|host| (&*host.name, host.addresses.as_slice())).collect();
            capture.begin(&hosts);
        }
        let net = Net::new(self.hosts, self.links, self.firewalls, self.capture);
        Simnet {
            world: Rc::new(World {
                seed: self.seed,
                now_ns: Cell::new(0),
                net: RefCell::new(net),
                executor: Executor::default(),
                guest: Guest::new(self.seed),
            }),
        }
    }
}
