//! The errors that end a session.

use sftp::{FrameError, Malformed, ParseError};

/// The longest string that OpenSSH's buffers could hold, in bytes (sshbuf.h).
const STRING_MAX: u32 = 0x0800_0000 - 4;

/// The reason why sftp-server exits. The message is the line that it logs.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fatal {
    /// A packet lacks fields, or one of them is impossible.
    #[error("{function}: {doing}: {problem}")]
    Parse {
        /// The function that found it.
        function: &'static str,
        /// The step that failed.
        doing: &'static str,
        /// The problem, in the words of OpenSSH.
        problem: &'static str,
    },
    /// A request came before INIT.
    #[error("Received {0} request before init")]
    BeforeInit(u8),
    /// An extended request came before INIT.
    #[error("Received extended request before init")]
    ExtendedBeforeInit,
    /// A packet announces more than 256 KiB.
    #[error("bad message from {client} local user {user}")]
    TooLong {
        /// The client's address.
        client: String,
        /// The user's name.
        user: String,
    },
    /// A packet has no type.
    #[error("msg_len 0 < consumed 1")]
    Empty,
}

impl Fatal {
    /// Returns the exit status of the process.
    pub fn exit_status(&self) -> u32 {
        match self {
            Self::TooLong { .. } => 11,
            _ => 255,
        }
    }

    /// Returns true if it is logged as an error after which sftp-server exits, and not as fatal, which in `internal-sftp` ends
    /// the process of sshd.
    pub(super) fn is_orderly(&self) -> bool {
        matches!(self, Self::TooLong { .. } | Self::Empty)
    }

    pub(super) fn frame(error: FrameError, client: &str, user: &str) -> Self {
        match error {
            FrameError::TooLong { .. } => Self::TooLong { client: client.into(), user: user.into() },
            FrameError::Empty => Self::Empty,
        }
    }

    /// Returns the error of a packet without its number.
    pub(super) fn without_id(kind: u8) -> Self {
        let doing = if kind == EXTENDED { "parse extended ID" } else { "parse ID" };
        Self::Parse { function: "process", doing, problem: INCOMPLETE }
    }

    pub(super) fn malformed(error: &ParseError) -> Self {
        Self::fields(function(error.kind), error.problem)
    }

    pub(super) fn fields(function: &'static str, problem: Malformed) -> Self {
        let problem = match problem {
            Malformed::String { length } if length > STRING_MAX => "string is too large",
            _ => INCOMPLETE,
        };
        Self::Parse { function, doing: "parse", problem }
    }

    /// Returns the error of a string that contains a NUL.
    pub(super) fn nul(function: &'static str) -> Self {
        Self::Parse { function, doing: "parse", problem: "invalid format" }
    }
}

const EXTENDED: u8 = 200;
const INCOMPLETE: &str = "incomplete message";

/// Returns the function of sftp-server that handles packets of a type.
pub(super) fn function(kind: u8) -> &'static str {
    match kind {
        1 => "process_init",
        3 => "process_open",
        4 => "process_close",
        5 => "process_read",
        6 => "process_write",
        7 | 17 => "process_do_stat",
        8 => "process_fstat",
        9 => "process_setstat",
        10 => "process_fsetstat",
        11 => "process_opendir",
        12 => "process_readdir",
        13 => "process_remove",
        14 => "process_mkdir",
        15 => "process_rmdir",
        16 => "process_realpath",
        18 => "process_rename",
        19 => "process_readlink",
        20 => "process_symlink",
        _ => "process_extended",
    }
}
