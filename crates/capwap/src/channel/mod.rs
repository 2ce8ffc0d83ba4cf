//! The control channel of one session (RFC 5415, 4.5.3): retransmits requests until they are answered, and answers duplicates
//! again. Both ends use it.
//!
//! ```text
//!   send_request ──▶ queued ──window──▶ outstanding ──response──▶ Incoming::Response
//!                                        │      ▲ again after 3, 6, 12, 15, 15 s
//!                                        └──────┘ unanswered 15 s after that: PeerDead
//!   request ──▶ in order? ──▶ Incoming::Request ──▶ send_response ──▶ kept for duplicates
//! ```
//!
//! The RFC allows one outstanding request; Cisco's sliding window (1..=50 requests) is modelled on both ends: responses
//! may come in any order, requests are delivered in the order of their numbers.

mod config;
mod skip;

use std::collections::VecDeque;
use std::time::Duration;

use datagram::{Datagram, Head};
use tracing::{debug, trace};

pub use config::{
    ChannelConfig, Incoming, PATH_MTU_MAX, PATH_MTU_MIN, PeerDead, QUEUE_MAX, Role, WINDOW_MAX,
};

pub use skip::{block_request, block_response};

use crate::fragment::fragment;
use crate::message::{self, Message};
use crate::{Element, Elements, Error, Header, MessageType, Reassembler, dtls, parts};

/// A request's number is newer than the last if it is at most this far beyond the one after it (RFC 5415, 4.5.3).
const NEWER: u8 = 127;

/// One end of a control channel. Its first request has number 0.
#[derive(Debug)]
pub struct Channel {
    config: ChannelConfig,
    transmits: VecDeque<Datagram>,
    next_fragment: u16,
    reassembler: Reassembler,
    dead: bool,

    queued: VecDeque<(MessageType, Elements)>,
    next_sequence: u8,
    /// The requests in the order of their numbers, which are consecutive and start at the oldest unanswered one.
    outstanding: VecDeque<Outstanding>,
    unanswered: usize,
    repeats: u64,
    duplicates: u64,
    /// A time no later than the first deadline in `outstanding`.
    wake: Option<Duration>,

    expected: Option<u8>,
    /// Requests that came before their turn; index 0 is for the expected one. Empty, or longer than one.
    early: VecDeque<Option<Message>>,
    /// The last requests delivered, in the order of their numbers, which are consecutive.
    answers: VecDeque<Answer>,
    ready: VecDeque<Incoming>,
}

#[derive(Debug)]
struct Outstanding {
    request: MessageType,
    sequence: u8,
    answered: bool,
    packets: Packets,
    /// The packets that the next retransmissions send instead; the next one last. Of a probe only.
    smaller: Vec<Packets>,
    deadline: Duration,
    interval: Duration,
    repeats: u32,
}

#[derive(Debug)]
struct Answer {
    sequence: u8,
    response: Option<Kept>,
}

/// A response kept for duplicates of its request. Most are short: the response to a block of an image has 24 bytes.
#[derive(Debug)]
enum Kept {
    Short(Head),
    Long(Box<Packets>),
}

impl Kept {
    fn new(packets: &Packets) -> Self {
        match packets.first.to_head() {
            Some(response) if packets.rest.is_empty() => Self::Short(response),
            _ => Self::Long(Box::new(packets.clone())),
        }
    }

    fn queue(&self, transmits: &mut VecDeque<Datagram>) {
        match self {
            Self::Short(response) => transmits.push_back((*response).into()),
            Self::Long(packets) => packets.queue(transmits),
        }
    }
}

/// A message's datagrams; seldom more than one.
#[derive(Clone, Debug, Default)]
struct Packets {
    first: Datagram,
    rest: Vec<Datagram>,
}

impl Channel {
    /// Creates an idle channel.
    ///
    /// # Panics
    /// If a window is not in 1..=[`WINDOW_MAX`].
    pub fn new(config: ChannelConfig) -> Self {
        for window in [config.window, config.receive_window] {
            assert!((1..=WINDOW_MAX).contains(&window), "window of {window} out of range");
        }
        Self {
            config,
            transmits: VecDeque::new(),
            next_fragment: 0,
            reassembler: Reassembler::default(),
            dead: false,
            queued: VecDeque::new(),
            next_sequence: 0,
            outstanding: VecDeque::new(),
            unanswered: 0,
            repeats: 0,
            duplicates: 0,
            wake: None,
            expected: config.first_request,
            early: VecDeque::new(),
            answers: VecDeque::new(),
            ready: VecDeque::new(),
        }
    }

    /// Sends a request as soon as the window allows, which is when it gets its number. Returns true if it was accepted: it is not
    /// when [`QUEUE_MAX`] wait already, nor on a channel whose peer is dead.
    ///
    /// # Panics
    /// If the elements are longer than 65,532 bytes together.
    pub fn send_request(
        &mut self,
        now: Duration,
        request: MessageType,
        elements: impl Into<Elements>,
    ) -> bool {
        let elements = elements.into();
        if self.can_send() {
            self.transmit_request(now, request, &elements);
            return true;
        }
        let taken = !self.dead && self.queued.len() < QUEUE_MAX;
        debug!(%request, outstanding = self.outstanding.len(), queued = self.queued.len(), taken, "the window is full");
        if taken {
            self.queued.push_back((request, elements));
        }
        taken
    }

    /// Sends a request that probes the path: first as the first of `attempts`, and with each retransmission as the
    /// next; the last one is retransmitted as any request is. They are one request, with one number, and differ in padding. All
    /// but the last are sent unfragmented, whatever the path MTU: those that are too long for the path are lost on it.
    ///
    /// Returns true if it was sent: it is not when the window has no room.
    ///
    /// # Panics
    /// As [`Channel::send_request`], and if there is no attempt.
    pub fn send_probe(&mut self, now: Duration, request: MessageType, attempts: &[Vec<Element>]) -> bool {
        let (last, whole) = attempts.split_last().expect("a probe has an attempt");
        if !self.can_send() {
            return false;
        }
        let sequence = self.next_sequence;
        let mut smaller = vec![self.packets(request, sequence, last)];
        smaller.extend(whole.iter().rev().map(|elements| Packets {
            first: message::write(request, sequence, elements),
            rest: Vec::new(),
        }));
        let first = smaller.pop().unwrap_or_default();
        self.transmit(now, request, first, smaller);
        true
    }

    /// Answers the request with number `request_sequence` and keeps the answer for its duplicates. A number is ignored if it
    /// is not among the last 50 requests delivered, or has its answer already.
    ///
    /// # Panics
    /// As [`Channel::send_request`].
    pub fn send_response(
        &mut self,
        _now: Duration,
        request_sequence: u8,
        response: MessageType,
        elements: impl Into<Elements>,
    ) {
        let Some(index) = self.answer_index(request_sequence) else { return };
        if self.answers[index].response.is_some() {
            return;
        }
        let packets = self.packets(response, request_sequence, &elements.into());
        self.answers[index].response = Some(Kept::new(&packets));
        self.transmits.push_back(packets.first);
        self.transmits.extend(packets.rest);
    }

    /// Handles a datagram of the peer's control channel.
    ///
    /// Duplicates are answered from memory, fragments collected. A datagram can complete more than one request when a
    /// window is in use: **call [`Channel::poll_incoming`] for the others until it returns `None`**.
    ///
    /// # Errors
    /// [`Error`] for a datagram that cannot be parsed; it changes nothing.
    pub fn handle_datagram(
        &mut self,
        now: Duration,
        datagram: impl Into<Datagram>,
    ) -> Result<Option<Incoming>, Error> {
        if self.dead {
            return Ok(None);
        }
        let message = match parts::read(datagram.into(), self.config.image_data_layout) {
            Ok(message) => message,
            Err(datagram) => match self.read_whole(now, datagram)? {
                Some(message) => message,
                None => return Ok(None),
            },
        };
        if message.message_type.is_request() {
            self.handle_request(message)
        } else {
            Ok(self.handle_response(now, message))
        }
    }

    /// Reads a datagram of any shape. `None` as long as its message has fragments to come.
    fn read_whole(&mut self, now: Duration, datagram: Datagram) -> Result<Option<Message>, Error> {
        let (fragment, mut payload) = Header::parse_control(datagram.into_bytes())?;
        if let Some(field) = fragment {
            match self.reassembler.insert(now, field, &payload)? {
                Some(whole) => payload = whole,
                None => return Ok(None),
            }
        }
        Message::parse(payload, self.config.image_data_layout).map(Some)
    }

    /// Returns the next request that the last datagram made ready, besides the one it returned.
    pub fn poll_incoming(&mut self) -> Option<Incoming> {
        self.ready.pop_front()
    }

    /// Retransmits the requests that are due. Does nothing before [`Channel::poll_timeout`]'s time.
    ///
    /// # Errors
    /// [`PeerDead`], once. The channel neither sends nor receives from then on.
    pub fn handle_timeout(&mut self, now: Duration) -> Result<(), PeerDead> {
        if self.wake.is_none_or(|wake| now < wake) {
            return Ok(());
        }
        self.wake = None;
        for request in self.outstanding.iter_mut().filter(|request| !request.answered) {
            if request.deadline <= now {
                if request.repeats == self.config.max_retransmit {
                    debug!(request = %request.request, sequence = request.sequence, repeats = request.repeats, "the peer is dead");
                    let dead = PeerDead { request: request.request, sequence: request.sequence };
                    self.die();
                    return Err(dead);
                }
                request.repeats += 1;
                self.repeats += 1;
                request.interval = (2 * request.interval).min(self.config.retransmit_interval_max);
                request.deadline = now + request.interval;
                debug!(
                    request = %request.request, sequence = request.sequence, repeats = request.repeats, next = ?request.deadline,
                    "sending a request again"
                );
                if let Some(smaller) = request.smaller.pop() {
                    request.packets = smaller;
                }
                request.packets.queue(&mut self.transmits);
            }
            self.wake = Some(self.wake.map_or(request.deadline, |wake| wake.min(request.deadline)));
        }
        Ok(())
    }

    /// Returns the next datagram to send.
    pub fn poll_transmit(&mut self) -> Option<Datagram> {
        self.transmits.pop_front()
    }

    /// Returns the latest time to call [`Channel::handle_timeout`]. With a window above 1 it may be too early by up to
    /// the wait of a retransmission, so that the deadline needs no search with every response.
    pub fn poll_timeout(&self) -> Option<Duration> {
        self.wake
    }

    /// Returns the number of requests sent and not answered.
    pub fn outstanding(&self) -> usize {
        self.unanswered
    }

    /// Returns true if a request was sent more than once and is not answered.
    pub fn is_repeating(&self) -> bool {
        self.outstanding.iter().any(|request| !request.answered && request.repeats > 0)
    }

    /// Returns the number of retransmissions of this end's requests.
    pub fn repeats(&self) -> u64 {
        self.repeats
    }

    /// Returns the number of duplicates of answered requests of the peer, which were answered from memory.
    pub fn duplicates(&self) -> u64 {
        self.duplicates
    }

    /// Returns the path MTU that messages are fragmented for, in bytes.
    pub fn path_mtu(&self) -> u16 {
        self.config.path_mtu
    }

    /// Sets the path MTU for later messages; outstanding ones are retransmitted as they were sent. Values
    /// outside [`PATH_MTU_MIN`]..=[`PATH_MTU_MAX`] are clamped.
    pub fn set_path_mtu(&mut self, path_mtu: u16) {
        self.config.path_mtu = path_mtu.clamp(PATH_MTU_MIN, PATH_MTU_MAX);
    }

    /// Returns true if a request would be sent at once.
    pub fn can_send(&self) -> bool {
        // The numbers in use must not span more than the window, as the receiver remembers no more.
        !self.dead && self.queued.is_empty() && self.outstanding.len() < usize::from(self.config.window)
    }

    fn handle_request(&mut self, message: Message) -> Result<Option<Incoming>, Error> {
        if !self.config.local_role.takes(message.message_type) {
            return Err(Error::Misdirected(message.message_type));
        }
        let expected = *self.expected.get_or_insert(message.sequence);
        let ahead = message.sequence.wrapping_sub(expected);
        if ahead == 0 && self.early.is_empty() {
            self.expect_answer(message.sequence);
            return Ok(Some(Incoming::Request(message)));
        }
        if ahead < NEWER {
            self.handle_newer(message, ahead);
            return Ok(self.ready.pop_front());
        }
        if let Some(index) = self.answer_index(message.sequence)
            && let Some(response) = &self.answers[index].response
        {
            self.duplicates += 1;
            debug!(request = %message.message_type, sequence = message.sequence, "answering a duplicate from memory");
            response.queue(&mut self.transmits);
        }
        Ok(None)
    }

    /// Handles a request that is `ahead` of the expected one, and delivers those that are in order now.
    fn handle_newer(&mut self, message: Message, ahead: u8) {
        // The peer has given up the requests that its window no longer reaches, as 4.5.3 allows.
        let given_up = (ahead + 1).saturating_sub(self.config.receive_window);
        if ahead > 0 {
            debug!(request = %message.message_type, sequence = message.sequence, ahead, given_up, "a request came early");
        }
        for _ in 0..given_up {
            let early = self.early.pop_front().flatten();
            self.hand_over(early);
        }
        let index = usize::from(ahead - given_up);
        if self.early.len() <= index {
            self.early.resize(index + 1, None);
        }
        self.early[index].get_or_insert(message);
        while let Some(early) = self.early.pop_front_if(|early| early.is_some()) {
            self.hand_over(early);
        }
    }

    /// Advances by one number, with its request or without.
    fn hand_over(&mut self, request: Option<Message>) {
        if let Some(expected) = self.expected {
            self.expect_answer(expected);
        }
        self.ready.extend(request.map(Incoming::Request));
    }

    fn handle_response(&mut self, now: Duration, message: Message) -> Option<Incoming> {
        let first = self.outstanding.front()?.sequence;
        let request = self.outstanding.get_mut(usize::from(message.sequence.wrapping_sub(first)))?;
        if request.answered || request.request.response() != message.message_type {
            debug!(response = %message.message_type, sequence = message.sequence, "no request waits for a response");
            return None;
        }
        request.answered = true;
        request.packets = Packets::default();
        request.smaller = Vec::new();
        self.unanswered -= 1;
        while self.outstanding.front().is_some_and(|request| request.answered) {
            self.outstanding.pop_front();
        }
        if self.unanswered == 0 {
            self.wake = None;
        }
        while self.outstanding.len() < usize::from(self.config.window)
            && let Some((request, elements)) = self.queued.pop_front()
        {
            self.transmit_request(now, request, &elements);
        }
        Some(Incoming::Response(message))
    }

    /// Records that the request `sequence` was delivered.
    fn expect_answer(&mut self, sequence: u8) {
        self.expected = Some(sequence.wrapping_add(1));
        if self.answers.len() == usize::from(WINDOW_MAX) {
            self.answers.pop_front();
        }
        self.answers.push_back(Answer { sequence, response: None });
    }

    fn answer_index(&self, sequence: u8) -> Option<usize> {
        let index = usize::from(sequence.wrapping_sub(self.answers.front()?.sequence));
        (index < self.answers.len()).then_some(index)
    }

    fn transmit_request(&mut self, now: Duration, request: MessageType, elements: &[Element]) {
        let packets = self.packets(request, self.next_sequence, elements);
        self.transmit(now, request, packets, Vec::new());
    }

    fn transmit(&mut self, now: Duration, request: MessageType, packets: Packets, smaller: Vec<Packets>) {
        let sequence = self.next_sequence;
        self.next_sequence = sequence.wrapping_add(1);
        packets.queue(&mut self.transmits);
        trace!(%request, sequence, outstanding = self.outstanding.len() + 1, "sending a request");
        let interval = self.config.retransmit_interval;
        let deadline = now + interval;
        self.outstanding.push_back(Outstanding {
            request,
            sequence,
            answered: false,
            packets,
            smaller,
            deadline,
            interval,
            repeats: 0,
        });
        self.unanswered += 1;
        self.wake = Some(self.wake.map_or(deadline, |wake| wake.min(deadline)));
    }

    /// Returns the length of the longest datagram that fits the path.
    fn datagram_max(&self) -> usize {
        usize::from(self.config.path_mtu.saturating_sub(dtls::PACKET_OVERHEAD))
    }

    fn packets(&mut self, message_type: MessageType, sequence: u8, elements: &[Element]) -> Packets {
        let datagram = message::write(message_type, sequence, elements);
        let datagram_max = self.datagram_max();
        if datagram.len() <= datagram_max {
            return Packets { first: datagram, rest: Vec::new() };
        }
        let id = self.next_fragment;
        self.next_fragment = id.wrapping_add(1);
        let fragments = fragment(datagram.into_bytes(), &Header::control(), id, datagram_max);
        debug!(message = %message_type, sequence, fragments = fragments.len(), datagram_max, "fragmented");
        let mut fragments = fragments.into_iter().map(Datagram::from);
        Packets { first: fragments.next().unwrap_or_default(), rest: fragments.collect() }
    }

    fn die(&mut self) {
        self.dead = true;
        self.queued.clear();
        self.outstanding.clear();
        self.unanswered = 0;
        self.wake = None;
        self.early.clear();
        self.ready.clear();
    }
}

impl Packets {
    fn queue(&self, transmits: &mut VecDeque<Datagram>) {
        transmits.push_back(self.first.clone());
        transmits.extend(self.rest.iter().cloned());
    }
}
