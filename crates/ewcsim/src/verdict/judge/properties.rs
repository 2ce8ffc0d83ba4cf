//! Expectations about the changing properties of access points and controllers.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::time::Duration;

use ap::Status;
use scenario::{Properties, When};

use super::moments::History;
use super::{Finding, Run, causes};
use crate::clock::elapsed;
use crate::verdict::track::{self, Sessions, Tracked, TrackedController};
use crate::world::before_power;

/// The state of every device at every moment.
pub(super) struct Histories {
    access_points: History<Status>,
    controllers: History<TrackedController>,
}

/// The required and forbidden properties of a state.
struct Asked<'a, S> {
    has: &'a dyn Fn(&S) -> bool,
    /// True if there is a required property. Otherwise only forbidden ones decide.
    wants: bool,
    is_forbidden: &'a dyn Fn(&S) -> bool,
    /// True if there is a forbidden property.
    forbids: bool,
    describe: &'a dyn Fn(&str, &S) -> String,
    unmet: &'a dyn Fn(&S) -> Vec<&'static str>,
}

/// A host whose state is wrong.
struct Wrong {
    name: String,
    what: String,
    unmet: Vec<&'static str>,
}

impl Histories {
    pub(super) fn of(run: &Run<'_>) -> Self {
        let scenario = run.scenario;
        let names = scenario.access_points.iter().map(|access_point| access_point.name.clone()).collect();
        let before = scenario.access_points.iter().map(before_power).collect();
        let controllers: Vec<String> =
            scenario.controllers.iter().map(|controller| controller.name.clone()).collect();
        let before_start = vec![TrackedController::default(); controllers.len()];
        let mut sessions: BTreeMap<Option<usize>, Sessions> = BTreeMap::new();
        Self {
            access_points: History::of(run.record, names, before, track::note),
            controllers: History::of(run.record, controllers, before_start, |state, entry| {
                let delivered = |host: usize| &scenario.controllers[host].images;
                let new = || entry.host.map_or_else(Sessions::default, |host| Sessions::new(delivered(host)));
                state.note(sessions.entry(entry.host).or_insert_with(new), entry);
            }),
        }
    }

    pub(super) fn access_points(
        &self,
        run: &Run<'_>,
        names: &[String],
        asked: [&Properties; 2],
        time: (When, Duration),
    ) -> Finding {
        of(&self.access_points, run, names, asked, time)
    }

    pub(super) fn controller(
        &self,
        run: &Run<'_>,
        name: &str,
        asked: [&Properties; 2],
        time: (When, Duration),
    ) -> Finding {
        of(&self.controllers, run, &[name.to_owned()], asked, time)
    }
}

/// Judges properties that must hold, and those that must not.
fn of<S: Tracked>(
    history: &History<S>,
    run: &Run<'_>,
    names: &[String],
    [is, is_not]: [&Properties; 2],
    time: (When, Duration),
) -> Finding {
    let asked = Asked {
        has: &|state: &S| state.has(is),
        wants: !is.is_empty(),
        is_forbidden: &|state: &S| state.has_any(is_not),
        forbids: !is_not.is_empty(),
        describe: &|name: &str, state: &S| state.describe(name, [is, is_not]),
        unmet: &|state: &S| state.unmet([is, is_not]),
    };
    judge(history, run, names, &asked, time)
}

fn judge<S: Clone + PartialEq>(
    history: &History<S>,
    run: &Run<'_>,
    names: &[String],
    asked: &Asked<'_, S>,
    (when, start): (When, Duration),
) -> Finding {
    let until = run.scenario.until;
    let after_start = |moment: Duration| start.saturating_add(moment);
    match when {
        When::End => at_moment(history, run, names, asked, until),
        When::At(at) => at_moment(history, run, names, asked, after_start(at)),
        When::Within(limit) => at_some_moment(history, run, names, asked, (start, after_start(limit))),
        When::Eventually => at_some_moment(history, run, names, asked, (start, until)),
        // If the time is after the end, only the end is checked.
        When::By(from) => {
            throughout(history, run, names, asked, (after_start(from), until.max(after_start(from))))
        }
        When::During(from, to) => {
            throughout(history, run, names, asked, (after_start(from), after_start(to)))
        }
        When::Always => throughout(history, run, names, asked, (start, until)),
        When::Never => {
            let never = Asked {
                has: &|_| true,
                wants: false,
                is_forbidden: asked.has,
                forbids: true,
                describe: asked.describe,
                unmet: &|_| Vec::new(),
            };
            throughout(history, run, names, &never, (start, until))
        }
    }
}

/// Judges whether it holds at this moment.
fn at_moment<S: Clone + PartialEq>(
    history: &History<S>,
    run: &Run<'_>,
    names: &[String],
    asked: &Asked<'_, S>,
    at: Duration,
) -> Finding {
    let chosen = history.chosen(names);
    let mut since = None;
    let mut found = Vec::new();
    history.each_moment(&chosen, asked.has, asked.is_forbidden, |moment| {
        if moment.lacking > 0 {
            since = None;
        } else {
            since.get_or_insert(moment.at);
        }
        if moment.next.is_some_and(|next| next <= at) {
            return ControlFlow::Continue(());
        }
        let bad = |index: &&usize| !(asked.has)(&moment.states[**index]) || moment.forbidden.contains(*index);
        found = told(history, moment.states, chosen.iter().filter(bad), asked);
        ControlFlow::Break(())
    });
    let (hosts, actual) = summary(&found, names);
    match found.is_empty() {
        _ if at > run.end => Finding::inconclusive(run.end, &hosts, actual.unwrap_or("it holds so far")),
        true => Finding::passed(since.filter(|_| asked.wants).unwrap_or(at), names),
        false => failed_but_later(history, asked, &chosen, (at, &hosts), &found),
    }
}

/// Judges whether it holds at some moment, and no forbidden property holds at any.
fn at_some_moment<S: Clone + PartialEq>(
    history: &History<S>,
    run: &Run<'_>,
    names: &[String],
    asked: &Asked<'_, S>,
    (from, to): (Duration, Duration),
) -> Finding {
    let chosen = history.chosen(names);
    let mut held = None;
    let mut found = Vec::new();
    let mut broken = None;
    history.each_moment(&chosen, asked.has, asked.is_forbidden, |moment| {
        if moment.next.is_some_and(|next| next <= from) {
            return ControlFlow::Continue(());
        }
        if moment.at > to {
            return ControlFlow::Break(());
        }
        let at = moment.at.max(from);
        if !moment.forbidden.is_empty() {
            broken = Some((at, told(history, moment.states, moment.forbidden.iter(), asked)));
            return ControlFlow::Break(());
        }
        if moment.lacking == 0 {
            held.get_or_insert(at);
        }
        let lacking = |index: &&usize| !(asked.has)(&moment.states[**index]);
        if held.is_none() && moment.next.is_none_or(|next| next > to) {
            found = told(history, moment.states, chosen.iter().filter(lacking), asked);
        }
        ControlFlow::Continue(())
    });
    if let Some((at, found)) = broken {
        return failed_at(at, &found, names);
    }
    let (hosts, actual) = summary(&found, names);
    match held.filter(|_| asked.wants) {
        // A forbidden property is ruled out only when the time is over.
        _ if asked.forbids && to > run.end => {
            Finding::inconclusive(run.end, &hosts, actual.unwrap_or("it holds so far"))
        }
        Some(at) => Finding::passed(at, names),
        None if !asked.wants => Finding::passed(to, names),
        None if to > run.end => {
            Finding::inconclusive(run.end, &hosts, actual.unwrap_or("it never held for all at once"))
        }
        None => failed_but_later(history, asked, &chosen, (to, &hosts), &found),
    }
}

/// Returns a failure at `at`, with the time from which it held later, if it did.
fn failed_but_later<S: Clone + PartialEq>(
    history: &History<S>,
    asked: &Asked<'_, S>,
    chosen: &[usize],
    (at, hosts): (Duration, &[String]),
    found: &[Wrong],
) -> Finding {
    let mut held = None;
    history.each_moment(chosen, asked.has, asked.is_forbidden, |moment| {
        if moment.at > at && moment.lacking == 0 && moment.forbidden.is_empty() {
            held = Some(moment.at);
            return ControlFlow::Break(());
        }
        ControlFlow::Continue(())
    });
    let failed = Finding::failed(at, hosts, joined(found)).unmet(unmet(found));
    Finding { near: held.map(causes::held_later), ..failed }
}

/// Judges whether it holds at every moment from the first to the last.
fn throughout<S: Clone + PartialEq>(
    history: &History<S>,
    run: &Run<'_>,
    names: &[String],
    asked: &Asked<'_, S>,
    (from, to): (Duration, Duration),
) -> Finding {
    let chosen = history.chosen(names);
    let mut since = None;
    let mut broken = None;
    history.each_moment(&chosen, asked.has, asked.is_forbidden, |moment| {
        if moment.at > to {
            return ControlFlow::Break(());
        }
        let holds = moment.lacking == 0 && moment.forbidden.is_empty();
        if holds {
            since.get_or_insert(moment.at);
        } else {
            since = None;
        }
        if holds || moment.next.is_some_and(|next| next <= from) {
            return ControlFlow::Continue(());
        }
        let bad = |index: &&usize| !(asked.has)(&moment.states[**index]) || moment.forbidden.contains(*index);
        broken = Some((moment.at.max(from), told(history, moment.states, chosen.iter().filter(bad), asked)));
        ControlFlow::Break(())
    });
    match broken {
        Some((at, _)) if at > run.end => Finding::inconclusive(run.end, names, "it does not hold yet"),
        Some((at, found)) => failed_at(at, &found, names),
        None if to > run.end => Finding::inconclusive(run.end, names, "it holds so far"),
        None => Finding::passed(since.filter(|_| asked.wants).unwrap_or(to), names),
    }
}

/// Returns what is wrong with some hosts.
fn told<'a, S: Clone + PartialEq>(
    history: &History<S>,
    states: &[S],
    indices: impl Iterator<Item = &'a usize>,
    asked: &Asked<'_, S>,
) -> Vec<Wrong> {
    indices
        .map(|&index| {
            let (name, state) = (history.names[index].clone(), &states[index]);
            Wrong { what: (asked.describe)(&name, state), unmet: (asked.unmet)(state), name }
        })
        .collect()
}

/// Returns what the first host lacks.
fn unmet(found: &[Wrong]) -> Vec<&'static str> {
    found.first().map(|first| first.unmet.clone()).unwrap_or_default()
}

fn failed_at(at: Duration, found: &[Wrong], names: &[String]) -> Finding {
    let (hosts, _) = summary(found, names);
    Finding::failed(at, &hosts, format!("at {} {}", elapsed(at), joined(found))).unmet(unmet(found))
}

/// Returns the hosts that caused a failure, and the description of the first.
fn summary<'a>(found: &'a [Wrong], all: &[String]) -> (Vec<String>, Option<&'a str>) {
    let hosts: Vec<String> = found.iter().map(|wrong| wrong.name.clone()).collect();
    let actual = found.first().map(|wrong| wrong.what.as_str());
    (if hosts.is_empty() { all.to_vec() } else { hosts }, actual)
}

fn joined(found: &[Wrong]) -> String {
    match found {
        [] => "it never held for all at once".to_owned(),
        [one] => one.what.clone(),
        [first, rest @ ..] => format!("{} (other hosts: {})", first.what, rest.len()),
    }
}
