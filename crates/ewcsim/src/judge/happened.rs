//! Events: how often, in which order, how long from one to another.

use std::ops::RangeInclusive;
use std::time::Duration;

use scenario::{Amount, EventPattern, Matcher, When};

use super::window::counted;
use super::{Finding, Run, words};
use crate::clock::elapsed;
use crate::pattern::matches;
use crate::report::numbers::count as times;

/// Times that an answer names.
const NAMED_MAX: usize = 3;

/// Events happen so often.
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
    let mut finding = how_many(run, &found, count, to, hosts, "it happened");
    if found.is_empty() {
        finding.near = near(run, pattern);
    }
    finding
}

/// Whether as many came as are wanted, by when they came.
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
        [] if *count.start() <= 1 => format!("{verb} never"),
        [] => format!("{verb} 0 times"),
        [at] => format!("{verb} once, at {}", elapsed(*at)),
        some => {
            let named: Vec<String> = some.iter().take(NAMED_MAX).map(|at| elapsed(*at)).collect();
            let more = if some.len() > NAMED_MAX { ", …" } else { "" };
            format!("{verb} {}, at {}{more}", times(some.len(), "time"), named.join(", "))
        }
    };
    if number > *count.end() {
        let at = found[*count.end() as usize];
        return Finding::failed(at, hosts, actual);
    }
    if number < *count.start() {
        return Finding::missed(to, run.end, hosts, &actual);
    }
    // More could still come, which does not matter where more are welcome.
    match count.start().checked_sub(1) {
        _ if bounded && to > run.end => Finding::open(run.end, hosts, &actual),
        Some(last) if !bounded => Finding::held(found[last as usize], hosts),
        _ => Finding::held(to.min(run.end), hosts),
    }
}

/// Each event happens after the one before it.
pub(super) fn order(
    run: &Run<'_>,
    patterns: &[EventPattern],
    (when, start, after): (When, Duration, Option<usize>),
) -> Finding {
    let (from, to) = counted(run, when, start);
    let entries = run.record.entries();
    let mut next = after.map_or(0, |index| index + 1);
    let mut came: Vec<usize> = Vec::new();
    let hosts: Vec<String> = patterns.iter().flat_map(|pattern| pattern.hosts.clone()).collect();
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
                        format!("{what} did not come after {before} at {}", elapsed(entries[last].at))
                    }
                    None => format!("{what} did not come"),
                };
                let mut finding = Finding::missed(to, run.end, &hosts, &actual);
                let early = entries[..next].iter().rev().find(|entry| matches(pattern, entry, run.record));
                finding.near = match early {
                    Some(entry) => Some(format!("it came before that, at {}", elapsed(entry.at))),
                    None => near(run, pattern),
                };
                // With none matched, what happened last says more.
                finding.matched = (!came.is_empty()).then_some(came);
                return finding;
            }
        }
    }
    let last = came.last().map_or(start, |&index| entries[index].at);
    Finding::held(last, &hosts)
}

/// From one event to another it takes so long.
pub(super) fn takes(
    run: &Run<'_>,
    from: &EventPattern,
    to: &EventPattern,
    bounds: &RangeInclusive<Duration>,
) -> Finding {
    // A group is measured host by host, if both ends are of the group.
    let each_by_itself = from.hosts == to.hosts && from.hosts.len() > 1;
    let pairs: Vec<(EventPattern, EventPattern)> = if each_by_itself {
        let of = |pattern: &EventPattern, host: &String| EventPattern {
            who: host.clone(),
            hosts: vec![host.clone()],
            ..pattern.clone()
        };
        from.hosts.iter().map(|host| (of(from, host), of(to, host))).collect()
    } else {
        vec![(from.clone(), to.clone())]
    };
    let measured: Vec<Finding> = pairs.iter().map(|(from, to)| takes_once(run, from, to, bounds)).collect();
    let bad = measured.iter().filter(|one| !matches!(one.outcome, super::Outcome::Held { .. })).count();
    let last = measured.iter().map(|one| one.at).max().unwrap_or_default();
    let first_bad = measured.into_iter().find(|one| !matches!(one.outcome, super::Outcome::Held { .. }));
    match first_bad {
        None => Finding::held(last, &from.hosts),
        Some(mut finding) => {
            if let super::Outcome::Failed { actual } | super::Outcome::Open { actual } = &mut finding.outcome
                && bad > 1
            {
                actual.push_str(&format!(", and {} more", bad - 1));
            }
            finding
        }
    }
}

fn takes_once(
    run: &Run<'_>,
    from: &EventPattern,
    to: &EventPattern,
    bounds: &RangeInclusive<Duration>,
) -> Finding {
    let entries = run.record.entries();
    let hosts: Vec<String> = from.hosts.iter().chain(&to.hosts).cloned().collect();
    let until = run.scenario.until;
    let Some(begin) = entries.iter().position(|entry| matches(from, entry, run.record)) else {
        let actual = format!("{} never came", words::pattern(from));
        let mut finding = Finding::missed(until, run.end, &hosts, &actual);
        finding.near = near(run, from);
        return finding;
    };
    let start = entries[begin].at;
    let after = begin + 1;
    let Some(end) = entries[after..].iter().position(|entry| matches(to, entry, run.record)) else {
        let actual =
            format!("{} never came after {} at {}", words::pattern(to), words::pattern(from), elapsed(start));
        let mut finding = Finding::missed(until, run.end, &hosts, &actual);
        finding.matched = Some(vec![begin]);
        return finding;
    };
    let end = after + end;
    let took = entries[end].at - start;
    if bounds.contains(&took) {
        return Finding::held(entries[end].at, &hosts);
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
    let mut finding = Finding::failed(entries[end].at, &hosts, actual);
    finding.matched = Some(vec![begin, end]);
    finding
}

/// What comes near to an event that did not come: the same with other fields, or on another host.
fn near(run: &Run<'_>, pattern: &EventPattern) -> Option<String> {
    let entries = run.record.entries();
    let last =
        |pattern: &EventPattern| entries.iter().rev().find(|entry| matches(pattern, entry, run.record));
    let any_fields = EventPattern { with: Vec::new(), ..pattern.clone() };
    if !pattern.with.is_empty()
        && let Some(entry) = last(&any_fields)
    {
        let event = serde_json::to_value(&entry.event).ok()?;
        let differs = |wanted: &&scenario::FieldPattern| {
            let one = EventPattern { with: vec![(*wanted).clone()], ..pattern.clone() };
            !matches(&one, entry, run.record)
        };
        let others: Vec<String> = pattern
            .with
            .iter()
            .filter(differs)
            .map(|wanted| {
                let mut path = wanted.field.split('.');
                let value = path.try_fold(&event, |value, part| value.get(part));
                let value = value.map_or("none".to_owned(), |value| {
                    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
                });
                format!("{} {value}", wanted.field)
            })
            .collect();
        return Some(format!(
            "nearest: {} {} at {}, with {}",
            run.record.hosts()[entry.host],
            pattern.event,
            elapsed(entry.at),
            others.join(", ")
        ));
    }
    let anybody = EventPattern { hosts: run.record.hosts().to_vec(), ..pattern.clone() };
    let entry = last(&anybody)?;
    let host = &run.record.hosts()[entry.host];
    Some(format!("nearest: it happened on {host}, at {}", elapsed(entry.at)))
}

/// A matcher in words: as written.
pub(super) fn shown(matcher: &Matcher) -> &str {
    matcher.text()
}
