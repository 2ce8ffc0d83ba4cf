//! The upgrade of the network from its profile: the controller's own image, then those of the access points; then the activation of
//! all, and the commit or the way back.
//!
//! ```text
//!   install add profile default ─▶ fetch C9800-AP-iosxe-wlc.bin to backup_image:, verify it
//!      ─▶ predownload of all access points in service ─▶ those that can be controllers
//!   install activate ─▶ the access points that have the image swap ─▶ they are reset, the controller's own last: the box reloads
//!   up again: uncommitted ─▶ install commit, or the timer ends: the controller goes back, and the access points follow it
//! ```
//!
//! (The states are those of YANG `enm-predwnld-status-ewc`; what brings one to the next is inferred from their names and from the steps that
//! the guides name. No transcript of an EWC is known.)

use std::collections::BTreeSet;
use std::time::Duration;

use image::{CONTROLLER_FILE, Content, ControllerImage, Version, verify_controller};
use text::MacAddress;

use super::Machine;
use super::timer_queue::Deadline;
use crate::software::Software;
use crate::words::{InstallFailure, Location, SkipReason};
use crate::{ControllerEvent, OwnImage, PredownloadStatus, Release, RollbackReason, UpgradeState};

/// The upgrade under way, or the last one.
#[derive(Debug, Default)]
pub(super) struct Upgrade {
    state: UpgradeState,
    activation: Option<Activation>,
    /// The access points whose sessions ended while a controller image was on its way to them.
    pub(super) lost_controller_images: usize,
    /// The reason to go back that waits until the access point on which the controller runs is in service.
    going_back: Option<RollbackReason>,
}

/// The way from one release to the other, which waits for access points to swap their images.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// All that hold the new release swap. Without the controller's own access point nothing is activated.
    Forward,
    /// The controller's own access point swaps back, or boots what it finds.
    Back,
}

/// An activation, or the way back, that waits for access points to swap their images.
#[derive(Debug)]
struct Activation {
    way: Way,
    /// The addresses of those that have been asked.
    asked: Vec<MacAddress>,
    /// Those of them that have not answered.
    open: BTreeSet<MacAddress>,
    /// The time after which it goes on: without them, or once the last of them has had the time to carry it out.
    ends: Duration,
    /// True if all have answered.
    answered: bool,
    /// True if the controller's own access point has swapped.
    own_swapped: bool,
}

/// The reason that a command about the software is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// The controller has no release beside the one that it runs.
    NothingAdded,
    /// The access point on which it runs does not hold the new release.
    OwnAccessPoint,
    /// The running configuration is not saved.
    NotSaved,
    /// Another operation is under way.
    UnderWay,
    /// There is nothing to commit, or to abort.
    NothingActivated,
    /// There is nothing to remove.
    NothingInactive,
    /// The profile names no server.
    NoProfile(SkipReason),
}

/// The time after which a way back looks again whether the controller's own access point is in service.
const OWN_ACCESS_POINT_EACH: Duration = Duration::from_secs(1);

impl Upgrade {
    pub(super) fn state(&self) -> UpgradeState {
        self.state
    }
}

impl Machine {
    /// Starts `install add profile default`.
    pub(crate) fn start_upgrade(&mut self, now: Duration) -> Result<(), Refusal> {
        if self.is_upgrading() || !self.controller.software.borrow().is_committed() {
            return Err(Refusal::UnderWay);
        }
        self.job(CONTROLLER_FILE, Location::Backup).map_err(Refusal::NoProfile)?;
        self.note_operation(now, "install_add: START");
        self.enter_upgrade(UpgradeState::ControllerDownloadInitiated);
        if !self.installs.enqueue(CONTROLLER_FILE.to_owned(), Location::Backup) {
            self.enter_upgrade(UpgradeState::ControllerDownloadFailed);
            return Err(Refusal::UnderWay);
        }
        self.begin_next_install(now);
        Ok(())
    }

    /// Stops handing out images. What access points have stored stays there.
    pub(crate) fn cancel_upgrade(&mut self, now: Duration) -> bool {
        let was_under_way = self.upgrade.state.is_under_way();
        if was_under_way {
            self.note_operation(now, "install_add: ABORTED");
            self.installs.forget(Location::Backup);
            self.abort_predownloads();
            self.abort_controller_images();
            self.enter_upgrade(UpgradeState::None);
        }
        was_under_way
    }

    /// Notes that the controller's image is being fetched.
    pub(super) fn note_controller_download(&mut self) {
        self.enter_upgrade(UpgradeState::ControllerDownloadInProgress);
    }

    /// Stores the controller's image if it verifies.
    pub(super) fn store_controller(&mut self, content: &Content) -> Result<(), InstallFailure> {
        let image = verify_controller(content).map_err(|_| InstallFailure::NotVerified)?;
        let ControllerImage { version, ap } = image;
        let own_images = self.prepared_own_images(ap);
        let kept = content.clone();
        let file = Some(OwnImage::new(CONTROLLER_FILE, move || kept.clone()));
        let release = Release { version: version.clone(), ap, own_images, file };
        self.controller.software.change(|software| software.add(release));
        self.sink.emit(ControllerEvent::ReleaseAdded { version, ap });
        Ok(())
    }

    /// Goes on once the controller's image is stored, or ends.
    pub(super) fn finish_controller_download(&mut self, now: Duration, failed: bool) {
        if self.upgrade.state != UpgradeState::ControllerDownloadInProgress {
            // It was cancelled.
            return;
        }
        if failed {
            self.note_operation(now, "install_add: FAILED");
            return self.enter_upgrade(UpgradeState::ControllerDownloadFailed);
        }
        self.enter_upgrade(UpgradeState::ControllerDownloadComplete);
        self.enter_upgrade(UpgradeState::ApPredownloadInitiated);
        let all = self.registered();
        self.predownload(now, &all);
        self.look_at_upgrade(now);
    }

    /// Follows the predownloads of the access points.
    pub(super) fn look_at_upgrade(&mut self, now: Duration) {
        use UpgradeState as State;
        if !matches!(self.upgrade.state, State::ApPredownloadInitiated | State::ApPredownloadInProgress) {
            return;
        }
        let statuses: Vec<PredownloadStatus> =
            self.sessions.iter().map(|(_, session)| session.predownload.status()).collect();
        let any = |status| statuses.contains(&status);
        let is_open = self.sessions.iter().any(|(_, session)| session.predownload.is_open());
        if is_open {
            if any(PredownloadStatus::Predownloading) {
                self.enter_upgrade(State::ApPredownloadInProgress);
            }
            return;
        }
        if any(PredownloadStatus::Failed) {
            self.note_operation(now, "install_add: FAILED");
            return self.enter_upgrade(State::ApPredownloadFailed);
        }
        if any(PredownloadStatus::NotSupported) && !any(PredownloadStatus::Complete) {
            self.note_operation(now, "install_add: FAILED");
            return self.enter_upgrade(State::ApPredownloadUnsupported);
        }
        self.enter_upgrade(State::ApPredownloadComplete);
        self.enter_upgrade(State::ControllerPredownloadInProgress);
        self.hand_out_release(now);
        self.look_at_controller_images(now);
    }

    /// Ends the upgrade's last step once no controller image is under way.
    pub(super) fn look_at_controller_images(&mut self, now: Duration) {
        if self.upgrade.state != UpgradeState::ControllerPredownloadInProgress {
            return;
        }
        let (state, operation) = match self.controller_images_failed() {
            None => return,
            Some(true) => (UpgradeState::ControllerPredownloadFailed, "install_add: FAILED"),
            Some(false) => (UpgradeState::ControllerPredownloadComplete, "install_add: SUCCESS"),
        };
        self.enter_upgrade(state);
        self.note_operation(now, operation);
    }

    /// Keeps the image of the access point on which the controller runs, if it is of the release that is held: it comes with it.
    pub(super) fn keep_own_image(&mut self, image: &str) {
        let added = self.controller.software.borrow().inactive().map(|release| release.ap);
        if let Some(added) = added.filter(|_| self.own_type() == Some(image)) {
            let own = self.prepared_own_images(added);
            if !own.is_empty() {
                self.controller.software.change(|software| software.set_own_images(own));
            }
        }
    }

    /// Returns the images for the access point on which the controller runs that are held for predownloads, are of this version, and verify.
    fn prepared_own_images(&self, version: Version) -> Vec<OwnImage> {
        let own_type = self.own_type();
        let own = self.library.images().filter(|staged| {
            staged.location == Location::Prepare
                && own_type == Some(&*staged.image)
                && image::verify(&staged.content).is_ok_and(|info| info.version == version)
        });
        own.map(|staged| {
            let kept = staged.content.clone();
            OwnImage::new(&staged.image, move || kept.clone())
        })
        .collect()
    }

    /// Returns the image type of the access point on which the controller runs.
    fn own_type(&self) -> Option<&str> {
        let model = self.controller.catalogue.model(&self.controller.model);
        model.map(|model| model.image_type.as_str())
    }

    /// Returns true while another operation would be in the way.
    fn is_upgrading(&self) -> bool {
        let Upgrade { state, activation, going_back, .. } = &self.upgrade;
        state.is_under_way() || activation.is_some() || going_back.is_some()
    }

    /// Starts `install activate`. The network reloads, and has to be committed within `auto_abort`.
    pub(crate) fn activate(&mut self, now: Duration, auto_abort: Duration) -> Result<(), Refusal> {
        if self.is_upgrading() {
            return Err(Refusal::UnderWay);
        }
        if self.has_unsaved_changes {
            return Err(Refusal::NotSaved);
        }
        let (target, has_own_image) = match self.controller.software.borrow().inactive() {
            Some(release) => (release.ap, !release.own_images.is_empty()),
            None => return Err(Refusal::NothingAdded),
        };
        // One that was told to swap before boots the new release as it is.
        let holds = |index: &usize| self.sessions[*index].backup == Some(target);
        let ready: Vec<usize> = self.registered().into_iter().filter(holds).collect();
        let is_own = |index: &usize| self.is_own(self.sessions[*index].ap.mac);
        if !has_own_image || !ready.iter().any(is_own) {
            self.enter_upgrade(UpgradeState::ActivationFailed);
            return Err(Refusal::OwnAccessPoint);
        }
        self.controller.software.change(|software| software.activate(now + auto_abort));
        let version = self.controller.software.borrow().active().version.clone();
        let auto_abort_s = auto_abort.as_secs();
        self.note_operation(now, "install_activate: START");
        self.sink.emit(ControllerEvent::ActivationStarted { version, auto_abort_s });
        self.ask_to_swap(now, Way::Forward, &ready);
        Ok(())
    }

    /// Asks these sessions to swap their images, if they have not, and waits for their answers.
    fn ask_to_swap(&mut self, now: Duration, way: Way, sessions: &[usize]) {
        let (swapped, open): (Vec<usize>, Vec<usize>) =
            sessions.iter().partition(|index| way == Way::Forward && self.sessions[**index].swapped);
        let mac = |index: &usize| self.sessions[*index].ap.mac;
        self.upgrade.activation = Some(Activation {
            way,
            asked: sessions.iter().map(mac).collect(),
            open: open.iter().map(mac).collect(),
            ends: now + self.controller.settings.activation_patience,
            answered: false,
            own_swapped: swapped.iter().map(mac).any(|mac| self.is_own(mac)),
        });
        self.timers.push(now + self.controller.settings.activation_patience, Deadline::Activation);
        open.into_iter().for_each(|index| self.swap(now, index));
        self.reload_all(now);
    }

    fn is_own(&self, access_point: MacAddress) -> bool {
        self.controller.mac == access_point
    }

    /// Notes the answer of an access point that was to swap its images.
    pub(super) fn note_swap(&mut self, now: Duration, access_point: MacAddress, swapped: bool) {
        let own = self.is_own(access_point);
        let Some(activation) = &mut self.upgrade.activation else { return };
        if !activation.open.remove(&access_point) {
            return;
        }
        activation.own_swapped |= own && swapped;
        self.reload_all(now);
    }

    /// Notes that a session has ended, and so answers nothing.
    pub(super) fn note_silence(&mut self, now: Duration, access_point: MacAddress) {
        if let Some(activation) = &mut self.upgrade.activation {
            activation.open.remove(&access_point);
            self.reload_all(now);
        }
    }

    /// Reloads the network once all have answered and swapped, or the time is over: the access points first, the controller's own last.
    pub(super) fn reload_all(&mut self, now: Duration) {
        let own = self.controller.mac;
        let Some(activation) = &mut self.upgrade.activation else { return };
        if activation.open.is_empty() && !activation.answered {
            activation.answered = true;
            activation.ends = now + self.controller.settings.activation_settle;
            self.timers.push(activation.ends, Deadline::Activation);
        }
        let own_answered = !activation.open.contains(&own);
        let in_vain = activation.way == Way::Forward && !activation.own_swapped;
        if in_vain && (own_answered || now >= activation.ends) {
            return self.fail_activation(now);
        }
        if now < activation.ends {
            return;
        }
        let (way, asked) = (activation.way, std::mem::take(&mut activation.asked));
        self.upgrade.activation = None;
        if way == Way::Forward {
            self.enter_upgrade(UpgradeState::Activated);
            self.note_operation(now, "install_activate: SUCCESS");
        }
        let (own, others): (Vec<MacAddress>, Vec<MacAddress>) =
            asked.into_iter().partition(|mac| *mac == own);
        for mac in others.into_iter().chain(own) {
            if let Some(index) = self.sessions.find_mac(mac) {
                self.reset(now, index);
            }
        }
    }

    /// Ends an activation for which the controller's own access point has not swapped. The others swap back: those that have swapped, and
    /// those that may still do so.
    fn fail_activation(&mut self, now: Duration) {
        let Some(activation) = self.upgrade.activation.take() else { return };
        self.controller.software.change(Software::roll_back);
        self.note_operation(now, "install_activate: FAILED");
        self.enter_upgrade(UpgradeState::ActivationFailed);
        for mac in activation.asked {
            if let Some(index) = self.sessions.find_mac(mac).filter(|_| !self.is_own(mac)) {
                let session = &self.sessions[index];
                if session.swapped || activation.open.contains(&mac) {
                    self.swap(now, index);
                }
            }
        }
    }

    /// Keeps the active release.
    pub(crate) fn commit(&mut self, now: Duration) -> Result<(), Refusal> {
        if self.is_upgrading() {
            return Err(Refusal::UnderWay);
        }
        if !self.controller.software.change(Software::commit) {
            return Err(Refusal::NothingActivated);
        }
        let version = self.controller.software.borrow().active().version.clone();
        self.note_operation(now, "install_commit: SUCCESS");
        self.sink.emit(ControllerEvent::ReleaseCommitted { version });
        Ok(())
    }

    /// Goes back to the release before, as the timer has ended or someone has typed `install abort`. The box reloads; the other access
    /// points follow their controller.
    pub(crate) fn roll_back(&mut self, now: Duration, reason: RollbackReason) -> Result<(), Refusal> {
        if self.is_upgrading() {
            return Err(Refusal::UnderWay);
        }
        if self.controller.software.borrow().is_committed() {
            return Err(Refusal::NothingActivated);
        }
        self.upgrade.going_back = Some(reason);
        self.go_back(now);
        Ok(())
    }

    /// Goes back once the controller's own access point is in service: the box reloads with it.
    fn go_back(&mut self, now: Duration) {
        let own = self.sessions.find_mac(self.controller.mac);
        let Some(own) = own.filter(|own| self.is_registered(*own)) else {
            return self.timers.push(now + OWN_ACCESS_POINT_EACH, Deadline::AutoAbort);
        };
        let Some(reason) = self.upgrade.going_back.take() else { return };
        self.controller.software.change(Software::roll_back);
        let version = self.controller.software.borrow().active().version.clone();
        self.note_operation(now, "install_rollback: SUCCESS");
        self.sink.emit(ControllerEvent::ReleaseRolledBack { version, reason });
        self.ask_to_swap(now, Way::Back, &[own]);
    }

    /// Removes the inactive release.
    pub(crate) fn remove_inactive(&mut self, now: Duration) -> Result<(), Refusal> {
        if self.is_upgrading() {
            return Err(Refusal::UnderWay);
        }
        if !self.controller.software.change(Software::remove_inactive) {
            return Err(Refusal::NothingInactive);
        }
        self.note_operation(now, "install_remove: SUCCESS");
        Ok(())
    }

    /// Looks whether the auto-abort timer has ended, or a way back waits.
    pub(super) fn look_at_abort_timer(&mut self, now: Duration) {
        if self.upgrade.going_back.is_some() {
            return self.go_back(now);
        }
        let Some(at) = self.controller.software.borrow().aborts_at() else { return };
        if at > now {
            self.timers.push(at, Deadline::AutoAbort);
        } else if self.roll_back(now, RollbackReason::TimerEnded).is_err() {
            // The activation itself is not over.
            self.timers.push(now + OWN_ACCESS_POINT_EACH, Deadline::AutoAbort);
        }
    }

    pub(crate) fn note_operation(&self, now: Duration, what: &str) {
        self.controller.software.change(|software| software.note(now, what.to_owned()));
    }

    fn enter_upgrade(&mut self, state: UpgradeState) {
        if self.upgrade.state != state {
            self.upgrade.state = state;
            self.sink.emit(ControllerEvent::UpgradeStateChanged { state });
        }
    }
}
