//! The standby: an access point of type EWC on which a second controller waits.
//!
//! ```text
//!   Configuration Update Request (role) ─▶ its controller boots ─▶ WTP Event Request (ready) ─▶ hears the active one's advertisements
//!      ─▶ none for Master_Down_Interval ─▶ its controller is the active one, and it has no role any more
//! ```
//!
//! (RFC 5798, 6.4.2, state Backup; [`capwap::vrrp`]. Cisco, EWC configuration guide 17.9, High Availability.)

use std::time::Duration;

use capwap::cisco::StandbyRole;
use capwap::{ResultCode, vrrp};

use super::Machine;
use crate::ApEvent;

/// The role of an access point beside its own.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standby {
    #[default]
    No,
    /// Its controller boots.
    Starting(StandbyRole),
    /// Its controller can take over.
    Ready {
        role: StandbyRole,
        /// True until the active controller has been told.
        unreported: bool,
    },
}

impl Machine {
    /// Takes the role of the standby, if its type and its images permit.
    pub(super) fn take_role(&mut self, now: Duration, role: StandbyRole) -> ResultCode {
        let images = self.access_point.controller_images.as_ref();
        if images.and_then(|images| images.of(self.running)).is_none() {
            return ResultCode::ImageDataOtherError;
        }
        self.standby = Standby::Starting(role);
        self.timers.standby = Some(now + self.access_point.settings.standby_boot);
        self.sink.emit(ApEvent::StandbyChosen { controller: self.controller.name.clone() });
        ResultCode::Success
    }

    pub(super) fn handle_standby_timeout(&mut self, now: Duration) {
        match self.standby {
            Standby::No => (),
            Standby::Starting(role) => {
                self.standby = Standby::Ready { role, unreported: true };
                self.timers.standby = Some(now + down_interval(role));
                self.sink.emit(ApEvent::StandbyReady);
                self.handle_wtp_event(now);
            }
            Standby::Ready { role, .. } => {
                self.standby = Standby::No;
                let silent_ms = down_interval(role).as_millis() as u64;
                self.sink.emit(ApEvent::ActiveControllerLost { silent_ms });
            }
        }
    }

    /// Handles a datagram from the port that advertisements come from.
    pub fn handle_advertisement(&mut self, now: Duration, datagram: &[u8]) {
        let Some(advertisement) = vrrp::Advertisement::parse(datagram) else { return };
        if let Standby::Ready { role, .. } = self.standby
            && advertisement.group == role.group
        {
            self.timers.standby = Some(now + down_interval(role));
        }
    }

    /// Forgets the role: the controller on it goes down as well.
    pub(super) fn end_role(&mut self) {
        self.standby = Standby::No;
        self.timers.standby = None;
    }

    /// Returns true if it has to be reported that the standby is ready; it then counts as reported.
    pub(super) fn report_standby(&mut self) -> bool {
        match &mut self.standby {
            Standby::Ready { unreported, .. } => std::mem::take(unreported),
            Standby::No | Standby::Starting(_) => false,
        }
    }
}

fn down_interval(role: StandbyRole) -> Duration {
    vrrp::down_interval(vrrp::interval(role.interval_cs), role.priority)
}
