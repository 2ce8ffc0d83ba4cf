//! The limit of the relay: the messages with image data that the controller sends per second, to all access points together.
//!
//! Each message takes the controller a time of its own, and messages are sent one at a time, in the order in which their window slots
//! become free. An access point alone never waits while a message and its answer take longer than that.

use std::time::Duration;

use super::Machine;
use crate::ControllerEvent;

/// The time that all messages together wait until the limit is reported: less than this changes no duration that anyone notices.
const NOTICED: Duration = Duration::from_millis(100);

/// The limit, and the time at which the next message may be sent.
#[derive(Debug)]
pub(super) struct Rate {
    /// The time that a message takes the controller.
    each: Duration,
    free_at: Duration,
    /// The time that messages have waited for others, altogether, until it was reported.
    waited: Duration,
    reported: bool,
}

impl Rate {
    /// Makes the limit of `per_second` messages.
    pub(super) fn new(per_second: u64) -> Self {
        let each = Duration::from_nanos(1_000_000_000 / per_second.max(1));
        Self { each, free_at: Duration::ZERO, waited: Duration::ZERO, reported: false }
    }

    /// Returns true if a message that is due at this time has to wait for earlier ones.
    pub(super) fn is_busy(&self, due: Duration) -> bool {
        self.free_at > due
    }

    /// Takes the next turn for a message that is due at this time, and returns the time of the turn.
    pub(super) fn take_turn(&mut self, due: Duration) -> Duration {
        let turn = self.free_at.max(due);
        self.free_at = turn + self.each;
        if !self.reported {
            self.waited += turn - due;
        }
        turn
    }

    /// Returns true once, when messages have waited for a time that matters.
    fn is_to_report(&mut self) -> bool {
        let now = !self.reported && self.waited >= NOTICED;
        self.reported |= now;
        now
    }
}

impl Machine {
    /// Reports that the limit slows downloads down, once.
    pub(super) fn report_rate(&mut self) {
        if self.rate.is_to_report() {
            let is_sent = |session: &&super::session::Session| {
                session.download.as_ref().is_some_and(|download| !download.is_pending())
            };
            let access_points = self.sessions.iter().filter(|(_, session)| is_sent(session)).count() as u64;
            let per_second = self.controller.settings.relay_rate;
            self.sink.emit(ControllerEvent::RelayLimited { access_points, per_second });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    #[test]
    fn turns_come_one_after_another() {
        let mut rate = Rate::new(1_000);
        assert_eq!([5, 5, 5].map(|due| rate.take_turn(due * MS)), [5 * MS, 6 * MS, 7 * MS]);
        assert!(rate.is_busy(7 * MS) && !rate.is_busy(8 * MS));
        assert_eq!(rate.take_turn(20 * MS), 20 * MS);
    }

    #[test]
    fn waits_are_reported_once_and_only_if_they_matter() {
        let mut rate = Rate::new(1_000);
        let mut reports = 0;
        for turn in 0..1_000 {
            rate.take_turn(turn * MS);
            reports += u32::from(rate.is_to_report());
        }
        assert_eq!(reports, 0);
        for _ in 0..1_000 {
            rate.take_turn(1_000 * MS);
            reports += u32::from(rate.is_to_report());
        }
        assert_eq!(reports, 1);
    }
}
