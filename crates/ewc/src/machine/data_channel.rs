//! The data channel of sessions: DataCheckTimer, and the keep-alives that bind data to a session (RFC 5415, 2.3.1 and 4.4.1).
//!
//! Once it is up, the controller does not watch it: DataChannelDeadInterval is the access point's (RFC 5415, 4.7).

use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use capwap::KeepAlive;

use super::Machine;
use crate::{ApState, ControllerEvent};

impl Machine {
    /// Starts DataCheckTimer, as the access point has reported the state of its radios.
    pub(super) fn start_data_check(&mut self, now: Duration, index: usize) {
        let session = &mut self.sessions[index];
        if matches!(session.state, ApState::Joined | ApState::ImageData) {
            session.state = ApState::DataCheck;
            session.data_check = Some(now + self.controller.settings.data_check);
        }
    }

    /// Handles a datagram of the data port: the keep-alive of a session goes back unchanged, and the first one brings the access point
    /// into service.
    ///
    /// It goes back to where it came from: the session is found by its identifier alone, since a NAT may have given the data channel
    /// another port than the control channel, or a new one.
    pub(crate) fn handle_data(&mut self, now: Duration, datagram: Bytes, from: SocketAddr) {
        let Ok(keep_alive) = KeepAlive::parse(datagram.clone()) else { return };
        let Some(index) = self.sessions.find_id(keep_alive.session) else { return };
        let session = &mut self.sessions[index];
        match session.state {
            // Data before Data Check is of no state of the RFC's.
            ApState::Joined | ApState::ImageData => return,
            // Its timer may be due and not handled yet.
            ApState::DataCheck if session.data_check.is_some_and(|deadline| now >= deadline) => return,
            ApState::DataCheck => {
                session.state = ApState::Registered;
                session.data_check = None;
                self.sink.emit(ControllerEvent::ApRegistered { ap: session.ap.clone() });
                self.convert(now, index);
                self.note_membership(now);
            }
            ApState::Registered => (),
        }
        self.data.push_back((datagram, from));
    }
}
