//! Tracks the state of the controller from the record alone.

use std::collections::BTreeSet;

use ewc::ControllerEvent;
use scenario::Properties;

use super::property::{Property, Tracked, Value};
use crate::world::{Entry, Event, WorldEvent};

/// The state of the controller according to its events.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct TrackedController {
    /// True if it has power.
    pub power: bool,
    /// Access points in Run state.
    pub registered: usize,
    /// Access points that have requested an image in their session.
    pub downloading: usize,
    /// The images in `ap_images:`, except those kept for predownloads.
    pub staged: BTreeSet<String>,
    /// Installs started since the start of the run.
    pub installs_started: u64,
    /// Installs that fetched their image.
    pub installs_completed: u64,
    /// Installs that failed.
    pub installs_failed: u64,
}

/// The access points by session state. This is separate from [`TrackedController`], of which every state is kept.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sessions {
    registered: BTreeSet<String>,
    downloading: BTreeSet<String>,
    /// The images that it holds from each start on, beside the one of its own type.
    delivered: BTreeSet<String>,
}

impl Tracked for TrackedController {
    const PROPERTIES: &'static [Property<Self>] = &[
        Property {
            key: "state",
            noun: "",
            value: |state| Value::Word(if state.power { "on" } else { "off" }),
        },
        Property {
            key: "registered",
            noun: "registered access point",
            value: |state| Value::Count(state.registered as u64),
        },
        Property {
            key: "downloading",
            noun: "downloading access point",
            value: |state| Value::Count(state.downloading as u64),
        },
        Property { key: "staged", noun: "staged", value: |state| Value::Names(&state.staged) },
        Property {
            key: "installs_started",
            noun: "started install",
            value: |state| Value::Count(state.installs_started),
        },
        Property {
            key: "installs_completed",
            noun: "completed install",
            value: |state| Value::Count(state.installs_completed),
        },
        Property {
            key: "installs_failed",
            noun: "failed install",
            value: |state| Value::Count(state.installs_failed),
        },
    ];

    fn describe(&self, name: &str, _asked: [&Properties; 2]) -> String {
        let staged: Vec<&str> = self.staged.iter().map(String::as_str).collect();
        format!(
            "{name}: {}, {} registered, {} downloading, {} staged; installs: {} started, {} completed, {} failed",
            if self.power { "on" } else { "off" },
            self.registered,
            self.downloading,
            if staged.is_empty() { "nothing".to_owned() } else { staged.join(", ") },
            self.installs_started,
            self.installs_completed,
            self.installs_failed,
        )
    }
}

impl Sessions {
    /// Creates a controller without sessions that holds these images from each start on.
    pub(crate) fn new(delivered: &[String]) -> Self {
        Self { delivered: delivered.iter().cloned().collect(), ..Self::default() }
    }
}

impl TrackedController {
    /// Applies an event of the controller.
    pub(crate) fn note(&mut self, sessions: &mut Sessions, entry: &Entry) {
        match &entry.event {
            Event::World(WorldEvent::PowerOn) => {
                self.power = true;
                self.staged.clone_from(&sessions.delivered);
            }
            Event::World(WorldEvent::PowerOff) => {
                self.power = false;
                self.forget(sessions);
            }
            Event::World(WorldEvent::TookOver { .. }) => {
                // The standby serves at once. What was staged stays in the other box.
                self.forget(sessions);
                self.power = true;
                self.staged.clear();
            }
            Event::Controller(event) => self.note_own(sessions, event),
            Event::World(
                WorldEvent::SoftwareStarted
                | WorldEvent::SoftwareStopped
                | WorldEvent::Changed { .. }
                | WorldEvent::FlashDamaged { .. }
                | WorldEvent::SecondActiveController { .. }
                | WorldEvent::NoStandby { .. }
                | WorldEvent::Pressed { .. }
                | WorldEvent::Typed { .. },
            )
            | Event::AccessPoint(_)
            | Event::Server(_)
            | Event::Network(_) => {}
        }
        self.registered = sessions.registered.len();
        self.downloading = sessions.downloading.len();
    }

    fn note_own(&mut self, sessions: &mut Sessions, event: &ControllerEvent) {
        match event {
            ControllerEvent::ApJoined { ap, .. } | ControllerEvent::SessionLost { ap, .. } => {
                sessions.registered.remove(&ap.name);
                sessions.downloading.remove(&ap.name);
            }
            ControllerEvent::ApRegistered { ap } => {
                sessions.downloading.remove(&ap.name);
                sessions.registered.insert(ap.name.clone());
            }
            // An access point in service that requests an image predownloads it.
            ControllerEvent::ImageRequested { ap, .. } if !sessions.registered.contains(&ap.name) => {
                sessions.downloading.insert(ap.name.clone());
            }
            ControllerEvent::Reloading => {
                self.forget(sessions);
                self.staged.clone_from(&sessions.delivered);
            }
            ControllerEvent::InstallStarted { .. } => self.installs_started += 1,
            ControllerEvent::InstallCompleted { .. } => self.installs_completed += 1,
            ControllerEvent::InstallFailed { .. } => self.installs_failed += 1,
            ControllerEvent::Staged { image, .. } => {
                self.staged.insert(image.clone());
            }
            ControllerEvent::Evicted { image, location: ewc::Location::Active, .. }
            | ControllerEvent::StagedImageRefused {
                image,
                location: ewc::Location::Active,
                kept: false,
                ..
            } => {
                self.staged.remove(image);
            }
            ControllerEvent::Started { .. }
            | ControllerEvent::ApDiscovered { .. }
            | ControllerEvent::ApJoinRefused { .. }
            | ControllerEvent::RequestRefused { .. }
            | ControllerEvent::PathMtuChanged { .. }
            | ControllerEvent::ImageRequested { .. }
            | ControllerEvent::ImageDataStarted { .. }
            | ControllerEvent::ApImageDownloadSuccess { .. }
            | ControllerEvent::ApImageDownloadFailed { .. }
            | ControllerEvent::RelayLimited { .. }
            | ControllerEvent::CountryMismatch { .. }
            | ControllerEvent::ApJoinMissed { .. }
            | ControllerEvent::ApPredownloadInitiated { .. }
            | ControllerEvent::ApPredownloadSkipped { .. }
            | ControllerEvent::ApPredownloadRequested { .. }
            | ControllerEvent::ApPredownloadDelivered { .. }
            | ControllerEvent::ApPredownloadComplete { .. }
            | ControllerEvent::ApPredownloadFailed { .. }
            | ControllerEvent::ApImageSwapped { .. }
            | ControllerEvent::ApSwapRefused { .. }
            | ControllerEvent::ApReset { .. }
            | ControllerEvent::ControllerImageOffered { .. }
            | ControllerEvent::ControllerImageComplete { .. }
            | ControllerEvent::ControllerImageFailed { .. }
            | ControllerEvent::StandbyChosen { .. }
            | ControllerEvent::StandbyReady { .. }
            | ControllerEvent::StandbyLost { .. }
            | ControllerEvent::UpgradeStateChanged { .. }
            | ControllerEvent::ReleaseAdded { .. }
            | ControllerEvent::ActivationStarted { .. }
            | ControllerEvent::ReleaseCommitted { .. }
            | ControllerEvent::ReleaseRolledBack { .. }
            | ControllerEvent::InstallSkipped { .. }
            | ControllerEvent::Prepared { .. }
            | ControllerEvent::Evicted { .. }
            | ControllerEvent::StagedImageRefused { .. }
            | ControllerEvent::ApHardwareRefused { .. }
            | ControllerEvent::TransferCutShort { .. }
            | ControllerEvent::HeartbeatMissed { .. }
            | ControllerEvent::StagingRefused { .. } => {}
        }
    }

    /// Forgets sessions and staged images. The counters go on.
    fn forget(&mut self, sessions: &mut Sessions) {
        sessions.registered.clear();
        sessions.downloading.clear();
        self.staged.clear();
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use ewc::Location;

    use super::*;

    #[test]
    fn images_that_it_is_delivered_with_are_staged_after_each_start() {
        let delivered = vec!["ap1g8".to_owned()];
        let (mut tracked, mut sessions) = (TrackedController::default(), Sessions::new(&delivered));
        let mut staged = |event| {
            tracked.note(&mut sessions, &Entry { at: Duration::ZERO, host: Some(0), event });
            tracked.staged.iter().cloned().collect::<Vec<_>>()
        };
        assert_eq!(staged(Event::World(WorldEvent::PowerOn)), delivered);
        let fetched = ControllerEvent::Staged { image: "ap3g3".to_owned(), bytes: 1 };
        assert_eq!(staged(Event::Controller(fetched)).len(), 2);
        assert_eq!(staged(Event::Controller(ControllerEvent::Reloading)), delivered);
        assert_eq!(staged(Event::World(WorldEvent::PowerOff)), [""; 0]);
        assert_eq!(staged(Event::World(WorldEvent::PowerOn)), delivered);
    }

    #[test]
    fn what_makes_room_is_gone_from_its_own_place_only() {
        let (mut tracked, mut sessions) = (TrackedController::default(), Sessions::default());
        let mut staged = |event| {
            tracked.note_own(&mut sessions, &event);
            tracked.staged.len()
        };
        let image = || "ap1g8".to_owned();
        let evicted = |location| ControllerEvent::Evicted { image: image(), location, bytes: 1 };
        assert_eq!(staged(ControllerEvent::Staged { image: image(), bytes: 1 }), 1);
        assert_eq!(staged(evicted(Location::Prepare)), 1);
        assert_eq!(staged(evicted(Location::Active)), 0);
    }
}
