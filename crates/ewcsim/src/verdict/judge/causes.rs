//! The chain of causes behind a failure: the server's refusal, the controller's failed install, the access point's own end. Where
//! neither an image nor the data channel is the reason, `obstacles` are.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::time::Duration;

use ap::{ApEvent, State};
use ewc::{ControllerEvent, SessionEnd};
use scenario::{AccessPoint, Server};

use super::evidence::{LastEvent, Told};
use super::obstacles::Until;
use super::{Finding, Run};
use crate::clock::elapsed;
use crate::world::{Entry, Event, milestone_of};

/// Returns the causes of a failure over all hosts, in order: what keeps the first access point concerned from running at all; else
/// the last failure of an image on its way to it, and of its data channel; else what keeps it out of service. Of a controller, its
/// first access point that is not in service is concerned; of a server, what keeps it from answering, and else the first access
/// point that needs it.
pub(super) fn chain(run: &Run<'_>, finding: &Finding) -> Vec<Told> {
    let scenario = run.scenario;
    let until = Until::new(run, finding.at);
    let is_concerned = |name: &String| finding.hosts.contains(name);
    if let Some(server) = scenario.servers.iter().find(|server| is_concerned(&server.name)) {
        let found = until.of_server(&server.name);
        if !found.is_empty() {
            return found;
        }
    }
    let points = &scenario.access_points;
    let named = points.iter().find(|point| is_concerned(&point.name));
    let of_controller = || {
        let joins = |point: &&AccessPoint| is_concerned(&scenario.controllers[point.controller].name);
        points.iter().filter(joins).find(|point| !until.is_in_service(point))
    };
    let of_server = || {
        let server = scenario.servers.iter().any(|server| is_concerned(&server.name));
        points.iter().find(|point| server && !until.is_in_service(point))
    };
    let Some(point) = named.or_else(of_controller).or_else(of_server) else { return Vec::new() };
    let hard = until.hard(point);
    if !hard.is_empty() {
        return hard;
    }
    let mut found = image_chain(run, &until, point);
    found.extend(data_channel(run, finding));
    if found.is_empty() {
        return until.soft(point);
    }
    let mut causes = server_of_failed_install(run, &until, point, &found);
    causes.extend(until.told(found));
    causes.sort_by_key(|cause| cause.event.at);
    causes
}

/// Returns what the server of a failed install among `found` has to say that is not there: that it is off, and the last line of its log
/// about the install if none of its events are among them.
fn server_of_failed_install(
    run: &Run<'_>,
    until: &Until<'_>,
    point: &AccessPoint,
    found: &[usize],
) -> Vec<Told> {
    let entries = run.record.entries();
    let asks = |index: &usize| Some((*index, asked(run, &entries[*index])?));
    let Some((failed, server)) = found.iter().find_map(asks) else { return Vec::new() };
    let mut told: Vec<Told> = until.off(&server.name).into_iter().collect();
    if found.iter().any(|index| matches!(entries[*index].event, Event::Server(_))) {
        return told;
    }
    let controller = run.scenario.controllers[point.controller].name.as_str();
    let starts = |event: &Event| matches!(event, Event::Controller(ControllerEvent::InstallStarted { .. }));
    let began = until.last_within(0..failed, controller, starts).unwrap_or(failed);
    // The server may see the end of the connection a little later.
    let next = (failed + 1..until.count())
        .find(|index| run.record.who(&entries[*index]) == controller && starts(&entries[*index].event));
    let within = began..next.unwrap_or(until.count());
    let log = run.record.host(&server.name).map_or(&[][..], |host| run.logs.of(host));
    let last = log.iter().rev().find(|line| within.contains(&line.entry));
    told.extend(last.map(|line| {
        let text = format!("logs `{}`", line.text);
        Told { event: LastEvent { at: line.at, host: server.name.clone(), text }, cause: None }
    }));
    told
}

/// Returns the server that a failed install has asked, if the scenario has it.
fn asked<'a>(run: &Run<'a>, entry: &Entry) -> Option<&'a Server> {
    let Event::Controller(ControllerEvent::InstallFailed { url, .. }) = &entry.event else { return None };
    let authority = url.split_once("://")?.1.split('/').next()?;
    let host = authority.rsplit('@').next()?.trim_matches(['[', ']']);
    let address: IpAddr = host.parse().ok()?;
    run.scenario.servers.iter().find(|server| server.known_address() == address)
}

/// Returns the entries that say that an access point concerned has no data channel at the time of the failure, or has lost it.
pub(super) fn data_channel(run: &Run<'_>, finding: &Finding) -> Vec<usize> {
    let entries = run.record.entries();
    let mut found: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (index, entry) in entries.iter().enumerate().take_while(|(_, entry)| entry.at <= finding.at) {
        match &entry.event {
            Event::AccessPoint(ApEvent::DataChannelLost { .. }) => {
                found.entry(run.record.who(entry)).or_default().push(index);
            }
            Event::AccessPoint(ApEvent::StateChanged { state: State::Run }) => {
                found.remove(run.record.who(entry));
            }
            Event::Controller(ControllerEvent::SessionLost { ap, reason: SessionEnd::DataCheckTimeout }) => {
                let point = run.scenario.access_points.iter().find(|point| point.name == ap.name);
                let lost = point.map(|point| found.entry(point.name.as_str()).or_default());
                lost.into_iter().for_each(|lost| lost.push(index));
            }
            _ => {}
        }
    }
    let first = finding.hosts.iter().find_map(|host| found.remove(host.as_str()));
    // The last session's are enough.
    first.map_or_else(Vec::new, |all| all[all.len().saturating_sub(2)..].to_vec())
}

/// Returns the entries about the last failure of an image on its way to an access point, over all hosts.
fn image_chain(run: &Run<'_>, until: &Until<'_>, point: &AccessPoint) -> Vec<usize> {
    let controller = run.scenario.controllers[point.controller].name.as_str();
    let entries = run.record.entries();
    let image = &point.image_type;
    let stages = |event: &Event| {
        matches!(event, Event::Controller(
            ControllerEvent::Staged { image: it, .. } | ControllerEvent::Prepared { image: it, .. }
        ) if it == image)
    };
    // An install that failed before the image came is no cause any more.
    let from = until.last(controller, 0, stages).unwrap_or(0);
    let fails = |event: &Event| match event {
        Event::Controller(
            ControllerEvent::InstallFailed { image: it, .. }
            | ControllerEvent::InstallSkipped { image: it, .. }
            | ControllerEvent::StagingRefused { image: it, .. },
        ) => it == image,
        _ => false,
    };
    // Without one, the last events of the access point say all of it.
    let Some(install) = until.last(controller, from, fails) else { return Vec::new() };
    let mut found = Vec::new();
    let starts = |event: &Event| matches!(event, Event::Controller(ControllerEvent::InstallStarted { image: it, .. }) if it == image);
    let began = until.last_within(from..install, controller, starts);
    if matches!(entries[install].event, Event::Controller(ControllerEvent::InstallFailed { .. })) {
        let of_server =
            |entry: &Entry| matches!(entry.event, Event::Server(_)) && milestone_of(&entry.event).is_some();
        found
            .extend(began.and_then(|began| (began..install).rev().find(|index| of_server(&entries[*index]))));
    }
    found.push(install);
    let ends = |event: &Event| matches!(event, Event::AccessPoint(ApEvent::GivingUp { .. }));
    found.extend(until.last(&point.name, from, ends));
    found
}

/// Returns the sentence about a state that came too late.
pub(super) fn held_later(at: Duration) -> String {
    format!("it held later, from {} on", elapsed(at))
}
