//! The times of keep-alives, session by session (RFC 5415, 2.3.1, 4.4.1 and 4.7).

use std::collections::BTreeMap;

use super::direction::interval;
use super::rules::Rule;
use super::tables::{MAX_RETRANSMIT, Sender};

const SECOND: u64 = 1_000_000_000;
/// The tolerance for the resolution of the devices' clocks.
const SLACK: u64 = SECOND / 10;
/// The longest that an answer is under way.
const FLIGHT: u64 = 5 * SECOND;
/// DataChannelKeepAlive and DataChannelDeadInterval.
const KEEP_ALIVE: u64 = 30 * SECOND;
const DEAD_INTERVAL: u64 = 60 * SECOND;

const CHANGE_STATE_EVENT_RESPONSE: u32 = 12;
/// Requests that an access point sends in Run alone, or as long as its session lives: Echo and WTP Event.
const OF_RUN: [u32; 2] = [13, 9];

/// The data channels of all sessions of a capture.
#[derive(Default)]
pub(super) struct DataChannels(BTreeMap<Vec<u8>, DataChannel>);

#[derive(Default)]
struct DataChannel {
    /// True from the Change State Event Response on.
    confirmed: bool,
    /// The first transmission of the last keep-alive, the last one, and their number.
    first_ns: u64,
    last_ns: u64,
    sent: u32,
    /// The first answer to it.
    answered_ns: Option<u64>,
}

impl DataChannels {
    /// Takes a control message of the session that arrives.
    pub(super) fn control(
        &mut self,
        at_ns: u64,
        id: &[u8],
        kind: u32,
        sender: Sender,
        broken: &mut dyn FnMut(Rule, String),
    ) {
        let channel = self.0.entry(id.to_vec()).or_default();
        match sender {
            Sender::Ac => channel.confirmed |= kind == CHANGE_STATE_EVENT_RESPONSE,
            Sender::Wtp if OF_RUN.contains(&kind) => {
                let due = channel.answered_ns.map(|answered| answered + KEEP_ALIVE + SLACK + FLIGHT);
                if due.is_some_and(|due| at_ns > due) {
                    broken(Rule::KeepAlive, "none after DataChannelKeepAlive".into());
                }
            }
            Sender::Wtp => (),
        }
    }

    /// Takes a keep-alive of the access point.
    pub(super) fn sent(&mut self, at_ns: u64, id: &[u8], broken: &mut dyn FnMut(Rule, String)) {
        let mut broken = |what: &str| broken(Rule::KeepAlive, what.to_owned());
        let Some(channel) = self.0.get_mut(id) else { return broken("of a session that was not joined") };
        if !channel.confirmed {
            broken("before the Change State Event Response");
        }
        let since_last = at_ns.saturating_sub(channel.last_ns);
        let repeats = channel.sent > 0
            && since_last.abs_diff(interval(channel.sent)) <= SLACK
            && channel.answered_ns.is_none_or(|answered| at_ns < answered + FLIGHT);
        if repeats {
            channel.sent += 1;
            channel.last_ns = at_ns;
            if channel.sent > MAX_RETRANSMIT + 1 {
                broken("is repeated more than MaxRetransmit times");
            }
            if at_ns - channel.first_ns > DEAD_INTERVAL + SLACK {
                broken("is repeated after DataChannelDeadInterval");
            }
            return;
        }
        match channel.answered_ns {
            None if channel.sent > 0 => broken("is not repeated in time"),
            Some(answered) if at_ns + SLACK < answered + KEEP_ALIVE => broken("before DataChannelKeepAlive"),
            Some(answered) if at_ns > answered + KEEP_ALIVE + SLACK + FLIGHT => {
                broken("long after DataChannelKeepAlive");
            }
            _ => (),
        }
        (channel.first_ns, channel.last_ns, channel.sent, channel.answered_ns) = (at_ns, at_ns, 1, None);
    }

    /// Takes an answer that arrives.
    pub(super) fn answered(&mut self, at_ns: u64, id: &[u8]) {
        if let Some(channel) = self.0.get_mut(id) {
            channel.answered_ns.get_or_insert(at_ns);
        }
    }
}
