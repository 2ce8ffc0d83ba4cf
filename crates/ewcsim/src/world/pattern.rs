//! Event patterns: checks whether they can match at all, and matches them against events.

use std::collections::BTreeSet;

use host::{EventField, EventKind, FieldKind, is_named};
use scenario::{Diagnostic, EventPattern, FieldPattern, Matcher};
use serde_json::Value;
use text::closest;

use super::device::{Hosts, KINDS, Kind, NETWORK};
use super::record::{Entry, Record};

/// Returns true if `entry` of `record` matches `pattern`.
pub fn matches(pattern: &EventPattern, entry: &Entry, record: &Record) -> bool {
    // The cheapest test first: this runs for every event of a run.
    is_named(entry.event.variant(), &pattern.event)
        && pattern.hosts.iter().any(|host| host == record.who(entry))
        && (pattern.with.is_empty() || has_all(entry, &pattern.with))
}

fn has_all(entry: &Entry, with: &[FieldPattern]) -> bool {
    // Events hold only texts, numbers and addresses, all of which JSON can represent.
    let event = serde_json::to_value(&entry.event).expect("events serialize");
    with.iter().all(|wanted| {
        let found = field(&event, &wanted.field);
        found.map_or_else(|| wanted.matcher.accepts("none"), |value| accepts(&wanted.matcher, value))
    })
}

/// Returns the value of an event at a path of names: `reason.refused`; a number is an index into a list.
pub(crate) fn field<'a>(event: &'a Value, path: &str) -> Option<&'a Value> {
    path.split('.').try_fold(event, |value, part| match value {
        Value::Array(items) => items.get(part.parse::<usize>().ok()?),
        value => value.get(part),
    })
}

/// Returns true if a value of an event matches; for a list, if one of its items matches. A missing value is `none`.
fn accepts(matcher: &Matcher, value: &Value) -> bool {
    match value {
        Value::Null => matcher.accepts("none"),
        Value::String(text) => matcher.accepts(text),
        Value::Array(items) => items.iter().any(|item| accepts(matcher, item)),
        Value::Object(_) => false,
        other => matcher.accepts(&other.to_string()),
    }
}

/// Returns true if a duration is measured for each host separately: if both its ends are of one group.
pub(crate) fn is_measured_by_host(from: &EventPattern, to: &EventPattern) -> bool {
    from.hosts == to.hosts && from.hosts.len() > 1
}

/// Returns the hosts that can have both ends of a duration. Not all hosts can.
pub(crate) fn knows_both<'a>(
    hosts: &'a Hosts,
    from: &'a EventPattern,
    to: &'a EventPattern,
) -> impl Iterator<Item = &'a str> {
    let names = from.hosts.iter().map(String::as_str);
    names.filter(|name| knows(hosts, name, &from.event) && knows(hosts, name, &to.event))
}

fn knows(hosts: &Hosts, host: &str, event: &str) -> bool {
    hosts.kind(host).is_some_and(|host| host.events().iter().any(|kind| is_named(kind.variant, event)))
}

/// Reports a duration that is measured host by host and that none of the hosts can have. Unknown events are reported by
/// [`check`].
pub(crate) fn check_duration(
    hosts: &Hosts,
    from: &EventPattern,
    to: &EventPattern,
    found: &mut Vec<Diagnostic>,
) {
    let is_known =
        |pattern: &EventPattern| pattern.hosts.iter().any(|host| knows(hosts, host, &pattern.event));
    let nobody = knows_both(hosts, from, to).next().is_none();
    if is_measured_by_host(from, to) && is_known(from) && is_known(to) && nobody {
        let problem = format!("no host of `{}` has both `{}` and `{}`", from.who, from.event, to.event);
        let problem = Diagnostic::error(problem).at(to.span, "never on the same host");
        found.push(problem.help("each host is measured separately: name the host of each end"));
    }
}

/// Reports names that no event of these hosts has.
pub(crate) fn check(hosts: &Hosts, pattern: &EventPattern, found: &mut Vec<Diagnostic>) {
    let there: Vec<&Kind> = pattern.hosts.iter().filter_map(|host| hosts.kind(host)).collect();
    let there: Vec<&'static Kind> =
        KINDS.iter().copied().chain([&NETWORK]).filter(|kind| there.contains(kind)).collect();
    let known: Vec<(&Kind, &EventKind)> =
        there.iter().flat_map(|host| host.events().into_iter().map(|kind| (*host, kind))).collect();
    let meant: Vec<&(&Kind, &EventKind)> =
        known.iter().filter(|(_, kind)| is_named(kind.variant, &pattern.event)).collect();
    if meant.is_empty() {
        return found.push(unknown_event(hosts, pattern, &there, &known));
    }
    let there: Vec<EventField> = meant
        .iter()
        .flat_map(|(host, kind)| host.common_fields.iter().copied().chain(kind.recorded_fields()))
        .collect();
    let names: BTreeSet<&str> = there.iter().map(|field| field.name).collect();
    for wanted in &pattern.with {
        let (first, inside) = match wanted.field.split_once('.') {
            Some((first, inside)) => (first, Some(inside)),
            None => (wanted.field.as_str(), None),
        };
        let are = |what: fn(FieldKind) -> bool| {
            there.iter().filter(|field| field.name == first).all(|field| what(field.kind))
        };
        let value = wanted.matcher.text();
        if !names.contains(first) {
            let problem = Diagnostic::error(format!("`{}` has no field `{first}`", pattern.event))
                .at(wanted.span, "not found");
            found.push(match closest(first, names.iter().copied()).first() {
                Some(name) => problem.help(format!("did you mean `{name}`?")),
                None if names.is_empty() => problem.help("it has no fields"),
                None => {
                    problem.help(format!("it has {}", names.iter().copied().collect::<Vec<_>>().join(", ")))
                }
            });
        } else if let Some(inside) = inside
            && are(FieldKind::is_plain)
        {
            let problem = Diagnostic::error(format!("`{first}` of `{}` has no `{inside}`", pattern.event));
            let problem = problem.at(wanted.span, "not found");
            found.push(problem.help(format!("it is one value: `{first}: {value}`")));
        } else if are(FieldKind::is_word) && value.chars().any(char::is_uppercase) {
            let problem = Diagnostic::error(format!("`{first}` of `{}` is never `{value}`", pattern.event));
            let problem = problem.at(wanted.span, "its values are in lower case");
            found.push(problem.help(format!("did you mean `{}`?", value.to_lowercase())));
        }
    }
}

fn unknown_event(
    hosts: &Hosts,
    pattern: &EventPattern,
    kinds: &[&Kind],
    known: &[(&Kind, &EventKind)],
) -> Diagnostic {
    let whose = match kinds {
        [one] => one.noun,
        _ => "any of these hosts",
    };
    let problem = Diagnostic::error(format!("no event of {whose} is called `{}`", pattern.event));
    let problem = problem.at(pattern.event_span, "not found");
    // The same event of another host is a better guess than another event of this one.
    let elsewhere =
        hosts.iter().find(|(name, host)| !kinds.contains(&host.kind()) && knows(hosts, name, &pattern.event));
    if let Some((name, host)) = elsewhere {
        return problem.help(format!("it is an event of {}, such as `host: {name}`", host.kind().noun));
    }
    let names: Vec<String> = known.iter().map(|(_, kind)| kind.name()).collect();
    match closest(&pattern.event, names.iter().map(String::as_str)).first() {
        Some(name) => problem.help(format!("did you mean `{name}`?")),
        None => {
            problem.help("docs/events.md lists all events; `--out DIR` writes those of a run to events.jsonl")
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::world::{Event, NetworkEvent, WorldEvent};

    fn ap() -> ewc::Ap {
        ewc::Ap {
            name: "b-1".into(),
            mac: text::MacAddress([0; 6]),
            address: ([172, 16, 4, 30], 5264).into(),
        }
    }

    /// Returns true if a pattern of `event` on `ewc` with these fields matches that event of `ewc`.
    fn means(event: &str, with: &[(&str, &str)], happened: Event) -> bool {
        let record = Record::new(vec!["b-1".to_owned(), "ewc".to_owned()]);
        record.push(Duration::ZERO, 1, happened);
        let with: Vec<String> = with.iter().map(|(field, value)| format!("{field}: {value}")).collect();
        let pattern = pattern(&format!("{{ host: ewc, event: {event}, with: {{ {} }} }}", with.join(", ")));
        let entries = record.entries();
        matches(&pattern, &entries[0], &record)
    }

    /// Reads the pattern from a scenario.
    fn pattern(text: &str) -> EventPattern {
        let scenario = crate::testing::scenario(&format!("expect:\n  - event: {text}\n"));
        match &scenario.expect[0].check {
            scenario::Check::Events { pattern, .. } => pattern.clone(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn fields_are_matched_by_their_values() {
        let sent = || ewc::ControllerEvent::ImageDataStarted {
            ap: ap(),
            image: "ap1g8".into(),
            bytes: 70_512_640,
            messages: 51_208,
        };
        let means = |with: &[(&str, &str)]| means("image_data_started", with, Event::Controller(sent()));
        assert!(means(&[]) && means(&[("image", "ap1g8"), ("bytes", "60MB..80MB"), ("name", "b-1")]));
        assert!(!means(&[("image", "ap1g7")]) && !means(&[("image", "ap1g8"), ("bytes", "..1MB")]));
        assert!(means(&[("messages", "51208")]) && !means(&[("messages", "51209")]));
    }

    #[test]
    fn paths_lead_into_lists_too() {
        let event = serde_json::json!({ "options": [["blksize", "512"], ["tsize", "0"]] });
        assert_eq!(field(&event, "options.1.0"), Some(&Value::from("tsize")));
        assert_eq!([field(&event, "options.2"), field(&event, "options.x"), field(&event, "x")], [None; 3]);
    }

    #[test]
    fn hosts_and_names_decide_first() {
        let lost = || {
            Event::Controller(ewc::ControllerEvent::SessionLost {
                ap: ap(),
                reason: ewc::SessionEnd::Restarted,
            })
        };
        assert!(means("session_lost", &[("reason", "restarted")], lost()));
        assert!(!means("session_lost", &[("reason", "image_upgrade")], lost()));
        assert!(!means("ap_joined", &[], lost()));
        assert!(means("power_off", &[], Event::World(WorldEvent::PowerOff)));
    }

    #[test]
    fn what_happens_to_the_network_happens_to_no_host() {
        let record = Record::new(vec!["ewc".to_owned()]);
        let down = NetworkEvent::Changed { what: "link wan is down".to_owned() };
        record.push(Duration::ZERO, None, Event::Network(down));
        let entries = record.entries();
        let means = |host: &str| {
            let pattern = pattern(&format!("{{ host: {host}, event: changed }}"));
            matches(&pattern, &entries[0], &record)
        };
        assert_eq!(["network", "any", "ewc"].map(means), [true, true, false]);
        let never = "expect:\n  - event: { host: network, event: power_off }\n";
        let problems = crate::testing::try_prepared(never).expect_err("it has no power").to_string();
        assert!(problems.contains("no event of the network is called `power_off`"), "{problems}");
    }

    #[test]
    fn nested_values_missing_ones_and_lists() {
        let failed = Event::Controller(ewc::ControllerEvent::ApImageDownloadFailed {
            ap: ap(),
            image: "ap1g8".into(),
            reason: ewc::DownloadFailure::Refused(3),
            unanswered: 0,
        });
        assert!(means("ap_image_download_failed", &[("reason.refused", "1..3")], failed.clone()));
        assert!(!means("ap_image_download_failed", &[("reason", "refused")], failed.clone()));
        assert!(means("ap_image_download_failed", &[("reason.given_up", "none")], failed));
    }
}
