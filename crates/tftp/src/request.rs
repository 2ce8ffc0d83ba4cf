//! Read and write requests (RFC 1350, section 5, and RFC 2347).

use bytes::{Bytes, BytesMut};

use crate::Text;
use crate::options::Options;
use crate::wire::{ParseError, put_text, take_text};

/// A client's request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// The file's name, as the client wrote it.
    pub filename: Text,
    /// The mode, as the client spelled it; [`Request::mode`] parses it.
    pub mode: Text,
    /// The options that it proposes.
    pub options: Options,
}

impl Request {
    /// Creates a request without options.
    pub fn new(filename: impl Into<Text>, mode: Mode) -> Self {
        Self { filename: filename.into(), mode: mode.name().into(), options: Options::new() }
    }

    /// Returns the mode, if it is one that RFC 1350 names.
    pub fn mode(&self) -> Option<Mode> {
        [Mode::Netascii, Mode::Octet, Mode::Mail]
            .into_iter()
            .find(|mode| self.mode.eq_ignore_ascii_case(mode.name()))
    }

    pub(crate) fn parse(mut rest: Bytes) -> Result<Self, ParseError> {
        let filename = take_text(&mut rest)?;
        if rest.is_empty() {
            return Err(ParseError::MissingMode);
        }
        let mode = take_text(&mut rest)?;
        if mode.is_empty() {
            return Err(ParseError::MissingMode);
        }
        Ok(Self { filename, mode, options: Options::parse(rest)? })
    }

    pub(crate) fn write(&self, into: &mut BytesMut) {
        put_text(into, &self.filename);
        put_text(into, &self.mode);
        self.options.write(into);
    }
}

/// The encoding of the file (RFC 1350, section 1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Text with line ends as in Telnet.
    Netascii,
    /// The bytes themselves.
    Octet,
    /// Mail to a user; obsolete.
    Mail,
}

impl Mode {
    /// Returns its name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::Netascii => "netascii",
            Self::Octet => "octet",
            Self::Mail => "mail",
        }
    }
}
