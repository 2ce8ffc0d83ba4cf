//! Links and firewalls.

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::ops::RangeInclusive;
use std::sync::Arc;

use network::{Addresses, Impairments, Match, Protocol, Rule, RuleAction};
use text::units;

use crate::diagnostic::Diagnostic;
use crate::language::{DIRECTION, FIREWALL, LINK, NETWORK, RULE};
use crate::model::{Firewall, Link, Members};
use crate::reader::{Fields, Reader};
use crate::resolve::Loader;
use crate::yaml::{Node, pair_name};

impl Loader<'_> {
    pub(super) fn network(&mut self, root: &Fields<'_>) -> (Vec<Link>, Vec<Firewall>) {
        let Some(fields) = root.node("network").and_then(|node| self.reader.fields(node, &NETWORK)) else {
            return (Vec::new(), Vec::new());
        };
        let mut links: Vec<Link> = Vec::new();
        for node in fields.node("links").map(|node| self.reader.list(node)).unwrap_or_default() {
            let Some(link) = self.link(node) else { continue };
            if let Some(first) = links.iter().find(|first| first.name == link.name) {
                let problem = Diagnostic::error(format!("two links are called `{}`", link.name));
                let problem =
                    problem.at(link.span, "the second one would never count").at(first.span, "first here");
                self.reader.report(problem.help("give one another `name:`, or write one link"));
            } else {
                links.push(link);
            }
        }
        let mut firewalls: Vec<Firewall> = Vec::new();
        for node in fields.node("firewalls").map(|node| self.reader.list(node)).unwrap_or_default() {
            let Some(firewall) = self.firewall(node) else { continue };
            if let Some(first) = firewalls.iter().find(|first| first.name == firewall.name) {
                let problem = Diagnostic::error(format!("two firewalls are called `{}`", firewall.name));
                self.reader
                    .report(problem.at(firewall.span, "needs another name").at(first.span, "used here"));
            } else {
                firewalls.push(firewall);
            }
        }
        (links, firewalls)
    }

    fn link(&mut self, node: &Node) -> Option<Link> {
        let fields = self.reader.fields(node, &LINK)?;
        let between = fields.node("between").and_then(|node| Some((self.between(node)?, node)));
        let written =
            fields.node("name").map(|node| self.reader.text(node).map(|name| (name.to_owned(), node.span)));
        let generated = fields.node("between").map(|node| (pair_name(node), node.span));
        let (name, span) = written.unwrap_or(generated)?;

        let both = impairments(&mut self.reader, &fields, Impairments::default());
        let mut directions = [both.clone(), both];
        for (direction, key) in directions.iter_mut().zip(["forward", "reverse"]) {
            if let Some(fields) = fields.node(key).and_then(|node| self.reader.fields(node, &DIRECTION)) {
                *direction = impairments(&mut self.reader, &fields, direction.clone());
            }
        }
        let [forward, reverse] = directions;
        Some(Link { name, between: between?.0, forward, reverse, span })
    }

    /// Two ends.
    pub(super) fn between(&mut self, node: &Node) -> Option<[Members; 2]> {
        let [first, second] = self.reader.pair(node)?;
        let mut end = |(name, span)| self.names.members(&mut self.reader, name, span);
        let (first, second) = (end(first), end(second));
        Some([first?, second?])
    }

    fn firewall(&mut self, node: &Node) -> Option<Firewall> {
        let fields = self.reader.fields(node, &FIREWALL)?;
        let name = fields.node("name").and_then(|node| Some((self.reader.text(node)?.to_owned(), node.span)));
        let between = fields.node("between").and_then(|node| self.between(node));
        let rules = fields.node("rules").map(|node| self.reader.list(node)).unwrap_or_default();
        let rules = rules.iter().filter_map(|node| self.rule(node)).collect();
        let defaults = [("permit", RuleAction::Permit), ("deny", RuleAction::Deny)];
        let default = fields.node("default").map(|node| self.reader.choice(node, &defaults));
        let (name, span) = name?;
        Some(Firewall {
            name,
            between: between?,
            rules,
            default: default.unwrap_or(Some(RuleAction::Permit))?,
            span,
        })
    }

    /// A rule of a firewall.
    pub(super) fn rule(&mut self, node: &Node) -> Option<Rule> {
        let fields = self.reader.fields(node, &RULE)?;
        let entry = fields.one_of()?;
        let matches = self.matches(&entry.value, &fields)?;
        Some(Rule { action: rule_action(&entry.key), matches })
    }

    /// `udp/69`, with the `from` and `to` that stand beside it.
    pub(super) fn matches(&mut self, node: &Node, fields: &Fields<'_>) -> Option<Match> {
        let text = self.reader.text(node)?;
        let packets = packets(text);
        if packets.is_none() {
            let expected = "any, icmp, udp, tcp, udp/69 or tcp/1024-65535";
            self.reader.wrong_value(text, node.span, expected);
        }
        let mut end = |key: &str| fields.node(key).map_or(Some(None), |node| self.addresses_of(node));
        let (from, to) = (end("from"), end("to"));
        let (protocol, ports) = packets?;
        Some(Match { protocol, ports, from: from?, to: to? })
    }

    /// The addresses of a host, a group or a prefix, by name. Made once for each name, as thousands of rules may share them.
    fn addresses_of(&mut self, node: &Node) -> Option<Addresses> {
        let name = self.reader.text(node)?;
        if let Some(known) = self.address_sets.get(name) {
            return Some(known.clone());
        }
        let members = self.names.members(&mut self.reader, name, node.span)?;
        let of_hosts = |is_meant: &dyn Fn(&str, IpAddr) -> bool| {
            let meant = self.addresses.iter().filter(|(address, host, _)| is_meant(host, *address));
            Some(Arc::new(meant.map(|(address, ..)| *address).collect()))
        };
        let addresses = match &members {
            Members::Any => None,
            Members::Address(address) => Some(Arc::new(BTreeSet::from([*address]))),
            Members::Hosts(hosts) => {
                let hosts: BTreeSet<&str> = hosts.iter().map(String::as_str).collect();
                of_hosts(&|host, _| hosts.contains(host))
            }
            // Only hosts send and receive.
            Members::Range(first, last) => of_hosts(&|_, address| (*first..=*last).contains(&address)),
        };
        self.address_sets.insert(name.to_owned(), addresses.clone());
        Some(addresses)
    }
}

/// What a rule's key says.
pub(super) fn rule_action(key: &str) -> RuleAction {
    match key {
        "permit" => RuleAction::Permit,
        "deny" => RuleAction::Deny,
        _ => RuleAction::Reject,
    }
}

/// Reads the value of a key into the number that it stands for.
pub(super) type ReadNumber = fn(&mut Reader, &Node, &mut Impairments);

/// The numbers of a link by key.
pub(super) static NUMBERS: [(&str, ReadNumber); 9] = [
    ("latency", |reader, node, to| set(&mut to.latency, reader.unit(node, units::duration))),
    ("jitter", |reader, node, to| set(&mut to.jitter, reader.unit(node, units::duration))),
    ("bandwidth", |reader, node, to| set(&mut to.bandwidth, reader.unit(node, units::bit_rate).map(Some))),
    ("queue", |reader, node, to| set(&mut to.queue, reader.unit(node, units::bytes).map(Some))),
    ("loss", |reader, node, to| set(&mut to.loss, reader.unit(node, units::ratio))),
    ("duplication", |reader, node, to| set(&mut to.duplication, reader.unit(node, units::ratio))),
    ("reordering", |reader, node, to| set(&mut to.reordering, reader.unit(node, units::ratio))),
    ("corruption", |reader, node, to| set(&mut to.corruption, reader.unit(node, units::ratio))),
    ("mtu", |reader, node, to| set(&mut to.mtu, reader.unit(node, mtu))),
];

/// Writes what could be read.
fn set<T>(to: &mut T, value: Option<T>) {
    if let Some(value) = value {
        *to = value;
    }
}

/// `base` with what is written in `fields`.
pub(super) fn impairments(reader: &mut Reader, fields: &Fields<'_>, base: Impairments) -> Impairments {
    let mut impairments = base;
    for (key, read) in &NUMBERS {
        if let Some(node) = fields.node(key) {
            read(reader, node, &mut impairments);
        }
    }
    impairments
}

/// The least that IPv4 asks of a link, and the most that it can name (RFC 791).
const MTUS: RangeInclusive<u64> = 68..=65_535;

fn mtu(text: &str) -> Result<u32, units::UnitError> {
    let wrong = units::UnitError { expected: "an MTU from 68 to 65535 bytes" };
    let bytes = units::bytes(text).ok().filter(|bytes| MTUS.contains(bytes));
    bytes.and_then(|bytes| u32::try_from(bytes).ok()).ok_or(wrong)
}

/// `udp/69` as protocol and ports; `None` for all of them.
fn packets(text: &str) -> Option<(Option<Protocol>, Option<RangeInclusive<u16>>)> {
    let (protocol, ports) = match text.split_once('/') {
        Some((protocol, ports)) => (protocol, Some(ports)),
        None => (text, None),
    };
    let protocol = match protocol {
        "any" => None,
        "udp" => Some(Protocol::Udp),
        "tcp" => Some(Protocol::Tcp),
        "icmp" => Some(Protocol::Icmp),
        _ => return None,
    };
    let Some(ports) = ports else { return Some((protocol, None)) };
    if !matches!(protocol, Some(Protocol::Udp | Protocol::Tcp)) {
        return None;
    }
    let port = |text: &str| units::number(text).ok().and_then(|port| u16::try_from(port).ok());
    let (low, high) = ports.split_once('-').unwrap_or((ports, ports));
    let (low, high) = (port(low)?, port(high)?);
    (low <= high).then_some((protocol, Some(low..=high)))
}

/// For the timeline: the link stated at `span`, by name or ends.
pub(super) fn find_link<'a>(
    links: &'a [Link],
    name: Option<&str>,
    between: Option<&[Members; 2]>,
) -> Option<&'a Link> {
    links.iter().find(|link| match (name, between) {
        (Some(name), _) => link.name == name,
        (None, Some([a, b])) => {
            link.between == [a.clone(), b.clone()] || link.between == [b.clone(), a.clone()]
        }
        (None, None) => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packets_are_named_as_in_access_lists() {
        assert_eq!(packets("any"), Some((None, None)));
        assert_eq!(packets("icmp"), Some((Some(Protocol::Icmp), None)));
        assert_eq!(packets("udp/69"), Some((Some(Protocol::Udp), Some(69..=69))));
        assert_eq!(packets("tcp/1024-65535"), Some((Some(Protocol::Tcp), Some(1024..=65535))));
        for wrong in ["", "udp/", "udp/tftp", "udp/70000", "udp/70-69", "icmp/8", "any/69", "ip"] {
            assert_eq!(packets(wrong), None, "{wrong}");
        }
    }
}
