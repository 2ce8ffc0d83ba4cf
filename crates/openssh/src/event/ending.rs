//! The faults at the start of connections, and their ends.

use serde::Serialize;

/// A fault at the start of a connection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// The client left.
    Closed,
    /// The connection broke.
    Broken {
        /// The reason, in the words of strerror(3).
        reason: String,
    },
    /// The client sent something other than SSH.
    Other {
        /// Its first line.
        line: String,
    },
    /// The client sent something similar to SSH.
    Bad {
        /// Its first line.
        line: String,
    },
    /// The client speaks another version.
    Version {
        /// The version.
        major: u32,
    },
}

impl Fault {
    /// Returns the fault in the first line of a client.
    pub(crate) fn of_identification(line: &str) -> Self {
        let Some(rest) = line.strip_prefix("SSH-") else { return Self::Other { line: line.into() } };
        let version = rest.split_once('-').and_then(|(version, _)| version.split_once('.'));
        match version.map(|(major, minor)| (major.parse(), minor.parse::<u32>())) {
            Some((Ok(major), Ok(_))) if major != 2 => Self::Version { major },
            _ => Self::Bad { line: line.into() },
        }
    }
}

/// The end of a connection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    /// The client closed it.
    Closed,
    /// The client reset it.
    Reset,
    /// The client sent SSH_MSG_DISCONNECT.
    Disconnected,
    /// The two ends have no algorithm of a kind in common.
    NoCommon {
        /// The kind, as in `no matching … found`.
        what: String,
        /// The client's offer.
        theirs: String,
    },
    /// The client sent something wrong.
    Fault {
        /// The activity of sshd.
        during: &'static str,
        /// The reason, in the words of ssherr.c or strerror(3).
        reason: String,
    },
    /// A faulty packet; it precedes [`Ending::Fault`].
    Corrupted {
        /// The fault, in the words of packet.c.
        reason: String,
    },
}

impl Ending {
    /// Returns the ends that sshd logs of a connection after a faulty packet, in order. `text` is from ssherr.c or strerror(3).
    pub(crate) fn of_fault(text: &str, during: &'static str) -> impl Iterator<Item = Self> {
        let (corrupted, reason) = match text {
            text if text.starts_with("Bad packet length") => (Some(text), "Connection corrupted"),
            "message authentication code incorrect" => (Some("Corrupted MAC on input."), text),
            text => (None, text),
        };
        let corrupted = corrupted.map(|reason| Self::Corrupted { reason: reason.into() });
        corrupted.into_iter().chain([Self::Fault { during, reason: reason.into() }])
    }
}

host::field_types! {
    Structure: Fault, Ending;
}
