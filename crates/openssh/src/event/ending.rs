//! How connections begin badly, and how they end.

use serde::Serialize;

/// What can be wrong with how a client begins.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// It left.
    Closed,
    /// The connection broke.
    Broken {
        /// In the words of strerror(3).
        reason: String,
    },
    /// It said something else.
    Other {
        /// Its first line.
        line: String,
    },
    /// It said something like SSH.
    Bad {
        /// Its first line.
        line: String,
    },
    /// It speaks another version.
    Version {
        /// Which.
        major: u32,
    },
}

impl Fault {
    /// What is wrong with the first line of a client.
    pub(crate) fn of_identification(line: &str) -> Self {
        let Some(rest) = line.strip_prefix("SSH-") else { return Self::Other { line: line.into() } };
        let version = rest.split_once('-').and_then(|(version, _)| version.split_once('.'));
        match version.map(|(major, minor)| (major.parse(), minor.parse::<u32>())) {
            Some((Ok(major), Ok(_))) if major != 2 => Self::Version { major },
            _ => Self::Bad { line: line.into() },
        }
    }
}

/// How a connection ends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    /// The client closed it.
    Closed,
    /// The client reset it.
    Reset,
    /// The client said goodbye.
    Disconnected,
    /// The two ends have no algorithm of a kind in common.
    NoCommon {
        /// Which kind, as in `no matching … found`.
        what: String,
        /// What the client offered.
        theirs: String,
    },
    /// What came was wrong.
    Fault {
        /// What sshd was doing.
        during: &'static str,
        /// In the words of ssherr.c or strerror(3).
        reason: String,
    },
    /// It goes on before [`Ending::Fault`]: what was wrong with a packet.
    Corrupted {
        /// In the words of packet.c.
        reason: String,
    },
}

impl Ending {
    /// The ends that sshd reports of a connection on which something wrong came, in order. `text` is of ssherr.c or strerror(3).
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
