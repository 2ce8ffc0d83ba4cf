//! A sender and a receiver with a link between them that delays, and loses what a test says.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use datagram::Datagram;
use tftp::{
    AcceptConfig, Packet, Receiver, ReceiverConfig, ReceiverEvent, Sender, SenderConfig, SenderEvent,
    WriteConfig,
};

/// Where the client's request goes.
pub(super) const SERVER: SocketAddr =
    SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1)), 69);
/// From where the server sends.
pub(super) const SERVER_TRANSFER: SocketAddr = SocketAddr::new(SERVER.ip(), 40_000);
pub(super) const CLIENT: SocketAddr =
    SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 2)), 50_000);

/// What a link does with a packet, and whether the sender's end sent it.
pub(super) type Fate<'a> = Box<dyn FnMut(usize, &Datagram, bool) -> Delivery + 'a>;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Delivery {
    Once,
    Twice,
    Never,
}

/// How much longer than the others a packet takes.
pub(super) type Delay<'a> = Box<dyn FnMut(usize) -> Duration + 'a>;

pub(super) struct Pair<'a> {
    pub sender: Sender<Bytes>,
    pub receiver: Receiver,
    pub now: Duration,
    pub latency: Duration,
    pub fate: Fate<'a>,
    pub delay: Delay<'a>,
    pub file: Vec<u8>,
    pub keep_file: bool,
    pub received: u64,
    pub receiver_events: Vec<ReceiverEvent>,
    pub sender_event: Option<SenderEvent>,
    /// Packets sent by either end, lost ones included.
    pub data_packets: usize,
    pub ack_packets: usize,
    sender_at: SocketAddr,
    receiver_at: SocketAddr,
    in_flight: BTreeMap<(Duration, usize), (Datagram, bool)>,
    packets: usize,
}

impl<'a> Pair<'a> {
    /// A read, whose request the server has taken already.
    pub(super) fn new(file: Bytes, receiver: ReceiverConfig, sender: SenderConfig) -> Self {
        let now = Duration::ZERO;
        let mut receiver = Receiver::new(now, SERVER, receiver);
        let (request, to) = receiver.poll_transmit().expect("the request is sent at once");
        assert_eq!(to, SERVER);
        assert!(matches!(Packet::parse(request), Ok(Packet::Rrq(_))));
        let sender = Sender::new(now, CLIENT, file, sender);
        Self::between(sender, SERVER_TRANSFER, receiver, CLIENT)
    }

    /// A write, whose request the server has taken already.
    pub(super) fn write(file: Bytes, sender: WriteConfig, receiver: AcceptConfig) -> Self {
        let now = Duration::ZERO;
        let mut sender = Sender::write(now, SERVER, file, sender);
        let (request, to) = sender.poll_transmit().expect("the request is sent at once");
        assert_eq!(to, SERVER);
        assert!(matches!(Packet::parse(request), Ok(Packet::Wrq(_))));
        let receiver = Receiver::accept(now, CLIENT, receiver);
        Self::between(sender, CLIENT, receiver, SERVER_TRANSFER)
    }

    fn between(
        sender: Sender<Bytes>,
        sender_at: SocketAddr,
        receiver: Receiver,
        receiver_at: SocketAddr,
    ) -> Self {
        Self {
            sender,
            receiver,
            now: Duration::ZERO,
            latency: Duration::from_micros(500),
            fate: Box::new(|_, _, _| Delivery::Once),
            delay: Box::new(|_| Duration::ZERO),
            file: Vec::new(),
            keep_file: true,
            received: 0,
            receiver_events: Vec::new(),
            sender_event: None,
            data_packets: 0,
            ack_packets: 0,
            sender_at,
            receiver_at,
            in_flight: BTreeMap::new(),
            packets: 0,
        }
    }

    pub(super) fn drive(&mut self) {
        while self.step() {}
    }

    /// Sends what waits, then moves to the next arrival or deadline. False when nothing can happen any more.
    pub(super) fn step(&mut self) -> bool {
        while let Some((datagram, to)) = self.sender.poll_transmit() {
            // A request that is repeated goes to a server that is serving it already.
            if to == SERVER {
                continue;
            }
            assert_eq!(to, self.receiver_at);
            self.data_packets +=
                usize::from(matches!(Packet::parse(datagram.clone()), Ok(Packet::Data { .. })));
            self.send(datagram, true);
        }
        while let Some((datagram, _)) = self.receiver.poll_transmit() {
            self.ack_packets +=
                usize::from(matches!(Packet::parse(datagram.clone()), Ok(Packet::Ack { .. })));
            self.send(datagram, false);
        }
        if let Some(event) = self.sender.poll_event() {
            assert!(self.sender_event.replace(event).is_none(), "a sender ends once");
        }
        while let Some(event) = self.receiver.poll_event() {
            match event {
                ReceiverEvent::Data(block) if self.keep_file => self.file.extend_from_slice(&block),
                ReceiverEvent::Data(block) => self.received += block.len() as u64,
                other => self.receiver_events.push(other),
            }
        }
        let arrival = self.in_flight.keys().next().map(|&(at, _)| at);
        let timeouts = [self.sender.poll_timeout(), self.receiver.poll_timeout()];
        let Some(next) = arrival.into_iter().chain(timeouts.into_iter().flatten()).min() else {
            return false;
        };
        assert!(next >= self.now, "time runs forwards");
        self.now = next;
        if arrival == Some(next) {
            let (_, (datagram, from_sender)) = self.in_flight.pop_first().expect("an arrival was found");
            if from_sender {
                self.receiver.handle_datagram(next, datagram, self.sender_at);
            } else {
                self.sender.handle_datagram(next, datagram, self.receiver_at);
            }
        } else {
            self.sender.handle_timeout(next);
            self.receiver.handle_timeout(next);
        }
        true
    }

    fn send(&mut self, datagram: Datagram, from_sender: bool) {
        let copies = match (self.fate)(self.packets, &datagram, from_sender) {
            Delivery::Once => 1,
            Delivery::Twice => 2,
            Delivery::Never => 0,
        };
        for _ in 0..copies {
            let arrival = self.now + self.latency + (self.delay)(self.packets);
            self.in_flight.insert((arrival, self.packets), (datagram.clone(), from_sender));
            self.packets += 1;
        }
        self.packets += usize::from(copies == 0);
    }
}

/// Bytes that differ from block to block.
pub(super) fn file(length: usize) -> Bytes {
    (0..length).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect()
}

pub(super) fn block(number: u16, payload: &[u8]) -> Datagram {
    Packet::Data { block: number, payload: Bytes::copy_from_slice(payload) }.to_datagram()
}

pub(super) fn ack(number: u16) -> Datagram {
    Packet::Ack { block: number }.to_datagram()
}
