//! A lab or a scenario: its hosts, its network, its images, and what happens when.

use std::collections::BTreeMap;
use std::time::Duration;

use catalogue::{Catalogue, Switch, Value};
use network::{Impairments, Nat, Policy};
use scenario::{Capwap, ConfigText, Members, Ownership, Scenario, Span, Trigger};
use text::durations::short;
use text::numbers::grouped;
use text::secrets;

use super::facts::{Facts, Section, Values};

/// Returns the facts of a scenario.
pub(super) fn facts(scenario: &Scenario) -> Facts {
    let mut facts = Facts::default();
    facts.set(Section::Whole, "lab", "start", scenario.start);
    facts.set(Section::Whole, "lab", "until", short(scenario.until));
    facts.set(Section::Whole, "lab", "seed", scenario.seed);
    for setting in &scenario.set {
        facts.set(Section::Whole, "set", &setting.name, &setting.value);
    }
    for accepted in &scenario.accept_unmodelled {
        facts.set(Section::Whole, "lab", &format!("accepts {}", accepted.name), "not modelled");
    }
    for point in &scenario.unsimulated {
        facts.set(Section::Whole, "not simulated", &point.name, point.address);
    }
    let Capwap { image_data } = scenario.capwap;
    facts.set(Section::Whole, "capwap", "image data", image_data);
    overrides(&scenario.catalogue, &mut facts);
    access_points(scenario, &mut facts);
    hosts(scenario, &mut facts);
    network(scenario, &mut facts);
    for set in scenario.images.values() {
        let values = facts.of(Section::Images, set.name.as_str());
        values.insert("version of access points".to_owned(), set.ap.to_string());
        values.insert("version of the controller".to_owned(), set.controller_version());
        for file in &set.files {
            values.insert(file.name.clone(), format!("{} bytes", grouped(file.size)));
        }
    }
    for entry in &scenario.timeline {
        let when = match &entry.trigger {
            Trigger::At(at) => format!("at {}", short(*at)),
            Trigger::After(_) => "after an event".to_owned(),
        };
        numbered(&mut facts, Section::Timeline, when, written(scenario, entry.span));
    }
    for expectation in &scenario.expect {
        facts.of(Section::Expectation, written(scenario, expectation.span));
    }
    facts
}

/// Adds the facts and known defects that a scenario states otherwise than the catalogue.
fn overrides(catalogue: &Catalogue, facts: &mut Facts) {
    for (key, value) in catalogue.overrides() {
        let value = match value {
            Value::Duration(time) => short(*time),
            Value::Bytes(bytes) => format!("{} bytes", grouped(*bytes)),
            Value::Rate(rate) => format!("{} bytes/s", grouped(*rate)),
            Value::Number(number) => grouped(*number),
            Value::Text(text) => text.clone(),
        };
        facts.set(Section::Whole, "catalogue", key, value);
    }
    for quirk in catalogue.quirks() {
        if let Some(switch) = catalogue.switch(quirk) {
            let switch = match switch {
                Switch::Off => "off",
                Switch::On => "on",
                Switch::ByVersion => "by version",
            };
            facts.set(Section::Whole, "known defects", &quirk.id, switch);
        }
    }
}

fn access_points(scenario: &Scenario, facts: &mut Facts) {
    for point in &scenario.access_points {
        let values = facts.of(Section::AccessPoint, point.name.as_str());
        let mut put = |what: &str, value: String| values.insert(what.to_owned(), value);
        put("model", point.model.clone());
        put("image type", point.image_type.clone());
        put("address", point.address.to_string());
        put("running", point.running.to_string());
        if let Some(backup) = &point.backup {
            put("backup", backup.to_string());
        }
        if let Some(uptime) = point.uptime {
            put("uptime", short(uptime));
        }
        if let Some(hardware) = &point.hardware {
            put("hardware", hardware.clone());
        }
        if let Some(made) = &point.made {
            put("made", made.clone());
        }
        if let Some(controller) = scenario.controllers.get(point.controller) {
            put("controller", controller.name.clone());
        }
        put("type", format!("{:?}", point.ap_type));
        put("MAC address", point.mac.to_string());
        put("console", format!("{:?}", point.console));
        put("flash", format!("{:?}", point.flash));
    }
}

fn hosts(scenario: &Scenario, facts: &mut Facts) {
    for controller in &scenario.controllers {
        let values = facts.of(Section::Controller, controller.name.as_str());
        values.insert("model".to_owned(), controller.model.clone());
        values.insert("address".to_owned(), controller.address.to_string());
        values.insert("running".to_owned(), controller.running.clone());
        values.insert("staged images".to_owned(), controller.images.join(", "));
        values.insert("MAC address".to_owned(), controller.mac.to_string());
        config(values, controller.config.as_ref());
    }
    for server in &scenario.servers {
        let values = facts.of(Section::Server, server.name.as_str());
        values.insert("software".to_owned(), server.software.to_string());
        values.insert("address".to_owned(), server.known_address().to_string());
        if let Some((version, _)) = &server.version {
            values.insert("version".to_owned(), version.clone());
        }
        values.insert("clock".to_owned(), server.clock.to_string());
        for mount in &server.files {
            let what = format!("{}{}", mount.images, owned(&mount.ownership));
            values.insert(format!("files at {}", mount.path), what);
        }
        for directory in &server.directories {
            values.insert(format!("directory {}", directory.path), owned(&directory.ownership));
        }
        for user in &server.users {
            let groups = user.groups.join(", ");
            let what = format!(
                "uid {}, gid {}, groups {groups}, home {}, shell {}",
                user.uid, user.gid, user.home, user.shell
            );
            values.insert(format!("user {}", user.name), what);
        }
        if let Some(nat) = &server.nat {
            translation(values, nat);
        }
        config(values, server.config.as_ref());
        for (path, text) in server.drop_ins.iter().flatten().chain(&server.machine_files) {
            let mut lines = Values::default();
            config(&mut lines, Some(text));
            values.extend(lines.into_iter().map(|(line, present)| (format!("{path}: {line}"), present)));
        }
    }
    for client in &scenario.idle_clients {
        let values = facts.of(Section::Server, client.name.as_str());
        let what = format!("{} connections to port {} of {}", client.connections, client.port, client.server);
        values.insert("address".to_owned(), client.address.to_string());
        values.insert("keeps".to_owned(), what);
    }
}

/// Adds a translation of addresses.
fn translation(values: &mut Values, nat: &Nat) {
    let Nat { name, outside, kind, udp_timeout, tcp_timeout, inspects_tftp } = nat;
    let helper = if *inspects_tftp { "with a TFTP helper" } else { "without a TFTP helper" };
    let timeouts = format!("UDP {}, TCP {}", short(*udp_timeout), short(*tcp_timeout));
    values.insert(format!("translation {name}"), format!("to {outside}, {kind:?}, {timeouts}, {helper}"));
}

/// Returns the owner and permissions that a scenario states.
fn owned(ownership: &Ownership) -> String {
    let Ownership { owner, group, mode } = ownership;
    let words =
        [("owner", owner.clone()), ("group", group.clone()), ("mode", mode.map(|mode| format!("{mode:o}")))];
    words.into_iter().filter_map(|(what, value)| Some(format!(", {what} {}", value?))).collect()
}

/// Adds the lines of a configuration, each a value of its own: a line that is on both sides is no difference. A line that stands in
/// several sections is known by its number among its like.
fn config(values: &mut Values, config: Option<&ConfigText>) {
    let mut section = String::new();
    for line in config.map_or("", |config| &config.text).lines() {
        let line = secrets::starred(line.trim_end());
        if line.trim().is_empty() || line.trim_start().starts_with(['!', '#']) {
            continue;
        }
        let is_inside = line.starts_with([' ', '\t']);
        if !is_inside {
            section = line.clone();
        }
        let inside = if is_inside { format!("{section} / {}", line.trim()) } else { line };
        values.insert(format!("config `{inside}`"), "present".to_owned());
    }
}

fn network(scenario: &Scenario, facts: &mut Facts) {
    for link in &scenario.links {
        let values = facts.of(Section::Network, format!("link {}", link.name));
        values.insert("between".to_owned(), ends(&link.between));
        for (way, direction) in [("forward", &link.forward), ("reverse", &link.reverse)] {
            for (what, value) in impairments(direction) {
                values.insert(format!("{what} {way}"), value);
            }
        }
    }
    for firewall in &scenario.firewalls {
        let values = facts.of(Section::Network, format!("firewall {}", firewall.name));
        values.insert("between".to_owned(), ends(&firewall.between));
        for policy in std::iter::once(&firewall.policy).chain(&firewall.access_lists) {
            rules(values, policy);
        }
    }
    for nat in &scenario.nats {
        let values = facts.of(Section::Network, format!("translation {}", nat.nat.name));
        values.insert("hosts".to_owned(), nat.hosts.join(", "));
        translation(values, &nat.nat);
    }
}

fn rules(values: &mut Values, policy: &Policy) {
    for rule in &policy.rules {
        values.insert(format!("rule `{rule}`"), "present".to_owned());
    }
    values.insert(
        "rules in order".to_owned(),
        policy.rules.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "),
    );
    values.insert("default".to_owned(), format!("{:?}", policy.default));
    values.insert("tracking".to_owned(), format!("{:?}", policy.tracking));
    values.insert("drops fragments".to_owned(), policy.drops_fragments.to_string());
}

fn ends(between: &[Members; 2]) -> String {
    let end = |members: &Members| match members {
        Members::Any => "any".to_owned(),
        Members::Hosts(hosts) => hosts.join(", "),
        Members::Address(address) => address.to_string(),
        Members::Range(first, last) => format!("{first} to {last}"),
    };
    format!("{} and {}", end(&between[0]), end(&between[1]))
}

/// Returns every impairment with its name.
fn impairments(direction: &Impairments) -> BTreeMap<&'static str, String> {
    let Impairments {
        latency,
        jitter,
        bandwidth,
        queue,
        loss,
        duplication,
        reordering,
        corruption,
        silent_corruption,
        mtu,
        pmtud,
        up,
    } = direction;
    let millis = |time: &Duration| format!("{} ms", time.as_secs_f64() * 1e3);
    let or_none = |value: &Option<u64>, unit: &str| {
        value.map_or_else(|| "no limit".to_owned(), |value| format!("{} {unit}", grouped(value)))
    };
    BTreeMap::from([
        ("latency", millis(latency)),
        ("jitter", millis(jitter)),
        ("bandwidth", or_none(bandwidth, "bit/s")),
        ("queue", or_none(queue, "bytes")),
        ("loss", loss.to_string()),
        ("duplication", duplication.to_string()),
        ("reordering", reordering.to_string()),
        ("corruption", corruption.to_string()),
        ("silent corruption", silent_corruption.to_string()),
        ("mtu", mtu.to_string()),
        ("pmtud", format!("{pmtud:?}")),
        ("up", up.to_string()),
    ])
}

/// Adds an entry under a name that may occur several times.
fn numbered(facts: &mut Facts, section: Section, name: String, value: String) {
    let values = facts.of(section, name);
    let number = values.len() + 1;
    values.insert(format!("entry {number}"), value);
}

/// Returns the text at a place in one line, without passwords.
fn written(scenario: &Scenario, span: Span) -> String {
    let text = scenario.sources.text(span.file);
    let text = text.get(span.start as usize..span.end as usize).unwrap_or_default();
    let mut starred = text.to_owned();
    let mut ranges: Vec<_> = secrets::in_broken_text(text).collect();
    ranges.sort_by_key(|range| std::cmp::Reverse(range.start));
    for range in ranges {
        starred.replace_range(range, "*****");
    }
    starred.split_whitespace().collect::<Vec<_>>().join(" ")
}
