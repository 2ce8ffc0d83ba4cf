//! Requests that a network has carried out for both ends: the channel continues behind them, as if it had sent or answered each.

use std::time::Duration;

use datagram::Datagram;

use super::{Channel, Kept, WINDOW_MAX};
use crate::{Element, ImageData, MessageType, ResultCode, message};

impl Channel {
    /// Returns the number of the next request, if none is under way and nothing waits to be sent.
    pub fn idle_request(&self) -> Option<u8> {
        let is_idle = self.can_send() && self.outstanding.is_empty() && self.transmits.is_empty();
        is_idle.then_some(self.next_sequence)
    }

    /// Returns the number of the request that the peer is to send next, if all before it were answered.
    pub fn expected_request(&self) -> Option<u8> {
        let is_answered = self.early.is_empty()
            && self.ready.is_empty()
            && self.transmits.is_empty()
            && self.answers.iter().all(|answer| answer.response.is_some());
        self.expected.filter(|_| is_answered && !self.dead)
    }

    /// Continues behind requests that were sent and answered.
    pub fn skip_requests(&mut self, answered: u64) {
        self.next_sequence = self.next_sequence.wrapping_add(answered as u8);
    }

    /// Continues with a request that was sent at `sent` and has no answer yet.
    pub fn resume_request(&mut self, sent: Duration, request: MessageType, elements: &[Element]) {
        self.transmit_request(sent, request, elements);
        self.transmits.pop_back();
    }

    /// Continues behind requests of the peer that were answered with `elements`. The answers are kept for duplicates.
    pub fn skip_answered(&mut self, count: u64, response: MessageType, elements: &[Element]) {
        let Some(expected) = self.expected else { return };
        let kept = count.min(u64::from(WINDOW_MAX));
        self.expected = Some(expected.wrapping_add((count - kept) as u8));
        for _ in 0..kept {
            let Some(sequence) = self.expected else { return };
            self.expect_answer(sequence);
            let packets = self.packets(response, sequence, elements);
            if let Some(answer) = self.answers.back_mut() {
                answer.response = Some(Kept::new(&packets));
            }
        }
    }

    /// Returns true if the channel sends a message of these bytes in one piece.
    pub fn is_whole(&self, message: &Datagram) -> bool {
        message.len() <= self.datagram_max()
    }
}

/// Returns the Image Data Request that carries `block`, as a channel sends it.
pub fn block_request(sequence: u8, block: ImageData) -> Datagram {
    message::write(MessageType::ImageDataRequest, sequence, &[Element::ImageData(block)])
}

/// Returns the Image Data Response to a block that was stored, as a channel sends it.
pub fn block_response(sequence: u8) -> Datagram {
    message::write(MessageType::ImageDataResponse, sequence, &[Element::ResultCode(ResultCode::Success)])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ChannelConfig, Incoming, Role};

    const REQUEST: MessageType = MessageType::ImageDataRequest;
    const RESPONSE: MessageType = MessageType::ImageDataResponse;

    fn config(local_role: Role) -> ChannelConfig {
        ChannelConfig { first_request: Some(0), ..ChannelConfig::new(local_role) }
    }

    fn success() -> [Element; 1] {
        [Element::ResultCode(ResultCode::Success)]
    }

    /// Sends `count` requests from one channel to the other, each answered at once; `now` is the time of all.
    fn exchange(ac: &mut Channel, wtp: &mut Channel, now: Duration, count: u64) {
        for _ in 0..count {
            ac.send_request(now, REQUEST, success());
            let request = ac.poll_transmit().expect("it is sent");
            let Ok(Some(Incoming::Request(request))) = wtp.handle_datagram(now, request) else {
                panic!("it is in order")
            };
            wtp.send_response(now, request.sequence, RESPONSE, success());
            let answered = ac.handle_datagram(now, wtp.poll_transmit().expect("an answer"));
            assert!(matches!(answered, Ok(Some(Incoming::Response(_)))));
        }
    }

    #[test]
    fn what_is_skipped_leaves_the_ends_as_what_is_sent() {
        let now = Duration::from_secs(1);
        for count in [1, 49, 50, 51, 255, 256, 1_000] {
            let [mut ac, mut sent_ac] = [(); 2].map(|()| Channel::new(config(Role::Ac)));
            let [mut wtp, mut sent_wtp] = [(); 2].map(|()| Channel::new(config(Role::Wtp)));
            exchange(&mut ac, &mut wtp, now, 3);
            exchange(&mut sent_ac, &mut sent_wtp, now, 3 + count);
            assert_eq!((ac.idle_request(), wtp.expected_request()), (Some(3), Some(3)));
            ac.skip_requests(count);
            wtp.skip_answered(count, RESPONSE, &success());
            assert_eq!(format!("{ac:?}"), format!("{sent_ac:?}"));
            assert_eq!(format!("{wtp:?}"), format!("{sent_wtp:?}"));

            ac.resume_request(now, REQUEST, &success());
            sent_ac.send_request(now, REQUEST, success());
            assert!(sent_ac.poll_transmit().is_some());
            assert_eq!(format!("{ac:?}"), format!("{sent_ac:?}"));
            assert_eq!(ac.idle_request(), None);
        }
    }
}
