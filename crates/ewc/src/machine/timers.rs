//! Deadlines of sessions, of the install engine and of predownloads.

use std::time::Duration;

use super::Machine;
use super::timer_queue::Deadline;
use crate::SessionEnd;

impl Machine {
    /// Does the work that is due.
    pub(crate) fn handle_timeout(&mut self, now: Duration) {
        self.continue_ended();
        while let Some((at, deadline)) = self.timers.pop(now) {
            match deadline {
                Deadline::Pace(index, generation) => {
                    if self.sessions.is_current(index, generation) && self.sessions[index].paced == Some(at) {
                        self.sessions[index].paced = None;
                        self.send_due(now, index);
                        self.settle(index);
                    }
                }
                Deadline::Watch(index, generation) => {
                    if self.sessions.is_current(index, generation) && self.sessions[index].watched == Some(at)
                    {
                        self.sessions[index].watched = None;
                        self.watch(now, index);
                    }
                }
                Deadline::Install => self.start_due_installs(now),
                Deadline::Predownload => self.retry_predownloads(now),
                Deadline::Activation => self.reload_all(now),
                Deadline::AutoAbort => self.look_at_abort_timer(now),
                Deadline::Redundancy => self.look_at_redundancy(now),
            }
        }
    }

    fn watch(&mut self, now: Duration, index: usize) {
        let dead_interval = self.controller.settings.session_dead_interval;
        let session = &mut self.sessions[index];
        if session.channel.handle_timeout(now).is_err() {
            return self.end_session(now, index, SessionEnd::MaxRetransmissions);
        }
        if session.data_check.is_some_and(|deadline| now >= deadline) {
            return self.end_session(now, index, SessionEnd::DataCheckTimeout);
        }
        if now >= session.last_sign_of_life + dead_interval {
            let reason =
                if session.delivered { SessionEnd::ImageUpgrade } else { SessionEnd::HeartbeatTimeout };
            self.tell_missed_heartbeat(now, index);
            return self.end_session(now, index, reason);
        }
        self.settle(index);
    }
}
