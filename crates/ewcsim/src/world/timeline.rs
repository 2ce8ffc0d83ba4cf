//! What the timeline does when its time comes.

use std::rc::Rc;

use scenario::{Action, FileChange, LinkState};
use simnet::Simnet;

use super::network::conditions;
use super::{Inner, Start, flash};
use crate::record::WorldEvent;

/// Carries out `action`.
pub(super) fn apply(inner: &Rc<Inner>, net: &Simnet, action: &Action) {
    match action {
        Action::PowerOn(names) => names.iter().for_each(|name| inner.power_on(net, name, Start::Cold)),
        Action::PowerOff(names) => names.iter().for_each(|name| inner.power_off(net, name)),
        Action::AddRule { firewall, rule } => {
            let rule = inner.network.rule(rule);
            changed(inner, format!("firewall {firewall}: {rule} is now the first rule"));
            net.change_rules(inner.network.firewall(firewall), |rules| rules.insert(0, rule));
        }
        Action::LiftRule { firewall, matching } => {
            let matching = inner.network.matching(matching);
            let mut lifted = Vec::new();
            net.change_rules(inner.network.firewall(firewall), |rules| {
                rules.retain(|rule| {
                    let stays = rule.matches != matching;
                    if !stays {
                        lifted.push(rule.to_string());
                    }
                    stays
                });
            });
            let what = if lifted.is_empty() { "no such rule".to_owned() } else { lifted.join(", ") };
            changed(inner, format!("firewall {firewall}: lifted {what}"));
        }
        Action::Link { link, state, quality } => {
            let what = match state {
                Some(LinkState::Up) => "is up",
                Some(LinkState::Down) => "is down",
                None => "changes",
            };
            changed(inner, format!("link {link} {what}"));
            net.change_link(inner.network.link(link), |forward, reverse| {
                if let Some([there, back]) = quality {
                    let (was_up, was_back_up) = (forward.up, reverse.up);
                    (*forward, *reverse) = (conditions(there), conditions(back));
                    (forward.up, reverse.up) = (was_up, was_back_up);
                }
                if let Some(state) = state {
                    let up = *state == LinkState::Up;
                    (forward.up, reverse.up) = (up, up);
                }
            });
        }
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
            inner.devices.new_host_key(server);
            inner.note(server, WorldEvent::Changed { what: "has a new host key".to_owned() });
            inner.note(server, WorldEvent::SoftwareStarted);
            inner.start(net, server, Start::Warm);
        }
        Action::File { server, path, change } => {
            let what = match inner.devices.change_file(server, path, change) {
                Ok(()) => describe(change),
                Err(error) => format!("cannot be changed: {error}"),
            };
            inner.note(server, WorldEvent::Changed { what: format!("{path} {what}") });
        }
        Action::Flash { access_points, fault } => {
            access_points.iter().for_each(|name| flash::apply(inner, name, fault));
        }
        Action::Exec { controller, command } => inner.exec(net, controller, command),
        Action::Configure { controller, config } => {
            inner.note(controller, WorldEvent::Changed { what: "new configuration".to_owned() });
            inner.devices.configure(&config.text);
        }
    }
}

/// Records a change that is about no single host with the controller, whose network it is.
fn changed(inner: &Inner, what: String) {
    inner.note(&inner.scenario.controller.name, WorldEvent::Changed { what });
}

fn describe(change: &FileChange) -> String {
    match change {
        FileChange::Remove => "is removed".to_owned(),
        FileChange::Truncate(size) => format!("is cut to {size} bytes"),
        FileChange::Corrupt(offset) => format!("has another byte at {offset}"),
        FileChange::Replace(set) => format!("is now that of {set}"),
    }
}
