//! The timeline.

use catalogue::units;
use indexmap::IndexMap;

use crate::diagnostic::Diagnostic;
use crate::language::{CONFIGURE, EVENT, EXEC, FILE_CHANGE, LINK_CHANGE, RULE_CHANGE, SERVER_CHANGE};
use crate::model::{
    Action, Event, FileChange, Firewall, ImageSet, Link, LinkState, Matching, Rule, Server, Software,
};
use crate::reader::Fields;
use crate::resolve::Loader;
use crate::resolve::names::Role;
use crate::resolve::network::{QUALITIES, find_link, quality, verdict};
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
        let at = fields.node("at").and_then(|node| {
            let at = self.reader.duration(node)?;
            let late = Diagnostic::error("this event comes after the end of the run");
            self.check_until(at, node.span, late);
            Some(at)
        });
        let entry = fields.one_of()?;
        let action = self.action(entry, known)?;
        Some(Event { at: at?, action, span: fields.span })
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
            "power_on" => Some(Action::PowerOn(self.names.hosts(&mut self.reader, node, None))),
            "power_off" => Some(Action::PowerOff(self.names.hosts(&mut self.reader, node, None))),
            "lift" => {
                let (firewall, matching) = self.rule_change(node, known)?;
                Some(Action::LiftRule { firewall, matching })
            }
            "permit" | "deny" | "reject" => {
                let (firewall, matching) = self.rule_change(node, known)?;
                Some(Action::AddRule { firewall, rule: Rule { verdict: verdict(&entry.key), matching } })
            }
            "link" => self.link_change(node, known),
            "server" => {
                let fields = self.reader.fields(node, &SERVER_CHANGE)?;
                let server = fields
                    .node("name")
                    .and_then(|node| self.names.host(&mut self.reader, node, Some(Role::Server)));
                let change = fields.one_of()?;
                match change.key.as_str() {
                    "state" => {
                        let states = [("started", true), ("stopped", false)];
                        let running = self.reader.choice(&change.value, &states);
                        Some(Action::Server { server: server?, running: running? })
                    }
                    _ => {
                        self.reader.choice(&change.value, &[("new", ())])?;
                        let server = server?;
                        self.check_has_host_key(&server, change, known);
                        Some(Action::NewHostKey { server })
                    }
                }
            }
            "file" => self.file_change(node, known),
            "flash" => self.flash_change(node),
            "exec" => {
                let fields = self.reader.fields(node, &EXEC)?;
                let controller = self.controller_name(&fields);
                let command = fields.node("command").and_then(|node| self.reader.text(node));
                Some(Action::Exec { controller: controller?, command: command?.to_owned() })
            }
            _ => {
                let fields = self.reader.fields(node, &CONFIGURE)?;
                let controller = self.controller_name(&fields);
                let config = fields.node("config").and_then(|node| self.config(node));
                Some(Action::Configure { controller: controller?, config: config? })
            }
        }
    }

    fn controller_name(&mut self, fields: &Fields<'_>) -> Option<String> {
        self.names.host(&mut self.reader, fields.node("controller")?, Some(Role::Controller))
    }

    fn rule_change(&mut self, node: &Node, known: &Known<'_>) -> Option<(String, Matching)> {
        let fields = self.reader.fields(node, &RULE_CHANGE)?;
        let firewall = fields.node("firewall").and_then(|node| {
            let name = self.reader.text(node)?;
            if known.firewalls.iter().any(|firewall| firewall.name == name) {
                return Some(name.to_owned());
            }
            let problem =
                Diagnostic::error(format!("no firewall is called `{name}`")).at(node.span, "not found");
            let names = known.firewalls.iter().map(|firewall| firewall.name.as_str());
            self.reader.report_near(problem, name, names);
            None
        });
        let matching = fields.node("rule").and_then(|node| self.matching(node, &fields));
        Some((firewall?, matching?))
    }

    fn link_change(&mut self, node: &Node, known: &Known<'_>) -> Option<Action> {
        let fields = self.reader.fields(node, &LINK_CHANGE)?;
        let states = [("up", LinkState::Up), ("down", LinkState::Down)];
        let state = fields.node("state").map(|node| self.reader.choice(node, &states));

        let which = fields.one_of()?;
        let link = if which.key == "name" {
            let name = self.reader.text(&which.value)?;
            find_link(known.links, Some(name), None)
        } else {
            let between = self.between(&which.value)?;
            find_link(known.links, None, Some(&between))
        };
        let Some(link) = link else {
            let name = which.value.as_text().map_or_else(|| pair_name(&which.value), str::to_owned);
            let problem =
                Diagnostic::error(format!("no link is called `{name}`")).at(which.value.span, "not found");
            self.reader.report_near(problem, &name, known.links.iter().map(|link| link.name.as_str()));
            return None;
        };
        let changed = QUALITIES.iter().any(|key| fields.node(key).is_some()).then(|| {
            [&link.forward, &link.reverse].map(|base| quality(&mut self.reader, &fields, base.clone()))
        });
        if state.is_none() && changed.is_none() {
            let problem =
                Diagnostic::error("nothing about the link changes").at(fields.head(), "in what starts here");
            self.reader.report(problem.help(format!("write `state:` or one of {}", QUALITIES.join(", "))));
        }
        Some(Action::Link { link: link.name.clone(), state: state.flatten(), quality: changed })
    }

    fn file_change(&mut self, node: &Node, known: &Known<'_>) -> Option<Action> {
        let fields = self.reader.fields(node, &FILE_CHANGE)?;
        let server = fields
            .node("server")
            .and_then(|node| self.names.host(&mut self.reader, node, Some(Role::Server)));
        let path = fields.node("path").and_then(|node| Some((self.reader.text(node)?.to_owned(), node.span)));
        if let (Some(server), Some((path, span))) = (&server, &path) {
            self.check_served(server, path, *span, known);
        }
        let change = fields.one_of()?;
        let change = match change.key.as_str() {
            "remove" => {
                self.reader.choice(&change.value, &[("true", ())])?;
                FileChange::Remove
            }
            "truncate" => FileChange::Truncate(self.reader.unit(&change.value, units::bytes)?),
            "corrupt" => FileChange::Corrupt(self.reader.unit(&change.value, units::bytes)?),
            _ => FileChange::Replace(self.set_name(&change.value, known.images)?),
        };
        Some(Action::File { server: server?, path: path?.0, change })
    }

    /// Reports a host key of a server that has none.
    fn check_has_host_key(&mut self, server: &str, change: &Entry, known: &Known<'_>) {
        let other = known.servers.iter().find(|known| known.name == server);
        if other.is_some_and(|server| server.software != Software::OpenSsh) {
            let problem = Diagnostic::error(format!("`{server}` has no host key"));
            self.reader.report(problem.at(change.key_span, "only `software: openssh` has one"));
        }
    }

    /// Reports a path that no file of the server has.
    fn check_served(&mut self, server: &str, path: &str, span: Span, known: &Known<'_>) {
        let Some(server) = known.servers.iter().find(|known| known.name == server) else { return };
        let files = server.files.iter().flat_map(|mount| {
            let set = known.images.get(&mount.images);
            set.into_iter()
                .flat_map(|set| &set.files)
                .map(move |file| format!("{}/{}", mount.path, file.name))
        });
        let files: Vec<String> = files.collect();
        if !files.iter().any(|file| file == path) {
            let problem =
                Diagnostic::error(format!("`{}` has no file `{path}`", server.name)).at(span, "not found");
            self.reader.report_near(problem, path, files.iter().map(String::as_str));
        }
    }
}
