//! The data channel: keep-alives to the controller's UDP port 5247 (RFC 5415, 4.4.1).
//!
//! ```text
//!   Change State Event Response ─▶ keep-alive ──▶ comes back: Run ──30 s──▶ keep-alive ──▶ comes back ──30 s──▶ …
//!                                      └─ 3 s, 6 s, 12 s, 15 s … again ── 60 s after the first: DTLS Teardown
//! ```
//!
//! A keep-alive is repeated as a control message is. DataChannelDeadInterval counts from the first of those that nothing answered. It
//! is a minimum: in Run, while the control channel repeats a request too, the access point waits for its verdict. A controller that is
//! gone is lost by the control channel, whose retransmissions take 66 s.

use std::time::Duration;

use bytes::Bytes;
use capwap::{Channel, KeepAlive};

use super::Machine;
use crate::ApEvent;

/// The data channel of a session.
#[derive(Debug, Default)]
pub(super) struct DataChannel {
    /// True once a keep-alive has come back.
    up: bool,
    /// The keep-alive that nothing has answered yet.
    outstanding: Option<Outstanding>,
}

#[derive(Debug)]
struct Outstanding {
    first_sent: Duration,
    /// The number of times that it was sent.
    sent: u32,
    /// The wait before the next repetition.
    interval: Duration,
}

impl Machine {
    /// Handles a datagram from the controller's data port. Only the answer to an outstanding keep-alive of this session counts:
    /// its copies, and answers to earlier sessions, change nothing.
    pub fn handle_data(&mut self, now: Duration, datagram: Bytes) {
        let Some(channel) = &mut self.data_channel else { return };
        let Ok(keep_alive) = KeepAlive::parse(datagram) else { return };
        if keep_alive.session != self.session || channel.outstanding.take().is_none() {
            return;
        }
        let opened = !std::mem::replace(&mut channel.up, true);
        self.timers.data_channel = Some(now + self.access_point.settings.data_channel_keep_alive);
        if opened {
            self.sink.emit(ApEvent::DataChannelOpened { to: self.peer });
            self.start_run();
        }
    }

    /// Sends the first keep-alive of a session.
    pub(super) fn open_data_channel(&mut self, now: Duration) {
        self.data_channel = Some(DataChannel::default());
        self.handle_data_channel_timeout(now);
    }

    /// Sends a keep-alive, repeats one, or gives up the data channel.
    pub(super) fn handle_data_channel_timeout(&mut self, now: Duration) {
        let settings = &self.access_point.settings;
        let Some(channel) = &mut self.data_channel else { return };
        let outstanding = channel.outstanding.get_or_insert(Outstanding {
            first_sent: now,
            sent: 0,
            interval: settings.channel.retransmit_interval,
        });
        let dead_at = outstanding.first_sent + settings.data_channel_dead_interval;
        if now >= dead_at {
            let control = self.channel.as_ref().filter(|control| channel.up && control.is_repeating());
            if let Some(next) = control.and_then(Channel::poll_timeout).filter(|next| *next > now) {
                self.timers.data_channel = Some(next);
                return;
            }
            let (up, keep_alives) = (channel.up, outstanding.sent);
            let unanswered_s = (now - outstanding.first_sent).as_secs();
            let to = self.peer;
            self.sink.emit(ApEvent::DataChannelLost { to, up, keep_alives, unanswered_s });
            return self.end_session(now);
        }
        // RFC 5415, 4.5.3: no message is repeated more than MaxRetransmit times.
        let next = if outstanding.sent <= settings.channel.max_retransmit {
            outstanding.sent += 1;
            self.data_transmits.push_back(KeepAlive { session: self.session }.write());
            let next = now + outstanding.interval;
            outstanding.interval = (2 * outstanding.interval).min(settings.channel.retransmit_interval_max);
            next.min(dead_at)
        } else {
            dead_at
        };
        self.timers.data_channel = Some(next);
    }
}
