//! The faults of a timeline: which of its actions break something, which repair it, and what is broken after some of them.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use network::{Impairments, Policy, RuleAction};

use crate::model::{Action, FileChange, LinkChange, LinkState, Pace, Scenario, TimelineEntry};

/// The effect of an action of the timeline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// It breaks something, or makes it worse.
    Fault,
    /// It repairs something, or changes nothing for the worse.
    Repair,
    /// It is an operator's work: a command, a button, a configuration, a restart.
    Work,
}

/// What is broken after some actions of the timeline, compared with the start of the run.
#[derive(Debug)]
pub struct Broken<'a> {
    scenario: &'a Scenario,
    links: BTreeMap<&'a str, [Impairments; 2]>,
    firewalls: BTreeMap<&'a str, Policy>,
    off: BTreeSet<String>,
    stopped: BTreeSet<String>,
    slow: BTreeSet<String>,
    rekeyed: BTreeSet<String>,
    files: BTreeSet<(String, String)>,
    flash: BTreeSet<String>,
}

impl<'a> Broken<'a> {
    /// Returns the state at the start of a run, in which nothing counts as broken.
    pub fn at_start(scenario: &'a Scenario) -> Self {
        let links = scenario.links.iter();
        let firewalls = scenario.firewalls.iter();
        Self {
            scenario,
            links: links
                .map(|link| (link.name.as_str(), [link.forward.clone(), link.reverse.clone()]))
                .collect(),
            firewalls: firewalls.map(|firewall| (firewall.name.as_str(), firewall.policy.clone())).collect(),
            off: BTreeSet::new(),
            stopped: BTreeSet::new(),
            slow: BTreeSet::new(),
            rekeyed: BTreeSet::new(),
            files: BTreeSet::new(),
            flash: BTreeSet::new(),
        }
    }

    /// Returns the access points whose flash was damaged. Nothing but a new image repairs that.
    pub fn damaged_flash(&self) -> &BTreeSet<String> {
        &self.flash
    }

    /// Returns what is broken, in words; nothing if all is as at the start or better, apart from flash.
    pub fn told(&self) -> Vec<String> {
        let links = self.scenario.links.iter().filter(|link| {
            let first = [&link.forward, &link.reverse];
            let now = self.links.get(link.name.as_str()).into_iter().flatten();
            now.zip(first).any(|(now, first)| is_worse(now, first))
        });
        let firewalls = self.scenario.firewalls.iter().filter(|firewall| {
            self.firewalls.get(firewall.name.as_str()).is_some_and(|now| !is_same(now, &firewall.policy))
        });
        links
            .map(|link| format!("link {}", link.name))
            .chain(firewalls.map(|firewall| format!("firewall {}", firewall.name)))
            .chain(self.off.iter().map(|host| format!("power of {host}")))
            .chain(self.stopped.iter().map(|server| format!("software of {server}")))
            .chain(self.slow.iter().map(|server| format!("pace of {server}")))
            .chain(self.rekeyed.iter().map(|server| format!("host key of {server}")))
            .chain(self.files.iter().map(|(server, path)| format!("{path} of {server}")))
            .collect()
    }

    /// Carries out an action, and returns its effect.
    pub fn apply(&mut self, action: &Action) -> Effect {
        match action {
            Action::PowerOff(hosts) => {
                self.off.extend(hosts.iter().cloned());
                Effect::Fault
            }
            Action::PowerOn(hosts) => {
                hosts.iter().for_each(|host| _ = self.off.remove(host));
                Effect::Repair
            }
            Action::Links(changes) => {
                // All of them are carried out.
                let worse = changes.iter().filter(|change| self.link(change)).count();
                if worse > 0 { Effect::Fault } else { Effect::Repair }
            }
            Action::Firewall { firewall, rules, default } => {
                let (now, first) = match self.firewall(firewall) {
                    Some(both) => both,
                    None => return Effect::Work,
                };
                let was_broken = !is_same(now, first);
                now.rules.clone_from(rules);
                now.default = default.unwrap_or(now.default);
                // What replaces rules that were changed before may repair them; what replaces the first ones breaks them.
                if was_broken || is_same(now, first) { Effect::Repair } else { Effect::Fault }
            }
            Action::AddRule { firewall, rule } => {
                if let Some((now, _)) = self.firewall(firewall) {
                    now.rules.insert(0, rule.clone());
                }
                if rule.action == RuleAction::Permit { Effect::Repair } else { Effect::Fault }
            }
            Action::RemoveRule { firewall, matches } => {
                let Some((now, _)) = self.firewall(firewall) else { return Effect::Repair };
                let permits =
                    |rule: &network::Rule| rule.matches == *matches && rule.action == RuleAction::Permit;
                let is_fault = now.rules.iter().any(permits);
                now.rules.retain(|rule| rule.matches != *matches);
                if is_fault { Effect::Fault } else { Effect::Repair }
            }
            Action::ServerPace { server, pace } => {
                let is_slow = match pace {
                    Pace::Delay(delay) => !delay.is_zero(),
                    Pace::Rate(rate) => rate.is_some(),
                };
                set(&mut self.slow, server, is_slow)
            }
            Action::Server { server, running } => set(&mut self.stopped, server, !running),
            Action::NewHostKey { server } => set(&mut self.rekeyed, server, true),
            Action::Files { server, paths, change } => {
                let is_fault = match change {
                    FileChange::Remove
                    | FileChange::Truncate(_)
                    | FileChange::Corrupt(_)
                    | FileChange::Replace(_) => true,
                    FileChange::Add(_) | FileChange::Restore => false,
                };
                for path in paths {
                    let file = (server.clone(), path.clone());
                    if is_fault {
                        self.files.insert(file)
                    } else {
                        self.files.remove(&file)
                    };
                }
                if is_fault { Effect::Fault } else { Effect::Repair }
            }
            Action::Flash { access_points, .. } => {
                self.flash.extend(access_points.iter().cloned());
                Effect::Fault
            }
            Action::Reload(_) | Action::Exec(_) | Action::Web(_) | Action::Configure { .. } => Effect::Work,
        }
    }

    /// Changes a link, and returns true if it is worse than before.
    fn link(&mut self, change: &LinkChange) -> bool {
        let Some(now) = self.links.get_mut(change.link.as_str()) else { return false };
        let before = now.clone();
        if let Some(new) = &change.impairments {
            for (now, new) in now.iter_mut().zip(new) {
                *now = Impairments { up: now.up, ..new.clone() };
            }
        }
        if let Some(state) = change.state {
            now.iter_mut().for_each(|now| now.up = state == LinkState::Up);
        }
        now.iter().zip(&before).any(|(now, before)| is_worse(now, before))
    }

    /// Returns the policy of a firewall, and that at the start.
    fn firewall(&mut self, name: &str) -> Option<(&mut Policy, &'a Policy)> {
        let first = self.scenario.firewalls.iter().find(|firewall| firewall.name == name)?;
        Some((self.firewalls.get_mut(name)?, &first.policy))
    }
}

/// Puts a name in, or takes it out.
fn set(names: &mut BTreeSet<String>, name: &str, is_broken: bool) -> Effect {
    if is_broken {
        names.insert(name.to_owned());
        Effect::Fault
    } else {
        names.remove(name);
        Effect::Repair
    }
}

fn is_same(a: &Policy, b: &Policy) -> bool {
    a.rules == b.rules && a.default == b.default
}

/// Returns true if a link is worse in any respect.
fn is_worse(now: &Impairments, before: &Impairments) -> bool {
    let Impairments { latency, jitter, bandwidth, queue, mtu, up, pmtud, .. } = before;
    let shares = |one: &Impairments| {
        [one.loss, one.duplication, one.reordering, one.corruption, one.silent_corruption]
    };
    let is_less =
        |now: Option<u64>, before: Option<u64>| now.unwrap_or(u64::MAX) < before.unwrap_or(u64::MAX);
    (*up && !now.up)
        || now.latency > *latency
        || now.jitter > *jitter
        || is_less(now.bandwidth, *bandwidth)
        || is_less(now.queue, *queue)
        || now.mtu < *mtu
        || now.pmtud != *pmtud
        || shares(now).iter().zip(shares(before)).any(|(now, before)| *now > before)
}

impl Scenario {
    /// Returns the entries of the timeline that are faults, by index, in the order of writing: what breaks something.
    pub fn faults(&self) -> Vec<usize> {
        let mut broken = Broken::at_start(self);
        let mut order: Vec<(Option<Duration>, usize)> =
            self.timeline.iter().enumerate().map(|(index, entry)| (entry.at(), index)).collect();
        // Those that wait for events stay where they are written.
        let mut times: Vec<(Duration, usize)> =
            order.iter().filter_map(|(at, index)| Some(((*at)?, *index))).collect();
        times.sort_unstable();
        let mut times = times.into_iter();
        for (at, index) in &mut order {
            if at.is_some()
                && let Some((_, next)) = times.next()
            {
                *index = next;
            }
        }
        let is_fault = |index: &usize| broken.apply(&self.timeline[*index].action) == Effect::Fault;
        let mut faults: Vec<usize> = order.into_iter().map(|(_, index)| index).filter(is_fault).collect();
        faults.sort_unstable();
        faults
    }

    /// Names an entry of the timeline: its place, and what it does.
    pub fn entry_name(&self, entry: &TimelineEntry) -> String {
        let place = self.sources.location(entry.span);
        let main = self.sources.texts().next().map(|(path, _)| path);
        let file =
            if main == Some(place.file.as_str()) { String::new() } else { format!("{}, ", place.file) };
        format!("{} ({file}line {})", action(&entry.action), place.line)
    }
}

/// Describes an action without its numbers.
fn action(action: &Action) -> String {
    let hosts = |hosts: &[String]| match hosts {
        [one] => one.clone(),
        many => format!("{} hosts", many.len()),
    };
    match action {
        Action::PowerOn(names) => format!("power on of {}", hosts(names)),
        Action::PowerOff(names) => format!("power off of {}", hosts(names)),
        Action::Reload(names) => format!("reload of {}", hosts(names)),
        Action::Firewall { firewall, .. } => format!("new rules of firewall {firewall}"),
        Action::AddRule { firewall, .. } => format!("a new rule of firewall {firewall}"),
        Action::RemoveRule { firewall, .. } => format!("a rule less of firewall {firewall}"),
        Action::Links(changes) => {
            let links: Vec<&str> = changes.iter().map(|change| change.link.as_str()).collect();
            let down = changes.iter().all(|change| change.state == Some(LinkState::Down));
            let (noun, what) =
                (if links.len() == 1 { "link" } else { "links" }, if down { "down" } else { "changed" });
            format!("{noun} {} {what}", links.join(", "))
        }
        Action::ServerPace { server, .. } => format!("another pace of {server}"),
        Action::Server { server, running: false } => format!("stop of {server}"),
        Action::Server { server, running: true } => format!("start of {server}"),
        Action::NewHostKey { server } => format!("new host key of {server}"),
        Action::Files { server, .. } => format!("change of files on {server}"),
        Action::Flash { access_points, .. } => format!("damage of flash of {}", hosts(access_points)),
        Action::Exec(exec) => format!("command at {}", exec.host),
        Action::Web(web) => format!("page of {}", web.controller),
        Action::Configure { controller, .. } => format!("configuration of {controller}"),
    }
}
