//! The actions of the timeline.

use std::rc::Rc;
use std::time::Duration;

use engine::Engine;
use network::{Impairments, Match, Rule, RuleAction};
use scenario::{Action, FileChange, LinkChange, LinkState, Pace};
use text::numbers::grouped;

use super::Inner;
use super::device::Start;
use super::record::{Event, NetworkEvent, WorldEvent};

/// Carries out entry `index` of the timeline, for the `times`th time, and plans its next time.
pub(super) fn happen(inner: &Rc<Inner>, net: &dyn Engine, index: usize, times: u64) {
    let event = &inner.scenario.timeline[index];
    inner.triggers.note_happened(net.now(), index);
    apply(inner, net, &event.action);
    if let Some(next) = event.repeat.and_then(|repeat| repeat.next(net.now(), times)) {
        let inner = Rc::clone(inner);
        net.at(next, Box::new(move |net| happen(&inner, net, index, times + 1)));
    }
}

/// Carries out `action`.
pub(super) fn apply(inner: &Rc<Inner>, net: &dyn Engine, action: &Action) {
    match action {
        Action::PowerOn(names) => names.iter().for_each(|name| inner.power_on(net, name, Start::Cold)),
        Action::PowerOff(names) => names.iter().for_each(|name| inner.power_off(net, name)),
        Action::AddRule { firewall, rule } => {
            changed(inner, format!("firewall {firewall}: {rule} is now the first rule"));
            net.network().change_rules(inner.names.firewall(firewall), |rules| rules.insert(0, rule.clone()));
        }
        Action::RemoveRule { firewall, matches } => remove_rule(inner, net, firewall, matches),
        Action::Reload(names) => names.iter().for_each(|name| inner.exec(net, name, "reload")),
        Action::Firewall { firewall, rules, default } => replace_rules(inner, net, firewall, rules, *default),
        Action::Links(changes) => changes.iter().for_each(|change| change_link(inner, net, change)),
        Action::ServerPace { server, pace } => set_pace(inner, net, server, pace),
        Action::Server { server, running } => {
            net.stop(inner.id(server));
            if *running {
                inner.note(server, WorldEvent::SoftwareStarted);
                inner.start(net, server, Start::Warm);
            } else {
                inner.note(server, WorldEvent::SoftwareStopped);
            }
        }
        Action::NewHostKey { server } => {
            net.stop(inner.id(server));
            inner.device(server).new_host_keys();
            inner.note(server, WorldEvent::Changed { what: "has a new host key".to_owned() });
            inner.note(server, WorldEvent::SoftwareStarted);
            inner.start(net, server, Start::Warm);
        }
        Action::Files { server, paths, change } => {
            for path in paths {
                let what = match inner.device(server).change_file(path, change) {
                    Ok(()) => describe(change),
                    Err(error) => format!("cannot be changed: {error}"),
                };
                inner.note(server, WorldEvent::Changed { what: format!("{path} {what}") });
            }
        }
        Action::Flash { access_points, fault } => {
            for name in access_points {
                inner.device(name).damage(fault).into_iter().for_each(|event| inner.note(name, event));
            }
        }
        Action::Exec(exec) => inner.exec(net, &exec.host, &exec.command),
        Action::Web(web) => inner.press(net, web),
        Action::Configure { controller, config } => {
            // Nobody answers at its terminal without power, nor while it boots.
            let is_taken = inner.serves(controller);
            let what =
                if is_taken { "new configuration" } else { "new configuration is lost: it does not serve" };
            inner.note(controller, WorldEvent::Changed { what: what.to_owned() });
            if is_taken {
                inner.device(controller).configure(&config.text);
            }
        }
    }
}

fn remove_rule(inner: &Inner, net: &dyn Engine, firewall: &str, matches: &Match) {
    let mut removed = Vec::new();
    net.network().change_rules(inner.names.firewall(firewall), |rules| {
        rules.retain(|rule| {
            let stays = rule.matches != *matches;
            if !stays {
                removed.push(rule.to_string());
            }
            stays
        });
    });
    let what = if removed.is_empty() { "no such rule".to_owned() } else { removed.join(", ") };
    changed(inner, format!("firewall {firewall}: removed {what}"));
}

fn replace_rules(
    inner: &Inner,
    net: &dyn Engine,
    firewall: &str,
    rules: &[Rule],
    default: Option<RuleAction>,
) {
    let described: Vec<String> = rules.iter().map(ToString::to_string).collect();
    let described = if rules.is_empty() { "none".to_owned() } else { described.join(", ") };
    let otherwise = match default {
        Some(RuleAction::Permit) => ", the rest is permitted",
        Some(RuleAction::Deny | RuleAction::Reject | RuleAction::Unreachable(_)) => ", the rest is denied",
        None => "",
    };
    changed(inner, format!("firewall {firewall}: rules are now {described}{otherwise}"));
    let id = inner.names.firewall(firewall);
    net.network().change_rules(id, |all| *all = rules.to_vec());
    if let Some(default) = default {
        net.network().set_default(id, default);
    }
}

/// Says what a pace does to a server.
pub(super) fn describe_pace(pace: &Pace) -> String {
    match pace {
        Pace::Delay(delay) if delay.is_zero() => "answers at once again".to_owned(),
        Pace::Delay(delay) => format!("answers {} ms later", delay.as_millis()),
        Pace::Rate(None) => "sends without a rate limit again".to_owned(),
        Pace::Rate(Some(rate)) => format!("sends at most {} bytes per second", grouped(*rate)),
    }
}

fn set_pace(inner: &Inner, net: &dyn Engine, server: &str, pace: &Pace) {
    inner.note(server, WorldEvent::Changed { what: describe_pace(pace) });
    let (delay, rate) = match pace {
        Pace::Delay(delay) => (*delay, None),
        Pace::Rate(rate) => (Duration::ZERO, *rate),
    };
    net.network().slow_down(inner.id(server), delay, rate);
}

fn change_link(inner: &Inner, net: &dyn Engine, change: &LinkChange) {
    let LinkChange { link, state, impairments } = change;
    let what = match state {
        Some(LinkState::Up) => "is up",
        Some(LinkState::Down) => "is down",
        None => "changes",
    };
    changed(inner, format!("link {link} {what}"));
    net.network().change_link(inner.names.link(link), |forward, reverse| {
        if let Some([there, back]) = impairments {
            *forward = Impairments { up: forward.up, ..there.clone() };
            *reverse = Impairments { up: reverse.up, ..back.clone() };
        }
        if let Some(state) = state {
            let up = *state == LinkState::Up;
            (forward.up, reverse.up) = (up, up);
        }
    });
}

/// Records a change of the network.
fn changed(inner: &Inner, what: String) {
    inner.push(None, Event::Network(NetworkEvent::Changed { what }));
}

/// Says what a change does to a file.
pub(super) fn describe(change: &FileChange) -> String {
    match change {
        FileChange::Remove => "is removed".to_owned(),
        FileChange::Truncate(size) => format!("is truncated to {size} bytes"),
        FileChange::Corrupt(offset) => format!("is corrupted at byte {offset}"),
        FileChange::Replace(set) => format!("is replaced with the file of {set}"),
        FileChange::Add(set) => format!("is added from {set}"),
        FileChange::Restore => "is restored".to_owned(),
    }
}
