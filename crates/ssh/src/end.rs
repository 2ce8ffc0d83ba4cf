//! How a session ends, told apart as OpenSSH's logs do.

use std::{fmt, io};

use russh::AlgorithmKind;

/// Why there is no session any more.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum End {
    /// The peer said SSH_MSG_DISCONNECT (RFC 4253 section 11.1).
    ///
    /// As a server, russh drops what a client says there without telling. `reason` and `text` are then what clients of that
    /// identification are known to send: OpenSSH's 11 "disconnected by user", libssh2's 11 "Shutdown" (both from sshd logs), and
    /// for all others 11 and no text. A client gets what its server really said.
    Disconnected {
        /// RFC 4253 section 11.1: 11 is SSH_DISCONNECT_BY_APPLICATION.
        reason: u32,
        /// What was said, made printable.
        text: String,
    },
    /// The peer closed the TCP connection (FIN) without a word.
    Closed,
    /// The TCP connection was reset (RST).
    Reset,
    /// TCP gave the connection up: nobody acknowledges.
    TimedOut,
    /// Nothing in one of the lists is in both.
    NoCommon {
        /// Which list.
        what: Negotiated,
        /// What the peer offers there.
        theirs: Vec<String>,
    },
    /// What came first is no identification of SSH 2 (RFC 4253 section 4.2): that line, made printable and cut at 255 bytes.
    BadIdentification(String),
    /// A packet that must not come. The text is OpenSSH's (ssherr.c) where there is one.
    Protocol(String),
    /// This side ended it.
    Local,
}

/// The lists that must have something in common (RFC 4253 section 7.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Negotiated {
    /// `kex_algorithms`.
    KeyExchange,
    /// `server_host_key_algorithms`.
    HostKey,
    /// `encryption_algorithms`.
    Cipher,
    /// `mac_algorithms`.
    Mac,
    /// `compression_algorithms`.
    Compression,
}

impl fmt::Display for Negotiated {
    /// As in OpenSSH's `no matching … found` (ssherr.c).
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::KeyExchange => "key exchange method",
            Self::HostKey => "host key type",
            Self::Cipher => "cipher",
            Self::Mac => "MAC",
            Self::Compression => "compression method",
        })
    }
}

impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Disconnected { reason, text } => write!(f, "disconnected by the peer: {reason}: {text}"),
            Self::Closed => f.write_str("connection closed by the peer"),
            Self::Reset => f.write_str("connection reset by the peer"),
            Self::TimedOut => f.write_str("connection timed out"),
            Self::NoCommon { what, theirs } => {
                write!(f, "no matching {what} found; their offer: {}", theirs.join(","))
            }
            Self::BadIdentification(line) => write!(f, "not an SSH identification: {line}"),
            Self::Protocol(text) => f.write_str(text),
            Self::Local => f.write_str("closed by this side"),
        }
    }
}

impl End {
    /// What a program sees that still reads or writes.
    pub(crate) fn error(&self) -> io::Error {
        let kind = match self {
            Self::Disconnected { .. } | Self::Closed => io::ErrorKind::UnexpectedEof,
            Self::Reset => io::ErrorKind::ConnectionReset,
            Self::TimedOut => io::ErrorKind::TimedOut,
            Self::Local => io::ErrorKind::ConnectionAborted,
            Self::NoCommon { .. } | Self::BadIdentification(_) | Self::Protocol(_) => {
                io::ErrorKind::InvalidData
            }
        };
        io::Error::new(kind, self.to_string())
    }

    /// What russh's errors mean. `identification` is the peer's first line.
    pub(crate) fn of(error: &russh::Error, identification: &str) -> Self {
        use russh::Error;
        match error {
            Error::IO(error) => Self::of_io(error.kind()),
            // Only before the identification: afterwards, an end of the stream is an I/O error.
            Error::Disconnect | Error::HUP => Self::Closed,
            Error::NoCommonAlgo { kind, theirs, .. } => Self::NoCommon {
                what: match kind {
                    AlgorithmKind::Kex => Negotiated::KeyExchange,
                    AlgorithmKind::Key => Negotiated::HostKey,
                    AlgorithmKind::Cipher => Negotiated::Cipher,
                    AlgorithmKind::Mac => Negotiated::Mac,
                    AlgorithmKind::Compression => Negotiated::Compression,
                },
                theirs: theirs.iter().map(|name| printable(name.as_bytes())).collect(),
            },
            Error::Version => Self::BadIdentification(identification.to_owned()),
            Error::PacketAuth | Error::DecryptionError => {
                Self::Protocol("message authentication code incorrect".to_owned())
            }
            Error::PacketSize(length) => Self::Protocol(format!("Bad packet length {length}.")),
            Error::SshEncoding(_) | Error::Utf8(_) | Error::IndexOutOfBounds => {
                Self::Protocol("invalid format".to_owned())
            }
            Error::WrongServerSig | Error::Signature(_) => Self::Protocol("incorrect signature".to_owned()),
            other => Self::Protocol(other.to_string().to_lowercase()),
        }
    }

    pub(crate) fn of_io(kind: io::ErrorKind) -> Self {
        match kind {
            io::ErrorKind::UnexpectedEof => Self::Closed,
            io::ErrorKind::TimedOut | io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable => {
                Self::TimedOut
            }
            _ => Self::Reset,
        }
    }
}

/// Bytes of a peer as text that can go into a log: what is not printable ASCII is escaped, and the first 255 bytes do.
pub(crate) fn printable(bytes: &[u8]) -> String {
    bytes[..bytes.len().min(255)].escape_ascii().to_string()
}
