//! Translations of addresses at the edges of sites.

use std::collections::BTreeMap;

use catalogue::Catalogue;
use network::{Nat, NatKind, OutsidePorts};

use crate::diagnostic::{Diagnostic, Severity};
use crate::language::{self, Place, Record as _, SiteTranslated};
use crate::model::SiteNat;
use crate::resolve::Loader;
use crate::resolve::names::Role;
use crate::source::Span;

/// The keys of a translation of ports.
const OF_OVERLOAD: [&str; 4] = ["ports", "inspect", "udp_timeout", "tcp_timeout"];

impl Loader<'_> {
    /// Resolves the translations; their outside addresses become addresses of the hosts inside.
    pub(super) fn nats(&mut self, raw: Vec<Option<language::SiteNat>>) -> Vec<SiteNat> {
        let mut nats: Vec<SiteNat> = Vec::new();
        let mut sites: BTreeMap<String, Span> = BTreeMap::new();
        for raw in raw.into_iter().flatten() {
            let Some(nat) = self.site_nat(raw) else { continue };
            if let Some(first) = nats.iter().find(|first| first.nat.name == nat.nat.name) {
                let problem = Diagnostic::error(format!("two translations are called `{}`", nat.nat.name));
                self.reader.report(problem.at(nat.span, "needs another name").at(first.span, "used here"));
                continue;
            }
            if self.names.role(&nat.nat.name) == Some(Role::Server) {
                let message = format!("a translation has the name of the server `{}`", nat.nat.name);
                let problem = Diagnostic::error(message).at(nat.span, "needs another name");
                let why = "a translation of the server itself reports its drops under the server's name";
                self.reader.report(problem.note(why));
                continue;
            }
            let twice = nat.hosts.iter().find_map(|host| Some((host, *sites.get(host)?)));
            if let Some((host, first)) = twice {
                let problem = Diagnostic::error(format!("`{host}` is inside of two translations"));
                self.reader.report(problem.at(nat.span, "here").at(first, "and here"));
                continue;
            }
            if let Some(first) = nats.iter().find(|first| first.nat.outside == nat.nat.outside) {
                let message = format!("two translations have the same address {}", nat.nat.outside);
                let problem = Diagnostic::error(message).at(nat.span, "here").at(first.span, "and here");
                self.reader.report(problem);
                continue;
            }
            let owner = self.addresses.iter().find(|(address, ..)| *address == nat.nat.outside);
            if let Some((address, owner, place)) = owner {
                let message = format!(
                    "`{owner}` and the translation `{}` have the same address {address}",
                    nat.nat.name
                );
                let problem = Diagnostic::error(message).at(nat.span, "the address outside");
                let place = *place;
                self.reader.report(problem.at(place, "the address of a host"));
                continue;
            }
            self.check_port_reuse(&nat);
            sites.extend(nat.hosts.iter().map(|host| (host.clone(), nat.span)));
            nats.push(nat);
        }
        for nat in &nats {
            let known = nat.hosts.iter().map(|host| (nat.nat.outside, host.clone(), nat.span));
            self.addresses.extend(known);
        }
        nats
    }

    fn site_nat(&mut self, raw: language::SiteNat) -> Option<SiteNat> {
        let inspects_tftp = raw.inspect.is_written();
        let keys = raw.written();
        let inside = raw.inside.placed();
        let hosts = inside.map(|(names, span)| {
            (self.names.hosts(&mut self.reader, &names, span, None, Severity::Error), span)
        });
        let (name, span) = raw.name.placed()?;
        let outside = raw.address.value?;
        let (hosts, inside) = hosts?;
        if hosts.is_empty() {
            return None;
        }
        if let Some((host, controller)) =
            hosts.iter().find_map(|host| Some((host, self.names.controller_on(host)?)))
        {
            let problem = Diagnostic::error(format!("`{host}` and `{controller}` are one box"));
            let help = format!("name `{controller}`");
            self.reader.report(problem.at(inside, "it reaches its controller inside the box").help(help));
            return None;
        }
        if let Some(host) = hosts.iter().find(|host| self.names.role(host) == Some(Role::Server)) {
            let problem = Diagnostic::error(format!("`{host}` is a server"))
                .at(inside, "its translation is a key of its own")
                .help("write `nat:` at the server");
            self.reader.report(problem);
            return None;
        }
        let kind = match raw.kind.value? {
            SiteTranslated::Overload => NatKind::Overload { published: Vec::new(), ports: raw.ports.value? },
            SiteTranslated::Static => {
                self.check_static(&keys, hosts.len(), inside)?;
                NatKind::Static
            }
        };
        let (udp_timeout, tcp_timeout) = (raw.udp_timeout.value?, raw.tcp_timeout.value?);
        let nat = Nat { udp_timeout, tcp_timeout, inspects_tftp, ..Nat::new(&name, outside, kind) };
        Some(SiteNat { hosts, nat, span })
    }

    /// Checks that a static translation is that of one host, and that no key is written which it would ignore: it keeps every port,
    /// for ever and for everybody.
    fn check_static(&mut self, keys: &[(&str, Place)], hosts: usize, inside: Span) -> Option<()> {
        let mut right = true;
        if hosts > 1 {
            let problem = Diagnostic::error("a static translation is that of one host")
                .at(inside, format!("these are {hosts}"))
                .help("write one for each, with an address for each");
            self.reader.report(problem);
            right = false;
        }
        for (key, place) in keys.iter().filter(|(key, _)| OF_OVERLOAD.contains(key)) {
            let problem = Diagnostic::error(format!("`{key}` does not apply to a static translation"));
            self.reader.report(problem.at(place.key, "it has no entries for ports"));
            right = false;
        }
        right.then_some(())
    }

    /// Reports ports that pass from one access point to another between two Echo Requests: the controller knows its sessions by them,
    /// and DTLS, which would tell the two apart, is not simulated.
    fn check_port_reuse(&mut self, site: &SiteNat) {
        let is_point = |host: &&String| self.names.role(host) == Some(Role::AccessPoint);
        let several = site.hosts.iter().filter(is_point).count() > 1;
        let preserved = matches!(site.nat.kind, NatKind::Overload { ports: OutsidePorts::Preserved, .. });
        let echo = Catalogue::duration(&self.catalogue, "ap.capwap.echo-interval").unwrap_or_default();
        if several && preserved && site.nat.udp_timeout <= echo {
            let message =
                "ports that go from one access point to another between two Echo Requests are not modelled";
            let problem = Diagnostic::not_modelled("ports of other access points", message)
                .at(site.span, "each loses its port before it sends again")
                .help("write `ports: random`, or a longer `udp_timeout`");
            self.reader.report(problem);
        }
    }
}
