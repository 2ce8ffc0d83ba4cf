//! The numbers of a run: how long phases took, how long access points were out of service, how many bytes came, by image type.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use ap::ApEvent;
use ewc::{ControllerEvent, UpgradeState};
use scenario::{ApState, Scenario};
use serde::{Deserialize, Serialize};

use crate::verdict::Finished;
use crate::world::{Event, WorldEvent};

/// What a number counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Seconds of simulated time.
    Seconds,
    /// Bytes.
    Bytes,
    /// Things.
    Count,
}

/// A number that runs have.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Measure {
    /// Its name: `ap1g8: longest outage`.
    pub name: String,
    /// What it counts.
    pub unit: Unit,
}

/// The numbers of the whole run.
const OF_RUN: [(&str, Unit); 3] = [
    ("all in service, from the start", Unit::Seconds),
    ("packets sent", Unit::Count),
    ("packets dropped", Unit::Count),
];

/// The numbers of an image type: over all its access points, the sum, or that of the one with the highest.
const OF_TYPE: [(&str, Unit); 7] = [
    ("fetches by the controller", Unit::Seconds),
    ("bytes fetched", Unit::Bytes),
    ("longest download", Unit::Seconds),
    ("bytes received by access points", Unit::Bytes),
    ("failed downloads", Unit::Count),
    ("longest outage", Unit::Seconds),
    ("most boots", Unit::Count),
];

/// Returns the numbers that runs of a scenario may have, in the order of [`values`].
pub(super) fn measures(scenario: &Scenario) -> Vec<Measure> {
    let of_run = OF_RUN.iter().map(|(name, unit)| Measure { name: (*name).to_owned(), unit: *unit });
    let states =
        states().map(|state| Measure { name: format!("upgrade: {}", state.text()), unit: Unit::Seconds });
    let of_types = types(scenario).into_iter().flat_map(|image| {
        OF_TYPE.iter().map(move |(name, unit)| Measure { name: format!("{image}: {name}"), unit: *unit })
    });
    of_run.chain(states).chain(of_types).collect()
}

fn states() -> impl Iterator<Item = UpgradeState> {
    UpgradeState::ALL.into_iter().filter(|state| *state != UpgradeState::None)
}

fn types(scenario: &Scenario) -> BTreeSet<&str> {
    scenario.access_points.iter().map(|point| point.image_type.as_str()).collect()
}

/// Returns the numbers of a run; nothing for what it did not have. Times are in nanoseconds: whole numbers are read back as they were
/// written.
pub(super) fn values(scenario: &Scenario, finished: &Finished) -> Vec<Option<u64>> {
    let mut seen = Seen::default();
    seen.read(scenario, finished);
    let in_service = finished.access_points.iter().map(|status| status.in_service.filter(|_| status.power));
    let all = in_service.collect::<Option<Vec<Duration>>>().and_then(|all| all.into_iter().max());
    let mut values = vec![all.map(nanos), Some(finished.stats.sent), Some(finished.stats.dropped)];
    values.extend(states().map(|state| seen.states.get(&state).copied().map(nanos)));
    for image in types(scenario) {
        let of_type = || {
            let points = scenario.access_points.iter().zip(&finished.access_points);
            points.filter(move |(point, _)| point.image_type == image)
        };
        let downloads = of_type().filter_map(|(_, status)| {
            let download = status.download.as_ref()?;
            Some(download.completed? - download.requested)
        });
        let outages = of_type().filter_map(|(point, _)| seen.outages.get(&point.name).copied());
        values.extend([
            seen.fetches.get(image).map(|(time, _)| nanos(*time)),
            seen.fetches.get(image).map(|(_, bytes)| *bytes),
            downloads.max().map(nanos),
            seen.received.get(image).copied(),
            Some(of_type().map(|(_, status)| status.downloads_failed).sum::<u64>()),
            outages.max().map(nanos),
            of_type().map(|(_, status)| status.boots).max(),
        ]);
    }
    values
}

fn nanos(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

impl Unit {
    /// Returns a stored number in this unit.
    pub(super) fn value(self, stored: u64) -> f64 {
        match self {
            Self::Seconds => Duration::from_nanos(stored).as_secs_f64(),
            Self::Bytes | Self::Count => stored as f64,
        }
    }
}

/// What the record of a run shows.
#[derive(Debug, Default)]
struct Seen {
    /// The time in each state of the upgrade.
    states: BTreeMap<UpgradeState, Duration>,
    /// The time and bytes of the fetches, by image.
    fetches: BTreeMap<String, (Duration, u64)>,
    /// The bytes of complete images at access points, by image.
    received: BTreeMap<String, u64>,
    /// The time out of service after the first time in it, by access point.
    outages: BTreeMap<String, Duration>,
}

impl Seen {
    fn read(&mut self, scenario: &Scenario, finished: &Finished) {
        let record = &finished.record;
        let mut begun: BTreeMap<(Option<usize>, &str), Duration> = BTreeMap::new();
        let mut state: BTreeMap<Option<usize>, (UpgradeState, Duration)> = BTreeMap::new();
        let mut service: BTreeMap<usize, Service> = BTreeMap::new();
        let types: BTreeMap<&str, &str> = scenario
            .access_points
            .iter()
            .map(|point| (point.name.as_str(), point.image_type.as_str()))
            .collect();
        let entries = record.entries();
        for entry in entries.iter() {
            let at = entry.at;
            match &entry.event {
                Event::Controller(ControllerEvent::InstallStarted { image, .. }) => {
                    begun.insert((entry.host, image), at);
                }
                Event::Controller(
                    event @ (ControllerEvent::InstallCompleted { image, .. }
                    | ControllerEvent::InstallFailed { image, .. }),
                ) => {
                    let came = match event {
                        ControllerEvent::InstallCompleted { bytes, .. } => *bytes,
                        _ => 0,
                    };
                    if let Some(begin) = begun.remove(&(entry.host, image.as_str())) {
                        let (time, bytes) = self.fetches.entry(image.clone()).or_default();
                        (*time, *bytes) = (*time + (at - begin), *bytes + came);
                    }
                }
                Event::Controller(ControllerEvent::UpgradeStateChanged { state: new }) => {
                    let before = state.insert(entry.host, (*new, at));
                    self.left(before, at);
                }
                Event::AccessPoint(event) => {
                    let Some(host) = entry.host else { continue };
                    if let ApEvent::ImageDataComplete { bytes, .. } = event
                        && let Some(image) = types.get(record.hosts()[host].as_str())
                    {
                        *self.received.entry((*image).to_owned()).or_default() += bytes;
                    }
                    let service = service.entry(host).or_default();
                    service.status.apply(at, event);
                    service.look(at);
                }
                Event::World(WorldEvent::PowerOff) => {
                    let Some(service) = entry.host.and_then(|host| service.get_mut(&host)) else { continue };
                    service.status.power_off();
                    service.look(at);
                }
                Event::Controller(_) | Event::Server(_) | Event::World(_) | Event::Network(_) => {}
            }
        }
        state.into_values().for_each(|state| self.left(Some(state), finished.end));
        for (host, service) in service {
            if let Some(outage) = service.ended(finished.end) {
                self.outages.insert(record.hosts()[host].clone(), outage);
            }
        }
    }

    /// Counts the time in a state that was left.
    fn left(&mut self, state: Option<(UpgradeState, Duration)>, at: Duration) {
        if let Some((state, since)) = state {
            *self.states.entry(state).or_default() += at - since;
        }
    }
}

/// The service of one access point.
#[derive(Debug, Default)]
struct Service {
    status: ap::Status,
    was_in_service: bool,
    out_since: Option<Duration>,
    outage: Duration,
}

impl Service {
    fn look(&mut self, at: Duration) {
        if self.status.phase() == ApState::Registered.word() {
            self.was_in_service = true;
            self.outage += self.out_since.take().map_or(Duration::ZERO, |since| at - since);
        } else if self.was_in_service {
            self.out_since.get_or_insert(at);
        }
    }

    /// Returns the time out of service; nothing if it was never in service.
    fn ended(self, end: Duration) -> Option<Duration> {
        let last = self.out_since.map_or(Duration::ZERO, |since| end.saturating_sub(since));
        self.was_in_service.then_some(self.outage + last)
    }
}
