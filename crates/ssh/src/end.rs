//! The ways in which a session ends, distinguished as in OpenSSH's logs.

use std::{fmt, io};

use russh::AlgorithmKind;

/// The reason why there is no session any more.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum End {
    /// The peer sent SSH_MSG_DISCONNECT (RFC 4253 section 11.1).
    ///
    /// As a server, russh drops the client's text without reporting it. `reason` and `text` are then the ones that clients of
    /// that identification are known to send: OpenSSH's 11 "disconnected by user", libssh2's 11 "Shutdown" (both from sshd logs),
    /// and for all others 11 and no text. A client gets what its server really sent.
    Disconnected {
        /// RFC 4253 section 11.1: 11 is SSH_DISCONNECT_BY_APPLICATION.
        reason: u32,
        /// The text sent, made printable.
        text: String,
    },
    /// The peer closed the TCP connection (FIN) without a message.
    Closed,
    /// The TCP connection was reset (RST).
    Reset,
    /// TCP gave up the connection: no acknowledgements.
    TimedOut,
    /// One of the lists has no entry in common with the peer's.
    NoCommon {
        /// The list.
        what: Negotiated,
        /// The peer's offers in it.
        theirs: Vec<String>,
    },
    /// The first line is not an identification of SSH 2 (RFC 4253 section 4.2): that line, made printable and cut at 255 bytes.
    BadIdentification(String),
    /// A packet that is not allowed. The text is OpenSSH's (ssherr.c) if there is one.
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
    /// Formats the name as in OpenSSH's `no matching … found` (ssherr.c).
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
    /// Returns the error for a program that still reads or writes.
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

    /// Converts russh's errors. `identification` is the peer's first line.
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

/// Converts bytes of a peer to text for a log: bytes other than printable ASCII are escaped, and only the first 255 are used.
pub(crate) fn printable(bytes: &[u8]) -> String {
    bytes[..bytes.len().min(255)].escape_ascii().to_string()
}

host::specimens! {
    enum Negotiated { KeyExchange, HostKey, Cipher, Mac, Compression }
}
