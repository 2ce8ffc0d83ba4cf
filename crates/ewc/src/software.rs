//! The controller's software: the release that it boots, and the one that it holds beside it. It survives reloads and losses of power.
//!
//! ```text
//!   install add ──▶ inactive ──install activate──▶ active, uncommitted ──install commit──▶ active, committed
//!                      ▲                                │ the timer ends, or install abort
//!                      └──────────── rolled back ◀──────┘
//! ```

use std::cell::{Ref, RefCell};
use std::rc::Rc;
use std::time::Duration;

use image::Version;
use serde::Serialize;

use crate::OwnImage;

/// A release of the controller's software, with the images that come with it.
#[derive(Clone, Debug)]
pub struct Release {
    /// The version text of the controller: `17.09.04a.0.6`.
    pub version: String,
    /// The version that it requires of its access points.
    pub ap: Version,
    /// The images that it can give access points without a server: that of the access point on which it runs.
    pub own_images: Vec<OwnImage>,
    /// Its file, for other access points that can be controllers; `None` if the controller does not have it any more.
    pub file: Option<OwnImage>,
}

/// What a controller holds of its software.
#[derive(Clone, Debug)]
pub(crate) struct Software {
    active: Release,
    inactive: Option<Release>,
    /// The release to return to, while the active one is not committed.
    previous: Option<Release>,
    /// The end of the auto-abort timer.
    aborts_at: Option<Duration>,
    /// What was done, in order.
    log: Vec<Operation>,
}

/// The state of a release (the legend of `show install summary`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ReleaseState {
    /// `I`: it is held, and does not run.
    Inactive,
    /// `U`: it runs, and is not committed.
    Uncommitted,
    /// `C`: it runs, and is committed.
    Committed,
    /// `D`: it ran, and runs again if the active one is not committed.
    Deactivated,
}

/// A line of `show install log`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Operation {
    /// The time since the start of the run.
    pub at: Duration,
    /// The words: `install_add: START`.
    pub what: String,
}

/// The number of operations that are kept.
const LOG_MAX: usize = 200;

impl Software {
    /// Returns the releases with their states, the active one first.
    pub(crate) fn releases(&self) -> Vec<(ReleaseState, &Release)> {
        let state = if self.previous.is_some() { ReleaseState::Uncommitted } else { ReleaseState::Committed };
        let previous = self.previous.iter().map(|release| (ReleaseState::Deactivated, release));
        let inactive = self.inactive.iter().map(|release| (ReleaseState::Inactive, release));
        std::iter::once((state, &self.active)).chain(previous).chain(inactive).collect()
    }

    pub(crate) fn active(&self) -> &Release {
        &self.active
    }

    pub(crate) fn inactive(&self) -> Option<&Release> {
        self.inactive.as_ref()
    }

    pub(crate) fn is_committed(&self) -> bool {
        self.previous.is_none()
    }

    pub(crate) fn aborts_at(&self) -> Option<Duration> {
        self.aborts_at
    }

    pub(crate) fn log(&self) -> &[Operation] {
        &self.log
    }

    pub(crate) fn note(&mut self, at: Duration, what: String) {
        if self.log.len() == LOG_MAX {
            self.log.remove(0);
        }
        self.log.push(Operation { at, what });
    }

    /// Stores a release beside the active one, in place of an earlier one.
    pub(crate) fn add(&mut self, release: Release) {
        self.inactive = Some(release);
    }

    /// Sets the images that come with the inactive release.
    pub(crate) fn set_own_images(&mut self, own_images: Vec<OwnImage>) {
        if let Some(inactive) = &mut self.inactive {
            inactive.own_images = own_images;
        }
    }

    /// Makes the inactive release the one that boots next. It has to be committed until `aborts_at`.
    pub(crate) fn activate(&mut self, aborts_at: Duration) -> bool {
        let Some(inactive) = self.inactive.take() else { return false };
        self.previous = Some(std::mem::replace(&mut self.active, inactive));
        self.aborts_at = Some(aborts_at);
        true
    }

    /// Keeps the active release; `false` if it is committed already.
    pub(crate) fn commit(&mut self) -> bool {
        let previous = self.previous.take();
        let is_new = previous.is_some();
        self.inactive = previous.or(self.inactive.take());
        self.aborts_at = None;
        is_new
    }

    /// Returns to the release before; `false` if the active one is committed.
    pub(crate) fn roll_back(&mut self) -> bool {
        let Some(previous) = self.previous.take() else { return false };
        self.inactive = Some(std::mem::replace(&mut self.active, previous));
        self.aborts_at = None;
        true
    }

    /// Removes the inactive release; `false` if there is none.
    pub(crate) fn remove_inactive(&mut self) -> bool {
        self.inactive.take().is_some()
    }
}

/// A handle to the software of one controller. Clones are the same software.
#[derive(Clone, Debug)]
pub struct SoftwareHandle(Rc<RefCell<Software>>);

impl SoftwareHandle {
    /// Creates the software of a controller that runs `active`, committed.
    pub fn new(active: Release) -> Self {
        let software = Software { active, inactive: None, previous: None, aborts_at: None, log: Vec::new() };
        Self(Rc::new(RefCell::new(software)))
    }

    /// Creates the software of a controller that runs `active`, committed, and holds another release beside it.
    pub fn holding(active: Release, inactive: Option<Release>) -> Self {
        let software = Self::new(active);
        software.change(|software| software.inactive = inactive);
        software
    }

    /// Borrows the software.
    pub(crate) fn borrow(&self) -> Ref<'_, Software> {
        self.0.borrow()
    }

    /// Changes the software.
    pub(crate) fn change<T>(&self, change: impl FnOnce(&mut Software) -> T) -> T {
        change(&mut self.0.borrow_mut())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn release(version: &str) -> Release {
        Release { version: version.into(), ap: Version::NONE, own_images: Vec::new(), file: None }
    }

    fn states(software: &SoftwareHandle) -> Vec<(ReleaseState, String)> {
        let software = software.borrow();
        software.releases().into_iter().map(|(state, release)| (state, release.version.clone())).collect()
    }

    #[test]
    fn a_release_is_added_activated_and_committed_or_rolled_back() {
        use ReleaseState::{Committed, Deactivated, Inactive, Uncommitted};
        let [old, new] = ["17.09.04a.0.6", "17.12.01.0.5"];
        let software = SoftwareHandle::new(release(old));
        let is = |expected: &[(ReleaseState, &str)]| {
            let expected: Vec<_> =
                expected.iter().map(|(state, version)| (*state, (*version).to_owned())).collect();
            assert_eq!(states(&software), expected);
        };
        let later = Duration::from_secs(7200);
        assert!(!software.change(|it| it.activate(later)) && !software.change(Software::commit));
        software.change(|it| it.add(release(new)));
        is(&[(Committed, old), (Inactive, new)]);
        assert!(software.change(|it| it.activate(later)));
        is(&[(Uncommitted, new), (Deactivated, old)]);
        assert!(software.change(Software::roll_back));
        is(&[(Committed, old), (Inactive, new)]);
        assert!(!software.change(Software::roll_back));
        assert!(software.change(|it| it.activate(later)) && software.change(Software::commit));
        is(&[(Committed, new), (Inactive, old)]);
        assert_eq!(software.borrow().aborts_at(), None);
        assert!(software.change(Software::remove_inactive) && !software.change(Software::remove_inactive));
        is(&[(Committed, new)]);
    }
}
