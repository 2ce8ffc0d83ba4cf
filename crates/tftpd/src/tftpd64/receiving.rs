//! The receiving end of a write, as in Tftpd64. No I/O.
//!
//! ```text
//!   WRQ with options    -> OACK, once \
//!   WRQ without options -> ACK 0 ------ DATA 1 ... ACK 1, DATA 2 ... ACK 2, ...
//! ```
//!
//! It is not [`tftp::Receiver`] because its behaviour shows on the wire: after any packet or timeout, the last block is
//! acknowledged again; it does not wait for a repetition of the last block; and a packet other than DATA is answered by an ERROR.
//! Names in comments are those of the program's source.

use std::time::Duration;

use bytes::Bytes;
use datagram::Datagram;
use tftp::Packet;

use super::sending::Waits;

const HEADER: usize = 4;

/// The end of a transfer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// A block came that is not full, or no block at all.
    Received,
    /// The client fell silent.
    TimedOut { block: u64 },
    /// A datagram without a complete header came.
    TooShort,
    /// A packet other than DATA came.
    NotData(u16),
}

/// The result of one datagram.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Brought {
    /// The data to be written before anything is sent.
    pub(super) data: Option<Bytes>,
    /// True if the client counts from 0.
    pub(super) is_first_block_zero: bool,
}

/// Serves one write request.
#[derive(Debug)]
pub(super) struct Receiving {
    block_size: usize,
    /// `nCount`: the last block that came.
    count: u32,
    /// `nTimeOut`: timeouts in a row.
    over: u32,
    /// `dwTotalTimeOut`.
    resent: u64,
    /// `dwTotalBytes`.
    bytes: u64,
    /// `dwBytes`: the length of the last block; before the first, that of the OACK or 0.
    length: usize,
    waits: Waits,
    deadline: Duration,
    outbox: Option<Datagram>,
    end: Option<End>,
}

impl Receiving {
    /// Begins with the OACK, or with ACK 0.
    pub(super) fn new(now: Duration, oack: Option<Bytes>, block_size: u16, waits: Waits) -> Self {
        let length = oack.as_ref().map_or(0, Bytes::len);
        Self {
            block_size: block_size.into(),
            count: 0,
            over: 0,
            resent: 0,
            bytes: 0,
            length,
            waits,
            deadline: now.saturating_add(waits.after(0)),
            outbox: Some(oack.map_or_else(|| ack(0), Datagram::from)),
            end: None,
        }
    }

    /// Returns the next datagram to send.
    pub(super) fn poll_transmit(&mut self) -> Option<Datagram> {
        self.outbox.take()
    }

    /// Returns how it ended, if it did. Waiting datagrams are sent first.
    pub(super) fn end(&self) -> Option<End> {
        self.end
    }

    pub(super) fn deadline(&self) -> Duration {
        self.deadline
    }

    /// Returns the number of bytes received.
    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Returns the number of DATA packets, each counted once.
    pub(super) fn blocks(&self) -> u64 {
        self.count.into()
    }

    /// Returns the number of timeouts.
    pub(super) fn resent(&self) -> u64 {
        self.resent
    }

    pub(super) fn handle_datagram(&mut self, now: Duration, datagram: impl Into<Datagram>) -> Brought {
        let datagram = datagram.into();
        let mut brought = Brought::default();
        let Some([high, low, ..]) = datagram.first_chunk::<HEADER>() else {
            self.end = Some(End::TooShort);
            return brought;
        };
        let Ok(Packet::Data { block, payload: data }) = Packet::parse(datagram) else {
            self.end = Some(End::NotData(u16::from_be_bytes([high, low])));
            return brought;
        };
        if block == 0 && self.count == 0 {
            self.length = data.len();
            if self.bytes > 0 {
                // Block 0 once more, after it was taken for the first: not even acknowledged.
                self.go_on(now);
                return brought;
            }
            brought.is_first_block_zero = true;
            self.count = u32::MAX;
        }
        let next = self.count.wrapping_add(1);
        if block == next as u16 {
            self.count = next;
            self.resent += u64::from(self.over);
            self.over = 0;
            self.length = data.len();
            self.bytes += data.len() as u64;
            brought.data = Some(data);
        }
        self.outbox = Some(ack(self.count as u16));
        self.go_on(now);
        brought
    }

    pub(super) fn handle_timeout(&mut self, now: Duration) {
        if now >= self.deadline {
            self.over += 1;
            self.outbox = Some(ack(self.count as u16));
            self.go_on(now);
        }
    }

    /// Ends, or begins the next turn. The program checks the length of the last block even before there was one: a client that
    /// sends nothing before the first timeout has sent an empty file.
    fn go_on(&mut self, now: Duration) {
        if self.over >= self.waits.retransmit {
            self.end = Some(End::TimedOut { block: u64::from(self.count) + 1 });
        } else if self.length != self.block_size {
            self.end = Some(End::Received);
        } else {
            self.deadline = now.saturating_add(self.waits.after(self.over));
        }
    }
}

fn ack(block: u16) -> Datagram {
    Packet::Ack { block }.to_datagram()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn receiving(oack: Option<Bytes>) -> Receiving {
        Receiving::new(Duration::ZERO, oack, 8, Waits { timeout_s: 3, retransmit: 6 })
    }

    fn data(receiving: &mut Receiving, block: u16, length: usize) -> (usize, Option<u16>) {
        let packet = Packet::Data { block, payload: vec![7; length].into() };
        let brought = receiving.handle_datagram(Duration::ZERO, packet.to_bytes());
        (brought.data.map_or(0, |data| data.len()), sent(receiving))
    }

    /// Returns the block that an ACK names, or the opcode of another packet.
    fn sent(receiving: &mut Receiving) -> Option<u16> {
        let datagram = receiving.poll_transmit()?;
        let [a, b, high, low] = datagram.first_chunk()?;
        Some(u16::from_be_bytes(if [a, b] == [0, 4] { [high, low] } else { [a, b] }))
    }

    fn wait(receiving: &mut Receiving) -> Option<u16> {
        receiving.handle_timeout(receiving.deadline());
        sent(receiving)
    }

    #[test]
    fn blocks_are_acknowledged_one_by_one() {
        let mut receiving = receiving(None);
        assert_eq!(sent(&mut receiving), Some(0));
        assert_eq!(data(&mut receiving, 1, 8), (8, Some(1)));
        assert_eq!(data(&mut receiving, 1, 8), (0, Some(1)), "again, and acknowledged again");
        assert_eq!(data(&mut receiving, 3, 8), (0, Some(1)), "too early");
        assert_eq!((wait(&mut receiving), wait(&mut receiving)), (Some(1), Some(1)));
        assert_eq!(data(&mut receiving, 2, 0), (0, Some(2)));
        assert_eq!(receiving.end(), Some(End::Received));
        assert_eq!((receiving.blocks(), receiving.bytes(), receiving.resent()), (2, 8, 2));
    }

    #[test]
    fn a_client_that_falls_silent_times_out() {
        let mut receiving = receiving(None);
        sent(&mut receiving);
        data(&mut receiving, 1, 8);
        let waits: Vec<_> = (0..6).map(|_| (wait(&mut receiving), receiving.deadline().as_secs())).collect();
        assert_eq!(waits.iter().map(|&(ack, _)| ack).collect::<Vec<_>>(), [Some(1); 6]);
        assert_eq!(waits.iter().map(|&(_, next)| next).collect::<Vec<_>>(), [3, 6, 9, 12, 15, 15]);
        assert_eq!(receiving.end(), Some(End::TimedOut { block: 2 }));
    }

    #[test]
    fn silence_before_the_first_block_is_an_empty_file() {
        for oack in [None, Some(Bytes::from_static(b"\0\x06timeout\x003\0"))] {
            let expected = if oack.is_some() { 6 } else { 0 };
            let mut receiving = receiving(oack);
            assert_eq!((sent(&mut receiving), wait(&mut receiving)), (Some(expected), Some(0)));
            assert_eq!(receiving.end(), Some(End::Received));
            assert_eq!((receiving.blocks(), receiving.bytes(), receiving.resent()), (0, 0, 0));
        }
    }

    #[test]
    fn counting_from_zero_is_put_right() {
        let mut receiving = receiving(None);
        sent(&mut receiving);
        let packet = Packet::Data { block: 0, payload: vec![7; 8].into() };
        let brought = receiving.handle_datagram(Duration::ZERO, packet.to_bytes());
        assert!(brought.is_first_block_zero && brought.data.is_some());
        assert_eq!(sent(&mut receiving), Some(0));
        assert_eq!(data(&mut receiving, 0, 8), (0, None));
        assert_eq!(data(&mut receiving, 1, 3), (3, Some(1)));
        assert_eq!((receiving.end(), receiving.bytes()), (Some(End::Received), 11));
    }

    #[test]
    fn numbers_wrap_to_zero() {
        let mut receiving = receiving(None);
        sent(&mut receiving);
        for n in 1..=65_537_u32 {
            assert_eq!(data(&mut receiving, n as u16, 8), (8, Some(n as u16)));
        }
        assert_eq!(data(&mut receiving, 2, 1), (1, Some(2)));
        assert_eq!((receiving.end(), receiving.blocks()), (Some(End::Received), 65_538));
    }

    #[test]
    fn what_is_no_data_ends_it() {
        for (datagram, end) in [
            (&b"\0\x05\0\0bye\0"[..], End::NotData(5)),
            (b"\0\x04\0\x01", End::NotData(4)),
            (b"\0\x03\0", End::TooShort),
        ] {
            let mut receiving = receiving(None);
            sent(&mut receiving);
            receiving.handle_datagram(Duration::ZERO, Bytes::from_static(datagram));
            assert_eq!((receiving.end(), sent(&mut receiving)), (Some(end), None));
        }
    }
}
