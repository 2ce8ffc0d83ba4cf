//! What helps: commands, time, rules that permit, the profile, images. Without it an expectation fails as well, in the same words, and goes on
//! failing once the cause is mended.

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::time::Duration;

use ewc::ControllerConfig;
use image::CONTROLLER_FILE;
use network::{Match, RuleAction};
use scenario::{Action, Controller, Scenario, TimelineEntry};

/// Returns true if a smaller scenario has all that could have helped the original, as far as what it helps is still there.
pub(super) fn keeps_help(original: &Scenario, smaller: &Scenario) -> bool {
    rest(smaller) >= rest(original)
        && work(original, smaller).is_subset(&work(smaller, smaller))
        && permits(original, smaller).is_subset(&permits(smaller, smaller))
        && keeps_profiles(original, smaller)
        && served(original, smaller).is_subset(&served(smaller, smaller))
}

/// Returns the time from the last event of the timeline that has a time to the end of the run.
fn rest(scenario: &Scenario) -> Duration {
    let last = scenario.timeline.iter().filter_map(TimelineEntry::at).max().unwrap_or_default();
    scenario.until.saturating_sub(last)
}

/// Returns what a timeline does that breaks nothing, and when: the work of operators, and changes of rules. Earlier or later it could be in
/// vain. Work at hosts that the smaller scenario does not have is left out.
fn work(scenario: &Scenario, smaller: &Scenario) -> BTreeSet<String> {
    let is_there = |name: &str| {
        smaller.hosts().any(|host| host.name == name) || smaller.firewalls.iter().any(|it| it.name == name)
    };
    let work = |entry: &TimelineEntry| match &entry.action {
        Action::Exec(exec) => Some((exec.host.clone(), exec.command.clone())),
        Action::Web(web) => {
            Some((web.controller.clone(), format!("{:?} {:?} {}", web.mode, web.press, web.profile.text)))
        }
        Action::Configure { controller, config } => Some((controller.clone(), config.text.clone())),
        Action::Firewall { firewall, rules, default } => {
            Some((firewall.clone(), format!("{rules:?} {default:?}")))
        }
        Action::AddRule { firewall, rule } if rule.action == RuleAction::Permit => {
            Some((firewall.clone(), rule.to_string()))
        }
        Action::RemoveRule { firewall, matches } if has_rule(smaller, matches) => {
            Some((firewall.clone(), format!("without {matches:?}")))
        }
        // What they break stays or goes with what heals it; a restart heals nothing for good.
        Action::AddRule { .. }
        | Action::RemoveRule { .. }
        | Action::PowerOn(_)
        | Action::PowerOff(_)
        | Action::Reload(_)
        | Action::Links(_)
        | Action::ServerPace { .. }
        | Action::Server { .. }
        | Action::NewHostKey { .. }
        | Action::Files { .. }
        | Action::Flash { .. } => None,
    };
    let works = scenario.timeline.iter().filter_map(|entry| {
        let (host, what) = work(entry)?;
        is_there(&host).then(|| format!("{:?} {host}: {what}", entry.at()))
    });
    works.collect()
}

/// Returns true if a rule for exactly these packets stands in a firewall, or comes to stand there.
fn has_rule(scenario: &Scenario, matches: &Match) -> bool {
    let added = scenario.timeline.iter().filter_map(|entry| match &entry.action {
        Action::AddRule { rule, .. } => Some(rule),
        _ => None,
    });
    let stated = scenario.firewalls.iter().flat_map(|firewall| &firewall.policy.rules);
    added.chain(stated).any(|rule| rule.matches == *matches)
}

/// Returns the rules that permit, of the firewalls that the smaller scenario has.
fn permits(scenario: &Scenario, smaller: &Scenario) -> BTreeSet<String> {
    let is_there = |name: &str| smaller.firewalls.iter().any(|firewall| firewall.name == name);
    let firewalls = scenario.firewalls.iter().filter(|firewall| is_there(&firewall.name));
    let permits = firewalls.flat_map(|firewall| {
        let policies = std::iter::once(&firewall.policy).chain(&firewall.access_lists);
        let rules = policies.flat_map(|policy| &policy.rules);
        let permits = rules.filter(|rule| rule.action == RuleAction::Permit);
        permits.map(|rule| format!("{}: {rule}", firewall.name))
    });
    permits.collect()
}

/// Returns true if each controller fetches images as before.
fn keeps_profiles(original: &Scenario, smaller: &Scenario) -> bool {
    smaller.controllers.iter().all(|controller| {
        let before = original.controllers.iter().find(|before| before.name == controller.name);
        before.is_none_or(|before| {
            before.images == controller.images && fetching(before) == fetching(controller)
        })
    })
}

/// Returns the part of a controller's configuration that bears on fetching images, and the images that it has from the start.
fn fetching(controller: &Controller) -> ControllerConfig {
    let text = controller.config.as_ref().map_or("", |config| &config.text);
    // A wrong configuration is an error of the scenario.
    let mut config = ControllerConfig::parse(text).unwrap_or_default();
    // Where it stands, and what else is pasted, may change.
    config.lines.clear();
    config.other_lines.clear();
    config.not_about_images.clear();
    config.not_modelled.clear();
    config.warnings.clear();
    config
}

/// Returns the images that servers hold for the hosts of the smaller scenario: of the servers that it has or its controllers use.
fn served(scenario: &Scenario, smaller: &Scenario) -> BTreeSet<String> {
    let wanted: BTreeSet<&str> = smaller
        .access_points
        .iter()
        .map(|point| point.image_type.as_str())
        .chain([CONTROLLER_FILE])
        .collect();
    let used: Vec<IpAddr> =
        smaller.controllers.iter().filter_map(|it| fetching(it).image_download?.server()).collect();
    let servers = scenario.servers.iter().filter(|server| {
        used.contains(&server.known_address()) || smaller.servers.iter().any(|it| it.name == server.name)
    });
    let mounts = servers.flat_map(|server| server.files.iter().map(move |mount| (server, mount)));
    let files =
        mounts.filter_map(|(server, mount)| Some((server, mount, scenario.images.get(&mount.images)?)));
    let files = files.flat_map(|(server, mount, set)| {
        let files = set.files.iter().filter(|file| wanted.contains(file.name.as_str()));
        files.map(move |file| format!("{}: {}/{}", server.name, mount.path, file.name))
    });
    files.collect()
}
