//! The obstacles of a device that does not get where it should: no power, nothing that boots, nobody who answers, a session that ended.
//!
//! They are in force when a failure is decided: a power cut counts until power is back, a refusal or a lost session until the access
//! point is in service again.

use std::ops::Range;
use std::time::Duration;

use ap::{ApEvent, State};
use capwap::PATH_MTU_MAX;
use ewc::{ControllerEvent, SessionEnd};
use scenario::{AccessPoint, Link, Members, NETWORK};

use super::Run;
use super::evidence::{LastEvent, Told};
use crate::verdict::failure::Cause;
use crate::world::{Entry, Event, WorldEvent, milestone_of};

/// The maximum number of obstacles that a failure names: the last ones.
const NAMED_MAX: usize = 6;

/// The record of a run up to the moment of a failure.
pub(super) struct Until<'a> {
    run: &'a Run<'a>,
    /// The number of entries.
    count: usize,
}

impl<'a> Until<'a> {
    pub(super) fn new(run: &'a Run<'a>, at: Duration) -> Self {
        let count = run.record.entries().iter().take_while(|entry| entry.at <= at).count();
        Self { run, count }
    }

    /// Returns the number of entries.
    pub(super) fn count(&self) -> usize {
        self.count
    }

    /// Returns the index of the last entry of a host from `from` on that is wanted.
    pub(super) fn last(&self, host: &str, from: usize, wanted: impl Fn(&Event) -> bool) -> Option<usize> {
        self.last_within(from..self.count, host, wanted)
    }

    /// Returns the index of the last entry of a host within a range that is wanted.
    pub(super) fn last_within(
        &self,
        within: Range<usize>,
        host: &str,
        wanted: impl Fn(&Event) -> bool,
    ) -> Option<usize> {
        let entries = self.run.record.entries();
        let is = |entry: &Entry| self.run.record.who(entry) == host && wanted(&entry.event);
        within.rev().find(|index| is(&entries[*index]))
    }

    /// Returns the loss of power of a host that is in force, or the end of its software.
    fn without_power(&self, host: &str) -> Option<usize> {
        use WorldEvent::{PowerOff, PowerOn, SoftwareStarted, SoftwareStopped};
        let changes = |event: &Event| {
            matches!(event, Event::World(PowerOff | PowerOn | SoftwareStarted | SoftwareStopped))
        };
        let last = self.last(host, 0, changes)?;
        let is_off =
            matches!(self.run.record.entries()[last].event, Event::World(PowerOff | SoftwareStopped));
        is_off.then_some(last)
    }

    /// Says that a host is without power or software, or has had no power so far.
    pub(super) fn off(&self, host: &str) -> Option<Told> {
        let has_power = |event: &Event| matches!(event, Event::World(WorldEvent::PowerOn));
        if self.last(host, 0, has_power).is_none() {
            return Some(self.never(host));
        }
        self.told(self.without_power(host).into_iter().collect()).pop()
    }

    /// Returns true if an access point is in service.
    pub(super) fn is_in_service(&self, point: &AccessPoint) -> bool {
        let changed = |event: &Event| {
            matches!(event, Event::AccessPoint(ApEvent::StateChanged { .. } | ApEvent::Booting { .. }))
        };
        let last = self.last(&point.name, 0, changed);
        let in_run = |index: usize| {
            matches!(
                self.run.record.entries()[index].event,
                Event::AccessPoint(ApEvent::StateChanged { state: State::Run })
            )
        };
        self.without_power(&point.name).is_none() && last.is_some_and(in_run)
    }

    /// Returns what keeps an access point from running at all: it or its controller is without power, or it boots nothing.
    pub(super) fn hard(&self, point: &AccessPoint) -> Vec<Told> {
        let scenario = self.run.scenario;
        let controller = &scenario.controllers[point.controller].name;
        let mut found: Vec<usize> = Vec::new();
        found.extend(self.without_power(&point.name));
        let booting =
            self.last(&point.name, 0, |event| matches!(event, Event::AccessPoint(ApEvent::Booting { .. })));
        let failed = |event: &Event| matches!(event, Event::AccessPoint(ApEvent::BootFailed));
        if let Some(booting) = booting
            && let Some(failed) = self.last(&point.name, booting, failed)
        {
            for partition in ap::Partition::BOTH {
                let damaged = |event: &Event| matches!(event, Event::World(WorldEvent::FlashDamaged { partition: it, .. }) if *it == partition);
                found.extend(self.last(&point.name, 0, damaged));
                let refused = |event: &Event| {
                    matches!(event, Event::AccessPoint(
                        ApEvent::BootImageRefused { partition: it, .. } | ApEvent::BootImageUnreadable { partition: it, .. }
                    ) if *it == partition)
                };
                found.extend(self.last(&point.name, booting, refused));
            }
            found.push(failed);
        }
        let has_power = |event: &Event| matches!(event, Event::World(WorldEvent::PowerOn));
        let mut told: Vec<Told> = Vec::new();
        told.extend(
            [&point.name, controller]
                .into_iter()
                .filter(|host| self.last(host, 0, has_power).is_none())
                .map(|host| self.never(host)),
        );
        found.extend(self.without_power(controller));
        told.extend(self.told(found));
        told
    }

    /// Returns what keeps an access point out of service, or from an image: refusals, lost sessions, failed predownloads, silence, and
    /// what has happened to the network and the servers.
    pub(super) fn soft(&self, point: &AccessPoint) -> Vec<Told> {
        let scenario = self.run.scenario;
        let (name, controller) = (&point.name, &scenario.controllers[point.controller].name);
        let in_service =
            |event: &Event| matches!(event, Event::AccessPoint(ApEvent::StateChanged { state: State::Run }));
        let from = self.last(name, 0, in_service).unwrap_or(0);
        // Once it has an image, earlier attempts are no cause.
        let came = |event: &Event| matches!(event, Event::AccessPoint(ApEvent::ImageDataComplete { .. }));
        let from = self.last(name, from, came).unwrap_or(from);
        let mut found: Vec<usize> = Vec::new();
        let mut kinds: Vec<&str> = Vec::new();
        for index in (from..self.count).rev() {
            let entry = &self.run.record.entries()[index];
            let who = self.run.record.who(entry);
            let is_one = (who == name && hinders(&entry.event))
                || (who == controller && hinders_one(&entry.event).is_some_and(|of| of == name));
            let kind = entry.event.variant();
            if is_one && !kinds.contains(&kind) {
                kinds.push(kind);
                found.push(index);
            }
        }
        found.extend(self.last(NETWORK, 0, is_change));
        let mut told = self.told(found);
        if kinds.contains(&"GivingUp") || kinds.contains(&"ControllerLost") {
            told.extend(self.narrow_link(point));
        }
        told.extend(self.silence(point));
        told.sort_by_key(|told| told.event.at);
        told
    }

    /// Names the link to its controller if full messages do not fit on it from the start.
    fn narrow_link(&self, point: &AccessPoint) -> Option<Told> {
        let scenario = self.run.scenario;
        let controller = &scenario.controllers[point.controller];
        let joins = |link: &&Link| {
            let has = |end: &Members, name: &str, address| end.contains(Some(name), address);
            let [a, b] = &link.between;
            let pair = |a: &Members, b: &Members| {
                has(a, &point.name, point.address) && has(b, &controller.name, controller.address)
            };
            pair(a, b) || pair(b, a)
        };
        let link = scenario.links.iter().find(joins)?;
        let mtu = link.forward.mtu.min(link.reverse.mtu);
        let text = format!("link {} takes packets of at most {mtu} bytes", link.name);
        let is_narrow = mtu < u32::from(PATH_MTU_MAX);
        is_narrow.then(|| Told {
            event: LastEvent { at: Duration::ZERO, host: NETWORK.to_owned(), text },
            cause: Some(Cause::Narrow { link: link.name.clone() }),
        })
    }

    /// Returns what keeps a server from answering.
    pub(super) fn of_server(&self, server: &str) -> Vec<Told> {
        let changed = |event: &Event| matches!(event, Event::World(WorldEvent::Changed { .. }));
        let found = self.without_power(server).into_iter().chain(self.last(server, 0, changed));
        self.told(found.collect())
    }

    /// Says that nobody has answered the discovery requests since the last answer.
    fn silence(&self, point: &AccessPoint) -> Option<Told> {
        let of = |wanted: fn(&ApEvent) -> bool| move |event: &Event| matches!(event, Event::AccessPoint(event) if wanted(event));
        let answered = self.last(
            &point.name,
            0,
            of(|event| matches!(event, ApEvent::DiscoveryResponse { .. } | ApEvent::Booting { .. })),
        );
        let from = answered.map_or(0, |index| index + 1);
        let entries = self.run.record.entries();
        let asked: Vec<Duration> = entries[from..self.count]
            .iter()
            .filter(|entry| self.run.record.who(entry) == point.name)
            .filter(|entry| match &entry.event {
                Event::AccessPoint(ApEvent::DiscoveryRequestSent { to, .. }) => !to.is_broadcast(),
                _ => false,
            })
            .map(|entry| entry.at)
            .collect();
        let first = *asked.first()?;
        let number = text::numbers::count(asked.len(), "discovery request");
        let text = format!("{number} from then on, without an answer");
        (asked.len() > 1).then(|| Told {
            event: LastEvent { at: first, host: point.name.clone(), text },
            cause: Some(Cause::Unanswered),
        })
    }

    /// Returns these entries in words, in order; if there are many, the last ones.
    pub(super) fn told(&self, mut found: Vec<usize>) -> Vec<Told> {
        found.sort_unstable();
        found.dedup();
        let entries = self.run.record.entries();
        let first = found.len().saturating_sub(NAMED_MAX);
        let told = |index: &usize| {
            let entry = &entries[*index];
            let text = milestone_of(&entry.event).unwrap_or_else(|| entry.event.name().replace('_', " "));
            let event = LastEvent { at: entry.at, host: self.run.record.who(entry).to_owned(), text };
            Told { event, cause: Some(self.run.cause(entry)) }
        };
        found[first..].iter().map(told).collect()
    }

    /// Says that a host has had no power so far.
    fn never(&self, host: &str) -> Told {
        let text = "has had no power so far".to_owned();
        Told {
            event: LastEvent { at: Duration::ZERO, host: host.to_owned(), text },
            cause: Some(Cause::NoPower { host: self.run.general_host(host) }),
        }
    }
}

fn is_change(event: &Event) -> bool {
    matches!(event, Event::Network(crate::world::NetworkEvent::Changed { .. }))
}

/// Returns true for what an access point reports when it does not get further.
fn hinders(event: &Event) -> bool {
    let Event::AccessPoint(event) = event else { return false };
    matches!(
        event,
        ApEvent::JoinResponse { result: 1.., .. }
            | ApEvent::CertificateRefused { .. }
            | ApEvent::ControllerLost { .. }
            | ApEvent::MessageRefused { .. }
            | ApEvent::ControllerVersionMissing
            | ApEvent::PrecheckFailed { .. }
            | ApEvent::GivingUp { .. }
            | ApEvent::PredownloadFailed { .. }
            | ApEvent::ImageRefused { .. }
            | ApEvent::PartitionRefused { .. }
            | ApEvent::PartitionFull { .. }
            | ApEvent::PartitionWriteFailed { .. }
            | ApEvent::SwapRefused { .. }
            | ApEvent::TmpFilled { .. }
            | ApEvent::TmpKept { .. }
            | ApEvent::BootRepeated { .. }
            | ApEvent::SigningCertificateExpired { .. }
            | ApEvent::OwnCertificateWrong { .. }
    )
}

/// Returns the access point that a controller reports not to get further.
fn hinders_one(event: &Event) -> Option<&str> {
    let Event::Controller(event) = event else { return None };
    match event {
        ControllerEvent::ApJoinRefused { ap }
        // The others follow from what the access point does.
        | ControllerEvent::SessionLost {
            ap, reason: SessionEnd::HeartbeatTimeout | SessionEnd::MaxRetransmissions
        }
        | ControllerEvent::ApHardwareRefused { ap, .. }
        | ControllerEvent::ApJoinMissed { ap, .. }
        | ControllerEvent::TransferCutShort { ap, .. }
        | ControllerEvent::HeartbeatMissed { ap, .. }
        | ControllerEvent::ApPredownloadFailed { ap, .. }
        | ControllerEvent::ApPredownloadSkipped { ap, .. }
        | ControllerEvent::ApSwapRefused { ap, .. } => Some(&ap.name),
        _ => None,
    }
}
