//! The meaning of names: hosts, groups, addresses.

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::sync::Arc;

use indexmap::IndexMap;

use crate::diagnostic::{Diagnostic, Severity};
use crate::language::Named;
use crate::model::{Members, NETWORK};
use crate::reader::{Reader, article, empty_list};
use crate::resolve::addresses::AddressRange;
use crate::source::Span;

/// Words that stand for hosts and cannot be host names.
const RESERVED: [&str; 4] = ["all", "aps", "servers", "any"];
/// The maximum length of a name, as in DNS; longer ones would not fit a log line's host field either.
const NAME_MAX: usize = 63;

/// The kind of host that a name stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Controller,
    Server,
    AccessPoint,
    IdleClient,
}

/// Every name of the scenario.
#[derive(Debug, Default)]
pub(crate) struct Names {
    hosts: IndexMap<String, (Role, Span)>,
    /// The access points on which controllers run, and these.
    own: IndexMap<String, String>,
    /// Counted groups of access points, and their members.
    groups: IndexMap<String, (Arc<[String]>, Span)>,
    /// The hosts that words stand for: collected once, as thousands of rules may share them.
    everybody: Arc<[String]>,
    access_points: Arc<[String]>,
    servers: Arc<[String]>,
    /// True if a mistake left hosts without names: an empty group then follows from it.
    incomplete: bool,
}

/// The meaning of a word or name of the scenario.
struct Meant {
    members: Members,
    /// The role that all of them have, even if there are none.
    role: Option<Role>,
}

impl Names {
    /// Registers a host's name, or reports the reason that it cannot have it.
    pub(crate) fn add_host(&mut self, reader: &mut Reader, name: &str, role: Role, span: Span) {
        if let Some(first) = self.first_use(name) {
            reader.report(twice(name, span, first));
        } else if check_name(reader, name, name.len(), span) {
            self.hosts.insert(name.to_owned(), (role, span));
        }
    }

    /// Registers the access point on which `controller` runs. No word for access points means it.
    pub(crate) fn add_own(&mut self, reader: &mut Reader, name: &str, controller: &str, span: Span) {
        self.add_host(reader, name, Role::AccessPoint, span);
        self.own.insert(name.to_owned(), controller.to_owned());
    }

    /// Returns the controller that runs on the access point of that name.
    pub(crate) fn controller_on(&self, name: &str) -> Option<&str> {
        self.own.get(name).map(String::as_str)
    }

    /// Registers a counted group of access points and the names of its members.
    pub(crate) fn add_group(&mut self, reader: &mut Reader, name: &str, count: u64, span: Span) {
        if let Some(first) = self.first_use(name) {
            return reader.report(twice(name, span, first));
        }
        let longest = format!("{name}-{count}").len();
        if !check_name(reader, name, longest, span) {
            return;
        }
        self.incomplete |= count == 0;
        let members: Arc<[String]> = (1..=count).map(|number| format!("{name}-{number}")).collect();
        for member in members.iter() {
            if let Some(first) = self.first_use(member) {
                reader.report(twice(member, span, first));
            }
            self.hosts.insert(member.clone(), (Role::AccessPoint, span));
        }
        self.groups.insert(name.to_owned(), (members, span));
    }

    /// Records that there are hosts without known names.
    pub(crate) fn miss(&mut self) {
        self.incomplete = true;
    }

    /// Completes the registry after the last name.
    pub(crate) fn complete(&mut self) {
        let of = |role: Role| {
            let hosts = self.hosts.iter().filter(|(_, (found, _))| role == *found);
            let hosts = hosts.filter(|(name, _)| !self.own.contains_key(*name));
            hosts.map(|(name, _)| name.clone()).collect()
        };
        (self.access_points, self.servers) = (of(Role::AccessPoint), of(Role::Server));
        let listed = self.hosts.keys().filter(|name| !self.own.contains_key(*name));
        self.everybody = listed.cloned().chain([NETWORK.to_owned()]).collect();
    }

    /// Returns the host of that name, in that role.
    pub(crate) fn host(
        &self,
        reader: &mut Reader,
        name: &str,
        span: Span,
        role: Option<Role>,
    ) -> Option<String> {
        match self.hosts.get(name) {
            Some((found, _)) if role.is_none_or(|role| role == *found) => Some(name.to_owned()),
            Some((_, declared)) => {
                let wanted = role.map_or("host", Role::noun);
                let problem = Diagnostic::error(format!("`{name}` is the wrong kind of host"));
                reader.report(
                    problem.at(span, format!("expected {}", article(wanted))).at(*declared, "stated here"),
                );
                None
            }
            None => {
                let wanted = role.map_or("host", Role::noun);
                let problem =
                    Diagnostic::error(format!("no {wanted} is called `{name}`")).at(span, "not found");
                let candidates =
                    self.hosts.iter().filter(|(_, (found, _))| role.is_none_or(|role| role == *found));
                reader.report_near(problem, name, candidates.map(|(name, _)| name.as_str()));
                None
            }
        }
    }

    /// Returns hosts and groups by name; `all` is every access point. A word without hosts is a problem of severity `nobody`.
    pub(crate) fn hosts(
        &self,
        reader: &mut Reader,
        names: &[Named],
        span: Span,
        role: Option<Role>,
        nobody: Severity,
    ) -> Vec<String> {
        if names.is_empty() {
            reader.report(empty_list(span, "host or group"));
        }
        let mut out = Vec::new();
        let (mut asked, mut taken) = (BTreeSet::new(), BTreeSet::new());
        for Named { text: name, span } in names {
            let (name, span) = (name.as_str(), *span);
            if !asked.insert(name) {
                continue;
            }
            match self.expand(name) {
                Some(Meant { members: Members::Hosts(hosts), role: found })
                    if role.is_none_or(|role| found == Some(role)) =>
                {
                    if hosts.is_empty() && !self.incomplete {
                        let message = format!("`{name}` matches no host");
                        let problem = Diagnostic::error(message).of_severity(nobody);
                        reader.report(problem.at(span, "the scenario has none"));
                    }
                    let new = hosts.iter().filter(|host| taken.insert(self.hosts.get_index_of(*host)));
                    out.extend(new.cloned());
                }
                Some(_) => {
                    let wanted = role.map_or("host", Role::noun);
                    let problem = Diagnostic::error(format!("`{name}` is the wrong kind of host"));
                    reader.report(
                        problem.at(span, format!("expected `all`, {} or a group of them", article(wanted))),
                    );
                }
                None => self.unknown(reader, name, span),
            }
        }
        out
    }

    /// Returns the members of an end: a host, a group, `any`, an address, or a prefix.
    pub(crate) fn members(&self, reader: &mut Reader, name: &str, span: Span) -> Option<Members> {
        if let Ok(address) = name.parse::<IpAddr>() {
            return Some(Members::Address(address));
        }
        if let Some(range) = AddressRange::prefix(name) {
            return Some(Members::Range(range.first.into(), range.last.into()));
        }
        let meant = self.expand(name);
        if meant.is_none() {
            self.unknown(reader, name, span);
        }
        meant.map(|meant| meant.members)
    }

    /// Returns the meaning of `any` in a pattern of events: all hosts that the scenario lists, and the network.
    pub(crate) fn everybody(&self) -> Arc<[String]> {
        self.everybody.clone()
    }

    /// Returns the role of a host.
    pub(crate) fn role(&self, name: &str) -> Option<Role> {
        self.hosts.get(name).map(|(role, _)| *role)
    }

    pub(crate) fn is_host(&self, name: &str) -> bool {
        self.hosts.contains_key(name)
    }

    /// Returns the names of the controllers, in the order of the alphabet.
    pub(crate) fn controllers(&self) -> impl Iterator<Item = &str> {
        self.hosts.iter().filter(|(_, (role, _))| *role == Role::Controller).map(|(name, _)| name.as_str())
    }

    pub(crate) fn host_names(&self) -> impl Iterator<Item = &str> {
        self.hosts.keys().map(String::as_str)
    }

    fn expand(&self, name: &str) -> Option<Meant> {
        let hosts =
            |hosts: &Arc<[String]>, role| Meant { members: Members::Hosts(hosts.clone()), role: Some(role) };
        match name {
            "any" => Some(Meant { members: Members::Any, role: None }),
            "all" | "aps" => Some(hosts(&self.access_points, Role::AccessPoint)),
            "servers" => Some(hosts(&self.servers, Role::Server)),
            _ => match self.hosts.get(name) {
                Some((role, _)) => Some(hosts(&[name.to_owned()].into(), *role)),
                None => self.groups.get(name).map(|(members, _)| hosts(members, Role::AccessPoint)),
            },
        }
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
            Self::IdleClient => "idle client",
        }
    }
}

/// Checks a name. Names become file names and log fields: letters, digits, `-`, `_` and `.`, the first a letter or digit.
/// `longest` is the length that they reach in a group.
fn check_name(reader: &mut Reader, name: &str, longest: usize, span: Span) -> bool {
    let plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
    if RESERVED.contains(&name) {
        let meaning = format!("the reserved names are {}", RESERVED.join(", "));
        reader.report(Diagnostic::error(format!("`{name}` cannot be a name")).at(span, meaning));
        return false;
    }
    if name == NETWORK {
        let problem = Diagnostic::error(format!("`{name}` cannot be a name"));
        reader.report(problem.at(span, "reserved for events of the network"));
        return false;
    }
    if !plain || name.len() > NAME_MAX || !name.starts_with(|c: char| c.is_ascii_alphanumeric()) {
        reader.wrong_value(name, span, "a name of at most 63 letters, digits, `-`, `_` and `.`");
        return false;
    }
    if longest > NAME_MAX {
        let problem = Diagnostic::error(format!("names of this group have {longest} characters"));
        reader.report(problem.at(span, format!("at most {NAME_MAX}, including the members' numbers")));
        return false;
    }
    true
}

fn twice(name: &str, span: Span, first: Span) -> Diagnostic {
    Diagnostic::error(format!("the name `{name}` is taken"))
        .at(span, "needs another name")
        .at(first, "used here")
}
