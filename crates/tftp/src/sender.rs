//! The end of a read that holds the file.
//!
//! ```text
//!   RRQ with options    -> OACK  ... ACK 0 \
//!   RRQ without options ------------------->  DATA 1 ... ACK 1, DATA 2 ... ACK 2, ...
//!                                             a block shorter than the block size is the last; its ACK completes
//! ```
//!
//! With a window (RFC 7440), that many blocks go out before an ACK is awaited. What was not acknowledged is kept and sent
//! again when its wait is over. A duplicate ACK never makes a block go out again at window 1, or both ends would double every
//! packet from then on (RFC 1123, section 4.2.3.1, "Sorcerer's Apprentice").

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::time::Duration;

use bytes::{Buf, BufMut, Bytes, BytesMut};

use crate::BLOCK_SIZE_DEFAULT;
use crate::numbering::Numbering;
use crate::options::Options;
use crate::outbox::Outbox;
use crate::packet::{ErrorCode, HEADER, OPCODE_DATA, Packet};
use crate::schedule::{Due, Retransmission, Schedule};
use crate::text::Text;

/// Blocks are built in pieces of this size, so that few of them allocate.
const ARENA: usize = 65_536;

/// Where a [`Sender`] reads the file, from its beginning to its end.
pub trait Source {
    /// Appends the next `max` bytes to `into`; fewer only at the end of the file.
    ///
    /// # Errors
    /// What the receiver is told instead of the rest.
    fn read(&mut self, into: &mut BytesMut, max: usize) -> Result<(), ReadError>;
}

/// A file in memory, not copied but into the packets.
impl Source for Bytes {
    fn read(&mut self, into: &mut BytesMut, max: usize) -> Result<(), ReadError> {
        let length = max.min(self.len());
        into.put_slice(&self[..length]);
        self.advance(length);
        Ok(())
    }
}

/// Why a file could not be read on.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("read failed: {message} (error {code})")]
pub struct ReadError {
    /// Of the ERROR packet that is sent.
    pub code: ErrorCode,
    /// Of the ERROR packet that is sent.
    pub message: Text,
}

/// The terms of one transfer, as agreed with the receiver.
#[derive(Clone, Debug)]
pub struct SenderConfig {
    /// The options which the server takes, in the spelling in which they go out. With none, no OACK is sent.
    pub oack: Options,
    /// Bytes per block, at least 1.
    pub block_size: u16,
    /// Blocks sent before an ACK is awaited, at least 1. So many are also kept in memory.
    pub window: u16,
    /// When to send again and when to give up.
    pub schedule: Schedule,
    /// The block number after 65,535.
    pub rollover_to: u16,
    /// Whether an ACK of anything but block 0 makes the OACK go out again, as tftpd-hpa does it.
    pub repeat_oack_on_wrong_ack: bool,
}

/// No options: blocks of 512 bytes, one at a time, sent six times with waits from 1 s to 32 s.
impl Default for SenderConfig {
    fn default() -> Self {
        Self {
            oack: Options::new(),
            block_size: BLOCK_SIZE_DEFAULT,
            window: 1,
            schedule: Schedule::doubling(Duration::from_secs(1), 6),
            rollover_to: 0,
            repeat_oack_on_wrong_ack: false,
        }
    }
}

/// How a [`Sender`] ended. Each has one, and it is the last thing that happens to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SenderEvent {
    /// The last block was acknowledged.
    Completed {
        /// Size of the file in bytes.
        bytes: u64,
        /// DATA packets, each counted once.
        blocks: u64,
    },
    /// The receiver sent an ERROR.
    PeerError {
        /// As it came.
        code: ErrorCode,
        /// As it came.
        message: Text,
        /// Whether it answered the OACK.
        negotiating: bool,
    },
    /// Nothing was heard until the schedule ended.
    GaveUp {
        /// Bytes acknowledged.
        bytes: u64,
        /// Blocks acknowledged.
        blocks: u64,
    },
    /// The source failed; the receiver is told by an ERROR.
    ReadFailed(ReadError),
}

/// Serves one read request.
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
    /// Blocks and bytes acknowledged.
    acked: u64,
    acked_bytes: u64,
    /// The packets of the blocks after `acked`, the first `sent` of which went out.
    unacked: VecDeque<Bytes>,
    sent: usize,
    source_ended: bool,
    /// Whether a repeated ACK already made this window go out again.
    rewound: bool,
    repeats: u64,
    outbox: Outbox,
    event: Option<SenderEvent>,
    arena: BytesMut,
}

#[derive(Debug)]
enum State {
    Negotiating { oack: Bytes },
    Sending,
    Finished,
}

impl<S: Source> Sender<S> {
    /// Begins to answer a read request of `peer`, whose datagrams alone are listened to.
    ///
    /// # Panics
    /// If the block size or the window is 0: a server does not agree to that.
    pub fn new(now: Duration, peer: SocketAddr, source: S, config: SenderConfig) -> Self {
        assert!(
            config.block_size > 0 && config.window > 0,
            "a block size and a window of at least 1 are agreed"
        );
        let mut sender = Self {
            peer,
            source,
            block_size: config.block_size.into(),
            window: config.window.into(),
            numbering: Numbering::new(config.rollover_to),
            repeat_oack_on_wrong_ack: config.repeat_oack_on_wrong_ack,
            state: State::Sending,
            retransmission: Retransmission::start(config.schedule, now),
            acked: 0,
            acked_bytes: 0,
            unacked: VecDeque::new(),
            sent: 0,
            source_ended: false,
            rewound: false,
            repeats: 0,
            outbox: Outbox::default(),
            event: None,
            arena: BytesMut::new(),
        };
        if config.oack.is_empty() {
            sender.read_window();
        } else {
            let oack = Packet::Oack(config.oack).to_bytes();
            sender.outbox.push_bytes(oack.clone(), peer);
            sender.state = State::Negotiating { oack };
        }
        sender
    }

    /// Takes a datagram that arrived from `from`. What is no TFTP, or makes no sense here, changes nothing.
    pub fn handle_datagram(&mut self, now: Duration, datagram: Bytes, from: SocketAddr) {
        if from != self.peer {
            self.outbox.refuse_stranger(datagram, from);
            return;
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

    /// Sends again, or gives up, if a wait is over.
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

    /// The next datagram to send, and its destination.
    pub fn poll_transmit(&mut self) -> Option<(Bytes, SocketAddr)> {
        if let Some(waiting) = self.outbox.pop() {
            return Some(waiting);
        }
        if !matches!(self.state, State::Sending) {
            return None;
        }
        let packet = self.unacked.get(self.sent)?.clone();
        self.sent += 1;
        Some((packet, self.peer))
    }

    /// How it ended, once.
    pub fn poll_event(&mut self) -> Option<SenderEvent> {
        self.event.take()
    }

    /// When to call [`Sender::handle_timeout`].
    pub fn poll_timeout(&self) -> Option<Duration> {
        (!self.is_finished()).then(|| self.retransmission.deadline())
    }

    /// Whether nothing more will happen, once the last datagrams are sent.
    pub fn is_finished(&self) -> bool {
        matches!(self.state, State::Finished)
    }

    /// Whether the OACK still waits for its answer.
    pub fn is_negotiating(&self) -> bool {
        matches!(self.state, State::Negotiating { .. })
    }

    /// Bytes acknowledged so far.
    pub fn acked_bytes(&self) -> u64 {
        self.acked_bytes
    }

    /// How many times something was sent again.
    pub fn repeats(&self) -> u64 {
        self.repeats
    }

    fn handle_ack(&mut self, now: Duration, block: u16) {
        match self.state {
            State::Finished => {}
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
                    // A gap after the last window, said again: worth one repetition, as the receiver waits for its first block.
                    Some(_) if self.window > 1 && !self.rewound && self.sent == self.unacked.len() => {
                        self.rewound = true;
                        self.send_again();
                    }
                    _ => {}
                }
            }
        }
    }

    /// Blocks up to `n` have arrived.
    fn advance(&mut self, now: Duration, n: u64) {
        for packet in self.unacked.drain(..(n - self.acked) as usize) {
            self.acked_bytes += (packet.len() - HEADER) as u64;
        }
        self.acked = n;
        // The rest of the window, if any, was sent for nothing: the receiver misses the block after `n` (RFC 7440, section 4).
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
        match &self.state {
            State::Negotiating { oack } => self.outbox.push_bytes(oack.clone(), self.peer),
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
        let size = HEADER + self.block_size;
        if self.arena.capacity() < size {
            self.arena = BytesMut::with_capacity(ARENA.max(size));
        }
        let n = self.acked + self.unacked.len() as u64 + 1;
        self.arena.put_u16(OPCODE_DATA);
        self.arena.put_u16(self.numbering.wire(n));
        let read = self.source.read(&mut self.arena, self.block_size);
        let packet = self.arena.split().freeze();
        read?;
        assert!(packet.len() <= size, "a source gives no more than it is asked for");
        self.source_ended = packet.len() < size;
        self.unacked.push_back(packet);
        Ok(())
    }

    fn finish(&mut self, event: SenderEvent) {
        if !self.is_finished() {
            self.state = State::Finished;
            self.event = Some(event);
        }
    }
}
