//! Links and firewalls.

use std::ops::RangeInclusive;

use text::units;

use crate::diagnostic::Diagnostic;
use crate::language::{DIRECTION, FIREWALL, LINK, NETWORK, RULE};
use crate::model::{Firewall, Link, Matching, Members, Protocol, Quality, Rule, Verdict};
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

        let quality = quality(&mut self.reader, &fields, Quality::default());
        let mut directions = [quality.clone(), quality];
        for (direction, key) in directions.iter_mut().zip(["forward", "reverse"]) {
            if let Some(fields) = fields.node(key).and_then(|node| self.reader.fields(node, &DIRECTION)) {
                *direction = self::quality(&mut self.reader, &fields, direction.clone());
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
        let defaults = [("permit", Verdict::Permit), ("deny", Verdict::Deny)];
        let default = fields.node("default").map(|node| self.reader.choice(node, &defaults));
        let (name, span) = name?;
        Some(Firewall {
            name,
            between: between?,
            rules,
            default: default.unwrap_or(Some(Verdict::Permit))?,
            span,
        })
    }

    /// A rule of a firewall.
    pub(super) fn rule(&mut self, node: &Node) -> Option<Rule> {
        let fields = self.reader.fields(node, &RULE)?;
        let entry = fields.one_of()?;
        let matching = self.matching(&entry.value, &fields)?;
        Some(Rule { verdict: verdict(&entry.key), matching })
    }

    /// `udp/69`, with the `from` and `to` that stand beside it.
    pub(super) fn matching(&mut self, node: &Node, fields: &Fields<'_>) -> Option<Matching> {
        let text = self.reader.text(node)?;
        let packets = packets(text);
        if packets.is_none() {
            let expected = "any, icmp, udp, tcp, udp/69 or tcp/1024-65535";
            self.reader.wrong_value(text, node.span, expected);
        }
        let mut end = |key: &str| match fields.node(key) {
            None => Some(Members::Any),
            Some(node) => {
                let name = self.reader.text(node)?;
                self.names.members(&mut self.reader, name, node.span)
            }
        };
        let (from, to) = (end("from"), end("to"));
        let (protocol, ports) = packets?;
        Some(Matching { protocol, ports, from: from?, to: to? })
    }
}

/// What a rule's key says.
pub(super) fn verdict(key: &str) -> Verdict {
    match key {
        "permit" => Verdict::Permit,
        "deny" => Verdict::Deny,
        _ => Verdict::Reject,
    }
}

/// The keys that [`quality`] reads.
pub(super) const QUALITIES: [&str; 9] =
    ["latency", "jitter", "bandwidth", "queue", "loss", "duplication", "reordering", "corruption", "mtu"];

/// `base` with what is written in `fields`.
pub(super) fn quality(reader: &mut Reader, fields: &Fields<'_>, base: Quality) -> Quality {
    let mut read = Qualities { reader, fields };
    Quality {
        latency: read.value("latency", units::duration).unwrap_or(base.latency),
        jitter: read.value("jitter", units::duration).unwrap_or(base.jitter),
        bandwidth: read.value("bandwidth", units::bit_rate).or(base.bandwidth),
        queue: read.value("queue", units::bytes).or(base.queue),
        loss: read.value("loss", units::ratio).unwrap_or(base.loss),
        duplication: read.value("duplication", units::ratio).unwrap_or(base.duplication),
        reordering: read.value("reordering", units::ratio).unwrap_or(base.reordering),
        corruption: read.value("corruption", units::ratio).unwrap_or(base.corruption),
        mtu: read.value("mtu", mtu).or(base.mtu),
    }
}

/// The keys of a quality, of which each may be left out.
struct Qualities<'a> {
    reader: &'a mut Reader,
    fields: &'a Fields<'a>,
}

impl Qualities<'_> {
    fn value<T>(&mut self, key: &str, read: fn(&str) -> Result<T, units::UnitError>) -> Option<T> {
        self.fields.node(key).and_then(|node| self.reader.unit(node, read))
    }
}

/// The least that IPv4 asks of a link, and the most that it can name (RFC 791).
const MTUS: RangeInclusive<u64> = 68..=65_535;

fn mtu(text: &str) -> Result<u32, units::UnitError> {
    let wrong = units::UnitError { expected: "an MTU from 68 to 65535 bytes" };
    let bytes = units::bytes(text).ok().filter(|bytes| MTUS.contains(bytes));
    bytes.and_then(|bytes| u32::try_from(bytes).ok()).ok_or(wrong)
}

fn packets(text: &str) -> Option<(Protocol, Option<RangeInclusive<u16>>)> {
    let (protocol, ports) = match text.split_once('/') {
        Some((protocol, ports)) => (protocol, Some(ports)),
        None => (text, None),
    };
    let protocol = match protocol {
        "any" => Protocol::Any,
        "udp" => Protocol::Udp,
        "tcp" => Protocol::Tcp,
        "icmp" => Protocol::Icmp,
        _ => return None,
    };
    let Some(ports) = ports else { return Some((protocol, None)) };
    if !matches!(protocol, Protocol::Udp | Protocol::Tcp) {
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
        assert_eq!(packets("any"), Some((Protocol::Any, None)));
        assert_eq!(packets("icmp"), Some((Protocol::Icmp, None)));
        assert_eq!(packets("udp/69"), Some((Protocol::Udp, Some(69..=69))));
        assert_eq!(packets("tcp/1024-65535"), Some((Protocol::Tcp, Some(1024..=65535))));
        for wrong in ["", "udp/", "udp/tftp", "udp/70000", "udp/70-69", "icmp/8", "any/69", "ip"] {
            assert_eq!(packets(wrong), None, "{wrong}");
        }
    }
}
