//! The end that receives the file: a client that reads, or a server that is written to.
//!
//! ```text
//!   client: RRQ -> OACK, if the server takes options:         ACK 0 -> DATA 1, ACK 1 -> ...
//!               -> DATA 1, if it ignores or has none of them: ACK 1 -> DATA 2, ...
//!               -> ERROR: the end
//!   server: WRQ with options, OACK, or WRQ without, ACK 0:          -> DATA 1, ACK 1 -> ...
//! ```
//!
//! A client's answer comes from a port of the server's choice, which is the peer from then on. A duplicate DATA packet is
//! acknowledged again (at window 1; with larger windows the receiver's own timer does that).

mod config;
mod event;

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use datagram::Datagram;
use tracing::{debug, trace};

pub use self::config::{AcceptConfig, Extent, ReceiverConfig};
pub use self::event::{Failure, ReceiverEvent};
use crate::Text;
use crate::numbering::Numbering;
use crate::options::Options;
use crate::outbox::Outbox;
use crate::packet::{ErrorCode, Packet};
use crate::schedule::{Due, Retransmission, Schedule};
use crate::terms::Terms;

/// Receives one file.
#[derive(Debug)]
pub struct Receiver {
    /// The packet that opens the transfer, and the options that a client requested in it.
    opening: Bytes,
    asked: Options,
    extent: Extent,
    dally: Duration,
    state: State,
    retransmission: Retransmission,
    numbering: Numbering,
    block_size: u16,
    window: u64,
    /// The blocks and bytes received in order, and the last block acknowledged.
    received: u64,
    bytes: u64,
    acked: u64,
    /// True if the gap after `received` was reported to the server.
    gap_reported: bool,
    outbox: Outbox,
    events: VecDeque<ReceiverEvent>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// A client waits for the answer to its request.
    Requesting {
        server: SocketAddr,
    },
    /// A server waits for the answer to its OACK or its ACK of block 0.
    Answering {
        peer: SocketAddr,
    },
    Transferring {
        peer: SocketAddr,
    },
    Dallying {
        peer: SocketAddr,
        until: Duration,
    },
    Finished,
}

impl Receiver {
    /// Starts to request a file from `server`. The first packet waits in [`Receiver::poll_transmit`].
    pub fn new(now: Duration, server: SocketAddr, config: ReceiverConfig) -> Self {
        let request = config.request();
        let asked = request.options.clone();
        let opening = Packet::Rrq(request).to_bytes();
        let mut receiver = Self {
            asked,
            extent: config.extent,
            dally: config.dally,
            ..Self::open(now, State::Requesting { server }, opening, config.schedule)
        };
        receiver.repeat_opening(server);
        receiver
    }

    /// Starts to receive the file that `peer` has asked to write. The answer waits in [`Receiver::poll_transmit`].
    ///
    /// # Panics
    /// If the block size or the window is 0: a server does not agree to that.
    pub fn accept(now: Duration, peer: SocketAddr, config: AcceptConfig) -> Self {
        assert!(
            config.block_size > 0 && config.window > 0,
            "a block size and a window of at least 1 are agreed"
        );
        let answer =
            if config.oack.is_empty() { Packet::Ack { block: 0 } } else { Packet::Oack(config.oack) };
        let mut receiver = Self {
            block_size: config.block_size,
            window: config.window.into(),
            numbering: Numbering::new(config.rollover_to),
            dally: config.dally,
            ..Self::open(now, State::Answering { peer }, answer.to_bytes(), config.schedule)
        };
        receiver.repeat_opening(peer);
        receiver
    }

    fn open(now: Duration, state: State, opening: Bytes, schedule: Schedule) -> Self {
        Self {
            opening,
            asked: Options::new(),
            extent: Extent::Whole,
            dally: Duration::ZERO,
            state,
            retransmission: Retransmission::start(schedule, now),
            numbering: Numbering::new(0),
            block_size: crate::BLOCK_SIZE_DEFAULT,
            window: 1,
            received: 0,
            bytes: 0,
            acked: 0,
            gap_reported: false,
            outbox: Outbox::default(),
            events: VecDeque::new(),
        }
    }

    /// Handles a datagram that arrived from `from`. A datagram that is not TFTP, or that is unexpected here, changes nothing.
    pub fn handle_datagram(&mut self, now: Duration, datagram: impl Into<Datagram>, from: SocketAddr) {
        let datagram = datagram.into();
        match self.state {
            State::Finished => {}
            State::Requesting { server } if from.ip() == server.ip() => {
                self.handle_answer(now, datagram, from);
            }
            State::Answering { peer } | State::Transferring { peer } if from == peer => {
                self.handle_packet(now, datagram, peer);
            }
            State::Dallying { peer, .. } if from == peer => {
                if let Ok(Packet::Data { block, .. }) = Packet::parse(datagram)
                    && block == self.numbering.wire(self.received)
                {
                    self.acknowledge(peer);
                }
            }
            _ => self.outbox.refuse_stranger(datagram, from),
        }
    }

    /// Retransmits, gives up, or ends dallying, if a wait is over.
    pub fn handle_timeout(&mut self, now: Duration) {
        match self.state {
            State::Finished => {}
            State::Dallying { until, .. } => {
                if now >= until {
                    self.state = State::Finished;
                }
            }
            State::Requesting { server: peer } | State::Answering { peer } | State::Transferring { peer } => {
                match self.retransmission.handle_timeout(now) {
                    Due::NotYet => {}
                    Due::SendAgain if matches!(self.state, State::Transferring { .. }) => {
                        debug!(%peer, block = self.received, "acknowledging again");
                        self.acknowledge(peer)
                    }
                    Due::SendAgain => {
                        debug!(%peer, "sending the first packet again");
                        self.repeat_opening(peer)
                    }
                    Due::GiveUp => self.fail(Failure::TimedOut { bytes: self.bytes }),
                }
            }
        }
    }

    /// Ends the transfer. An ERROR replaces the pending packets, if the other end is known. Pending events are
    /// dropped, so that a file whose last block could not be kept is not reported as whole.
    pub fn abort(&mut self, code: ErrorCode, message: impl Into<Text>) {
        let whole_was_told = matches!(self.state, State::Dallying { .. }) && self.events.is_empty();
        match self.state {
            State::Finished => return,
            State::Requesting { .. } => {}
            State::Answering { peer } | State::Transferring { peer } | State::Dallying { peer, .. } => {
                self.outbox.clear();
                self.outbox.push_error(code, message, peer);
            }
        }
        self.events.clear();
        if whole_was_told {
            self.state = State::Finished;
        } else {
            self.fail(Failure::Aborted { code });
        }
    }

    /// Returns the next datagram to send, and its destination.
    pub fn poll_transmit(&mut self) -> Option<(Datagram, SocketAddr)> {
        self.outbox.pop()
    }

    /// Returns the next event. Empty the queue after every call, as blocks wait here.
    pub fn poll_event(&mut self) -> Option<ReceiverEvent> {
        self.events.pop_front()
    }

    /// Returns the time to call [`Receiver::handle_timeout`].
    pub fn poll_timeout(&self) -> Option<Duration> {
        match self.state {
            State::Requesting { .. } | State::Answering { .. } | State::Transferring { .. } => {
                Some(self.retransmission.deadline())
            }
            State::Dallying { until, .. } => Some(until),
            State::Finished => None,
        }
    }

    /// Returns true if nothing more will happen, once the last datagrams are sent and the last events are read.
    pub fn is_finished(&self) -> bool {
        self.state == State::Finished
    }

    /// Returns the number of bytes received so far.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Returns the source of the file, with the port of this transfer: a client does not know it before the server has answered.
    pub fn peer(&self) -> Option<SocketAddr> {
        match self.state {
            State::Answering { peer } | State::Transferring { peer } | State::Dallying { peer, .. } => {
                Some(peer)
            }
            State::Requesting { .. } | State::Finished => None,
        }
    }

    /// Handles the first packet from the server, which makes its port the peer.
    fn handle_answer(&mut self, now: Duration, datagram: Datagram, from: SocketAddr) {
        match Packet::parse(datagram) {
            Ok(Packet::Oack(options)) => match Terms::agree(&self.asked, options) {
                Ok(terms) => {
                    self.begin(now, terms, from);
                    match self.extent {
                        Extent::Answer => self.stop(from),
                        Extent::FirstBlock | Extent::Whole => self.acknowledge(from),
                    }
                }
                Err(bad) => {
                    self.outbox.push_error(ErrorCode::OPTION_REFUSED, "Option not asked for", from);
                    self.fail(bad.into());
                }
            },
            Ok(Packet::Data { block: 1, payload }) => {
                self.begin(now, Terms::without_options(), from);
                match self.extent {
                    Extent::Answer => self.stop(from),
                    Extent::FirstBlock | Extent::Whole => self.handle_data(now, 1, payload, from),
                }
            }
            Ok(Packet::Error { code, message }) => self.fail(Failure::PeerError { code, message }),
            _ => {}
        }
    }

    fn handle_packet(&mut self, now: Duration, datagram: Datagram, peer: SocketAddr) {
        match Packet::parse(datagram) {
            Ok(Packet::Data { block, payload }) => self.handle_data(now, block, payload, peer),
            // The ACK of a server's OACK was lost.
            Ok(Packet::Oack(_)) if self.received == 0 && matches!(self.state, State::Transferring { .. }) => {
                self.acknowledge(peer)
            }
            Ok(Packet::Error { code, message }) => self.fail(Failure::PeerError { code, message }),
            _ => {}
        }
    }

    fn handle_data(&mut self, now: Duration, block: u16, payload: Bytes, peer: SocketAddr) {
        if block != self.numbering.wire(self.received + 1) {
            self.handle_unexpected_block(block, peer);
            return;
        }
        let length = payload.len();
        if length > usize::from(self.block_size) {
            self.outbox.push_error(ErrorCode::ILLEGAL_OPERATION, "Block too long", peer);
            self.fail(Failure::BlockTooLong { length, block_size: self.block_size });
            return;
        }
        self.state = State::Transferring { peer };
        self.received += 1;
        self.bytes += length as u64;
        self.gap_reported = false;
        self.retransmission.restart(now);
        if length > 0 {
            self.events.push_back(ReceiverEvent::Data(payload));
        }
        if self.extent == Extent::FirstBlock {
            self.stop(peer);
            return;
        }
        let last = length < usize::from(self.block_size);
        if last || self.received - self.acked >= self.window {
            self.acknowledge(peer);
        }
        if last {
            debug!(%peer, bytes = self.bytes, "received the whole file");
            self.events.push_back(ReceiverEvent::Completed { bytes: self.bytes, blocks: self.received });
            self.state = if self.dally.is_zero() {
                State::Finished
            } else {
                State::Dallying { peer, until: now.saturating_add(self.dally) }
            };
        }
    }

    fn handle_unexpected_block(&mut self, block: u16, peer: SocketAddr) {
        debug!(%peer, block, expected = self.numbering.wire(self.received + 1), "unexpected block");
        if self.window == 1 {
            // The ACK of the last block was lost, or is late.
            if self.received > 0 && block == self.numbering.wire(self.received) {
                self.acknowledge(peer);
            }
            return;
        }
        let ahead = self.numbering.find(block, self.received + 2, self.acked + self.window).is_some();
        if ahead && !self.gap_reported {
            self.gap_reported = true;
            self.acknowledge(peer);
        }
    }

    fn begin(&mut self, now: Duration, terms: Terms, peer: SocketAddr) {
        debug!(%peer, block_size = terms.block_size, window = terms.window, "receiving a file");
        self.block_size = terms.block_size;
        self.window = terms.window.into();
        self.state = State::Transferring { peer };
        self.retransmission.restart(now);
        self.events.push_back(ReceiverEvent::Accepted(terms));
    }

    fn repeat_opening(&mut self, to: SocketAddr) {
        self.outbox.push_datagram(self.opening.clone(), to);
    }

    fn acknowledge(&mut self, peer: SocketAddr) {
        trace!(%peer, block = self.received, "acknowledging");
        self.acked = self.received;
        self.outbox.push(&Packet::Ack { block: self.numbering.wire(self.received) }, peer);
    }

    fn stop(&mut self, peer: SocketAddr) {
        self.outbox.push_error(ErrorCode::UNDEFINED, "Transfer stopped", peer);
        self.events.push_back(ReceiverEvent::Stopped);
        self.state = State::Finished;
    }

    fn fail(&mut self, failure: Failure) {
        debug!(?failure, "failed");
        self.events.push_back(ReceiverEvent::Failed(failure));
        self.state = State::Finished;
    }
}
