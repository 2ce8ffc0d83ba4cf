//! The end of a read that wants the file.
//!
//! ```text
//!   RRQ -> OACK, if the server takes options:        ACK 0 -> DATA 1, ACK 1 -> ...
//!       -> DATA 1, if it ignores or has none of them: ACK 1 -> DATA 2, ...
//!       -> ERROR: the end
//! ```
//!
//! The answer comes from a port of the server's choice, which is the peer from then on. A DATA packet that comes again is
//! acknowledged again (at window 1; with larger windows the receiver's own timer does that).

mod config;
mod terms;

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;

pub use self::config::{Extent, ReceiverConfig};
pub use self::terms::Terms;
use crate::numbering::Numbering;
use crate::outbox::Outbox;
use crate::packet::{ErrorCode, Packet};
use crate::request::Request;
use crate::schedule::{Due, Retransmission};
use crate::text::Text;

/// What a [`Receiver`] has to tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReceiverEvent {
    /// The server sends the file on these terms. First, and once, unless it fails before.
    Accepted(Terms),
    /// The next bytes of the file; shares the datagram's memory. Never empty.
    Data(Bytes),
    /// The file is whole. Nothing follows, but dallying goes on until [`Receiver::is_finished`].
    Completed {
        /// Size of the file in bytes.
        bytes: u64,
        /// DATA packets, each counted once.
        blocks: u64,
    },
    /// As much came as was wanted ([`Extent`]). Nothing follows.
    Stopped,
    /// It failed. Nothing follows.
    Failed(Failure),
}

/// Why a file could not be received.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// The server sent an ERROR.
    #[error("server answered error {code}: {message}")]
    PeerError {
        /// As it came.
        code: ErrorCode,
        /// As it came.
        message: Text,
    },
    /// Nothing was heard until the schedule ended.
    #[error("timed out after {bytes} bytes")]
    TimedOut {
        /// Bytes received before.
        bytes: u64,
    },
    /// The server's OACK holds an option that was not asked for, or a value that does not answer what was asked. It is told by ERROR 8.
    #[error("server answered option {name} with {value:?}, which was not asked for")]
    BadOption {
        /// As it came.
        name: Text,
        /// As it came.
        value: Text,
    },
    /// A block is longer than agreed. The server is told by ERROR 4.
    #[error("server sent a block of {length} bytes where {block_size} were agreed")]
    BlockTooLong {
        /// Of the payload, in bytes.
        length: usize,
        /// In bytes.
        block_size: u16,
    },
    /// The caller ended it by [`Receiver::abort`].
    #[error("given up with error {code}")]
    Aborted {
        /// As the server was told.
        code: ErrorCode,
    },
}

/// Fetches one file.
#[derive(Debug)]
pub struct Receiver {
    server: SocketAddr,
    config: ReceiverConfig,
    state: State,
    retransmission: Retransmission,
    numbering: Numbering,
    block_size: u16,
    window: u64,
    /// Blocks and bytes received in order, and the last block acknowledged.
    received: u64,
    bytes: u64,
    acked: u64,
    /// Whether the server was told of the gap after `received`.
    gap_reported: bool,
    outbox: Outbox,
    events: VecDeque<ReceiverEvent>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Requesting,
    Transferring { peer: SocketAddr },
    Dallying { peer: SocketAddr, until: Duration },
    Finished,
}

impl Receiver {
    /// Begins to ask `server` for a file. The first packet waits in [`Receiver::poll_transmit`].
    pub fn new(now: Duration, server: SocketAddr, config: ReceiverConfig) -> Self {
        let mut receiver = Self {
            server,
            state: State::Requesting,
            retransmission: Retransmission::start(config.schedule.clone(), now),
            config,
            numbering: Numbering::new(0),
            block_size: crate::BLOCK_SIZE_DEFAULT,
            window: 1,
            received: 0,
            bytes: 0,
            acked: 0,
            gap_reported: false,
            outbox: Outbox::default(),
            events: VecDeque::new(),
        };
        receiver.request();
        receiver
    }

    /// Takes a datagram that arrived from `from`. What is no TFTP, or makes no sense here, changes nothing.
    pub fn handle_datagram(&mut self, now: Duration, datagram: Bytes, from: SocketAddr) {
        match self.state {
            State::Finished => {}
            State::Requesting if from.ip() == self.server.ip() => self.handle_answer(now, datagram, from),
            State::Transferring { peer } if from == peer => self.handle_packet(now, datagram, peer),
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

    /// Sends again, gives up, or ends dallying, if a wait is over.
    pub fn handle_timeout(&mut self, now: Duration) {
        match self.state {
            State::Finished => {}
            State::Dallying { until, .. } => {
                if now >= until {
                    self.state = State::Finished;
                }
            }
            State::Requesting | State::Transferring { .. } => match self.retransmission.handle_timeout(now) {
                Due::NotYet => {}
                Due::SendAgain => match self.state {
                    State::Transferring { peer } => self.acknowledge(peer),
                    _ => self.request(),
                },
                Due::GiveUp => self.fail(Failure::TimedOut { bytes: self.bytes }),
            },
        }
    }

    /// Ends the transfer; the server, if it answered, is told by an ERROR.
    pub fn abort(&mut self, code: ErrorCode, message: impl Into<Text>) {
        if let State::Transferring { peer } = self.state {
            self.outbox.push_error(code, message, peer);
        }
        if matches!(self.state, State::Requesting | State::Transferring { .. }) {
            self.fail(Failure::Aborted { code });
        }
        self.state = State::Finished;
    }

    /// The next datagram to send, and its destination.
    pub fn poll_transmit(&mut self) -> Option<(Bytes, SocketAddr)> {
        self.outbox.pop()
    }

    /// What happened, in order. Empty it after every call, as blocks wait here.
    pub fn poll_event(&mut self) -> Option<ReceiverEvent> {
        self.events.pop_front()
    }

    /// When to call [`Receiver::handle_timeout`].
    pub fn poll_timeout(&self) -> Option<Duration> {
        match self.state {
            State::Requesting | State::Transferring { .. } => Some(self.retransmission.deadline()),
            State::Dallying { until, .. } => Some(until),
            State::Finished => None,
        }
    }

    /// Whether nothing more will happen, once the last datagrams are sent and the last events are read.
    pub fn is_finished(&self) -> bool {
        self.state == State::Finished
    }

    /// Bytes received so far.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Where the file comes from, once the server has answered: its address with the port of this transfer.
    pub fn peer(&self) -> Option<SocketAddr> {
        match self.state {
            State::Transferring { peer } | State::Dallying { peer, .. } => Some(peer),
            State::Requesting | State::Finished => None,
        }
    }

    /// The first packet from the server makes its port the peer.
    fn handle_answer(&mut self, now: Duration, datagram: Bytes, from: SocketAddr) {
        match Packet::parse(datagram) {
            Ok(Packet::Oack(options)) => match Terms::agree(&self.config, options) {
                Ok(terms) => {
                    self.accept(now, terms, from);
                    match self.config.extent {
                        Extent::Answer => self.stop(from),
                        Extent::FirstBlock | Extent::Whole => self.acknowledge(from),
                    }
                }
                Err(failure) => {
                    self.outbox.push_error(ErrorCode::OPTION_REFUSED, "Option not asked for", from);
                    self.fail(failure);
                }
            },
            Ok(Packet::Data { block: 1, payload }) => {
                self.accept(now, Terms::without_options(), from);
                match self.config.extent {
                    Extent::Answer => self.stop(from),
                    Extent::FirstBlock | Extent::Whole => self.handle_data(now, 1, payload, from),
                }
            }
            Ok(Packet::Error { code, message }) => self.fail(Failure::PeerError { code, message }),
            _ => {}
        }
    }

    fn handle_packet(&mut self, now: Duration, datagram: Bytes, peer: SocketAddr) {
        match Packet::parse(datagram) {
            Ok(Packet::Data { block, payload }) => self.handle_data(now, block, payload, peer),
            // The ACK of the OACK was lost.
            Ok(Packet::Oack(_)) if self.received == 0 => self.acknowledge(peer),
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
        self.received += 1;
        self.bytes += length as u64;
        self.gap_reported = false;
        self.retransmission.restart(now);
        if length > 0 {
            self.events.push_back(ReceiverEvent::Data(payload));
        }
        if self.config.extent == Extent::FirstBlock {
            self.stop(peer);
            return;
        }
        let last = length < usize::from(self.block_size);
        if last || self.received - self.acked >= self.window {
            self.acknowledge(peer);
        }
        if last {
            self.events.push_back(ReceiverEvent::Completed { bytes: self.bytes, blocks: self.received });
            self.state = if self.config.dally.is_zero() {
                State::Finished
            } else {
                State::Dallying { peer, until: now.saturating_add(self.config.dally) }
            };
        }
    }

    fn handle_unexpected_block(&mut self, block: u16, peer: SocketAddr) {
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

    fn accept(&mut self, now: Duration, terms: Terms, peer: SocketAddr) {
        self.block_size = terms.block_size;
        self.window = terms.window.into();
        self.state = State::Transferring { peer };
        self.retransmission.restart(now);
        self.events.push_back(ReceiverEvent::Accepted(terms));
    }

    fn request(&mut self) {
        let request = Request {
            filename: self.config.filename.clone(),
            mode: self.config.mode.name().into(),
            options: self.config.options(),
        };
        self.outbox.push(&Packet::Rrq(request), self.server);
    }

    fn acknowledge(&mut self, peer: SocketAddr) {
        self.acked = self.received;
        self.outbox.push(&Packet::Ack { block: self.numbering.wire(self.received) }, peer);
    }

    fn stop(&mut self, peer: SocketAddr) {
        self.outbox.push_error(ErrorCode::UNDEFINED, "Transfer stopped", peer);
        self.events.push_back(ReceiverEvent::Stopped);
        self.state = State::Finished;
    }

    fn fail(&mut self, failure: Failure) {
        self.events.push_back(ReceiverEvent::Failed(failure));
        self.state = State::Finished;
    }
}
