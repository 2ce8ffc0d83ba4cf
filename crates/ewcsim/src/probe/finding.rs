//! The findings of a probe, as values; `words` has their texts.

use serde::Serialize;

/// One finding about a server or about a file.
///
/// Texts of servers in it are raw: what prints them makes them printable.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub(crate) enum Finding {
    /// About packets that do not come, and about options of TFTP.
    Reach(Reach),
    /// About sessions of SSH.
    Session(Session),
    /// About the place of a file, and the permission to read it.
    Place(Place),
    /// About the content of a file.
    Content(Content),
}

/// Makes an enum of findings that is tagged by its kind.
macro_rules! findings {
    ($(#[$doc:meta])* $name:ident { $($body:tt)* }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
        #[serde(tag = "kind", rename_all = "snake_case")]
        pub(crate) enum $name { $($body)* }

        impl From<$name> for Finding {
            fn from(finding: $name) -> Self {
                Self::$name(finding)
            }
        }
    };
}

findings! {
    /// Packets, addresses, ports, options of TFTP.
    Reach {
        /// The port is closed: ICMP port unreachable, or RST.
        PortClosed { transport: Transport },
        /// Nothing came back.
        NoAnswer { transport: Transport, waited_ms: u64 },
        /// The network reports that the packets do not arrive.
        NoRoute { text: String },
        /// Answers to TFTP requests come from another address, so that the controller ignores them.
        AnswersFromOtherAddress { from: String },
        /// Answers to TFTP requests come from the port of the request.
        AnswersFromRequestPort,
        /// The packets of one transfer come from several ports.
        PortChanges { first: u16, then: u16 },
        /// Requests with options have no answer, and those without have.
        OptionsUnanswered { asks_block_size: bool },
        /// Requests with options are answered by an error.
        OptionsRefused { text: String, asks_block_size: bool },
        /// The server takes another block size than the controller requests.
        BlockSizeLowered { asked: u16, accepted: u16 },
        /// The server agrees to the block size, and its blocks do not arrive; those of 512 bytes do.
        BlocksLost { block_size: u16 },
    }
}

findings! {
    /// SSH, up to the start of SFTP.
    Session {
        /// No SSH server answers at this port.
        NotSsh { line: String },
        /// No algorithm in common.
        NoCommonAlgorithm { list: AlgorithmList, controller: Vec<String>, server: Vec<String> },
        /// The connection ends before the login.
        ClosedBeforeLogin { text: String },
        /// The login is refused; the protocol does not tell the reason.
        LoginRefused { user: String, methods: Vec<String> },
        /// The server does not take passwords.
        PasswordsNotAccepted { user: String, methods: Vec<String> },
        /// The connection ends after the login.
        ClosedAfterLogin { user: String, text: String },
        /// There is no subsystem `sftp`.
        NoSubsystem { text: String },
        /// The subsystem starts and ends at once.
        SubsystemEnds,
        /// The subsystem speaks something else.
        NotSftp { text: String },
    }
}

findings! {
    /// Where a file is, and who may read it.
    Place {
        /// There is no such file.
        NotFound { text: String, nearest: Option<String> },
        /// It is not there; it, or one much like it, is elsewhere.
        Elsewhere { path: String, how: Difference },
        /// The server may not read it, or not enter a directory above it.
        PermissionDenied { text: String, mode: Option<String>, of: Denied },
        /// It is a directory.
        IsDirectory,
        /// The server serves certain directories only, and the path is in none of them.
        OutsideRoot { text: String },
        /// Another refusal.
        Refused { text: String },
    }
}

findings! {
    /// Size, type, version, and the way a file comes.
    Content {
        /// The file is empty.
        Empty,
        /// It is shorter than the listing says.
        Truncated { expected: u64, actual: u64 },
        /// It is longer than the listing says.
        TooLong { expected: u64, actual: u64 },
        /// The server announced another size than it sent.
        SizeChanged { announced: u64, sent: u64 },
        /// The server states no size, and the file was not read to its end.
        SizeUnknown,
        /// It does not fit into the room that the controller has for it.
        NoRoom { size: u64, room: u64 },
        /// It is an image of another type.
        OtherImage { expected: String, actual: String },
        /// It is an image of another version.
        OtherVersion { expected: String, actual: String },
        /// It is no image.
        NotAnImage { why: String },
        /// What it is cannot be read from its beginning.
        Unread { why: String },
        /// The transfer stopped.
        Stopped { bytes: u64, text: String },
        /// The server breaks the protocol.
        Faulty { text: String },
    }
}

/// The protocol below.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Transport {
    Udp,
    Tcp,
}

/// A list of algorithms of SSH.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum AlgorithmList {
    KeyExchange,
    HostKey,
    Cipher,
    Mac,
    Compression,
}

/// The difference between the path that the controller asks for and the one that the server has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Difference {
    /// The case of letters.
    Case,
    /// Dots, dashes or underscores in the directory.
    Punctuation,
    /// The slash in front.
    LeadingSlash,
    /// The path begins with directories that stand above the server's root.
    BelowRoot,
    /// The path lacks the server's root directory.
    RootMissing,
    /// The file is not in the directory of the profile, but in the one above.
    Directory,
    /// The end of the name, such as `.tar`.
    Ending,
    /// The path is written from the root of the file system, and the file is below the login directory.
    FromRoot,
    /// It is below the root of the file system, and not below the login directory.
    NotInHome,
}

/// The thing for which a permission is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Denied {
    File,
    Directory,
    Unknown,
}

/// The weight of a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Severity {
    /// The plan fails with it.
    Fault,
    /// The plan works, and it is worth knowing.
    Note,
}

impl Finding {
    /// Returns its weight.
    pub(crate) fn severity(&self) -> Severity {
        match self {
            Self::Reach(reach) => reach.severity(),
            Self::Content(Content::Unread { .. } | Content::SizeUnknown) => Severity::Note,
            Self::Session(_) | Self::Place(_) | Self::Content(_) => Severity::Fault,
        }
    }
}

impl Reach {
    fn severity(&self) -> Severity {
        match self {
            Self::AnswersFromRequestPort
            | Self::BlockSizeLowered { .. }
            | Self::OptionsUnanswered { asks_block_size: false }
            | Self::OptionsRefused { asks_block_size: false, .. } => Severity::Note,
            Self::PortClosed { .. }
            | Self::NoAnswer { .. }
            | Self::NoRoute { .. }
            | Self::AnswersFromOtherAddress { .. }
            | Self::PortChanges { .. }
            | Self::OptionsUnanswered { .. }
            | Self::OptionsRefused { .. }
            | Self::BlocksLost { .. } => Severity::Fault,
        }
    }
}
