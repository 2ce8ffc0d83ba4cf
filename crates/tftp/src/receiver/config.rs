//! The settings of a receiver: those of a request, or the terms of a write.

use std::time::Duration;

use crate::BLOCK_SIZE_DEFAULT;
use crate::Text;
use crate::options::{Options, Proposal};
use crate::request::{Mode, Request};
use crate::schedule::Schedule;

/// The part of a file that a [`Receiver`](crate::Receiver) wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// All of it.
    Whole,
    /// Its first block: accepts the options and one block, then ends the transfer with an ERROR of code 0, unlogged by tftpd-hpa.
    FirstBlock,
    /// No data: only checks that the server would send the file, and reads its size if [`ReceiverConfig::tsize`] is set. The
    /// first answer gets an ERROR of code 0. If that answer is an OACK, tftpd-hpa logs `client does not accept options`.
    Answer,
}

/// The request, and the schedule of its retransmissions.
#[derive(Clone, Debug)]
pub struct ReceiverConfig {
    /// The file's name.
    pub filename: Text,
    /// The transfer mode.
    pub mode: Mode,
    /// The block size to request, in bytes.
    pub blksize: Option<u16>,
    /// The window to request, in blocks.
    pub windowsize: Option<u16>,
    /// The server's retransmission timeout to request, in seconds.
    pub timeout: Option<u8>,
    /// True to request the file's size.
    pub tsize: bool,
    /// Other options to request. The server's answers to them are accepted and change nothing, so options that change the blocks
    /// are not allowed here, such as tftp-hpa's `blksize2` and any `rollover` but 0.
    pub others: Options,
    /// The times at which the request, and later each ACK, is retransmitted, and given up.
    pub schedule: Schedule,
    /// The part of the file that is wanted.
    pub extent: Extent,
    /// The time after the end during which a duplicate last block is answered, should its ACK be lost (RFC 1350, section 6).
    pub dally: Duration,
}

impl ReceiverConfig {
    /// Requests the whole file in octet mode without any option, every packet sent five times at 5 s, no dallying.
    pub fn new(filename: impl Into<Text>) -> Self {
        Self {
            filename: filename.into(),
            mode: Mode::Octet,
            blksize: None,
            windowsize: None,
            timeout: None,
            tsize: false,
            others: Options::new(),
            schedule: Schedule::constant(Duration::from_secs(5), 5),
            extent: Extent::Whole,
            dally: Duration::ZERO,
        }
    }

    /// Returns the options of the request, in the order `tsize`, `blksize`, `timeout`, `windowsize`, others.
    pub fn options(&self) -> Options {
        let Self { blksize, windowsize, timeout, tsize, others, .. } = self;
        let tsize = tsize.then_some(0);
        Proposal { tsize, blksize: *blksize, timeout: *timeout, windowsize: *windowsize, others }.options()
    }

    pub(super) fn request(&self) -> Request {
        Request { filename: self.filename.clone(), mode: self.mode.name().into(), options: self.options() }
    }
}

/// The terms on which a server receives a file, as agreed with the client that writes it.
#[derive(Clone, Debug)]
pub struct AcceptConfig {
    /// The options that the server accepts, spelled as they are sent. Without any, the request is answered by ACK 0.
    pub oack: Options,
    /// Bytes per block, at least 1.
    pub block_size: u16,
    /// Blocks per acknowledgement, at least 1.
    pub window: u16,
    /// The times at which the answer, and later each ACK, is retransmitted, and given up.
    pub schedule: Schedule,
    /// The block number after 65,535.
    pub rollover_to: u16,
    /// The time after the end during which a duplicate last block is answered, should its ACK be lost (RFC 1350, section 6).
    pub dally: Duration,
}

/// No options: blocks of 512 bytes, one at a time, each ACK sent six times with waits from 1 s to 32 s; dallies for 1 s, as
/// tftpd-hpa does.
impl Default for AcceptConfig {
    fn default() -> Self {
        Self {
            oack: Options::new(),
            block_size: BLOCK_SIZE_DEFAULT,
            window: 1,
            schedule: Schedule::doubling(Duration::from_secs(1), 6),
            rollover_to: 0,
            dally: Duration::from_secs(1),
        }
    }
}
