//! The requests of one direction of one session, and the responses to them.

use std::collections::VecDeque;

use super::rules::{Context, Rule};
use super::tables::{MAX_RETRANSMIT, RETRANSMIT_INTERVAL, RETRANSMIT_INTERVAL_MAX};

const SECOND: u64 = 1_000_000_000;
/// The tolerance for the resolution of the devices' clocks.
const SLACK: u64 = SECOND / 10;
/// The number of requests remembered: more than any window.
const REMEMBERED: usize = 100;

/// One direction.
#[derive(Default)]
pub(super) struct Direction {
    last: Option<u8>,
    /// Datagrams that had been damaged when the last request was first seen.
    damaged: u64,
    requests: VecDeque<Request>,
}

struct Request {
    kind: u32,
    sequence: u8,
    bytes: Vec<u8>,
    sent_ns: u64,
    sent: u32,
    arrived: u32,
    /// True if a response that is not lost is on its way.
    answered: bool,
    response: Option<Vec<u8>>,
    responses: u32,
    /// Datagrams that had been damaged by then; `None` if it may have been sent before, in one of those.
    damaged: Option<u64>,
}

/// A message of a direction: its numbers, its bytes, its time, and whether it arrives.
pub(super) struct Sent<'a> {
    pub kind: u32,
    pub sequence: u8,
    pub bytes: &'a [u8],
    pub at_ns: u64,
    pub arrives: bool,
    /// Datagrams that were damaged before it, with unknown content.
    pub damaged: u64,
}

impl Direction {
    /// Returns true if the request is a retransmission.
    pub(super) fn knows(&self, sent: &Sent) -> bool {
        self.find(sent.sequence).is_some_and(|index| self.requests[index].bytes == sent.bytes)
    }

    /// Takes a request.
    pub(super) fn request(&mut self, sent: &Sent, context: Context, broken: &mut dyn FnMut(Rule, String)) {
        if self.last.is_some_and(|last| sent.sequence.wrapping_sub(last).wrapping_sub(1) >= 128)
            && let Some(index) = self.find(sent.sequence)
        {
            return self.repeat(index, sent, broken);
        }
        let gap = self.last.map_or(0, |last| sent.sequence.wrapping_sub(last.wrapping_add(1)));
        if u64::from(gap) > sent.damaged {
            broken(Rule::Sequence, format!("{} after {:?}", sent.sequence, self.last));
        }
        let outstanding = self.requests.iter().filter(|request| !request.answered).count();
        if outstanding >= context.window {
            broken(Rule::Window, format!("request {} with {outstanding} outstanding", sent.sequence));
        }
        self.last = Some(sent.sequence);
        self.requests.push_back(Request {
            kind: sent.kind,
            sequence: sent.sequence,
            bytes: sent.bytes.to_vec(),
            sent_ns: sent.at_ns,
            sent: 1,
            arrived: u32::from(sent.arrives),
            answered: false,
            response: None,
            responses: 0,
            damaged: (self.damaged == sent.damaged).then_some(sent.damaged),
        });
        self.damaged = sent.damaged;
        if self.requests.len() > REMEMBERED {
            self.requests.pop_front();
        }
    }

    /// Notes another copy of a request, which the network made.
    pub(super) fn copied(&mut self, sequence: u8) {
        if let Some(index) = self.find(sequence) {
            self.requests[index].arrived += 1;
        }
    }

    /// Takes a response to a request of this direction; returns true if it is the first.
    pub(super) fn response(&mut self, sent: &Sent, broken: &mut dyn FnMut(Rule, String)) -> bool {
        let found = self.find(sent.sequence).filter(|index| self.requests[*index].kind + 1 == sent.kind);
        let Some(index) = found else {
            broken(
                Rule::Pairing,
                format!("response {} of type {}: no such request", sent.sequence, sent.kind),
            );
            return false;
        };
        let request = &mut self.requests[index];
        request.responses += 1;
        request.answered |= sent.arrives;
        if u64::from(request.responses) > u64::from(request.arrived) + sent.damaged {
            broken(
                Rule::Pairing,
                format!("response {}: {} requests arrived", sent.sequence, request.arrived),
            );
        }
        match &request.response {
            None => {
                request.response = Some(sent.bytes.to_vec());
                true
            }
            Some(response) => {
                if response != sent.bytes {
                    broken(
                        Rule::CachedResponse,
                        format!("response {} is not the first again", sent.sequence),
                    );
                }
                false
            }
        }
    }

    /// Checks, when the sender goes on, that it has retransmitted all due requests, unless they may have been damaged.
    pub(super) fn overdue(&self, sent: &Sent, broken: &mut dyn FnMut(Rule, String)) {
        for request in self.requests.iter().filter(|request| !request.answered) {
            let due = request.sent_ns + interval(request.sent) + SLACK;
            if sent.at_ns > due && request.damaged == Some(sent.damaged) {
                broken(Rule::Retransmission, format!("request {} is not repeated", request.sequence));
            }
        }
    }

    fn repeat(&mut self, index: usize, sent: &Sent, broken: &mut dyn FnMut(Rule, String)) {
        let request = &mut self.requests[index];
        if request.bytes != sent.bytes {
            broken(Rule::AlteredRequest, format!("request {} is not what it was", sent.sequence));
        }
        let wait = sent.at_ns - request.sent_ns;
        if wait + SLACK < interval(request.sent) {
            broken(Rule::Retransmission, format!("request {} is repeated after {wait} ns", sent.sequence));
        }
        if request.sent > MAX_RETRANSMIT {
            broken(
                Rule::Retransmission,
                format!("request {} is sent {} times", sent.sequence, request.sent + 1),
            );
        }
        request.sent += 1;
        request.sent_ns = sent.at_ns;
        request.damaged = request.damaged.filter(|damaged| *damaged == sent.damaged);
        request.arrived += u32::from(sent.arrives);
    }

    fn find(&self, sequence: u8) -> Option<usize> {
        self.requests.iter().rposition(|request| request.sequence == sequence)
    }
}

/// Returns the wait before the next retransmission after so many transmissions, in nanoseconds.
pub(super) fn interval(sent: u32) -> u64 {
    (RETRANSMIT_INTERVAL << (sent - 1).min(10)).min(RETRANSMIT_INTERVAL_MAX) * SECOND
}
