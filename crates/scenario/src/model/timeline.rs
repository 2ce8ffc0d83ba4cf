//! What happens when.

use std::time::Duration;

use crate::model::{ConfigText, FlashFault, Matching, Quality, Rule};
use crate::source::Span;

/// One entry of the timeline.
#[derive(Debug, Clone)]
pub struct Event {
    /// Since the start of the run.
    pub at: Duration,
    /// What happens.
    pub action: Action,
    /// Where the scenario states it.
    pub span: Span,
}

/// What can happen. Names are host names, groups are expanded.
#[derive(Debug, Clone)]
pub enum Action {
    /// These hosts get power, unless they have it.
    PowerOn(Vec<String>),
    /// These hosts lose power.
    PowerOff(Vec<String>),
    /// A rule is put at the top of a firewall.
    AddRule {
        /// Its name.
        firewall: String,
        /// The new first rule.
        rule: Rule,
    },
    /// Every rule with this matching leaves a firewall.
    LiftRule {
        /// Its name.
        firewall: String,
        /// What the rule matches.
        matching: Matching,
    },
    /// A link changes.
    Link {
        /// Its name.
        link: String,
        /// Up or down; none leaves that as it is.
        state: Option<LinkState>,
        /// Its new quality, forward and reverse; none leaves it as it is.
        quality: Option<[Quality; 2]>,
    },
    /// A server's software starts, or stops.
    Server {
        /// The host.
        server: String,
        /// Whether it serves from now on.
        running: bool,
    },
    /// A server starts anew, with a host key that no client has seen.
    NewHostKey {
        /// The host.
        server: String,
    },
    /// A file on a server changes.
    File {
        /// The host.
        server: String,
        /// As the server's `files` name it.
        path: String,
        /// How.
        change: FileChange,
    },
    /// Something happens to flash.
    Flash {
        /// Whose.
        access_points: Vec<String>,
        /// What.
        fault: FlashFault,
    },
    /// A command is typed at the controller.
    Exec {
        /// Its host name.
        controller: String,
        /// `show ap image`, `install activate`.
        command: String,
    },
    /// Lines are typed in the controller's configuration mode.
    Configure {
        /// Its host name.
        controller: String,
        /// The lines.
        config: ConfigText,
    },
}

/// Whether a link carries packets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkState {
    /// It does.
    Up,
    /// Every packet vanishes.
    Down,
}

/// What becomes of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileChange {
    /// It is gone.
    Remove,
    /// Its first bytes stay, that many.
    Truncate(u64),
    /// The byte at this offset is another one.
    Corrupt(u64),
    /// It is now the file of the same name of another image set.
    Replace(String),
}
