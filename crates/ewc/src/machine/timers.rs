//! Deadlines, and the end of sessions.

use std::time::Duration;

use super::Machine;
use super::agenda::Deadline;
use crate::{DownloadFailure, Event, SessionEnd};

impl Machine {
    /// Does what is due.
    pub(crate) fn handle_timeout(&mut self, now: Duration) {
        while let Some((at, deadline)) = self.agenda.pop(now) {
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
            }
        }
    }

    /// After anything that changed a session: passes its datagrams on and sees to its deadlines.
    pub(super) fn settle(&mut self, index: usize) {
        let session = &mut self.sessions[index];
        while let Some(datagram) = session.channel.poll_transmit() {
            self.control.push_back((datagram, session.peer));
        }
        let pace = session.next_pace();
        let watch = session.next_watch(self.controller.settings.session_dead_interval);
        // A deadline that moves later keeps its earlier entry, which looks again when it comes: so the heap holds about
        // two entries per session, however many messages go by.
        let new_pace = pace.filter(|&at| session.paced.is_none_or(|known| at < known));
        let new_watch = Some(watch).filter(|&at| session.watched.is_none_or(|known| at < known));
        session.paced = new_pace.or(session.paced);
        session.watched = new_watch.or(session.watched);
        let generation = self.sessions.generation(index);
        if let Some(at) = new_pace {
            self.agenda.push(at, Deadline::Pace(index, generation));
        }
        if let Some(at) = new_watch {
            self.agenda.push(at, Deadline::Watch(index, generation));
        }
    }

    /// Ends a session. An image that was promised to it will not come.
    pub(super) fn end_session(&mut self, now: Duration, index: usize, reason: SessionEnd) {
        // Read now: what follows ends the predownload as well.
        let had_predownload = self.sessions[index].predownload.is_wanted();
        self.fail_download(now, index, DownloadFailure::SessionLost);
        self.forget_predownload(now, index);
        if let Some(session) = self.sessions.remove(index) {
            self.sink.emit(Event::SessionLost { ap: session.ap, reason });
            if had_predownload {
                self.advance_predownloads(now);
            }
        }
    }

    fn watch(&mut self, now: Duration, index: usize) {
        let dead_interval = self.controller.settings.session_dead_interval;
        let session = &mut self.sessions[index];
        if session.channel.handle_timeout(now).is_err() {
            return self.end_session(now, index, SessionEnd::MaxRetransmissions);
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
