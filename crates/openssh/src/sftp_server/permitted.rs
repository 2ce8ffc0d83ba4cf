//! The names of requests, and the rules by which they are answered.

use super::event::Refusal;
use super::options::Options;

/// Extended requests that OpenSSH 8.9 knows, by their names in options.
const EXTENDED: [(&str, &str, bool); 8] = [
    ("posix-rename@openssh.com", "posix-rename", true),
    ("statvfs@openssh.com", "statvfs", false),
    ("fstatvfs@openssh.com", "fstatvfs", false),
    ("hardlink@openssh.com", "hardlink", true),
    ("fsync@openssh.com", "fsync", true),
    ("lsetstat@openssh.com", "lsetstat", true),
    ("limits@openssh.com", "limits", false),
    ("expand-path@openssh.com", "expand-path", false),
];

/// A kind of request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Named {
    /// Its name in options and in the log.
    pub(super) name: &'static str,
    writes: bool,
}

/// The decision about a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Permitted,
    /// It is answered because the list of `-p` has it, which is logged.
    Allowed,
    Refused(Refusal),
}

impl Named {
    /// Returns the kind of packets of this type; none if it is unknown or extended.
    pub(super) fn of_kind(kind: u8) -> Option<Self> {
        let (name, writes) = match kind {
            // OPEN checks itself whether it writes.
            3 => ("open", false),
            4 => ("close", false),
            5 => ("read", false),
            6 => ("write", true),
            7 => ("lstat", false),
            8 => ("fstat", false),
            9 => ("setstat", true),
            10 => ("fsetstat", true),
            11 => ("opendir", false),
            12 => ("readdir", false),
            13 => ("remove", true),
            14 => ("mkdir", true),
            15 => ("rmdir", true),
            16 => ("realpath", false),
            17 => ("stat", false),
            18 => ("rename", true),
            19 => ("readlink", false),
            20 => ("symlink", true),
            _ => return None,
        };
        Some(Self { name, writes })
    }

    /// Returns the kind of an extended request.
    pub(super) fn of_extension(request: &str) -> Option<Self> {
        let (_, name, writes) = EXTENDED.iter().find(|(known, ..)| *known == request)?;
        Some(Self { name, writes: *writes })
    }

    /// Decides whether it is answered under these options.
    pub(super) fn judge(self, options: &Options) -> Verdict {
        let listed = |names: &[String]| names.iter().any(|name| name == self.name);
        if options.read_only && self.writes {
            Verdict::Refused(Refusal::ReadOnly)
        } else if listed(&options.denied) {
            Verdict::Refused(Refusal::Denied)
        } else {
            match &options.allowed {
                None => Verdict::Permitted,
                Some(allowed) if listed(allowed) => Verdict::Allowed,
                Some(_) => Verdict::Refused(Refusal::NotAllowed),
            }
        }
    }
}
