//! The terms that the server agreed to.

use crate::BLOCK_SIZE_DEFAULT;
use crate::Text;
use crate::options::{BLKSIZE, BLKSIZE_MIN, Options, TIMEOUT, TSIZE, WINDOWSIZE};

/// The terms of one transfer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms {
    /// Bytes per block.
    pub block_size: u16,
    /// Blocks per acknowledgement.
    pub window: u16,
    /// The file's size in bytes, if the server reported it.
    pub size: Option<u64>,
    /// The server's OACK as it came; empty if it ignored the options, or had none to answer.
    pub options: Options,
}

/// The error of an option that was not requested, or of a value that does not match the request.
#[derive(Debug)]
pub(crate) struct BadOption {
    pub(crate) name: Text,
    pub(crate) value: Text,
}

impl Terms {
    /// Returns the terms of RFC 1350: the server continued without an OACK.
    pub(crate) fn without_options() -> Self {
        Self { block_size: BLOCK_SIZE_DEFAULT, window: 1, size: None, options: Options::new() }
    }

    /// Compares an OACK with the request. The server may lower values but not raise them (RFC 2348, RFC 7440);
    /// `timeout` must be returned unchanged (RFC 2349).
    pub(crate) fn agree(asked: &Options, options: Options) -> Result<Self, BadOption> {
        let mut terms = Self::without_options();
        for (position, (name, value)) in options.iter().enumerate() {
            let bad = || BadOption { name: name.clone(), value: value.clone() };
            let repeated = options.iter().take(position).any(|(earlier, _)| same_name(earlier, name));
            let asked = asked.iter().find(|(asked, _)| same_name(asked, name)).ok_or_else(bad)?.1;
            if repeated {
                return Err(bad());
            }
            if name.eq_ignore_ascii_case(BLKSIZE) {
                terms.block_size = lowered(value, asked, BLKSIZE_MIN).ok_or_else(bad)?;
            } else if name.eq_ignore_ascii_case(WINDOWSIZE) {
                terms.window = lowered(value, asked, 1).ok_or_else(bad)?;
            } else if name.eq_ignore_ascii_case(TSIZE) {
                terms.size = Some(value.number().ok_or_else(bad)?);
            } else if name.eq_ignore_ascii_case(TIMEOUT) && value.number() != asked.number() {
                return Err(bad());
            }
        }
        terms.options = options;
        Ok(terms)
    }
}

fn same_name(a: &Text, b: &Text) -> bool {
    a.as_bytes().eq_ignore_ascii_case(b.as_bytes())
}

fn lowered(value: &Text, asked: &Text, least: u16) -> Option<u16> {
    let value = value.number()?;
    let allowed = u64::from(least)..=asked.number()?;
    allowed.contains(&value).then(|| u16::try_from(value).ok()).flatten()
}
