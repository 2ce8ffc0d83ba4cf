//! What is true of each access point at each moment, from the record alone.

use ap::{Event as ApEvent, Partition, State};
use image::Version;
use scenario::{AccessPoint, Amount, ApState, Properties};

mod controller;

pub use controller::{Sessions, TrackedController};

use crate::world::{Entry, Event, WorldEvent};

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
    /// Downloads it asked for.
    pub downloads_requested: u64,
    /// Downloads that were complete and verified.
    pub downloads_completed: u64,
    /// How often it has started to boot.
    pub boots: u64,
    partitions: [Option<Version>; 2],
    /// The file for an image is open, and the image not asked for yet.
    about_to_ask: bool,
}

impl Tracked {
    /// Before power: the scenario's `running` is in part2, as in the field samples, its `backup` in part1, unless it says otherwise.
    pub fn new(access_point: &AccessPoint) -> Self {
        let mut partitions = [access_point.backup, Some(access_point.running)];
        if access_point.flash.part1_active {
            partitions.reverse();
        }
        Self {
            state: ApState::Off,
            running: None,
            backup: access_point.backup,
            boots_nothing: false,
            downloads_failed: 0,
            downloads_requested: 0,
            downloads_completed: 0,
            boots: 0,
            about_to_ask: false,
            partitions,
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
            Event::AccessPoint(event) => self.note_own(event),
            _ => {}
        }
    }

    /// Whether all of `is` holds.
    pub fn has(&self, is: &Properties) -> bool {
        self.compare(is).all(|holds| holds)
    }

    /// Whether any of `is_not` holds.
    pub fn has_any(&self, is_not: &Properties) -> bool {
        self.compare(is_not).any(|holds| holds)
    }

    /// Whether each property that is written holds.
    fn compare(&self, properties: &Properties) -> impl Iterator<Item = bool> {
        let Properties {
            running,
            backup,
            state,
            downloads_failed,
            downloads_requested,
            downloads_completed,
            boots,
        } = properties;
        let counted = |amount: &Option<Amount>, number: u64| Some(amount.as_ref()?.contains(&number));
        [
            running.map(|version| self.running == Some(version)),
            backup.map(|version| self.backup == Some(version)),
            state.map(|state| self.state == state),
            counted(downloads_failed, self.downloads_failed),
            counted(downloads_requested, self.downloads_requested),
            counted(downloads_completed, self.downloads_completed),
            counted(boots, self.boots),
        ]
        .into_iter()
        .flatten()
    }

    fn note_own(&mut self, event: &ApEvent) {
        match event {
            ApEvent::BootFailed => self.boots_nothing = true,
            ApEvent::Booting { .. } => {
                self.boots += 1;
                self.about_to_ask = false;
                self.boots_nothing = false;
                self.state = ApState::Discovery;
                self.running = None;
            }
            ApEvent::BootImageRefused { partition, .. } | ApEvent::BootImageUnreadable { partition, .. } => {
                self.partitions[*partition as usize] = None;
            }
            ApEvent::Booted { partition, version } => {
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
            ApEvent::ImageFileOpened { .. } => self.about_to_ask = true,
            ApEvent::ImageDataRequestSent { .. } => {
                // It asks once more as it gives up, to tell so.
                self.downloads_requested += u64::from(std::mem::take(&mut self.about_to_ask));
                if self.state == ApState::Joined {
                    self.state = ApState::Downloading;
                }
            }
            ApEvent::ImageVerified { .. } => self.downloads_completed += 1,
            ApEvent::GivingUp { .. } | ApEvent::PredownloadFailed { .. } => self.downloads_failed += 1,
            ApEvent::StateChanged { state } => match state {
                State::Boot | State::Discovery | State::DtlsSetup | State::Reload | State::DtlsTeardown => {
                    self.state = ApState::Discovery;
                }
                State::Run => self.state = ApState::Registered,
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
