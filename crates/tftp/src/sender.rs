//! The end that holds the file: a server that is read from, or a client that writes.
//!
//! ```text
//!   server: RRQ with options    -> OACK ... ACK 0 \
//!           RRQ without options ------------------->  DATA 1 ... ACK 1, DATA 2 ... ACK 2, ...
//!   client: WRQ ... OACK or ACK 0 ---------------->   a block shorter than the block size is the last; its ACK completes
//! ```
//!
//! With a window (RFC 7440), that many blocks are sent before an ACK is required. Unacknowledged blocks are kept and
//! retransmitted when their wait is over. A duplicate ACK never causes a retransmission at window 1, or both ends would double
//! every packet from then on (RFC 1123, section 4.2.3.1, "Sorcerer's Apprentice").

mod config;
mod event;
mod source;

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use datagram::Datagram;
use tracing::{debug, trace};

pub use self::config::{SenderConfig, WriteConfig};
pub use self::event::SenderEvent;
pub use self::source::{ReadError, Source};
use crate::Text;
use crate::numbering::Numbering;
use crate::options::Options;
use crate::outbox::Outbox;
use crate::packet::{ErrorCode, Packet};
use crate::schedule::{Due, Retransmission, Schedule};
use crate::terms::{BadOption, Terms};

/// Sends one file.
#[derive(Debug)]
pub struct Sender<S> {
    peer: SocketAddr,
    source: S,
    block_size: usize,
    window: usize,
    numbering: Numbering,
    repeat_oack_on_wrong_ack: bool,
    state: State,
    retransmission: Retransmission,
    /// The blocks and bytes acknowledged.
    acked: u64,
    acked_bytes: u64,
    /// The blocks after `acked`, the first `sent` of which were sent.
    unacked: VecDeque<Bytes>,
    sent: usize,
    source_ended: bool,
    /// True if a repeated ACK has already caused a retransmission of this window.
    rewound: bool,
    repeats: u64,
    outbox: Outbox,
    event: Option<SenderEvent>,
    terms: Option<Terms>,
}

#[derive(Debug)]
enum State {
    /// A client waits for the answer to its write request.
    Requesting {
        request: Bytes,
        proposed: Options,
    },
    /// A server waits for the answer to its OACK.
    Negotiating {
        oack: Bytes,
    },
    Sending,
    Finished,
}

impl<S: Source> Sender<S> {
    /// Starts to answer a read request of `peer`. Datagrams of other peers are refused.
    ///
    /// # Panics
    /// If the block size or the window is 0: a server does not agree to that.
    pub fn new(now: Duration, peer: SocketAddr, source: S, config: SenderConfig) -> Self {
        assert!(
            config.block_size > 0 && config.window > 0,
            "a block size and a window of at least 1 are agreed"
        );
        let mut sender = Self::idle(now, peer, source, config.schedule);
        sender.block_size = config.block_size.into();
        sender.window = config.window.into();
        sender.numbering = Numbering::new(config.rollover_to);
        sender.repeat_oack_on_wrong_ack = config.repeat_oack_on_wrong_ack;
        debug!(%peer, block_size = config.block_size, window = config.window, "sending a file");
        if config.oack.is_empty() {
            sender.read_window();
        } else {
            let oack = Packet::Oack(config.oack).to_bytes();
            sender.outbox.push_datagram(oack.clone(), peer);
            sender.state = State::Negotiating { oack };
        }
        sender
    }

    /// Starts to request a write from `server`. The first packet waits in [`Sender::poll_transmit`].
    pub fn write(now: Duration, server: SocketAddr, source: S, config: WriteConfig) -> Self {
        let request = config.request();
        let proposed = request.options.clone();
        let request = Packet::Wrq(request).to_bytes();
        let mut sender = Self::idle(now, server, source, config.schedule);
        sender.outbox.push_datagram(request.clone(), server);
        sender.state = State::Requesting { request, proposed };
        sender
    }

    fn idle(now: Duration, peer: SocketAddr, source: S, schedule: Schedule) -> Self {
        Self {
            peer,
            source,
            block_size: crate::BLOCK_SIZE_DEFAULT.into(),
            window: 1,
            numbering: Numbering::new(0),
            repeat_oack_on_wrong_ack: false,
            state: State::Sending,
            retransmission: Retransmission::start(schedule, now),
            acked: 0,
            acked_bytes: 0,
            unacked: VecDeque::new(),
            sent: 0,
            source_ended: false,
            rewound: false,
            repeats: 0,
            outbox: Outbox::default(),
            event: None,
            terms: None,
        }
    }

    /// Handles a datagram that arrived from `from`. A datagram that is not TFTP, or that is unexpected here, changes nothing.
    pub fn handle_datagram(&mut self, now: Duration, datagram: impl Into<Datagram>, from: SocketAddr) {
        let datagram = datagram.into();
        if let State::Requesting { proposed, .. } = &mut self.state
            && from.ip() == self.peer.ip()
        {
            let proposed = proposed.clone();
            return self.handle_answer(now, &proposed, datagram, from);
        }
        if from != self.peer {
            self.outbox.refuse_stranger(datagram, from);
            return;
        }
        if self.repeat_oack_on_wrong_ack
            && let State::Negotiating { oack } = &mut self.state
        {
            *oack = overwrite(oack, &datagram.clone().into_bytes());
        }
        match Packet::parse(datagram) {
            Ok(Packet::Ack { block }) => self.handle_ack(now, block),
            Ok(Packet::Error { code, message }) => {
                let negotiating = self.is_negotiating();
                self.finish(SenderEvent::PeerError { code, message, negotiating });
            }
            _ => {}
        }
    }

    /// Retransmits, or gives up, if a wait is over.
    pub fn handle_timeout(&mut self, now: Duration) {
        if matches!(self.state, State::Finished) {
            return;
        }
        match self.retransmission.handle_timeout(now) {
            Due::NotYet => {}
            Due::SendAgain => self.send_again(),
            Due::GiveUp => self.finish(SenderEvent::GaveUp { bytes: self.acked_bytes, blocks: self.acked }),
        }
    }

    /// Returns the next datagram to send, and its destination.
    pub fn poll_transmit(&mut self) -> Option<(Datagram, SocketAddr)> {
        if let Some(waiting) = self.outbox.pop() {
            return Some(waiting);
        }
        if !matches!(self.state, State::Sending) {
            return None;
        }
        let payload = self.unacked.get(self.sent)?.clone();
        self.sent += 1;
        let block = self.numbering.wire(self.acked + self.sent as u64);
        Some((Packet::Data { block, payload }.to_datagram(), self.peer))
    }

    /// Returns the result, once.
    pub fn poll_event(&mut self) -> Option<SenderEvent> {
        self.event.take()
    }

    /// Returns the time to call [`Sender::handle_timeout`].
    pub fn poll_timeout(&self) -> Option<Duration> {
        (!self.is_finished()).then(|| self.retransmission.deadline())
    }

    /// Returns true if nothing more will happen, once the last datagrams are sent.
    pub fn is_finished(&self) -> bool {
        matches!(self.state, State::Finished)
    }

    /// Returns true if the OACK, or the write request, still waits for its answer.
    pub fn is_negotiating(&self) -> bool {
        matches!(self.state, State::Requesting { .. } | State::Negotiating { .. })
    }

    /// Returns the terms that the server agreed to, once it has answered a write request.
    pub fn terms(&self) -> Option<&Terms> {
        self.terms.as_ref()
    }

    /// Returns the destination of the file: for a write, the server's own port until it has answered, then that of the transfer.
    pub fn peer(&self) -> SocketAddr {
        self.peer
    }

    /// Returns the number of bytes acknowledged so far.
    pub fn acked_bytes(&self) -> u64 {
        self.acked_bytes
    }

    /// Returns the number of retransmissions.
    pub fn repeats(&self) -> u64 {
        self.repeats
    }

    /// Ends the transfer. An ERROR is sent to the receiver, if it is known. There is no event for it.
    pub fn abort(&mut self, code: ErrorCode, message: impl Into<Text>) {
        if matches!(self.state, State::Negotiating { .. } | State::Sending) {
            self.outbox.clear();
            self.outbox.push_error(code, message, self.peer);
        }
        self.state = State::Finished;
    }

    /// Handles the first answer to a write request, which makes its port the peer.
    fn handle_answer(&mut self, now: Duration, proposed: &Options, datagram: Datagram, from: SocketAddr) {
        let agreed = match Packet::parse(datagram) {
            Ok(Packet::Ack { block: 0 }) => Ok(Terms::without_options()),
            Ok(Packet::Oack(options)) => Terms::agree(proposed, options),
            Ok(Packet::Error { code, message }) => {
                return self.finish(SenderEvent::PeerError { code, message, negotiating: true });
            }
            _ => return,
        };
        match agreed {
            Ok(terms) => {
                self.peer = from;
                self.block_size = terms.block_size.into();
                self.window = terms.window.into();
                debug!(peer = %from, block_size = self.block_size, window = self.window, "the server takes the file");
                self.terms = Some(terms);
                self.state = State::Sending;
                self.retransmission.restart(now);
                self.read_window();
            }
            Err(BadOption { name, value }) => {
                self.outbox.push_error(ErrorCode::OPTION_REFUSED, "Option not asked for", from);
                self.finish(SenderEvent::BadOption { name, value });
            }
        }
    }

    fn handle_ack(&mut self, now: Duration, block: u16) {
        match self.state {
            // An answer to the request is not an acknowledgement of data.
            State::Finished | State::Requesting { .. } => {}
            State::Negotiating { .. } if block == 0 => {
                self.state = State::Sending;
                self.retransmission.restart(now);
                self.read_window();
            }
            State::Negotiating { .. } => {
                if self.repeat_oack_on_wrong_ack {
                    self.retransmission.wait(now);
                    self.send_again();
                }
            }
            State::Sending => {
                let sent = self.acked + self.sent as u64;
                match self.numbering.find(block, self.acked, sent) {
                    Some(n) if n > self.acked => self.advance(now, n),
                    // A repeated report of a gap after the last window: worth one retransmission, as the receiver waits for its
                    // first block.
                    Some(_) if self.window > 1 && !self.rewound && self.sent == self.unacked.len() => {
                        self.rewound = true;
                        self.send_again();
                    }
                    _ => {}
                }
            }
        }
    }

    /// Advances: the blocks up to `n` have arrived.
    fn advance(&mut self, now: Duration, n: u64) {
        trace!(peer = %self.peer, block = n, "acknowledged");
        for block in self.unacked.drain(..(n - self.acked) as usize) {
            self.acked_bytes += block.len() as u64;
        }
        self.acked = n;
        // The rest of the window, if any, was sent in vain: the receiver lacks the block after `n` (RFC 7440, section 4).
        self.sent = 0;
        self.rewound = false;
        self.retransmission.restart(now);
        self.read_window();
        if self.unacked.is_empty() && self.source_ended {
            self.finish(SenderEvent::Completed { bytes: self.acked_bytes, blocks: self.acked });
        }
    }

    fn send_again(&mut self) {
        self.repeats += 1;
        debug!(peer = %self.peer, block = self.acked + 1, repeats = self.repeats, "sending again");
        match &self.state {
            State::Requesting { request, .. } => self.outbox.push_datagram(request.clone(), self.peer),
            State::Negotiating { oack } => self.outbox.push_datagram(oack.clone(), self.peer),
            State::Sending => self.sent = 0,
            State::Finished => {}
        }
    }

    /// Reads blocks until the window is full or the file has ended.
    fn read_window(&mut self) {
        while !self.source_ended && self.unacked.len() < self.window && !self.is_finished() {
            if let Err(error) = self.read_block() {
                self.outbox.push_error(error.code, error.message.clone(), self.peer);
                self.finish(SenderEvent::ReadFailed(error));
            }
        }
    }

    fn read_block(&mut self) -> Result<(), ReadError> {
        let block = self.source.read(self.block_size)?;
        assert!(block.len() <= self.block_size, "a source gives no more than it is asked for");
        self.source_ended = block.len() < self.block_size;
        self.unacked.push_back(block);
        Ok(())
    }

    fn finish(&mut self, event: SenderEvent) {
        if !self.is_finished() {
            debug!(peer = %self.peer, ?event, "finished");
            self.state = State::Finished;
            self.event = Some(event);
        }
    }
}

/// Returns the content of a buffer that held one packet when another was received into it.
fn overwrite(packet: &Bytes, received: &Bytes) -> Bytes {
    let kept = received.len().min(packet.len());
    [&received[..kept], &packet[kept..]].concat().into()
}
