//! The names of a scenario's hosts, links and firewalls, and their ids in the simulated network.

use std::collections::BTreeMap;
use std::net::IpAddr;

use engine::Builder;
use network::{FirewallId, HostId, LinkId};
use scenario::{Members, Scenario};

use super::device::Hosts;

/// Maps names of the scenario to ids in the network.
#[derive(Debug, Default)]
pub(crate) struct Names {
    hosts: BTreeMap<String, (HostId, IpAddr)>,
    /// The addresses by which others know hosts whose own are translated.
    outside: BTreeMap<String, IpAddr>,
    links: BTreeMap<String, LinkId>,
    firewalls: BTreeMap<String, FirewallId>,
}

impl Names {
    /// Adds everything to `builder`.
    pub(crate) fn build(scenario: &Scenario, hosts: &Hosts, builder: &mut Builder) -> Self {
        let mut names = Self::default();
        for (host, (_, blueprint)) in scenario.hosts().zip(hosts.iter()) {
            let id = builder.host(host.name, host.address, blueprint.kind().speaks_tcp);
            names.hosts.insert(host.name.to_owned(), (id, host.address));
        }
        for own in scenario.access_points.iter().filter(|point| point.runs_controller) {
            let controller = &scenario.controllers[own.controller].name;
            builder.network.put_into_one_box(names.host(controller), names.host(&own.name));
        }
        for server in &scenario.servers {
            if let Some(nat) = &server.nat {
                builder.network.translate(&[server.address], nat.clone());
                names.outside.insert(server.name.clone(), nat.outside);
            }
        }
        for site in &scenario.nats {
            let inside: Vec<IpAddr> = site.hosts.iter().map(|host| names.hosts[host].1).collect();
            builder.network.translate(&inside, site.nat.clone());
            names.outside.extend(site.hosts.iter().map(|host| (host.clone(), site.nat.outside)));
        }
        for link in &scenario.links {
            let [a, b] = link.between.each_ref().map(|members| names.ids(members));
            let id = builder.network.link(&link.name, &a, &b, link.forward.clone(), link.reverse.clone());
            names.links.insert(link.name.clone(), id);
        }
        for firewall in &scenario.firewalls {
            let [a, b] = firewall.between.each_ref().map(|members| names.ids(members));
            let id = builder.network.firewall_with(&firewall.name, &a, &b, firewall.policy.clone());
            names.firewalls.insert(firewall.name.clone(), id);
            for list in &firewall.access_lists {
                builder.network.firewall_with(&firewall.name, &a, &b, list.clone());
            }
        }
        names
    }

    /// Returns the host called `name`. The scenario has been checked, so it exists.
    pub(crate) fn host(&self, name: &str) -> HostId {
        self.hosts[name].0
    }

    /// Returns the link called `name`.
    pub(crate) fn link(&self, name: &str) -> LinkId {
        self.links[name]
    }

    /// Returns the firewall called `name`.
    pub(crate) fn firewall(&self, name: &str) -> FirewallId {
        self.firewalls[name]
    }

    fn ids(&self, members: &Members) -> Vec<HostId> {
        self.hosts
            .iter()
            .filter(|(name, (_, address))| {
                let outside = self.outside.get(*name);
                members.contains(Some(name), *address)
                    || outside.is_some_and(|outside| members.contains(Some(name), *outside))
            })
            .map(|(_, (id, _))| *id)
            .collect()
    }
}
