//! Two ends and the network between them.

use std::collections::VecDeque;
use std::time::Duration;

use capwap::{Channel, ChannelConfig, Element, Incoming, Message, MessageType, PeerDead, ResultCode, Role};
use datagram::Datagram;

/// A client (the AP) and a server (the controller) that answers every request at once.
pub(super) struct Pair {
    pub client: Channel,
    pub server: Channel,
    pub time: Duration,
    pub latency: Duration,
    /// Told of every datagram, by its number from 0 and whether the client sent it: how many copies arrive.
    pub copies: Box<dyn FnMut(usize, bool) -> usize>,
    /// What the server was handed, in order, and when.
    pub requests: Vec<(Duration, Message)>,
    /// What the client was handed, in order, and when.
    pub responses: Vec<(Duration, Message)>,
    /// Every datagram sent: when, by the client or not, the bytes.
    pub sent: Vec<(Duration, bool, Datagram)>,
    /// In flight, in the order of arrival: when, to the client or not, the bytes.
    flying: VecDeque<(Duration, bool, Datagram)>,
}

impl Pair {
    pub(super) fn new() -> Self {
        Self::with(ChannelConfig::new(Role::Wtp), ChannelConfig::new(Role::Ac))
    }

    pub(super) fn with(client: ChannelConfig, server: ChannelConfig) -> Self {
        Self {
            client: Channel::new(client),
            server: Channel::new(server),
            time: Duration::ZERO,
            latency: Duration::from_millis(10),
            copies: Box::new(|_, _| 1),
            requests: Vec::new(),
            responses: Vec::new(),
            sent: Vec::new(),
            flying: VecDeque::new(),
        }
    }

    /// Sends an Echo Request from the client.
    pub(super) fn request(&mut self) {
        self.client.send_request(self.time, MessageType::EchoRequest, vec![]);
    }

    /// Moves to the next arrival or deadline. `Ok(false)` when there is none.
    pub(super) fn step(&mut self) -> Result<bool, PeerDead> {
        self.transmit();
        let arrival = self.flying.front().map(|packet| packet.0);
        let next =
            [arrival, self.client.poll_timeout(), self.server.poll_timeout()].into_iter().flatten().min();
        let Some(next) = next else { return Ok(false) };
        self.time = self.time.max(next);
        while self.flying.front().is_some_and(|packet| packet.0 <= self.time) {
            let (_, to_client, datagram) = self.flying.pop_front().expect("it was just seen");
            self.deliver(to_client, datagram);
        }
        self.client.handle_timeout(self.time)?;
        self.server.handle_timeout(self.time)?;
        self.transmit();
        Ok(true)
    }

    /// Runs until nothing is left to happen.
    pub(super) fn drive(&mut self) -> Result<(), PeerDead> {
        for _ in 0..100_000 {
            if !self.step()? {
                return Ok(());
            }
        }
        panic!("the pair never comes to rest");
    }

    /// Hands a datagram to one end, past the network.
    pub(super) fn deliver(&mut self, to_client: bool, datagram: impl Into<Datagram>) {
        let end = if to_client { &mut self.client } else { &mut self.server };
        let mut next =
            end.handle_datagram(self.time, datagram).expect("each end writes what the other reads");
        while let Some(incoming) = next {
            match incoming {
                Incoming::Request(message) => {
                    let answer = vec![Element::ResultCode(ResultCode::Success)];
                    let (sequence, kind) = (message.sequence, message.message_type.response());
                    end.send_response(self.time, sequence, kind, answer);
                    self.requests.push((self.time, message));
                }
                Incoming::Response(message) => self.responses.push((self.time, message)),
            }
            next = end.poll_incoming();
        }
    }

    /// The numbers of the requests handed to the server.
    pub(super) fn request_numbers(&self) -> Vec<u8> {
        self.requests.iter().map(|(_, message)| message.sequence).collect()
    }

    fn transmit(&mut self) {
        loop {
            let (by_client, datagram) = match self.client.poll_transmit() {
                Some(datagram) => (true, datagram),
                None => match self.server.poll_transmit() {
                    Some(datagram) => (false, datagram),
                    None => return,
                },
            };
            for _ in 0..(self.copies)(self.sent.len(), by_client) {
                self.flying.push_back((self.time + self.latency, !by_client, datagram.clone()));
            }
            self.sent.push((self.time, by_client, datagram));
        }
    }
}
