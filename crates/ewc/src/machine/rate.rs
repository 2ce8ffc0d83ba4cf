//! The limit of the relay: the messages with image data that the controller sends per second, to all access points together.
//!
//! Each message takes the controller a time of its own, and messages are sent one at a time, in the order in which their window slots
//! become free. An access point alone never waits while a message and its answer take longer than that.

use std::time::Duration;

use host::flow::RateLimit;

use super::Machine;
use crate::ControllerEvent;

/// The time that all messages together wait until the limit is reported: less than this changes no duration that anyone notices.
const NOTICED: Duration = Duration::from_millis(100);

/// Makes the limit of `per_second` messages.
pub(super) fn limit(per_second: u64) -> RateLimit {
    RateLimit::new(per_second, NOTICED)
}

impl Machine {
    /// Reports that the limit slows downloads down, once.
    pub(super) fn report_rate(&mut self) {
        if self.rate.take_notice() {
            let is_sent = |session: &&super::session::Session| {
                session.download.as_ref().is_some_and(|download| !download.is_pending())
            };
            let access_points = self.sessions.iter().filter(|(_, session)| is_sent(session)).count() as u64;
            let per_second = self.controller.settings.relay_rate;
            self.sink.emit(ControllerEvent::RelayLimited { access_points, per_second });
        }
    }
}
