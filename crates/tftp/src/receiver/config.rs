//! What a receiver is to ask for, or on which terms it takes what is written.

use std::time::Duration;

use crate::BLOCK_SIZE_DEFAULT;
use crate::Text;
use crate::options::{Options, Proposal};
use crate::request::{Mode, Request};
use crate::schedule::Schedule;

/// How much of a file a [`Receiver`](crate::Receiver) wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// All of it.
    Whole,
    /// Its first block: takes the options and one block, then ends the transfer with an ERROR of code 0. tftpd-hpa logs nothing of that.
    FirstBlock,
    /// Whether the server would send it, and its size if [`ReceiverConfig::tsize`] asks: the first answer is met with an ERROR of code 0.
    /// If that answer is an OACK, tftpd-hpa logs `client does not accept options`.
    Answer,
}

/// What to ask for, and how patiently.
#[derive(Clone, Debug)]
pub struct ReceiverConfig {
    /// The file's name.
    pub filename: Text,
    /// How bytes stand for the file.
    pub mode: Mode,
    /// The block size to ask for, in bytes.
    pub blksize: Option<u16>,
    /// The window to ask for, in blocks.
    pub windowsize: Option<u16>,
    /// The server's retransmission timeout to ask for, in seconds.
    pub timeout: Option<u8>,
    /// Whether to ask for the file's size.
    pub tsize: bool,
    /// Options to ask for besides these. Whatever the server answers to them is taken and changes nothing, so they must not be of those
    /// that change the blocks, such as tftp-hpa's `blksize2` and any `rollover` but 0.
    pub others: Options,
    /// When to send the request, and later each ACK, again, and when to give up.
    pub schedule: Schedule,
    /// How much of the file is wanted.
    pub extent: Extent,
    /// For how long after the end to answer a last block that comes again, should its ACK be lost (RFC 1350, section 6).
    pub dally: Duration,
}

impl ReceiverConfig {
    /// The whole file in octet mode without any option, every packet sent five times at 5 s, no dallying.
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

    /// The options of the request, in the order `tsize`, `blksize`, `timeout`, `windowsize`, others.
    pub fn options(&self) -> Options {
        let Self { blksize, windowsize, timeout, tsize, others, .. } = self;
        let tsize = tsize.then_some(0);
        Proposal { tsize, blksize: *blksize, timeout: *timeout, windowsize: *windowsize, others }.options()
    }

    pub(super) fn request(&self) -> Request {
        Request { filename: self.filename.clone(), mode: self.mode.name().into(), options: self.options() }
    }
}

/// The terms on which a server takes a file, as agreed with the client that writes it.
#[derive(Clone, Debug)]
pub struct AcceptConfig {
    /// The options which the server takes, in the spelling in which they go out. With none, the request is answered by ACK 0.
    pub oack: Options,
    /// Bytes per block, at least 1.
    pub block_size: u16,
    /// Blocks per acknowledgement, at least 1.
    pub window: u16,
    /// When to send the answer, and later each ACK, again, and when to give up.
    pub schedule: Schedule,
    /// The block number after 65,535.
    pub rollover_to: u16,
    /// For how long after the end to answer a last block that comes again, should its ACK be lost (RFC 1350, section 6).
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
