//! What is true of each access point at each moment, from the record alone.

use std::time::Duration;

use ap::{Event as ApEvent, Partition, State};
use image::Version;
use scenario::{AccessPoint, ApState, Properties};

use crate::record::{Entry, Event, WorldEvent};

/// One access point as its events tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tracked {
    /// How far it is.
    pub state: ApState,
    /// The version that runs; none without power and while it boots.
    pub running: Option<Version>,
    /// The version in the partition that does not run.
    pub backup: Option<Version>,
    /// Whether it found both partitions to be bad.
    pub boots_nothing: bool,
    /// Downloads it gave up.
    pub downloads_failed: u64,
    /// When it first ran the version it runs now and was in service.
    pub registered_at: Option<Duration>,
    partitions: [Option<Version>; 2],
}

impl Tracked {
    /// Before power: the scenario's `running` is in part2, as in the field samples, its `backup` in part1.
    pub fn new(access_point: &AccessPoint) -> Self {
        Self {
            state: ApState::Off,
            running: None,
            backup: access_point.backup,
            boots_nothing: false,
            downloads_failed: 0,
            registered_at: None,
            partitions: [access_point.backup, Some(access_point.running)],
        }
    }

    /// Takes note of an event of this access point.
    pub fn note(&mut self, entry: &Entry) {
        match &entry.event {
            Event::World(WorldEvent::PowerOff) => {
                self.state = ApState::Off;
                self.running = None;
            }
            Event::World(WorldEvent::PowerOn) => self.state = ApState::Discovery,
            Event::AccessPoint(event) => self.note_own(entry.at, event),
            _ => {}
        }
    }

    /// Whether all of `is` holds.
    pub fn has(&self, is: &Properties) -> bool {
        is.running.as_ref().is_none_or(|version| self.running.as_ref() == Some(version))
            && is.backup.as_ref().is_none_or(|version| self.backup.as_ref() == Some(version))
            && is.state.is_none_or(|state| self.state == state)
            && is.downloads_failed.as_ref().is_none_or(|amount| amount.contains(&self.downloads_failed))
    }

    /// Whether any of `is_not` holds.
    pub fn has_any(&self, is_not: &Properties) -> bool {
        let Properties { running, backup, state, downloads_failed } = is_not;
        (running.is_some() && self.running == *running)
            || (backup.is_some() && self.backup == *backup)
            || state.is_some_and(|state| self.state == state)
            || downloads_failed.as_ref().is_some_and(|amount| amount.contains(&self.downloads_failed))
    }

    fn note_own(&mut self, at: Duration, event: &ApEvent) {
        match event {
            ApEvent::BootFailed => self.boots_nothing = true,
            ApEvent::Booting { .. } => {
                self.boots_nothing = false;
                self.state = ApState::Discovery;
                self.running = None;
            }
            ApEvent::BootImageRefused { partition, .. } | ApEvent::BootImageUnreadable { partition, .. } => {
                self.partitions[*partition as usize] = None;
            }
            ApEvent::Booted { partition, version } => {
                if self.running.as_ref() != Some(version) {
                    self.registered_at = None;
                }
                self.partitions[*partition as usize] = Some(*version);
                self.running = Some(*version);
                self.backup = self.partitions[partition.other() as usize];
            }
            ApEvent::Untarring { partition } => {
                self.holds(*partition, None);
            }
            ApEvent::UpgradeVersions { number: 2, partition, installed, .. } => {
                self.holds(*partition, Some(*installed));
            }
            ApEvent::JoinResponse { result: 0, .. } => self.state = ApState::Joined,
            ApEvent::ImageDataRequestSent { .. } if self.state == ApState::Joined => {
                self.state = ApState::Downloading;
            }
            ApEvent::GivingUp { .. } | ApEvent::PredownloadFailed { .. } => self.downloads_failed += 1,
            ApEvent::StateChanged { state } => match state {
                State::Boot | State::Discovery | State::DtlsSetup | State::Reload | State::DtlsTeardown => {
                    self.state = ApState::Discovery;
                }
                State::Run => {
                    self.state = ApState::Registered;
                    self.registered_at.get_or_insert(at);
                }
                State::Join | State::ImageData | State::Configure => {}
                State::Halted => self.state = ApState::Off,
            },
            _ => {}
        }
    }

    fn holds(&mut self, partition: Partition, version: Option<Version>) {
        self.partitions[partition as usize] = version;
        // Only the partition that does not run is ever written.
        self.backup = version;
    }
}

/// A state as a scenario writes it.
pub fn state_name(state: ApState) -> &'static str {
    match state {
        ApState::Off => "off",
        ApState::Discovery => "discovery",
        ApState::Joined => "joined",
        ApState::Downloading => "downloading",
        ApState::Registered => "registered",
    }
}
