//! The standby: a second controller that takes over when this one is silent.
//!
//! ```text
//!   every access point that has joined is in service, for a while ─▶ one of type EWC is chosen ─▶ Configuration Update Request (role)
//!      ─▶ its controller boots ─▶ WTP Event Request (ready): advertisements each second, until its session ends
//! ```
//!
//! (Cisco, EWC configuration guide 17.9, High Availability: the active controller waits until all access points have joined, then chooses,
//! and tells the chosen one its role in a CAPWAP control message. How long it waits and which of several it chooses is **unverified**.)

use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use capwap::cisco::StandbyRole;
use capwap::{AP_PORT, vrrp};
use text::MacAddress;

use super::Machine;
use super::session::Session;
use super::timer_queue::Deadline;
use super::updates::Update;
use crate::{ApState, ControllerEvent, StandbyState};

/// The state of the redundancy.
#[derive(Debug, Default)]
pub(super) struct Redundancy {
    standby: Option<Standby>,
    /// The time at which a standby is chosen, if nobody joins or goes until then.
    chooses_at: Option<Duration>,
    /// The time of the next advertisement.
    advertises_at: Option<Duration>,
    /// Advertisements to send.
    adverts: Vec<(Bytes, SocketAddr)>,
}

#[derive(Debug)]
struct Standby {
    mac: MacAddress,
    name: String,
    to: SocketAddr,
    is_ready: bool,
}

impl Machine {
    /// Notes that an access point has come into service, or is gone: the choice of a standby waits anew.
    pub(super) fn note_membership(&mut self, now: Duration) {
        let can_choose = self.sessions.iter().any(|(_, session)| self.can_stand_by(session));
        if self.redundancy.standby.is_none() && can_choose {
            let at = now + self.controller.settings.redundancy_settle;
            self.redundancy.chooses_at = Some(at);
            self.timers.push(at, Deadline::Redundancy);
        }
    }

    /// Chooses a standby, or advertises to it, if the time has come.
    pub(super) fn look_at_redundancy(&mut self, now: Duration) {
        if self.redundancy.chooses_at.take_if(|at| *at <= now).is_some() {
            self.choose_standby(now);
        }
        if self.redundancy.advertises_at.take_if(|at| *at <= now).is_some() {
            self.advertise(now);
        }
    }

    /// Returns the next advertisement to send.
    pub(crate) fn poll_advertisement(&mut self) -> Option<(Bytes, SocketAddr)> {
        self.redundancy.adverts.pop()
    }

    /// Notes the answer of the access point that was given the role.
    pub(super) fn note_role_answer(&mut self, index: usize, accepted: bool) {
        let session = &mut self.sessions[index];
        let ap = session.ap.clone();
        if accepted {
            let standby = Standby {
                mac: ap.mac,
                name: ap.name.clone(),
                to: SocketAddr::new(session.peer.ip(), AP_PORT),
                is_ready: false,
            };
            self.redundancy.standby = Some(standby);
            self.sink.emit(ControllerEvent::StandbyChosen { ap });
        } else {
            session.refuses_role = true;
        }
    }

    /// Notes that the standby can take over.
    pub(super) fn note_standby_ready(&mut self, now: Duration, index: usize) {
        let ap = self.sessions[index].ap.clone();
        let Some(standby) = &mut self.redundancy.standby else { return };
        if standby.mac == ap.mac && !std::mem::replace(&mut standby.is_ready, true) {
            self.sink.emit(ControllerEvent::StandbyReady { ap });
            self.advertise(now);
        }
    }

    /// Notes that a session has ended: the standby's, perhaps.
    pub(super) fn note_departure(&mut self, now: Duration, access_point: MacAddress) {
        if let Some(standby) = self.redundancy.standby.take_if(|standby| standby.mac == access_point) {
            self.sink.emit(ControllerEvent::StandbyLost { name: standby.name });
        }
        self.note_membership(now);
    }

    /// Returns the name of the standby, and its state.
    pub(super) fn standby(&self) -> Option<(String, StandbyState)> {
        let Standby { name, is_ready, .. } = self.redundancy.standby.as_ref()?;
        Some((name.clone(), if *is_ready { StandbyState::Ready } else { StandbyState::Starting }))
    }

    /// Chooses the access point of type EWC with the lowest Ethernet address, once all that have joined are in service.
    fn choose_standby(&mut self, now: Duration) {
        if self.sessions.iter().any(|(_, session)| session.state != ApState::Registered) {
            return self.note_membership(now);
        }
        let able = self.sessions.iter().filter(|(_, session)| self.can_stand_by(session));
        if let Some((index, _)) = able.min_by_key(|(_, session)| session.ap.mac) {
            self.update(now, index, Update::Standby(self.role()));
        }
    }

    /// Advertises to the standby, if it is ready, and again after the interval.
    fn advertise(&mut self, now: Duration) {
        let StandbyRole { group, priority, interval_cs } = self.role();
        let Some(standby) = self.redundancy.standby.as_ref().filter(|standby| standby.is_ready) else {
            return;
        };
        let address = self.controller.address;
        let advertisement = vrrp::Advertisement { group, priority, interval_cs, address };
        self.redundancy.adverts.push((advertisement.write(), standby.to));
        let next = now + vrrp::interval(interval_cs);
        self.redundancy.advertises_at = Some(next);
        self.timers.push(next, Deadline::Redundancy);
    }

    fn role(&self) -> StandbyRole {
        let interval_cs = hundredths(self.controller.settings.redundancy_interval);
        StandbyRole { group: vrrp::GROUP, priority: vrrp::PRIORITY, interval_cs }
    }

    /// Returns true for another access point of type EWC that has the controller image of the release that is active here.
    fn can_stand_by(&self, session: &Session) -> bool {
        let software = self.controller.software.borrow();
        session.controller_image.as_ref() == Some(&software.active().version)
            && session.ap.mac != self.controller.mac
            && !session.refuses_role
    }
}

/// Returns an interval in hundredths of a second, within what an advertisement can state.
fn hundredths(interval: Duration) -> u16 {
    u16::try_from(interval.as_millis() / 10).unwrap_or(u16::MAX).clamp(1, vrrp::INTERVAL_MAX_CS)
}
