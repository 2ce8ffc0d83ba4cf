//! Who is meant: host names, groups, addresses.

use std::net::IpAddr;

use indexmap::IndexMap;

use crate::diagnostic::Diagnostic;
use crate::model::Members;
use crate::reader::{Reader, article};
use crate::resolve::addresses::AddressRange;
use crate::source::Span;
use crate::yaml::Node;

/// Words that stand for hosts and cannot be host names.
const RESERVED: [&str; 4] = ["all", "aps", "servers", "any"];
/// As in DNS; longer ones would not fit a log line's host field either.
const NAME_MAX: usize = 63;

/// What a name stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Controller,
    Server,
    AccessPoint,
    Stranger,
}

/// Every name of the scenario.
#[derive(Debug, Default)]
pub(crate) struct Names {
    hosts: IndexMap<String, (Role, Span)>,
    /// Counted groups of access points, and who is in them.
    groups: IndexMap<String, (Vec<String>, Span)>,
}

impl Names {
    /// Takes a host's name, or reports why it cannot have it.
    pub(crate) fn add_host(&mut self, reader: &mut Reader, name: &str, role: Role, span: Span) {
        if let Some(first) = self.first_use(name) {
            reader.report(twice(name, span, first));
        } else if check_name(reader, name, span) {
            self.hosts.insert(name.to_owned(), (role, span));
        }
    }

    /// Takes a counted group of access points, and gives the names of its members.
    pub(crate) fn add_group(
        &mut self,
        reader: &mut Reader,
        name: &str,
        count: u64,
        span: Span,
    ) -> Vec<String> {
        let members: Vec<String> = (1..=count).map(|number| format!("{name}-{number}")).collect();
        if let Some(first) = self.first_use(name) {
            reader.report(twice(name, span, first));
            return members;
        }
        if !check_name(reader, name, span) {
            return members;
        }
        self.groups.insert(name.to_owned(), (members.clone(), span));
        for member in &members {
            if let Some(first) = self.first_use(member) {
                reader.report(twice(member, span, first));
            }
            self.hosts.insert(member.clone(), (Role::AccessPoint, span));
        }
        members
    }

    /// The host of that name, in that role.
    pub(crate) fn host(&self, reader: &mut Reader, node: &Node, role: Option<Role>) -> Option<String> {
        let name = reader.text(node)?;
        match self.hosts.get(name) {
            Some((found, _)) if role.is_none_or(|role| role == *found) => Some(name.to_owned()),
            Some((_, declared)) => {
                let wanted = role.map_or("host", Role::noun);
                let problem = Diagnostic::error(format!("`{name}` is no {wanted}"));
                reader.report(
                    problem
                        .at(node.span, format!("expected {}", article(wanted)))
                        .at(*declared, "stated here"),
                );
                None
            }
            None => {
                let wanted = role.map_or("host", Role::noun);
                let problem =
                    Diagnostic::error(format!("no {wanted} is called `{name}`")).at(node.span, "not found");
                let candidates =
                    self.hosts.iter().filter(|(_, (found, _))| role.is_none_or(|role| role == *found));
                reader.report_near(problem, name, candidates.map(|(name, _)| name.as_str()));
                None
            }
        }
    }

    /// Hosts and groups by name; `all` is every access point.
    pub(crate) fn hosts(&self, reader: &mut Reader, node: &Node, role: Option<Role>) -> Vec<String> {
        let mut out = Vec::new();
        for (name, span) in reader.names(node) {
            match self.expand(name) {
                Some(Members::Hosts(hosts)) if role.is_none_or(|role| self.all_are(&hosts, role)) => {
                    out.extend(hosts.into_iter().filter(|host| !out.contains(host)).collect::<Vec<_>>());
                }
                Some(_) => {
                    let wanted = role.map_or("host", Role::noun);
                    let problem = Diagnostic::error(format!("`{name}` is no {wanted}"));
                    reader.report(
                        problem.at(span, format!("expected `all`, {} or a group of them", article(wanted))),
                    );
                }
                None => self.unknown(reader, name, span),
            }
        }
        out
    }

    /// Who stands at an end: a host, a group, `any`, an address, or a prefix.
    pub(crate) fn members(&self, reader: &mut Reader, name: &str, span: Span) -> Option<Members> {
        if let Ok(address) = name.parse::<IpAddr>() {
            return Some(Members::Address(address));
        }
        if let Some(range) = AddressRange::prefix(name) {
            return Some(Members::Range(range.first.into(), range.last.into()));
        }
        let members = self.expand(name);
        if members.is_none() {
            self.unknown(reader, name, span);
        }
        members
    }

    /// What the host called `name` is.
    pub(crate) fn role(&self, name: &str) -> Option<Role> {
        self.hosts.get(name).map(|(role, _)| *role)
    }

    pub(crate) fn is_host(&self, name: &str) -> bool {
        self.hosts.contains_key(name)
    }

    /// The controller, if it has a name.
    pub(crate) fn controller(&self) -> Option<&str> {
        self.hosts.iter().find(|(_, (role, _))| *role == Role::Controller).map(|(name, _)| name.as_str())
    }

    pub(crate) fn host_names(&self) -> impl Iterator<Item = &str> {
        self.hosts.keys().map(String::as_str)
    }

    fn expand(&self, name: &str) -> Option<Members> {
        let of_role = |role: Role| {
            let hosts = self.hosts.iter().filter(|(_, (found, _))| *found == role);
            Some(Members::Hosts(hosts.map(|(name, _)| name.clone()).collect()))
        };
        match name {
            "any" => Some(Members::Any),
            "all" | "aps" => of_role(Role::AccessPoint),
            "servers" => of_role(Role::Server),
            _ if self.hosts.contains_key(name) => Some(Members::Hosts(vec![name.to_owned()])),
            _ => self.groups.get(name).map(|(members, _)| Members::Hosts(members.clone())),
        }
    }

    fn all_are(&self, hosts: &[String], role: Role) -> bool {
        hosts.iter().all(|host| self.hosts.get(host).is_some_and(|(found, _)| *found == role))
    }

    fn unknown(&self, reader: &mut Reader, name: &str, span: Span) {
        let candidates = self.groups.keys().chain(self.hosts.keys()).map(String::as_str).chain(RESERVED);
        let problem = Diagnostic::error(format!("no host or group is called `{name}`")).at(span, "not found");
        reader.report_near(problem, name, candidates);
    }

    fn first_use(&self, name: &str) -> Option<Span> {
        self.hosts.get(name).map(|(_, span)| *span).or_else(|| self.groups.get(name).map(|(_, span)| *span))
    }
}

impl Role {
    fn noun(self) -> &'static str {
        match self {
            Self::Controller => "controller",
            Self::Server => "server",
            Self::AccessPoint => "access point",
            Self::Stranger => "stranger",
        }
    }
}

/// Names become file names and log fields: letters, digits, `-`, `_` and `.`, the first a letter or digit.
fn check_name(reader: &mut Reader, name: &str, span: Span) -> bool {
    let plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
    if RESERVED.contains(&name) {
        let meaning = format!("stands for hosts itself, as do {}", RESERVED.join(", "));
        reader.report(Diagnostic::error(format!("`{name}` cannot be a name")).at(span, meaning));
        return false;
    }
    if !plain || name.len() > NAME_MAX || !name.starts_with(|c: char| c.is_ascii_alphanumeric()) {
        reader.wrong_value(name, span, "a name of at most 63 letters, digits, `-`, `_` and `.`");
        return false;
    }
    true
}

fn twice(name: &str, span: Span, first: Span) -> Diagnostic {
    Diagnostic::error(format!("the name `{name}` is taken"))
        .at(span, "needs another name")
        .at(first, "used here")
}
