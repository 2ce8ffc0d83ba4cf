//! The sending end of a read, as in Tftpd64. No I/O.
//!
//! ```text
//!   RRQ with options    -> OACK, once ... ACK 0 \
//!   RRQ without options ------------------------>  DATA 1 ... ACK 1, DATA 2 ... ACK 2, ...
//! ```
//!
//! It is not [`tftp::Sender`] because its behaviour shows on the wire: the OACK is never sent again; after a timeout, any packet
//! makes the block be sent again; an anticipation window sends ahead but awaits the acknowledgements in order, and no more once
//! one comes after the last block is sent; a silent client gets an ERROR, unless it only owes the last acknowledgement. Names in
//! comments are those of the program's source.

use std::collections::VecDeque;
use std::time::Duration;

use bytes::Bytes;
use datagram::Datagram;
use image::Content;
use tftp::{Packet, Text};

/// `TFTP_MAXRETRIES`: how many times the same block may be sent.
const RETRIES_MAX: u64 = 50;
const HEADER: usize = 4;

/// The terms of one transfer.
#[derive(Clone, Debug)]
pub(super) struct Terms {
    /// The OACK, if there is one.
    pub(super) oack: Option<Bytes>,
    pub(super) block_size: u16,
    /// Bytes sent ahead (`WinSize`).
    pub(super) window_bytes: u32,
    pub(super) waits: Waits,
    /// True if the last block needs no acknowledgement (`bIgnoreLastBlockAck`).
    pub(super) ignore_last_ack: bool,
}

/// The time that the server waits for an answer.
#[derive(Clone, Copy, Debug)]
pub(super) struct Waits {
    /// The longest wait, in seconds.
    pub(super) timeout_s: u32,
    /// The limit of timeouts in a row.
    pub(super) retransmit: u32,
}

impl Waits {
    /// Returns the wait after `over` timeouts in a row: a quarter and a half of the longest, rounded to whole seconds, then the
    /// longest.
    pub(super) fn after(self, over: u32) -> Duration {
        let timeout_s = u64::from(self.timeout_s);
        Duration::from_secs(match over {
            0 => timeout_s.saturating_add(3) / 4,
            1 => timeout_s.saturating_add(1) / 2,
            _ => timeout_s,
        })
    }
}

/// An event for the log that does not end the transfer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Note {
    TooShort,
    UnknownOpcode(u16),
    AckTwice { block: u16 },
    AckAhead { block: u16, awaited: u64 },
}

/// The end of a transfer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// All was sent, and acknowledged as far as required.
    Sent,
    /// All was sent, the last block not acknowledged.
    LastNotAcked { block: u16 },
    /// The client fell silent before.
    TimedOut { block: u64 },
    /// The same block was sent too often.
    MaxRetries { block: u16 },
    /// The client sent an ERROR.
    PeerError { code: u16, message: Text },
}

/// Serves one read request.
#[derive(Debug)]
pub(super) struct Sending {
    content: Content,
    block_size: usize,
    /// `ExtraWinSize`: blocks sent ahead.
    ahead: u64,
    /// `nLastBlockOfFile`.
    last: u64,
    /// `nCount`: the block whose acknowledgement is awaited; 0 for the OACK.
    awaited: u64,
    /// `nLastToSend`: the block that is sent next.
    next: u64,
    /// `nTimeOut`: timeouts in a row.
    over: u32,
    /// `nRetries`: blocks sent since the last correct acknowledgement.
    retries: u64,
    /// `dwTotalTimeOut`.
    resent: u64,
    /// `dwTotalBytes`.
    bytes: u64,
    /// `dwBytes`: the length of the block sent last.
    length: u64,
    waits: Waits,
    ignore_last_ack: bool,
    deadline: Duration,
    oack: Option<Bytes>,
    notes: VecDeque<Note>,
    end: Option<End>,
}

impl Sending {
    pub(super) fn new(now: Duration, content: Content, terms: Terms) -> Self {
        let block_size = usize::from(terms.block_size);
        let ahead = u64::from(terms.window_bytes / u32::from(terms.block_size));
        Self {
            block_size,
            ahead,
            last: content.len() / block_size as u64 + 1,
            awaited: terms.oack.is_none().into(),
            next: 1,
            over: 0,
            retries: 0,
            resent: 0,
            bytes: ahead * block_size as u64,
            length: 0,
            waits: terms.waits,
            ignore_last_ack: terms.ignore_last_ack,
            deadline: now.saturating_add(terms.waits.after(0)),
            oack: terms.oack,
            notes: VecDeque::new(),
            end: None,
            content,
        }
    }

    /// Returns the next datagram to send. It is called until there is none, before any other input.
    pub(super) fn poll_transmit(&mut self) -> Option<Datagram> {
        if let Some(oack) = self.oack.take() {
            return Some(oack.into());
        }
        let until = self.awaited.saturating_add(self.ahead).min(self.last);
        if self.end.is_some() || self.awaited == 0 || self.next > until {
            return None;
        }
        let (block, payload) = (self.next as u16, self.block(self.next));
        self.length = payload.len() as u64;
        self.next += 1;
        self.retries += 1;
        Some(Packet::Data { block, payload }.to_datagram())
    }

    /// Returns the events, in order.
    pub(super) fn poll_note(&mut self) -> Option<Note> {
        self.notes.pop_front()
    }

    /// Returns how it ended, if it did.
    pub(super) fn end(&self) -> Option<&End> {
        self.end.as_ref()
    }

    pub(super) fn deadline(&self) -> Duration {
        self.deadline
    }

    /// Returns the number of bytes sent, as the program counts them.
    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Returns the number of DATA packets, each counted once.
    pub(super) fn blocks(&self) -> u64 {
        self.awaited.saturating_sub(1)
    }

    /// Returns the number of timeouts.
    pub(super) fn resent(&self) -> u64 {
        self.resent
    }

    pub(super) fn handle_datagram(&mut self, now: Duration, datagram: impl Into<Datagram>) {
        let datagram = datagram.into();
        let received = datagram.first_chunk().map_or(0, u16::from_be_bytes);
        let is_short = datagram.len() < HEADER;
        match Packet::parse(datagram) {
            _ if is_short => self.notes.push_back(Note::TooShort),
            Ok(Packet::Error { code, message }) => {
                self.end = Some(End::PeerError { code: code.0, message });
                return;
            }
            Ok(Packet::Ack { block }) => self.handle_ack(block),
            _ => self.notes.push_back(Note::UnknownOpcode(received)),
        }
        self.go_on(now);
    }

    pub(super) fn handle_timeout(&mut self, now: Duration) {
        if now >= self.deadline {
            self.over += 1;
            self.go_on(now);
        }
    }

    fn handle_ack(&mut self, block: u16) {
        if block == self.awaited as u16 {
            self.resent += u64::from(self.over);
            self.over = 0;
            self.retries = 0;
            if self.awaited != 0 {
                self.bytes += self.length;
            }
            self.awaited += 1;
        } else if self.retries < 3 && self.awaited != 1 && block == self.awaited.wrapping_sub(1) as u16 {
            self.notes.push_back(Note::AckTwice { block });
        } else if u64::from(block) > self.awaited {
            self.notes.push_back(Note::AckAhead { block, awaited: self.awaited });
        }
    }

    /// Ends, or begins the next turn: the packets to send, and the wait after them.
    fn go_on(&mut self, now: Duration) {
        let all_sent = self.next > self.last;
        let owed = !self.ignore_last_ack && self.retries != 0;
        let silent = self.over >= self.waits.retransmit;
        if (!all_sent || owed) && self.retries < RETRIES_MAX && !silent {
            if self.over > 0 {
                // This also makes block 0 after a late answer to an OACK: an empty DATA 0 is sent before DATA 1.
                self.next = self.awaited;
            }
            self.deadline = now.saturating_add(self.waits.after(self.over));
            return;
        }
        let block = self.awaited as u16;
        self.end = Some(if self.retries >= RETRIES_MAX {
            End::MaxRetries { block }
        } else if silent && all_sent {
            self.resent += u64::from(self.over);
            End::LastNotAcked { block }
        } else if silent {
            End::TimedOut { block: self.awaited }
        } else {
            End::Sent
        });
    }

    fn block(&self, n: u64) -> Bytes {
        // Where block 0 would be, there is no file.
        let from = n.checked_sub(1).map_or(u64::MAX, |n| n * self.block_size as u64);
        let from = from.min(self.content.len());
        self.content.block(from..(from + self.block_size as u64).min(self.content.len()))
    }
}

#[cfg(test)]
#[path = "sending/tests.rs"]
mod tests;
