//! Links and firewalls.

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::ops::RangeInclusive;
use std::sync::Arc;

use network::{Addresses, Impairments, Match, Policy, Protocol, Rule, RuleAction, Tracking};
use text::units;

use crate::diagnostic::Diagnostic;
use crate::language::{self, Named, Written};
use crate::model::{Firewall, Link, Members, SiteNat};
use crate::resolve::Loader;
use crate::source::Span;

impl Loader<'_> {
    pub(super) fn network(&mut self, raw: language::Network) -> (Vec<Link>, Vec<Firewall>, Vec<SiteNat>) {
        // Firewalls see outside addresses.
        let nats = self.nats(raw.nat.value.unwrap_or_default());
        let mut links: Vec<Link> = Vec::new();
        for raw in raw.links.value.unwrap_or_default().into_iter().flatten() {
            let Some(link) = self.link(raw) else { continue };
            if let Some(first) = links.iter().find(|first| first.name == link.name) {
                let problem = Diagnostic::error(format!("two links are called `{}`", link.name));
                let problem =
                    problem.at(link.span, "this one would never apply").at(first.span, "first here");
                self.reader.report(problem.help("give one of them a different `name:`, or merge them"));
            } else {
                links.push(link);
            }
        }
        let mut firewalls: Vec<Firewall> = Vec::new();
        for raw in raw.firewalls.value.unwrap_or_default().into_iter().flatten() {
            let Some(firewall) = self.firewall(raw) else { continue };
            if let Some(first) = firewalls.iter().find(|first| first.name == firewall.name) {
                let problem = Diagnostic::error(format!("two firewalls are called `{}`", firewall.name));
                self.reader
                    .report(problem.at(firewall.span, "needs another name").at(first.span, "used here"));
            } else {
                firewalls.push(firewall);
            }
        }
        (links, firewalls, nats)
    }

    fn link(&mut self, raw: language::Link) -> Option<Link> {
        let ends = raw.between.clone().placed();
        let between = raw.between.value.and_then(|ends| self.between(&ends));
        let (name, span) = if raw.name.is_written() {
            raw.name.placed()?
        } else {
            let ([first, second], span) = ends?;
            (format!("{}--{}", first.text, second.text), span)
        };
        let both = raw.impairments.over(&Impairments::default());
        let direction = |direction: Written<language::Direction>| match direction.value {
            Some(direction) => direction.impairments.over(&both),
            None => both.clone(),
        };
        Some(Link {
            name,
            between: between?,
            forward: direction(raw.forward),
            reverse: direction(raw.reverse),
            span,
        })
    }

    /// Resolves the two ends.
    pub(super) fn between(&mut self, ends: &[Named; 2]) -> Option<[Members; 2]> {
        let [first, second] = ends.each_ref().map(|end| self.end(&end.text, end.span));
        Some([first?, second?])
    }

    /// Returns the members of an end. Nothing stands between a controller and the access point on which it runs.
    fn end(&mut self, name: &str, span: Span) -> Option<Members> {
        if let Some(controller) = self.names.controller_on(name) {
            let problem = Diagnostic::error(format!("`{name}` and `{controller}` are one box"));
            let problem = problem.at(span, "its packets cross no link and no firewall");
            let help = format!("name `{controller}` for what the controller sends");
            self.reader.report(problem.help(help));
        }
        self.names.members(&mut self.reader, name, span)
    }

    fn firewall(&mut self, raw: language::Firewall) -> Option<Firewall> {
        let access_lists = self.access_lists(&raw, raw.between.value.as_ref());
        let tracking = if raw.acl.is_written() { None } else { self.tracking(&raw) };
        let between = raw.between.value.and_then(|ends| self.between(&ends));
        let rules = self.rules(raw.rules, tracking.as_ref());
        let (name, span) = raw.name.placed()?;
        let drops_fragments = raw.fragments.value? == language::Fragments::Drop;
        let policy = Policy { rules, default: raw.default.value?, tracking, drops_fragments };
        Some(Firewall { name, between: between?, policy, access_lists: access_lists?, span })
    }

    /// Returns the flows that a firewall keeps; nothing for a stateless one.
    fn tracking(&mut self, raw: &language::Firewall) -> Option<Tracking> {
        let timeouts = [&raw.udp_timeout, &raw.tcp_timeout];
        if raw.stateless.is_written() {
            self.check_inspection(&raw.inspect, None);
            for place in timeouts.into_iter().filter_map(|timeout| timeout.place) {
                let problem = Diagnostic::error("a stateless firewall keeps no flows");
                self.reader.report(problem.at(place.key, "nothing is remembered for so long"));
            }
            return None;
        }
        let [udp_timeout, tcp_timeout] = timeouts.map(|timeout| timeout.value.unwrap_or_default());
        Some(Tracking { udp_timeout, tcp_timeout, inspects_tftp: raw.inspect.is_written() })
    }

    /// Returns the action of `reject`, or reports an answer to what `permit`, `deny` or `remove` names.
    pub(super) fn answered(&mut self, action: RuleAction, with: &Written<RuleAction>) -> RuleAction {
        match with.place {
            Some(_) if action == RuleAction::Reject => with.value.unwrap_or(action),
            Some(place) => {
                let problem = Diagnostic::error("only `reject` answers").at(place.key, "goes with `reject`");
                self.reader.report(problem);
                action
            }
            None => action,
        }
    }

    /// Reports a helper in a firewall that keeps no flows.
    fn check_inspection(&mut self, inspect: &Written<Vec<language::Helper>>, tracking: Option<&Tracking>) {
        if let Some(place) = inspect.place.filter(|_| tracking.is_none()) {
            let problem = Diagnostic::error("a stateless firewall inspects nothing")
                .at(place.key, "it would have to remember the request")
                .help("remove `inspect`, or `stateless`");
            self.reader.report(problem);
        }
    }

    /// Resolves the rules of a firewall that keeps these flows.
    pub(super) fn rules(
        &mut self,
        raw: Written<Vec<Option<language::Rule>>>,
        tracking: Option<&Tracking>,
    ) -> Vec<Rule> {
        let rules = raw.value.unwrap_or_default().into_iter().flatten();
        rules.filter_map(|raw| self.rule(raw, tracking)).collect()
    }

    fn rule(&mut self, raw: language::Rule, tracking: Option<&Tracking>) -> Option<Rule> {
        let actions = [
            (raw.permit, RuleAction::Permit),
            (raw.deny, RuleAction::Deny),
            (raw.reject, RuleAction::Reject),
        ];
        let (packets, action) = actions.into_iter().find(|(packets, _)| packets.is_written())?;
        let action = self.answered(action, &raw.with);
        let matches = self.matches(packets, raw.ends, tracking);
        let inspects_tftp = match raw.inspect.place {
            Some(place) if action != RuleAction::Permit => {
                let problem = Diagnostic::error("a rule that drops packets inspects nothing");
                self.reader.report(problem.at(place.key, "goes with `permit`"));
                false
            }
            place => {
                self.check_inspection(&raw.inspect, tracking);
                place.is_some()
            }
        };
        Some(Rule { inspects_tftp, ..Rule::new(action, matches?) })
    }

    /// Resolves `udp/69`, with the `from` and `to` beside it, for a firewall that keeps these flows.
    pub(super) fn matches(
        &mut self,
        packets: Written<String>,
        ends: language::Ends,
        tracking: Option<&Tracking>,
    ) -> Option<Match> {
        let packets = packets.and_then(|text, span| {
            let packets = self::packets(&text);
            match &packets {
                None => {
                    let expected = "any, icmp, udp, tcp, udp/69, tcp/1024-65535 or tcp established";
                    self.reader.wrong_value(&text, span, expected);
                }
                Some(packets) if packets.flags.is_some() && tracking.is_some() => {
                    let problem = Diagnostic::error("`established` in a firewall that keeps flows")
                        .at(span, "replies to a permitted flow pass in any case")
                        .help("remove the word, or write `stateless: true` for the firewall");
                    self.reader.report(problem);
                }
                Some(_) => {}
            }
            packets
        });
        let [from, to] =
            [ends.from, ends.to].map(|end| end.and_then(|name, span| self.addresses_of(name, span)));
        Some(Match { from: from.optional()?.flatten(), to: to.optional()?.flatten(), ..packets.value? })
    }

    /// Returns the addresses of a host, a group or a prefix, by name. Made once for each name, as many rules may share them.
    fn addresses_of(&mut self, name: String, span: Span) -> Option<Addresses> {
        if let Some(known) = self.address_sets.get(&name) {
            return Some(known.clone());
        }
        let members = self.end(&name, span)?;
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
        self.address_sets.insert(name, addresses.clone());
        Some(addresses)
    }
}

/// Reads `udp/69` or `tcp/22 established` as the packets that a rule matches, from anywhere to anywhere.
fn packets(text: &str) -> Option<Match> {
    let (text, established) = match text.strip_suffix(" established") {
        Some(text) => (text.trim_end(), true),
        None => (text, false),
    };
    let (protocol, ports) = protocol_and_ports(text)?;
    let fits = !established || protocol == Some(Protocol::Tcp);
    let flags = established.then_some(Match::ESTABLISHED);
    fits.then(|| Match { protocol, ports, flags, ..Match::default() })
}

/// Reads `udp/69` as protocol and ports; `None` stands for all of them.
fn protocol_and_ports(text: &str) -> Option<(Option<Protocol>, Option<RangeInclusive<u16>>)> {
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

/// Returns the link stated at `span`, by name or ends, for the timeline.
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
    use network::Nat;

    use super::*;
    use crate::language::Record as _;
    use crate::reader::Reader;
    use crate::source::Sources;
    use crate::yaml;

    #[test]
    fn links_have_the_defaults_of_the_network() {
        let keys = language::Impairments::TABLE.keys.iter();
        let written: String =
            keys.filter_map(|key| Some(format!("{}: {}\n", key.name, key.default?))).collect();
        let mut sources = Sources::default();
        let file = sources.add("t.yaml", written);
        let parsed = yaml::parse(&sources, file).expect("it is YAML");
        let raw: language::Impairments = Reader::default().record(&parsed.root).expect("it is a map");
        assert_eq!(raw.over(&Impairments::default()), Impairments::default());
    }

    #[test]
    fn firewalls_remember_as_long_as_those_of_the_network() {
        let timeout = |name| language::Firewall::TABLE.key(name).and_then(|key| key.default);
        let read = |name| timeout(name).and_then(|text| units::duration(text).ok());
        let Tracking { udp_timeout, tcp_timeout, .. } = Tracking::default();
        assert_eq!([read("udp_timeout"), read("tcp_timeout")], [Some(udp_timeout), Some(tcp_timeout)]);
    }

    #[test]
    fn translations_remember_as_long_as_those_of_the_network() {
        let timeout = |name| language::SiteNat::TABLE.key(name).and_then(|key| key.default);
        let read = |name| timeout(name).and_then(|text| units::duration(text).ok());
        let expected = [Some(Nat::UDP_TIMEOUT), Some(Nat::TCP_TIMEOUT)];
        assert_eq!([read("udp_timeout"), read("tcp_timeout")], expected);
    }

    #[test]
    fn packets_are_named_as_in_access_lists() {
        let read = |text| packets(text).map(|read| (read.protocol, read.ports, read.flags.is_some()));
        assert_eq!(read("any"), Some((None, None, false)));
        assert_eq!(read("icmp"), Some((Some(Protocol::Icmp), None, false)));
        assert_eq!(read("udp/69"), Some((Some(Protocol::Udp), Some(69..=69), false)));
        assert_eq!(read("tcp/1024-65535"), Some((Some(Protocol::Tcp), Some(1024..=65535), false)));
        assert_eq!(read("tcp established"), Some((Some(Protocol::Tcp), None, true)));
        assert_eq!(read("tcp/22 established"), Some((Some(Protocol::Tcp), Some(22..=22), true)));
        for wrong in
            ["", "udp/", "udp/tftp", "udp/70000", "udp/70-69", "icmp/8", "any/69", "ip", "udp established"]
        {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
