//! The scenario's hosts, links and firewalls, as the simulated network has them.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use scenario::{HostKind, Matching, Members, Protocol, Quality, Scenario, Verdict};
use simnet::{Action, Builder, Conditions, FirewallId, HostId, LinkId, Match, Rule};

/// Names of the scenario and what they are in the network.
#[derive(Debug, Default)]
pub(crate) struct Network {
    hosts: BTreeMap<String, (HostId, IpAddr)>,
    links: BTreeMap<String, LinkId>,
    firewalls: BTreeMap<String, FirewallId>,
}

impl Network {
    /// Adds everything to `builder`.
    pub(crate) fn build(scenario: &Scenario, builder: &mut Builder) -> Self {
        let mut network = Self::default();
        for host in scenario.hosts() {
            // Access points of an EWC network open no TCP connections, and every host that does costs each pass.
            let speaks_tcp = !matches!(host.kind, HostKind::AccessPoint(_));
            let id = builder.host(host.name, &[host.address], speaks_tcp);
            network.hosts.insert(host.name.to_owned(), (id, host.address));
        }
        for link in &scenario.links {
            let [a, b] = link.between.each_ref().map(|members| network.ids(members));
            let id = builder.link(&link.name, &a, &b, conditions(&link.forward), conditions(&link.reverse));
            network.links.insert(link.name.clone(), id);
        }
        for firewall in &scenario.firewalls {
            let [a, b] = firewall.between.each_ref().map(|members| network.ids(members));
            let rules = firewall.rules.iter().map(|rule| network.rule(rule)).collect();
            let id = builder.firewall(&firewall.name, &a, &b, rules, action(firewall.default));
            network.firewalls.insert(firewall.name.clone(), id);
        }
        network
    }

    /// The host called `name`. The scenario has been checked, so it exists.
    pub(crate) fn host(&self, name: &str) -> HostId {
        self.hosts[name].0
    }

    /// The link called `name`.
    pub(crate) fn link(&self, name: &str) -> LinkId {
        self.links[name]
    }

    /// The firewall called `name`.
    pub(crate) fn firewall(&self, name: &str) -> FirewallId {
        self.firewalls[name]
    }

    /// A rule of the scenario, with names resolved to addresses.
    pub(crate) fn rule(&self, rule: &scenario::Rule) -> Rule {
        Rule { action: action(rule.verdict), matches: self.matching(&rule.matching) }
    }

    /// What a rule matches, with names resolved to addresses.
    pub(crate) fn matching(&self, matching: &Matching) -> Match {
        Match {
            protocol: match matching.protocol {
                Protocol::Any => None,
                Protocol::Udp => Some(simnet::Protocol::Udp),
                Protocol::Tcp => Some(simnet::Protocol::Tcp),
                Protocol::Icmp => Some(simnet::Protocol::Icmp),
            },
            ports: matching.ports.clone(),
            from: self.addresses(&matching.from),
            to: self.addresses(&matching.to),
        }
    }

    fn ids(&self, members: &Members) -> Vec<HostId> {
        self.hosts
            .iter()
            .filter(|(name, (_, address))| members.contains(Some(name), *address))
            .map(|(_, (id, _))| *id)
            .collect()
    }

    fn addresses(&self, members: &Members) -> Option<BTreeSet<IpAddr>> {
        match members {
            Members::Any => None,
            Members::Hosts(names) => Some(names.iter().map(|name| self.hosts[name].1).collect()),
            Members::Address(address) => Some(BTreeSet::from([*address])),
            // Nobody else sends or receives.
            Members::Range(..) => {
                let hosts = self.hosts.values().map(|(_, address)| *address);
                Some(hosts.filter(|address| members.contains(None, *address)).collect())
            }
        }
    }
}

/// One direction of a link as the network takes it.
pub(crate) fn conditions(quality: &Quality) -> Conditions {
    Conditions {
        latency: quality.latency,
        jitter: quality.jitter,
        bandwidth: quality.bandwidth,
        queue_bytes: quality.queue.unwrap_or(u64::MAX),
        loss: quality.loss,
        duplication: quality.duplication,
        reordering: quality.reordering,
        corruption: quality.corruption,
        mtu: quality.mtu.unwrap_or(Conditions::default().mtu),
        up: true,
    }
}

pub(super) fn action(verdict: Verdict) -> Action {
    match verdict {
        Verdict::Permit => Action::Permit,
        Verdict::Deny => Action::Deny,
        Verdict::Reject => Action::Reject,
    }
}
