//! Expectations about events: their number, their order, and the time between them.

use std::ops::RangeInclusive;
use std::time::Duration;

use scenario::{Amount, EventPattern, FieldPattern, NETWORK, When};
use serde_json::Value;

use super::window::counted;
use super::{Finding, Outcome, Run, words};
use crate::clock::elapsed;
use crate::world::{Entry, field, is_measured_by_host, knows_both, matches};
use text::numbers::count as times;

/// The number of times of day that a message lists.
const NAMED_MAX: usize = 3;

/// Judges the number of events.
pub(super) fn events(
    run: &Run<'_>,
    pattern: &EventPattern,
    count: &Amount,
    (when, start, after): (When, Duration, Option<usize>),
) -> Finding {
    let never = 0..=0;
    let count = if when == When::Never { &never } else { count };
    let (from, to) = counted(run, when, start);
    let entries = run.record.entries();
    let first = after.map_or(0, |index| index + 1);
    let found: Vec<Duration> = entries
        .iter()
        .skip(first)
        .filter(|entry| from <= entry.at && entry.at <= to && matches(pattern, entry, run.record))
        .map(|entry| entry.at)
        .collect();
    let hosts = &pattern.hosts;
    let mut finding = how_many(run, &found, count, to, hosts, "happened");
    if found.is_empty() {
        finding.near = near(run, pattern, (from, to), &[]);
    }
    finding
}

/// Compares the number of occurrences with the expected one, by their times.
pub(super) fn how_many(
    run: &Run<'_>,
    found: &[Duration],
    count: &Amount,
    to: Duration,
    hosts: &[String],
    verb: &str,
) -> Finding {
    let number = found.len() as u64;
    let bounded = *count.end() < u64::MAX;
    let actual = match found {
        [] if *count.start() <= 1 => format!("it never {verb}"),
        [] => format!("it {verb} 0 times"),
        [at] => format!("it {verb} once, at {}", elapsed(*at)),
        some => {
            let named: Vec<String> = some.iter().take(NAMED_MAX).map(|at| elapsed(*at)).collect();
            let more = if some.len() > NAMED_MAX { ", …" } else { "" };
            format!("it {verb} {}, at {}{more}", times(some.len(), "time"), named.join(", "))
        }
    };
    if number > *count.end() {
        let at = found[*count.end() as usize];
        return Finding::failed(at, hosts, actual).unmet(["too many"]);
    }
    if number < *count.start() {
        return Finding::missed(to, run.end, hosts, &actual).unmet(["too few"]);
    }
    // More could still come, which matters only if there is an upper bound.
    match count.start().checked_sub(1) {
        _ if bounded && to > run.end => Finding::inconclusive(run.end, hosts, &actual),
        Some(last) if !bounded => Finding::passed(found[last as usize], hosts),
        _ => Finding::passed(to.min(run.end), hosts),
    }
}

/// Judges whether each event happens after the one before it.
pub(super) fn order(
    run: &Run<'_>,
    patterns: &[EventPattern],
    (when, start, after): (When, Duration, Option<usize>),
) -> Finding {
    let (from, to) = counted(run, when, start);
    let entries = run.record.entries();
    let mut next = after.map_or(0, |index| index + 1);
    let mut came: Vec<usize> = Vec::new();
    let hosts: Vec<String> = patterns.iter().flat_map(|pattern| pattern.hosts.iter().cloned()).collect();
    for pattern in patterns {
        let found = (next..entries.len())
            .take_while(|&index| entries[index].at <= to)
            .find(|&index| entries[index].at >= from && matches(pattern, &entries[index], run.record));
        match found {
            Some(index) => {
                came.push(index);
                next = index + 1;
            }
            None => {
                let what = words::pattern(pattern);
                let actual = match came.last() {
                    Some(&last) => {
                        let before = words::pattern(&patterns[came.len() - 1]);
                        format!("{what} did not happen after {before} at {}", elapsed(entries[last].at))
                    }
                    None => format!("{what} did not happen"),
                };
                let mut finding = Finding::missed(to, run.end, &hosts, &actual);
                let early = (0..next)
                    .rev()
                    .find(|index| !came.contains(index) && matches(pattern, &entries[*index], run.record));
                finding.near = match early {
                    Some(index) => {
                        Some(format!("it happened before that, at {}", elapsed(entries[index].at)))
                    }
                    None => near(run, pattern, (from, to), &came),
                };
                // Without matches, the last events say more.
                finding.matched = (!came.is_empty()).then_some(came);
                return finding;
            }
        }
    }
    let last = came.last().map_or(start, |&index| entries[index].at);
    Finding::passed(last, &hosts)
}

/// Judges the time from one event to another.
pub(super) fn takes(
    run: &Run<'_>,
    from: &EventPattern,
    to: &EventPattern,
    bounds: &RangeInclusive<Duration>,
) -> Finding {
    let pairs: Vec<(EventPattern, EventPattern)> = if is_measured_by_host(from, to) {
        let of = |pattern: &EventPattern, host: &str| EventPattern {
            who: host.to_owned(),
            hosts: [host.to_owned()].into(),
            ..pattern.clone()
        };
        knows_both(run.hosts, from, to).map(|host| (of(from, host), of(to, host))).collect()
    } else {
        vec![(from.clone(), to.clone())]
    };
    let measured: Vec<Finding> = pairs.iter().map(|(from, to)| takes_once(run, from, to, bounds)).collect();
    let last = measured.iter().map(|one| one.at).max().unwrap_or_default();
    let (mut failed, mut open) = (Vec::new(), Vec::new());
    for one in measured {
        match one.outcome {
            Outcome::Passed { .. } => {}
            Outcome::Failed { .. } => failed.push(one),
            Outcome::Inconclusive { .. } => open.push(one),
        }
    }
    // A failure on one host outweighs inconclusive results on others.
    let bad = failed.len() + open.len();
    let Some(mut finding) = failed.into_iter().chain(open).next() else {
        return Finding::passed(last, &from.hosts);
    };
    if let Outcome::Failed { actual } | Outcome::Inconclusive { actual } = &mut finding.outcome
        && bad > 1
    {
        actual.push_str(&format!(" (other hosts: {})", bad - 1));
    }
    finding
}

fn takes_once(
    run: &Run<'_>,
    from: &EventPattern,
    to: &EventPattern,
    bounds: &RangeInclusive<Duration>,
) -> Finding {
    let entries = run.record.entries();
    let hosts: Vec<String> = from.hosts.iter().chain(to.hosts.iter()).cloned().collect();
    let until = run.scenario.until;
    let Some(begin) = entries.iter().position(|entry| matches(from, entry, run.record)) else {
        let actual = format!("{} never happened", words::pattern(from));
        let mut finding = Finding::missed(until, run.end, &hosts, &actual).unmet(["no beginning"]);
        finding.near = near(run, from, (Duration::ZERO, until), &[]);
        return finding;
    };
    let start = entries[begin].at;
    let after = begin + 1;
    let Some(end) = entries[after..].iter().position(|entry| matches(to, entry, run.record)) else {
        let actual = format!(
            "{} never happened after {} at {}",
            words::pattern(to),
            words::pattern(from),
            elapsed(start)
        );
        let mut finding = Finding::missed(until, run.end, &hosts, &actual).unmet(["no end"]);
        finding.matched = Some(vec![begin]);
        return finding;
    };
    let end = after + end;
    let took = entries[end].at - start;
    if bounds.contains(&took) {
        return Finding::passed(entries[end].at, &hosts);
    }
    let whose = match &to.hosts[..] {
        [host] => format!("on {host} "),
        _ => String::new(),
    };
    let actual = format!(
        "{whose}it took {}, from {} to {}",
        words::long(took),
        elapsed(start),
        elapsed(entries[end].at)
    );
    let unmet = if took < *bounds.start() { "too short" } else { "too long" };
    let mut finding = Finding::failed(entries[end].at, &hosts, actual).unmet([unmet]);
    finding.matched = Some(vec![begin, end]);
    finding
}

/// Returns the nearest match to an event that did not happen: the same event outside the expected time, with other fields, or on
/// another host. `others` are the indices of events that are already matched.
fn near(
    run: &Run<'_>,
    pattern: &EventPattern,
    (from, to): (Duration, Duration),
    others: &[usize],
) -> Option<String> {
    let entries = run.record.entries();
    let record = run.record;
    let such = |pattern: &EventPattern| -> Vec<&Entry> {
        let free = entries.iter().enumerate().filter(|(index, _)| !others.contains(index));
        free.map(|(_, entry)| entry).filter(|entry| matches(pattern, entry, record)).collect()
    };
    let distance = |entry: &&&Entry| from.saturating_sub(entry.at).max(entry.at.saturating_sub(to));
    if let Some(entry) = such(pattern).iter().min_by_key(distance) {
        return Some(format!("nearest: it happened at {}, outside the expected time", elapsed(entry.at)));
    }
    let any_fields = EventPattern { with: Vec::new(), ..pattern.clone() };
    if !pattern.with.is_empty()
        && let Some(entry) = such(&any_fields).pop()
    {
        let event = serde_json::to_value(&entry.event).ok()?;
        let differs = |wanted: &&FieldPattern| {
            let one = EventPattern { with: vec![(*wanted).clone()], ..pattern.clone() };
            !matches(&one, entry, record)
        };
        let said = |wanted: &FieldPattern| match field(&event, &wanted.field) {
            None => format!("{} none", wanted.field),
            Some(Value::String(text)) => format!("{} {text}", wanted.field),
            Some(value) => format!("{} {value}", wanted.field),
        };
        let differing: Vec<String> = pattern.with.iter().filter(differs).map(said).collect();
        return Some(format!(
            "nearest: {} {} at {}, with {}",
            record.who(entry),
            pattern.event,
            elapsed(entry.at),
            differing.join(", ")
        ));
    }
    let elsewhere = record.hosts().iter().cloned().chain([NETWORK.to_owned()]);
    let elsewhere = elsewhere.filter(|host| !pattern.hosts.contains(host)).collect();
    let on_others = EventPattern { hosts: elsewhere, ..pattern.clone() };
    let entry = such(&on_others).pop()?;
    let host = record.who(entry);
    Some(format!("nearest: it happened on {host}, at {}", elapsed(entry.at)))
}
