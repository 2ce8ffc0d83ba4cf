//! The differences between the engines that were looked into, each with a row in `docs/engines.md`.

/// A difference that is allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exception {
    /// An access point's own timer fires between other events, because these are some milliseconds earlier or later.
    OwnTimer,
    /// The run ends a few events earlier or later, because access points try again in a different rhythm.
    End,
    /// A server that is full closes the connection before it has read anything: an end of stream instead of a reset.
    EndOfStream,
    /// A server whose data was read, but not acknowledged, sends it again, and learns that the connection is gone. turmoil's
    /// acknowledgements are no packets, so none is lost.
    Acknowledgement,
    /// A log counts whole seconds between times that are some milliseconds apart.
    Seconds,
    /// A connection is given up after many minutes, some seconds earlier or later; only the verdict is the same.
    GivingUp,
}

/// The scenarios with exceptions.
const EXCEPTIONS: &[(&str, &[Exception])] = &[
    ("crates/ewcsim/src/cli/new/sftp", &[Exception::OwnTimer]),
    ("scenarios/bugs/sftp-connection-reset", &[Exception::OwnTimer, Exception::Acknowledgement]),
    ("scenarios/bugs/sftp-corrupted-image", &[Exception::OwnTimer, Exception::End]),
    ("scenarios/bugs/sftp-link-20min", &[Exception::GivingUp]),
    ("scenarios/bugs/sftp-link-20s", &[Exception::OwnTimer]),
    ("scenarios/bugs/sftp-server-full", &[Exception::OwnTimer, Exception::EndOfStream, Exception::Seconds]),
    ("scenarios/bugs/sftp-server-restarts", &[Exception::OwnTimer]),
    ("scenarios/bugs/sftp-truncated-file", &[Exception::OwnTimer, Exception::End]),
];

/// Returns the differences that are allowed in a scenario.
pub(crate) fn of(name: &str) -> &'static [Exception] {
    EXCEPTIONS.iter().find(|(known, _)| *known == name).map_or(&[], |(_, allowed)| allowed)
}

/// Returns the names of all scenarios with exceptions.
pub(crate) fn all() -> impl Iterator<Item = &'static str> {
    EXCEPTIONS.iter().map(|(name, _)| *name)
}
