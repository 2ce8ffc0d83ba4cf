//! Options of a request and of its acknowledgement (RFC 2347).

use bytes::{Bytes, BytesMut};

use crate::Text;
use crate::wire::{ParseError, put_text, take_text};

/// Block size in bytes (RFC 2348).
pub const BLKSIZE: &str = "blksize";
/// Size of the whole file in bytes; 0 in a read request queries it (RFC 2349).
pub const TSIZE: &str = "tsize";
/// Seconds between retransmissions, 1 to 255 (RFC 2349).
pub const TIMEOUT: &str = "timeout";
/// Blocks sent before an acknowledgement is required (RFC 7440).
pub const WINDOWSIZE: &str = "windowsize";

/// The smallest block size that may be requested (RFC 2348).
pub const BLKSIZE_MIN: u16 = 8;
/// The largest block size that may be requested (RFC 2348).
pub const BLKSIZE_MAX: u16 = 65_464;

/// The maximum number of options in one packet. Peers in the field send up to five; a packet could carry thousands.
pub const OPTIONS_MAX: usize = 64;

/// Names and values in the order and the spelling in which they were sent, unknown ones included.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options(Vec<(Text, Text)>);

impl Options {
    /// Creates an empty list.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds an option at the end. An empty name is ignored: on the wire it ends the list.
    pub fn push(&mut self, name: impl Into<Text>, value: impl Into<Text>) {
        let name = name.into().until_nul();
        if !name.is_empty() {
            self.0.push((name, value.into()));
        }
    }

    /// Returns these options and one more.
    #[must_use]
    pub fn with(mut self, name: impl Into<Text>, value: impl ToString) -> Self {
        self.push(name, value.to_string());
        self
    }

    /// Returns the value of the first option called `name`, in any case.
    pub fn find(&self, name: &str) -> Option<&Text> {
        self.iter().find(|(option, _)| option.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// Iterates over names and values, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&Text, &Text)> {
        self.0.iter().map(|(name, value)| (name, value))
    }

    /// Returns the number of options.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Returns true if there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Reads to the end of the packet, or to an empty name: boot loaders pad requests with zeros. A name without a value at the
    /// very end is left out, as servers in the field do.
    pub(crate) fn parse(mut rest: Bytes) -> Result<Self, ParseError> {
        let mut options = Self::new();
        while !rest.is_empty() {
            let name = take_text(&mut rest)?;
            if name.is_empty() || rest.is_empty() {
                break;
            }
            if options.len() == OPTIONS_MAX {
                return Err(ParseError::TooManyOptions);
            }
            let value = take_text(&mut rest)?;
            options.0.push((name, value));
        }
        Ok(options)
    }

    pub(crate) fn write(&self, into: &mut BytesMut) {
        for (name, value) in self.iter() {
            put_text(into, name);
            put_text(into, value);
        }
    }
}

/// The options that a client proposes, before they are formatted.
#[derive(Debug)]
pub(crate) struct Proposal<'a> {
    pub(crate) tsize: Option<u64>,
    pub(crate) blksize: Option<u16>,
    pub(crate) timeout: Option<u8>,
    pub(crate) windowsize: Option<u16>,
    pub(crate) others: &'a Options,
}

impl Proposal<'_> {
    pub(crate) fn options(&self) -> Options {
        let numbers = [
            (TSIZE, self.tsize),
            (BLKSIZE, self.blksize.map(u64::from)),
            (TIMEOUT, self.timeout.map(u64::from)),
            (WINDOWSIZE, self.windowsize.map(u64::from)),
        ];
        let mut options = Options::new();
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
