//! Firewalls whose rules are access lists of IOS, pasted as they are.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::ops::RangeInclusive;
use std::sync::Arc;

use network::{Addresses, Match, Policy, Rule, RuleAction, Way};

use crate::access_list::{self, AccessList, Entry, Of, Place, Problem, Read};
use crate::diagnostic::Diagnostic;
use crate::language::{self, InOrOut, Named};
use crate::model::ConfigText;
use crate::resolve::Loader;
use crate::source::Span;

/// The maximum number of rules that the entries of one list become: an entry with several ranges of ports becomes several.
const RULES_MAX: usize = 10_000;
/// The ports of an entry that names none.
const ALL_PORTS: [Option<RangeInclusive<u16>>; 1] = [None];

impl Loader<'_> {
    /// Resolves the access lists of a firewall between two ends; each applied list is a policy of its own.
    pub(super) fn access_lists(
        &mut self,
        raw: &language::Firewall,
        ends: Option<&[Named; 2]>,
    ) -> Option<Vec<Policy>> {
        let Some((node, span)) = raw.acl.clone().placed() else {
            for place in [raw.apply.place, raw.silent.place].into_iter().flatten() {
                let problem = Diagnostic::error("no access list to apply").at(place.key, "goes with `acl`");
                self.reader.report(problem);
            }
            return Some(Vec::new());
        };
        self.check_alone(raw);
        let text = self.config(&node)?;
        let read = access_list::read(&text.text);
        // Nothing but SFTP has segments of TCP.
        let matters = |problem: &&Problem| {
            self.serves_sftp || problem.not_modelled.as_deref() != Some(access_list::SEGMENTS)
        };
        for problem in read.problems.iter().filter(matters).collect::<Vec<_>>() {
            self.reader.report(diagnostic(problem, &text));
        }
        if read.others > 0 {
            let message = format!("lines that are not about access lists: {}", read.others);
            self.reader.report(Diagnostic::warning(message).at(text.span(), "they have no effect here"));
        }
        let applied = raw.apply.value.clone().unwrap_or_default();
        if !raw.apply.is_written() || applied.is_empty() {
            let names: Vec<&str> = read.lists.iter().map(|list| list.name.as_str()).collect();
            let problem = Diagnostic::error("access lists that are not applied let everything pass");
            let end = ends.map_or("END", |ends| ends[0].text.as_str());
            let help = format!(
                "write `apply: [{{ list: {}, direction: in, towards: {end} }}]`: the interface, by the end it faces",
                names.first().unwrap_or(&"NAME")
            );
            self.reader.report(problem.at(raw.apply.span().unwrap_or(span), "").help(help));
            return None;
        }
        self.check_interfaces(&read, &applied, &text);
        let applied = applied.into_iter().flatten();
        let policies: Vec<_> =
            applied.map(|applied| self.applied(applied, &read, &text, raw, ends)).collect();
        policies.into_iter().collect()
    }

    /// Reports keys that say what an access list says itself.
    fn check_alone(&mut self, raw: &language::Firewall) {
        let others = [
            ("rules", raw.rules.place),
            ("default", raw.default.place),
            ("inspect", raw.inspect.place),
            ("udp_timeout", raw.udp_timeout.place),
            ("tcp_timeout", raw.tcp_timeout.place),
            ("fragments", raw.fragments.place),
        ];
        for (name, place) in others {
            let Some(place) = place else { continue };
            let problem = Diagnostic::error(format!("`{name}` and `acl` in the same firewall"));
            let problem = problem.at(place.key, "an access list has its own end, and keeps no flows");
            self.reader.report(problem.help("a second firewall between the same ends can have it"));
        }
    }

    /// Reports lists that the text applies to an interface, and the scenario does not.
    fn check_interfaces(
        &mut self,
        read: &Read,
        applied: &[Option<language::AppliedList>],
        text: &ConfigText,
    ) {
        for known in &read.applied {
            let is_it = |applied: &language::AppliedList| {
                applied.list.value.as_deref() == Some(&known.list)
                    && applied
                        .direction
                        .value
                        .is_none_or(|direction| (direction == InOrOut::In) == known.inbound)
            };
            if applied.iter().flatten().any(is_it) {
                continue;
            }
            let direction = if known.inbound { "in" } else { "out" };
            let name = format!("ip access-group {} {direction}", known.list);
            let message = format!("`{name}` of {} is not applied here", known.interface);
            let problem = Diagnostic::not_modelled(name, message);
            let help = format!(
                "add `{{ list: {}, direction: {direction}, towards: ... }}` to `apply`, if the interface faces an end",
                known.list
            );
            self.reader.report(problem.at(span(&known.place, text), "").help(help));
        }
    }

    fn applied(
        &mut self,
        applied: language::AppliedList,
        read: &Read,
        text: &ConfigText,
        raw: &language::Firewall,
        ends: Option<&[Named; 2]>,
    ) -> Option<Policy> {
        let list = applied.list.and_then(|name, span| self.list_called(&name, span, read)).value;
        let end = applied.towards.and_then(|end, span| self.end_of(&end, span, ends)).value;
        let (direction, list, end) = (applied.direction.value?, list?, end?);
        // Into the router from the first end, or out of it to the second, is the way from the first to the second.
        let way = if (direction == InOrOut::In) == (end == 0) { Way::Forward } else { Way::Reverse };
        let mut right = true;
        for problem in &list.problems {
            right &= problem.not_modelled.is_some();
            self.reader.report(diagnostic(problem, text));
        }
        if list.entries.is_empty() && list.problems.is_empty() {
            let message = format!("the access list `{}` has no entries", list.name);
            let problem = Diagnostic::error(message).at(text.span(), "IOS lets everything pass then");
            self.reader.report(problem.help("if that is meant, leave it out of `apply`"));
            return None;
        }
        let silent = raw.silent.is_written();
        let rules = if right { self.rules_of(list, way, silent) } else { Vec::new() };
        if rules.len() > RULES_MAX {
            let message =
                format!("the access list `{}` has more than {RULES_MAX} combinations of ports", list.name);
            self.reader.report(Diagnostic::error(message).at(text.span(), ""));
            return None;
        }
        Some(Policy::stateless(rules, RuleAction::Permit))
    }

    fn list_called<'a>(&mut self, name: &str, span: Span, read: &'a Read) -> Option<&'a AccessList> {
        let list = read.list(name);
        if list.is_none() {
            let problem =
                Diagnostic::error(format!("no access list is called `{name}`")).at(span, "not found");
            self.reader.report_near(problem, name, read.lists.iter().map(|list| list.name.as_str()));
        }
        list
    }

    /// Returns the index of an end of `between`.
    fn end_of(&mut self, end: &str, span: Span, ends: Option<&[Named; 2]>) -> Option<usize> {
        let ends = ends?;
        let index = ends.iter().position(|known| known.text == end);
        if index.is_none() {
            let problem = Diagnostic::error(format!("`{end}` is not an end of this firewall"));
            let names = ends.iter().map(|end| end.text.as_str());
            self.reader.report_near(problem.at(span, "not in `between`"), end, names);
        }
        index
    }

    /// Returns the rules of a list for packets of this way, and the implicit one at its end. `silent`: what is denied is not
    /// answered.
    fn rules_of(&self, list: &AccessList, way: Way, silent: bool) -> Vec<Rule> {
        // IOS answers that it is administratively prohibited, unless the interface has `no ip unreachables`.
        let deny = if silent { RuleAction::Deny } else { RuleAction::ADMIN_PROHIBITED };
        let mut sets = BTreeMap::new();
        let mut rules = Vec::new();
        for entry in &list.entries {
            if entry.of == Of::Other || rules.len() > RULES_MAX {
                continue;
            }
            let text: Arc<str> = format!("{} {} {}", list.name, entry.sequence, entry.text).into();
            let action = if entry.permits { RuleAction::Permit } else { deny };
            for matches in self.matches_of(entry, way, &mut sets) {
                rules.push(Rule { text: Some(Arc::clone(&text)), ..Rule::new(action, matches) });
            }
        }
        let rest = Match { way: Some(way), ..Match::default() };
        let text = format!("{} implicit deny ip any any", list.name);
        rules.push(Rule { text: Some(text.into()), ..Rule::new(deny, rest) });
        rules
    }

    /// Returns the matches of an entry: one for each pair of its ranges of ports.
    fn matches_of(
        &self,
        entry: &Entry,
        way: Way,
        sets: &mut BTreeMap<access_list::Addresses, Addresses>,
    ) -> Vec<Match> {
        let mut addresses = |meant: access_list::Addresses| {
            sets.entry(meant).or_insert_with(|| self.addresses_in(meant)).clone()
        };
        let [from, to] = [addresses(entry.from), addresses(entry.to)];
        let protocol = match entry.of {
            Of::Protocol(protocol) => Some(protocol),
            Of::Ip | Of::Other => None,
        };
        let base = Match {
            protocol,
            from,
            to,
            flags: entry.flags,
            icmp: entry.icmp,
            later_fragments: entry.fragments,
            way: Some(way),
            ..Match::default()
        };
        let ranges = |ranges: &[RangeInclusive<u16>]| match ranges {
            [] => ALL_PORTS.to_vec(),
            ranges => ranges.iter().cloned().map(Some).collect(),
        };
        let (sources, destinations) = (ranges(&entry.from_ports), ranges(&entry.ports));
        let pairs = sources.iter().flat_map(|from| destinations.iter().map(move |to| (from, to)));
        pairs
            .map(|(from_ports, ports)| Match {
                from_ports: from_ports.clone(),
                ports: ports.clone(),
                ..base.clone()
            })
            .collect()
    }

    /// Returns the addresses of hosts that an entry means: only hosts send and receive.
    fn addresses_in(&self, meant: access_list::Addresses) -> Addresses {
        if meant.is_any() {
            return None;
        }
        let is_meant = |address: &IpAddr| match address {
            IpAddr::V4(address) => meant.contains(*address),
            IpAddr::V6(_) => false,
        };
        let found: BTreeSet<IpAddr> =
            self.addresses.iter().map(|(address, ..)| *address).filter(is_meant).collect();
        Some(Arc::new(found))
    }
}

fn span(place: &Place, text: &ConfigText) -> Span {
    text.part_span(place.line, place.columns.clone())
}

fn diagnostic(problem: &Problem, text: &ConfigText) -> Diagnostic {
    let diagnostic = match &problem.not_modelled {
        Some(name) => Diagnostic::not_modelled(name, &problem.message),
        None => Diagnostic::error(&problem.message),
    };
    let diagnostic = diagnostic.at(span(&problem.place, text), &problem.label);
    match &problem.help {
        Some(help) => diagnostic.help(help),
        None => diagnostic,
    }
}
