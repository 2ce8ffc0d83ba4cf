//! The timeline.

use indexmap::IndexMap;
use network::{Match, Rule, RuleAction};
use text::units;

use crate::diagnostic::{Diagnostic, Severity};
use crate::language::{
    CONFIGURE, EVENT, EXEC, FILE_CHANGE, FIREWALL_CHANGE, LINK_CHANGE, RULE_CHANGE, SERVER_CHANGE,
};
use crate::model::{
    Action, Event, FileChange, Firewall, ImageSet, Link, LinkChange, LinkState, Pace, Server, Software,
};
use crate::reader::Fields;
use crate::resolve::Loader;
use crate::resolve::names::Role;
use crate::resolve::network::{NUMBERS, find_link, impairments, rule_action};
use crate::resolve::servers::plain_path;
use crate::source::Span;
use crate::yaml::{Entry, Node, pair_name};

/// What the timeline can refer to.
struct Known<'a> {
    links: &'a [Link],
    firewalls: &'a [Firewall],
    servers: &'a [Server],
    images: &'a IndexMap<String, ImageSet>,
}

impl Loader<'_> {
    pub(super) fn timeline(
        &mut self,
        root: &Fields<'_>,
        links: &[Link],
        firewalls: &[Firewall],
        servers: &[Server],
        images: &IndexMap<String, ImageSet>,
    ) -> Vec<Event> {
        let known = Known { links, firewalls, servers, images };
        let nodes = root.node("timeline").map(|node| self.reader.list(node)).unwrap_or_default();
        nodes.iter().filter_map(|node| self.event(node, &known)).collect()
    }

    fn event(&mut self, node: &Node, known: &Known<'_>) -> Option<Event> {
        let fields = self.reader.fields(node, &EVENT)?;
        let trigger = self.trigger(&fields);
        let repeat = self.repeat(&fields, trigger.as_ref());
        let entry = fields.one_of()?;
        let action = self.action(entry, known)?;
        Some(Event { trigger: trigger?, repeat, action, span: fields.span })
    }

    /// Reports a moment after the end of the run as `late`.
    pub(super) fn check_until(&mut self, moment: std::time::Duration, span: Span, late: Diagnostic) {
        if let Some((until, until_span)) = self.until
            && moment > until
        {
            self.reader.report(late.at(span, "").at(until_span, "the run ends here"));
        }
    }

    fn action(&mut self, entry: &Entry, known: &Known<'_>) -> Option<Action> {
        let node = &entry.value;
        match entry.key.as_str() {
            "power_on" => {
                Some(Action::PowerOn(self.names.hosts(&mut self.reader, node, None, Severity::Warning)))
            }
            "power_off" => {
                Some(Action::PowerOff(self.names.hosts(&mut self.reader, node, None, Severity::Warning)))
            }
            "reload" => self.reload(node),
            "firewall" => self.firewall_change(node, known),
            "lift" => {
                let (firewall, matches) = self.rule_change(node, known)?;
                Some(Action::LiftRule { firewall, matches })
            }
            "permit" | "deny" | "reject" => {
                let (firewall, matches) = self.rule_change(node, known)?;
                Some(Action::AddRule { firewall, rule: Rule { action: rule_action(&entry.key), matches } })
            }
            "link" => self.link_change(node, known),
            "server" => self.server_change(node, known),
            "file" => self.file_change(node, known),
            "flash" => self.flash_change(node),
            "exec" => self.exec(node),
            _ => self.configure(node),
        }
    }

    fn server_change(&mut self, node: &Node, known: &Known<'_>) -> Option<Action> {
        let fields = self.reader.fields(node, &SERVER_CHANGE)?;
        let server =
            fields.node("name").and_then(|node| self.names.host(&mut self.reader, node, Some(Role::Server)));
        let change = fields.one_of()?;
        match change.key.as_str() {
            "state" => {
                let states = [("started", true), ("stopped", false)];
                let running = self.reader.choice(&change.value, &states);
                Some(Action::Server { server: server?, running: running? })
            }
            "delay" => {
                let pace = self.reader.duration(&change.value).map(Pace::Delay);
                Some(Action::ServerPace { server: server?, pace: pace? })
            }
            "rate" => {
                let rate = self.rate(&change.value);
                Some(Action::ServerPace { server: server?, pace: Pace::Rate(rate?) })
            }
            _ => {
                self.reader.choice(&change.value, &[("new", ())])?;
                let server = server?;
                self.check_has_host_key(&server, change, known);
                Some(Action::NewHostKey { server })
            }
        }
    }

    /// `100kB/s`; `none` is no limit.
    fn rate(&mut self, node: &Node) -> Option<Option<u64>> {
        if self.reader.text(node)? == "none" {
            return Some(None);
        }
        let rate = self.reader.unit(node, units::byte_rate)?;
        if rate == 0 {
            let problem = Diagnostic::error("a server that sends nothing is stopped");
            let problem = problem.at(node.span, "expected more than 0");
            self.reader.report(problem.help("`state: stopped` stops it"));
            return None;
        }
        Some(Some(rate))
    }

    fn exec(&mut self, node: &Node) -> Option<Action> {
        let fields = self.reader.fields(node, &EXEC)?;
        let controller = self.controller_name(&fields);
        let command = fields.node("command").and_then(|node| self.reader.text(node));
        Some(Action::Exec { controller: controller?, command: command?.to_owned() })
    }

    fn configure(&mut self, node: &Node) -> Option<Action> {
        let fields = self.reader.fields(node, &CONFIGURE)?;
        let controller = self.controller_name(&fields);
        let config = fields.node("config").and_then(|node| self.config(node));
        Some(Action::Configure { controller: controller?, config: config? })
    }

    fn controller_name(&mut self, fields: &Fields<'_>) -> Option<String> {
        self.names.host(&mut self.reader, fields.node("controller")?, Some(Role::Controller))
    }

    fn rule_change(&mut self, node: &Node, known: &Known<'_>) -> Option<(String, Match)> {
        let fields = self.reader.fields(node, &RULE_CHANGE)?;
        let firewall = fields.node("firewall").and_then(|node| self.firewall_name(node, known));
        let matches = fields.node("rule").and_then(|node| self.matches(node, &fields));
        Some((firewall?, matches?))
    }

    fn firewall_name(&mut self, node: &Node, known: &Known<'_>) -> Option<String> {
        let name = self.reader.text(node)?;
        if known.firewalls.iter().any(|firewall| firewall.name == name) {
            return Some(name.to_owned());
        }
        let problem = Diagnostic::error(format!("no firewall is called `{name}`")).at(node.span, "not found");
        let names = known.firewalls.iter().map(|firewall| firewall.name.as_str());
        self.reader.report_near(problem, name, names);
        None
    }

    fn firewall_change(&mut self, node: &Node, known: &Known<'_>) -> Option<Action> {
        let fields = self.reader.fields(node, &FIREWALL_CHANGE)?;
        let firewall = fields.node("name").and_then(|node| self.firewall_name(node, known));
        let rules = fields.node("rules").map(|node| self.reader.list(node)).unwrap_or_default();
        let rules = rules.iter().filter_map(|node| self.rule(node)).collect();
        let defaults = [("permit", RuleAction::Permit), ("deny", RuleAction::Deny)];
        let default = fields.node("default").and_then(|node| self.reader.choice(node, &defaults));
        Some(Action::Firewall { firewall: firewall?, rules, default })
    }

    /// Only what has a console of this kind can be told to reload.
    fn reload(&mut self, node: &Node) -> Option<Action> {
        let hosts = self.names.hosts(&mut self.reader, node, None, Severity::Warning);
        let (reloading, others): (Vec<String>, Vec<String>) = hosts
            .into_iter()
            .partition(|host| matches!(self.names.role(host), Some(Role::AccessPoint | Role::Controller)));
        if let Some(other) = others.first() {
            let problem =
                Diagnostic::error(format!("`{other}` is neither an access point nor the controller"));
            let help = "`server: { name: ..., state: started }` restarts a server's software";
            self.reader.report(problem.at(node.span, "it does not reload").help(help));
        }
        Some(Action::Reload(reloading))
    }

    fn link_change(&mut self, node: &Node, known: &Known<'_>) -> Option<Action> {
        let fields = self.reader.fields(node, &LINK_CHANGE)?;
        let states = [("up", LinkState::Up), ("down", LinkState::Down)];
        let state = fields.node("state").map(|node| self.reader.choice(node, &states));

        let which = fields.one_of()?;
        let links = if which.key == "name" {
            let names = self.reader.names(&which.value);
            names.into_iter().filter_map(|(name, span)| self.link_called(name, span, known)).collect()
        } else {
            let between = self.between(&which.value)?;
            match find_link(known.links, None, Some(&between)) {
                Some(link) => vec![link],
                None => {
                    self.no_such_link(&pair_name(&which.value), which.value.span, known.links);
                    return None;
                }
            }
        };
        let has_numbers = NUMBERS.iter().any(|(key, _)| fields.node(key).is_some());
        if state.is_none() && !has_numbers {
            let problem =
                Diagnostic::error("nothing about the link changes").at(fields.head(), "in what starts here");
            let keys = NUMBERS.map(|(key, _)| key).join(", ");
            self.reader.report(problem.help(format!("write `state:` or one of {keys}")));
        }
        let changes = links.into_iter().map(|link| LinkChange {
            link: link.name.clone(),
            state: state.flatten(),
            impairments: has_numbers.then(|| {
                [&link.forward, &link.reverse]
                    .map(|base| impairments(&mut self.reader, &fields, base.clone()))
            }),
        });
        Some(Action::Links(changes.collect()))
    }

    fn link_called<'a>(&mut self, name: &str, span: Span, known: &Known<'a>) -> Option<&'a Link> {
        let link = find_link(known.links, Some(name), None);
        if link.is_none() {
            self.no_such_link(name, span, known.links);
        }
        link
    }

    pub(super) fn no_such_link(&mut self, name: &str, span: Span, links: &[Link]) {
        let problem = Diagnostic::error(format!("no link is called `{name}`")).at(span, "not found");
        self.reader.report_near(problem, name, links.iter().map(|link| link.name.as_str()));
    }

    fn file_change(&mut self, node: &Node, known: &Known<'_>) -> Option<Action> {
        let fields = self.reader.fields(node, &FILE_CHANGE)?;
        let server = fields
            .node("server")
            .and_then(|node| self.names.host(&mut self.reader, node, Some(Role::Server)));
        let path = fields.node("path").and_then(|node| Some((self.reader.text(node)?.to_owned(), node.span)));
        let change = fields.one_of()?;
        // What is wrong with the path is told even if the change is wrong too.
        let adds = change.key == "add";
        let change = self.one_file_change(change, known);
        let ((path, span), server) = (path?, server?);
        let paths = match &change {
            Some(FileChange::Add(set)) => self.added(&path, span, &known.images[set.as_str()]),
            _ if adds => None,
            _ => self.served(&server, &path, span, known),
        };
        Some(Action::Files { server, paths: paths?, change: change? })
    }

    fn one_file_change(&mut self, change: &Entry, known: &Known<'_>) -> Option<FileChange> {
        Some(match change.key.as_str() {
            "remove" | "restore" => {
                self.reader.choice(&change.value, &[("true", ())])?;
                if change.key == "restore" { FileChange::Restore } else { FileChange::Remove }
            }
            "truncate" => FileChange::Truncate(self.reader.unit(&change.value, units::bytes)?),
            "corrupt" => FileChange::Corrupt(self.reader.unit(&change.value, units::bytes)?),
            "add" => FileChange::Add(self.set_name(&change.value, known.images)?),
            _ => FileChange::Replace(self.set_name(&change.value, known.images)?),
        })
    }

    /// The files that a set adds at `path`: the one called so, or all of them in a directory.
    fn added(&mut self, path: &str, span: Span, set: &ImageSet) -> Option<Vec<String>> {
        let Some(directory) = plain_path(path) else {
            self.reader.wrong_value(path, span, "a path that starts with a slash, without `.` and `..`");
            return None;
        };
        let name = path.rsplit('/').next().unwrap_or_default();
        if set.file(name).is_some() {
            return Some(vec![path.to_owned()]);
        }
        Some(set.files.iter().map(|file| format!("{directory}/{}", file.name)).collect())
    }

    /// Reports a host key of a server that has none.
    fn check_has_host_key(&mut self, server: &str, change: &Entry, known: &Known<'_>) {
        let other = known.servers.iter().find(|known| known.name == server);
        if other.is_some_and(|server| server.software != Software::OpenSsh) {
            let problem = Diagnostic::error(format!("`{server}` has no host key"));
            self.reader.report(problem.at(change.key_span, "only `software: openssh` has one"));
        }
    }

    /// The file, or the files below the directory, that the server has at `path`; one that it has not is reported.
    fn served(&mut self, server: &str, path: &str, span: Span, known: &Known<'_>) -> Option<Vec<String>> {
        let server = known.servers.iter().find(|known| known.name == server)?;
        let files = server.files.iter().flat_map(|mount| {
            let set = known.images.get(&mount.images);
            set.into_iter()
                .flat_map(|set| &set.files)
                .map(move |file| format!("{}/{}", mount.path.trim_end_matches('/'), file.name))
        });
        let files: Vec<String> = files.collect();
        let directory = format!("{}/", path.trim_end_matches('/'));
        let found: Vec<String> =
            files.iter().filter(|file| *file == path || file.starts_with(&directory)).cloned().collect();
        if found.is_empty() {
            let problem =
                Diagnostic::error(format!("`{}` has no file `{path}`", server.name)).at(span, "not found");
            self.reader.report_near(problem, path, files.iter().map(String::as_str));
            return None;
        }
        Some(found)
    }
}
