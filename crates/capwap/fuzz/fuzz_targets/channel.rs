//! Two ends of a channel, a network that loses, doubles, reorders and makes up datagrams, and a clock: no panic, and
//! every request is handed over at most once for each time it was sent as a new one.
#![no_main]

use std::time::Duration;

use bytes::Bytes;
use capwap::{Channel, ChannelConfig, Element, Incoming, MessageType, ResultCode, Role};
use libfuzzer_sys::fuzz_target;

struct End {
    channel: Channel,
    inbox: Vec<Bytes>,
    sent: usize,
    forged: bool,
    handed_over: usize,
}

impl End {
    fn new(role: Role, window: u8) -> Self {
        let config =
            ChannelConfig { window, receive_window: window, path_mtu: 200, ..ChannelConfig::new(role) };
        Self { channel: Channel::new(config), inbox: Vec::new(), sent: 0, forged: false, handed_over: 0 }
    }

    fn take(&mut self, now: Duration, datagram: Bytes) {
        let mut next = self.channel.handle_datagram(now, datagram).ok().flatten();
        while let Some(incoming) = next {
            if let Incoming::Request(request) = incoming {
                self.handed_over += 1;
                let answer = vec![Element::ResultCode(ResultCode::Success)];
                let kind = request.message_type.response();
                self.channel.send_response(now, request.sequence, kind, answer);
            }
            next = self.channel.poll_incoming();
        }
    }
}

fuzz_target!(|data: &[u8]| {
    let [window, steps @ ..] = data else { return };
    let window = 1 + window % 50;
    let mut ends = [End::new(Role::Wtp, window), End::new(Role::Ac, window)];
    let mut now = Duration::ZERO;
    let mut rest = steps;
    while let [what, detail, tail @ ..] = rest {
        rest = tail;
        let side = usize::from(what >> 7);
        match what & 7 {
            0 | 1 => {
                let length = usize::from(*detail) * 4;
                let data = Element::Unknown { element: 60_000, value: Bytes::from(vec![*detail; length]) };
                let taken = ends[side].channel.send_request(now, MessageType::ImageDataRequest, vec![data]);
                ends[side].sent += usize::from(taken);
            }
            2..=4 => {
                let inbox = &mut ends[side].inbox;
                if !inbox.is_empty() {
                    let index = usize::from(*detail) % inbox.len();
                    let datagram = if what & 8 == 0 { inbox.remove(index) } else { inbox[index].clone() };
                    if what & 16 == 0 {
                        ends[side].take(now, datagram);
                    }
                }
            }
            5 => {
                now += Duration::from_millis(u64::from(*detail) * 20);
                let _ = ends[side].channel.handle_timeout(now);
            }
            6 => ends[side].channel.set_path_mtu(u16::from(*detail) * 8),
            _ => {
                let (forged, next) = rest.split_at(usize::from(*detail).min(rest.len()));
                rest = next;
                ends[side].forged = true;
                ends[side].take(now, Bytes::copy_from_slice(forged));
            }
        }
        for (from, to) in [(0, 1), (1, 0)] {
            while let Some(datagram) = ends[from].channel.poll_transmit() {
                if ends[to].inbox.len() < 64 {
                    ends[to].inbox.push(datagram.into_bytes());
                }
            }
        }
    }
    for (from, to) in [(0, 1), (1, 0)] {
        let (sender, receiver) = (&ends[from], &ends[to]);
        assert!(sender.channel.outstanding() <= window.into());
        // Numbers come round after 256: what is older than that may be taken for new.
        if !sender.forged && !receiver.forged && sender.sent < 200 {
            assert!(receiver.handed_over <= sender.sent);
        }
    }
});
