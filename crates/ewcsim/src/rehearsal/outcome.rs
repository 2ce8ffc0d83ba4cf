//! What one rehearsed night has shown: each access point, each phase, each fetch.
//!
//! Times are since the start of the run; the night begins at [`LEAD`].

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use ap::Status;
use ewc::{ControllerEvent, UpgradeState};
use image::Version;
use scenario::Scenario;

use super::failure::Failures;
use super::night::LEAD;
use crate::verdict::{Finished, Outcome as Judged, quirks_met};
use crate::world::{Event, NotModelled, WorldEvent};

/// What one night has shown.
#[derive(Clone, Debug, Default)]
pub(super) struct Outcome {
    /// Each access point, in the order of the scenario.
    pub(super) points: Vec<PointOutcome>,
    /// The moment of each state that the upgrade entered, in order.
    pub(super) states: Vec<(Duration, UpgradeState)>,
    /// The version of the release that the controller has stored.
    pub(super) added: Option<Version>,
    /// The activation.
    pub(super) activated: Option<Duration>,
    /// The commit.
    pub(super) committed: Option<Duration>,
    /// The moment at which the controller went back to the release before.
    pub(super) rolled_back: Option<Duration>,
    /// The fetches of the controller, by image, each from its beginning to its end.
    pub(super) fetches: BTreeMap<String, Vec<(Duration, Duration)>>,
    /// The deliveries to access points.
    pub(super) deliveries: Vec<(Duration, Duration)>,
    /// True if the relay sent all that it can.
    pub(super) relay_limited: bool,
    /// What is not modelled and may matter.
    pub(super) not_modelled: Vec<NotModelled>,
    /// The known defects that had an effect.
    pub(super) defects: BTreeSet<String>,
    /// Defects that something decides which the lab does not state: the defect, what is missing, the hosts.
    pub(super) undecided: Vec<(String, String, Vec<String>)>,
    /// The keys of unverified facts that had their effect.
    pub(super) facts: BTreeSet<String>,
    /// Violations of invariants, in words.
    pub(super) violations: Vec<String>,
    /// Why images did not come.
    pub(super) failures: Failures,
    /// The answer to the first command of the night.
    pub(super) answer: Option<String>,
    /// True if a signal ended it early.
    pub(super) interrupted: bool,
}

/// What became of an access point.
#[derive(Clone, Debug, Default)]
pub(super) struct PointOutcome {
    /// True if it is in service with the target in the end.
    pub(super) is_on_target: bool,
    /// The moment from which it is, if it is.
    pub(super) on_target: Option<Duration>,
    /// The end of its predownload.
    pub(super) predownloaded: Option<Duration>,
    /// True if its predownload was given up.
    pub(super) predownload_failed: bool,
    /// How long it was out of service in the night.
    pub(super) outage: Duration,
    /// True if it was in service when the night began.
    pub(super) was_in_service: bool,
    /// The causes, if it is not on target.
    pub(super) causes: Vec<String>,
    /// Its state in the end, in words, if it is not on target.
    pub(super) actual: Option<String>,
    /// An invariant that did not hold at it.
    pub(super) violated: Option<String>,
}

impl PointOutcome {
    /// Returns true if it came to the target as planned: also its predownload did.
    fn is_good(&self) -> bool {
        self.is_on_target && !self.predownload_failed && self.violated.is_none()
    }
}

impl Outcome {
    /// Reads what a run has shown.
    pub(super) fn of(scenario: &Scenario, target: Version, finished: &Finished) -> Self {
        let mut outcome = Self {
            points: vec![PointOutcome::default(); scenario.access_points.len()],
            not_modelled: finished.not_modelled.clone(),
            defects: quirks_met(&finished.record),
            undecided: finished
                .undecided
                .iter()
                .map(|one| (one.defect.clone(), one.missing.to_owned(), one.hosts.clone()))
                .collect(),
            facts: finished.unverified_facts.iter().map(|fact| fact.key.clone()).collect(),
            violations: finished
                .violations
                .iter()
                .map(|found| format!("{}: {}: {}", found.host, found.invariant, found.actual))
                .collect(),
            interrupted: finished.interrupted,
            ..Self::default()
        };
        outcome.read_record(scenario, target, finished);
        let drops = finished.drops.iter().map(|drop| (drop.firewall.clone(), drop.rule.clone()));
        outcome.failures.drops = drops.collect();
        // The expectations are one for each access point, in the same order. On the way back they are about the other release.
        for (point, judged) in outcome.points.iter_mut().zip(&finished.judgements) {
            if let Judged::Failed { actual } | Judged::Inconclusive { actual } = &judged.outcome {
                point.actual = Some(actual.clone());
            }
            let causes = judged.causes.iter().map(|cause| format!("{}: {}", cause.host, cause.text));
            point.causes = causes.chain(judged.drops.iter().cloned()).collect();
        }
        for found in &finished.violations {
            let at = scenario.access_points.iter().position(|point| point.name == found.host);
            if let Some(point) = at {
                outcome.points[point].violated = Some(format!("{}: {}", found.invariant, found.actual));
            }
        }
        outcome
    }

    fn read_record(&mut self, scenario: &Scenario, target: Version, finished: &Finished) {
        let record = &finished.record;
        let index = |name: &str| scenario.access_points.iter().position(|point| point.name == name);
        let of_host: Vec<Option<usize>> = record.hosts().iter().map(|name| index(name)).collect();
        let mut tracks: Vec<Track> = vec![Track::default(); self.points.len()];
        let mut fetching: BTreeMap<String, Duration> = BTreeMap::new();
        let mut delivering: BTreeMap<String, Duration> = BTreeMap::new();
        for entry in record.entries().iter() {
            let at = entry.at;
            match &entry.event {
                Event::AccessPoint(event) => {
                    let Some(point) = entry.host.and_then(|host| of_host[host]) else { continue };
                    tracks[point].status.apply(at, event);
                    tracks[point].look(at, target);
                }
                Event::World(WorldEvent::PowerOff) => {
                    let Some(point) = entry.host.and_then(|host| of_host[host]) else { continue };
                    tracks[point].status.power_off();
                    tracks[point].look(at, target);
                }
                Event::Controller(event) => {
                    self.failures.note(event);
                    self.read_controller(at, event, &mut fetching, &mut delivering);
                    match event {
                        ControllerEvent::ApPredownloadComplete { ap, .. } => {
                            if let Some(point) = index(&ap.name) {
                                self.points[point].predownloaded.get_or_insert(at);
                            }
                        }
                        ControllerEvent::ApPredownloadFailed { ap, again: false, .. } => {
                            if let Some(point) = index(&ap.name) {
                                self.points[point].predownload_failed = true;
                            }
                        }
                        _ => {}
                    }
                }
                Event::World(WorldEvent::Typed { command, output }) if *command == super::night::ADD => {
                    self.answer.clone_from(output);
                }
                Event::World(_) | Event::Server(_) | Event::Network(_) => {}
            }
        }
        for (point, track) in self.points.iter_mut().zip(tracks) {
            let Track { in_service_at_lead, outage, on_target, .. } = track.ended(finished.end);
            (point.was_in_service, point.outage, point.on_target) = (in_service_at_lead, outage, on_target);
            point.is_on_target = on_target.is_some();
        }
    }

    fn read_controller(
        &mut self,
        at: Duration,
        event: &ControllerEvent,
        fetching: &mut BTreeMap<String, Duration>,
        delivering: &mut BTreeMap<String, Duration>,
    ) {
        match event {
            ControllerEvent::UpgradeStateChanged { state } => self.states.push((at, *state)),
            ControllerEvent::ReleaseAdded { ap, .. } => self.added = Some(*ap),
            ControllerEvent::ActivationStarted { .. } => self.activated = Some(at),
            ControllerEvent::ReleaseCommitted { .. } => self.committed = Some(at),
            ControllerEvent::ReleaseRolledBack { .. } => self.rolled_back = Some(at),
            ControllerEvent::RelayLimited { .. } => self.relay_limited = true,
            ControllerEvent::InstallStarted { image, .. } => {
                fetching.insert(image.clone(), at);
            }
            ControllerEvent::InstallCompleted { image, .. }
            | ControllerEvent::InstallFailed { image, .. } => {
                if let Some(begin) = fetching.remove(image) {
                    self.fetches.entry(image.clone()).or_default().push((begin, at));
                }
            }
            ControllerEvent::ImageDataStarted { ap, .. } => {
                delivering.insert(ap.name.clone(), at);
            }
            ControllerEvent::ApImageDownloadSuccess { ap, .. }
            | ControllerEvent::ApImageDownloadFailed { ap, .. }
            | ControllerEvent::ApPredownloadDelivered { ap, .. }
            | ControllerEvent::ApPredownloadFailed { ap, .. }
            | ControllerEvent::SessionLost { ap, .. } => {
                if let Some(begin) = delivering.remove(&ap.name) {
                    self.deliveries.push((begin, at));
                }
            }
            _ => {}
        }
    }

    /// Returns true if the night went as planned for an access point, and the release stays.
    pub(super) fn is_good(&self, index: usize) -> bool {
        self.points[index].is_good() && self.committed.is_some()
    }

    /// Returns true if it did for all of them.
    pub(super) fn is_all_good(&self) -> bool {
        (0..self.points.len()).all(|index| self.is_good(index))
    }

    /// Returns true if an image could not be fetched, an access point could not use one, or nothing began at all.
    pub(super) fn has_failed(&self) -> bool {
        let failed = |point: &PointOutcome| point.predownload_failed || point.violated.is_some();
        !self.failures.is_empty() || self.states.is_empty() || self.points.iter().any(failed)
    }

    /// Returns the end of the predownloads: whatever became of them.
    pub(super) fn predownloads_ended(&self) -> Option<Duration> {
        let ended = |state: &UpgradeState| {
            matches!(
                state,
                UpgradeState::ApPredownloadComplete
                    | UpgradeState::ApPredownloadFailed
                    | UpgradeState::ApPredownloadUnsupported
            )
        };
        self.entered(ended)
    }

    /// Returns the moment at which everything is handed out, as far as it is.
    pub(super) fn ready(&self) -> Option<Duration> {
        let is_ready = |state: &UpgradeState| {
            matches!(
                state,
                UpgradeState::ControllerPredownloadComplete
                    | UpgradeState::ControllerPredownloadFailed
                    | UpgradeState::ApPredownloadFailed
                    | UpgradeState::ApPredownloadUnsupported
            )
        };
        self.entered(is_ready)
    }

    /// Returns the first moment at which the upgrade entered a state that is wanted.
    pub(super) fn entered(&self, wanted: impl Fn(&UpgradeState) -> bool) -> Option<Duration> {
        self.states.iter().find(|(_, state)| wanted(state)).map(|(at, _)| *at)
    }

    /// Returns the moment from which all access points run the target, if they do.
    pub(super) fn all_on_target(&self) -> Option<Duration> {
        self.points
            .iter()
            .map(|point| point.on_target)
            .try_fold(Duration::ZERO, |all, one| Some(all.max(one?)))
    }
}

/// The service of an access point over a run.
#[derive(Clone, Debug, Default)]
struct Track {
    status: Status,
    in_service: bool,
    in_service_at_lead: bool,
    /// The moment at which it last went out of service.
    since: Option<Duration>,
    outage: Duration,
    on_target: Option<Duration>,
}

impl Track {
    /// Looks at the state after an event.
    fn look(&mut self, at: Duration, target: Version) {
        let in_service = self.status.phase() == "registered";
        if in_service != self.in_service {
            if at <= LEAD {
                self.in_service_at_lead = in_service;
            }
            if in_service {
                let since = self.since.take().unwrap_or_default().max(LEAD);
                self.outage += at.saturating_sub(since);
            } else {
                self.since = Some(at);
            }
            self.in_service = in_service;
        }
        let is_on_target = in_service && self.status.runs() == Some(target);
        match (is_on_target, self.on_target) {
            (true, None) => self.on_target = Some(at),
            (false, Some(_)) => self.on_target = None,
            (true, Some(_)) | (false, None) => {}
        }
    }

    /// Ends it with the run.
    fn ended(mut self, end: Duration) -> Self {
        if !self.in_service {
            self.outage += end.saturating_sub(self.since.unwrap_or_default().max(LEAD));
        }
        self
    }
}
