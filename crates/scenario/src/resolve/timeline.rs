//! The timeline.

use indexmap::IndexMap;
use network::{Match, Rule, RuleAction};
use text::units;

use crate::diagnostic::{Diagnostic, Severity};
use crate::language::{self, Named, Record, ServerState, Written};
use crate::model::{
    Action, ConfigText, Exec, FileChange, Firewall, ImageSet, Link, LinkChange, Pace, Server, Software,
    TimelineEntry, Web, WebMode,
};
use crate::resolve::Loader;
use crate::resolve::names::Role;
use crate::resolve::network::find_link;
use crate::resolve::servers::plain_path;
use crate::source::Span;

/// The definitions that the timeline can refer to.
struct Known<'a> {
    links: &'a [Link],
    firewalls: &'a [Firewall],
    servers: &'a [Server],
    images: &'a IndexMap<String, ImageSet>,
}

impl Loader<'_> {
    pub(super) fn timeline(
        &mut self,
        raw: Vec<Option<language::TimelineEntry>>,
        links: &[Link],
        firewalls: &[Firewall],
        servers: &[Server],
        images: &IndexMap<String, ImageSet>,
    ) -> Vec<TimelineEntry> {
        let known = Known { links, firewalls, servers, images };
        raw.into_iter().flatten().filter_map(|raw| self.event(raw, &known)).collect()
    }

    fn event(&mut self, raw: language::TimelineEntry, known: &Known<'_>) -> Option<TimelineEntry> {
        let span = raw.span;
        let trigger = self.trigger(&raw.at, raw.after.clone(), raw.head);
        let repeat = self.repeat(&raw.every, &raw.times, &raw.until, trigger.as_ref());
        let action = self.action(raw, known)?;
        Some(TimelineEntry { trigger: trigger?, repeat, action, span })
    }

    /// Reports a moment after the end of the run as `late`.
    pub(super) fn check_until(&mut self, moment: std::time::Duration, span: Span, late: Diagnostic) {
        if let Some((until, until_span)) = self.until
            && moment > until
        {
            self.reader.report(late.at(span, "").at(until_span, "the run ends here"));
        }
    }

    /// Resolves the action: exactly one of its keys is written.
    fn action(&mut self, raw: language::TimelineEntry, known: &Known<'_>) -> Option<Action> {
        if raw.power_on.is_written() {
            return self.powered_hosts(raw.power_on).map(Action::PowerOn);
        }
        if raw.power_off.is_written() {
            return self.powered_hosts(raw.power_off).map(Action::PowerOff);
        }
        if raw.reload.is_written() {
            return self.reload(raw.reload);
        }
        let rules = [
            (raw.permit, RuleAction::Permit),
            (raw.deny, RuleAction::Deny),
            (raw.reject, RuleAction::Reject),
        ];
        for (raw, action) in rules {
            if let Some(raw) = raw.value {
                let action = self.answered(action, &raw.with);
                let (firewall, matches) = self.rule_change(raw, known)?;
                return Some(Action::AddRule { firewall, rule: Rule::new(action, matches) });
            }
        }
        if let Some(raw) = raw.remove.value {
            self.answered(RuleAction::Permit, &raw.with);
            let (firewall, matches) = self.rule_change(raw, known)?;
            return Some(Action::RemoveRule { firewall, matches });
        }
        if let Some(raw) = raw.firewall.value {
            return self.firewall_change(raw, known);
        }
        if let Some(raw) = raw.link.value {
            return self.link_change(raw, known);
        }
        if let Some(raw) = raw.server.value {
            return self.server_change(raw, known);
        }
        if let Some(raw) = raw.file.value {
            return self.file_change(raw, known);
        }
        if let Some(raw) = raw.flash.value {
            return self.flash_change(raw);
        }
        if let Some(raw) = raw.exec.value {
            return self.exec(raw);
        }
        if let Some(raw) = raw.web.value {
            return self.web(raw);
        }
        self.configure(raw.configure.value?)
    }

    /// Resolves hosts whose power changes.
    fn powered_hosts(&mut self, raw: Written<Vec<Named>>) -> Option<Vec<String>> {
        for Named { text: name, span } in raw.value.iter().flatten() {
            if let Some(controller) = self.names.controller_on(name) {
                let problem = Diagnostic::error(format!("`{name}` and `{controller}` are one box"));
                let problem = problem.at(*span, "they share their power");
                let help = format!("name `{controller}`");
                self.reader.report(problem.help(help));
            }
        }
        self.hosts(raw, None, Severity::Warning)
    }

    fn server_change(&mut self, raw: language::ServerChange, known: &Known<'_>) -> Option<Action> {
        let server = self.host(raw.name, Some(Role::Server));
        if let Some(place) = raw.host_key.place {
            raw.host_key.value?;
            let server = server?;
            self.check_has_host_key(&server, place.key, known);
            return Some(Action::NewHostKey { server });
        }
        if let Some(state) = raw.state.value {
            return Some(Action::Server { server: server?, running: state == ServerState::Started });
        }
        let delay = raw.delay.value.map(Pace::Delay);
        let pace = delay.or(raw.rate.and_then(|rate, span| self.rate(&rate, span)).value.map(Pace::Rate));
        Some(Action::ServerPace { server: server?, pace: pace? })
    }

    /// Reads `100kB/s`; `none` is no limit.
    fn rate(&mut self, text: &str, span: Span) -> Option<Option<u64>> {
        if text == "none" {
            return Some(None);
        }
        let rate = self.reader.unit_text(text, span, units::byte_rate)?;
        if rate == 0 {
            let problem = Diagnostic::error("a server cannot send at a rate of 0");
            let problem = problem.at(span, "expected more than 0");
            self.reader.report(problem.help("`state: stopped` stops it"));
            return None;
        }
        Some(Some(rate))
    }

    fn exec(&mut self, raw: language::Exec) -> Option<Action> {
        let host = match raw.host.place {
            None => self.host(raw.controller, Some(Role::Controller)),
            Some(place) => self.host(raw.host, None).filter(|host| {
                let has = matches!(self.names.role(host), Some(Role::AccessPoint | Role::Controller));
                if !has {
                    let problem = format!("`{host}` is neither an access point nor the controller");
                    self.reader.report(Diagnostic::error(problem).at(place.value, "nothing is typed at it"));
                }
                has
            }),
        };
        let refused = raw.refused.optional();
        let (command, span) = raw.command.placed()?;
        Some(Action::Exec(Exec { host: host?, command, refused: refused?, span }))
    }

    /// Resolves an action on the page: its fields are the lines of the profile that they stand for.
    fn web(&mut self, raw: language::Web) -> Option<Action> {
        let span = raw.span;
        let mut lines = Vec::new();
        let mode = raw.mode.optional()?;
        if let Some(mode) = mode {
            lines.push(format!(" image-download-mode {}", mode.word()));
        }
        let of_mode = match mode {
            Some(WebMode::Sftp) => "sftp",
            Some(WebMode::Tftp) => "tftp",
            Some(WebMode::Http | WebMode::Cco) | None => "",
        };
        for (key, field, value) in [
            ("server", "image-server", raw.server.clone().map_text(|address| address.to_string())),
            ("path", "image-path", raw.path.clone()),
            ("username", "username", raw.username.clone()),
            ("password", "password 0", raw.password.clone()),
        ] {
            let Some((value, place)) = value.placed() else { continue };
            let fits = of_mode == "sftp" || (of_mode == "tftp" && ["server", "path"].contains(&key));
            if !fits {
                let problem = Diagnostic::error(format!("the mode has no field `{key}`"));
                let help = "write `mode: tftp`, or `mode: sftp`, which has a user too";
                self.reader.report(problem.at(place, "filled in here").help(help));
                continue;
            }
            if value.contains(['\n', '\r']) {
                self.reader
                    .report(Diagnostic::error(format!("`{key}` is one line")).at(place, "has several"));
                continue;
            }
            lines.push(format!(" {of_mode}-{field} {value}"));
        }
        if !lines.is_empty() {
            lines.insert(0, "wireless profile image-download default".to_owned());
        }
        let controller = self.host(raw.controller, Some(Role::Controller))?;
        let profile = ConfigText::unwritten(&lines.join("\n"), span);
        Some(Action::Web(Web { controller, profile, mode, press: raw.press.value?, span }))
    }

    fn configure(&mut self, raw: language::Configure) -> Option<Action> {
        let controller = self.host(raw.controller, Some(Role::Controller));
        let config = raw.config.value.and_then(|node| self.config(&node));
        Some(Action::Configure { controller: controller?, config: config? })
    }

    fn rule_change(&mut self, raw: language::RuleChange, known: &Known<'_>) -> Option<(String, Match)> {
        let firewall = self.firewall_called(raw.firewall, known);
        let tracking = firewall.and_then(|firewall| firewall.policy.tracking.as_ref());
        let matches = self.matches(raw.rule, raw.ends, tracking);
        Some((firewall?.name.clone(), matches?))
    }

    fn firewall_called<'a>(&mut self, name: Written<String>, known: &Known<'a>) -> Option<&'a Firewall> {
        let (name, span) = name.placed()?;
        if let Some(firewall) = known.firewalls.iter().find(|firewall| firewall.name == name) {
            if firewall.access_lists.is_empty() {
                return Some(firewall);
            }
            let problem = Diagnostic::error(format!("the rules of `{name}` are access lists"));
            let problem = problem.at(span, "they cannot change in a run");
            self.reader.report(problem.help("write its `rules`, with `stateless: true`"));
            return None;
        }
        let problem = Diagnostic::error(format!("no firewall is called `{name}`")).at(span, "not found");
        let names = known.firewalls.iter().map(|firewall| firewall.name.as_str());
        self.reader.report_near(problem, &name, names);
        None
    }

    fn firewall_change(&mut self, raw: language::FirewallChange, known: &Known<'_>) -> Option<Action> {
        let firewall = self.firewall_called(raw.name, known);
        let tracking = firewall.and_then(|firewall| firewall.policy.tracking.as_ref());
        let rules = self.rules(raw.rules, tracking);
        Some(Action::Firewall { firewall: firewall?.name.clone(), rules, default: raw.default.value })
    }

    /// Resolves the hosts to reload: only access points and the controller can.
    fn reload(&mut self, raw: Written<Vec<Named>>) -> Option<Action> {
        let span = raw.span()?;
        let hosts = self.hosts(raw, None, Severity::Warning)?;
        let (reloading, others): (Vec<String>, Vec<String>) = hosts
            .into_iter()
            .partition(|host| matches!(self.names.role(host), Some(Role::AccessPoint | Role::Controller)));
        if let Some(other) = others.first() {
            let problem =
                Diagnostic::error(format!("`{other}` is neither an access point nor the controller"));
            let help = "`server: { name: ..., state: started }` restarts a server's software";
            self.reader.report(problem.at(span, "it cannot reload").help(help));
        }
        Some(Action::Reload(reloading))
    }

    fn link_change(&mut self, raw: language::LinkChange, known: &Known<'_>) -> Option<Action> {
        let links: Vec<&Link> = if raw.name.is_written() {
            let names = raw.name.value.unwrap_or_default();
            names.iter().filter_map(|name| self.link_called(&name.text, name.span, known)).collect()
        } else {
            let (ends, span) = raw.between.placed()?;
            let between = self.between(&ends)?;
            let link = find_link(known.links, None, Some(&between));
            if link.is_none() {
                self.no_such_link(&format!("{}--{}", ends[0].text, ends[1].text), span, known.links);
            }
            vec![link?]
        };
        let has_numbers = !raw.impairments.written().is_empty();
        if !raw.state.is_written() && !has_numbers {
            let problem = Diagnostic::error("nothing about the link changes")
                .at(raw.head, "in the map that starts here");
            let keys: Vec<&str> = language::Impairments::TABLE.keys.iter().map(|key| key.name).collect();
            self.reader.report(problem.help(format!("write `state:` or one of {}", keys.join(", "))));
        }
        let changes = links.into_iter().map(|link| LinkChange {
            link: link.name.clone(),
            state: raw.state.value,
            impairments: has_numbers
                .then(|| [&link.forward, &link.reverse].map(|base| raw.impairments.over(base))),
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

    fn file_change(&mut self, raw: language::FileChange, known: &Known<'_>) -> Option<Action> {
        let server = self.host(raw.server, Some(Role::Server));
        let mut set = |name: Written<String>| {
            name.and_then(|name, span| self.set_name(&name, span, known.images)).value
        };
        let adds = raw.add.is_written();
        let change = None
            .or(raw.remove.value.map(|()| FileChange::Remove))
            .or(raw.truncate.value.map(FileChange::Truncate))
            .or(raw.corrupt.value.map(FileChange::Corrupt))
            .or(set(raw.replace).map(FileChange::Replace))
            .or(set(raw.add).map(FileChange::Add))
            .or(raw.restore.value.map(|()| FileChange::Restore));
        // Mistakes in the path are reported even if the change is wrong, too.
        let ((path, span), server) = (raw.path.placed()?, server?);
        let paths = match &change {
            Some(FileChange::Add(set)) => self.added(&path, span, &known.images[set.as_str()]),
            _ if adds => None,
            _ => self.served(&server, &path, span, known),
        };
        Some(Action::Files { server, paths: paths?, change: change? })
    }

    /// Returns the files that a set adds at `path`: the one of that name, or all of them in a directory.
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

    /// Reports a new host key for a server that has none.
    fn check_has_host_key(&mut self, server: &str, key: Span, known: &Known<'_>) {
        let other = known.servers.iter().find(|known| known.name == server);
        if other.is_some_and(|server| server.software != Software::OpenSsh) {
            let problem = Diagnostic::error(format!("`{server}` has no host key"));
            self.reader.report(problem.at(key, "only `software: openssh` has one"));
        }
    }

    /// Returns the file, or the files below the directory, that the server has at `path`; reports a missing one.
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
