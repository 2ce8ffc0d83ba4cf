//! The terms on which a sender sends.

use std::time::Duration;

use crate::BLOCK_SIZE_DEFAULT;
use crate::Text;
use crate::options::{Options, Proposal};
use crate::request::{Mode, Request};
use crate::schedule::Schedule;

/// The terms on which a server sends a file, as agreed with the receiver.
#[derive(Clone, Debug)]
pub struct SenderConfig {
    /// The options that the server accepts, spelled as they are sent. Without any, no OACK is sent.
    pub oack: Options,
    /// Bytes per block, at least 1.
    pub block_size: u16,
    /// Blocks sent before an ACK is required, at least 1. This is also the number kept in memory.
    pub window: u16,
    /// The times at which packets are retransmitted and given up.
    pub schedule: Schedule,
    /// The block number after 65,535.
    pub rollover_to: u16,
    /// True if an ACK of anything but block 0 causes a retransmission of the OACK. tftpd-hpa does so, and receives into the
    /// buffer of its OACK: the retransmitted packet begins like the last datagram it received.
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

/// A client's offer to write, and the schedule of its retransmissions.
#[derive(Clone, Debug)]
pub struct WriteConfig {
    /// The file's name.
    pub filename: Text,
    /// The transfer mode. The source supplies the bytes as they are sent: in netascii mode, a
    /// [`NetasciiSource`](crate::NetasciiSource) does.
    pub mode: Mode,
    /// The block size to propose, in bytes.
    pub blksize: Option<u16>,
    /// The window to propose, in blocks.
    pub windowsize: Option<u16>,
    /// The server's retransmission timeout to propose, in seconds.
    pub timeout: Option<u8>,
    /// The size to announce, in bytes.
    pub tsize: Option<u64>,
    /// Other options to propose, as in [`ReceiverConfig::others`](crate::ReceiverConfig::others).
    pub others: Options,
    /// The times at which the request, and later each block, is retransmitted, and given up.
    pub schedule: Schedule,
}

impl WriteConfig {
    /// Offers a file in octet mode without any option, every packet sent five times at 5 s.
    pub fn new(filename: impl Into<Text>) -> Self {
        Self {
            filename: filename.into(),
            mode: Mode::Octet,
            blksize: None,
            windowsize: None,
            timeout: None,
            tsize: None,
            others: Options::new(),
            schedule: Schedule::constant(Duration::from_secs(5), 5),
        }
    }

    /// Returns the options of the request, in the order `tsize`, `blksize`, `timeout`, `windowsize`, others.
    pub fn options(&self) -> Options {
        let Self { blksize, windowsize, timeout, tsize, others, .. } = self;
        Proposal { tsize: *tsize, blksize: *blksize, timeout: *timeout, windowsize: *windowsize, others }
            .options()
    }

    pub(super) fn request(&self) -> Request {
        Request { filename: self.filename.clone(), mode: self.mode.name().into(), options: self.options() }
    }
}
