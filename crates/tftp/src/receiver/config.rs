//! What a receiver is to ask for.

use std::time::Duration;

use crate::options::{BLKSIZE, Options, TIMEOUT, TSIZE, WINDOWSIZE};
use crate::request::Mode;
use crate::schedule::Schedule;
use crate::text::Text;

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
        let mut options = Options::new();
        if self.tsize {
            options.push(TSIZE, "0");
        }
        let numbers =
            [(BLKSIZE, self.blksize), (TIMEOUT, self.timeout.map(u16::from)), (WINDOWSIZE, self.windowsize)];
        for (name, value) in numbers {
            if let Some(value) = value {
                options.push(name, value.to_string());
            }
        }
        for (name, value) in self.others.iter() {
            options.push(name.clone(), value.clone());
        }
        options
    }
}
