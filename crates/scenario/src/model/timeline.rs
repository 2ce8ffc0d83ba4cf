//! The timeline.

use std::time::Duration;

use network::{Impairments, Match, Rule, RuleAction};

use crate::language::choice;
use crate::model::{ConfigText, EventPattern, FlashFault};
use crate::source::Span;

/// One entry of the timeline.
#[derive(Debug, Clone)]
pub struct TimelineEntry {
    /// The first time it happens.
    pub trigger: Trigger,
    /// Its repetition.
    pub repeat: Option<Repeat>,
    /// The action.
    pub action: Action,
    /// The place where the scenario states it.
    pub span: Span,
}

impl TimelineEntry {
    /// Returns the time of the first occurrence, since the start of the run, if it is known before the run.
    pub fn at(&self) -> Option<Duration> {
        match self.trigger {
            Trigger::At(at) => Some(at),
            Trigger::After(_) => None,
        }
    }
}

/// The first time an event happens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trigger {
    /// At this moment, since the start of the run.
    At(Duration),
    /// After other events.
    After(After),
}

/// Events that trigger another one. It happens once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct After {
    /// The events.
    pub pattern: EventPattern,
    /// Their number, at least 1.
    pub count: u64,
    /// The delay after the last of them.
    pub delay: Duration,
}

/// The repetition of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Repeat {
    /// The interval; not 0.
    pub every: Duration,
    /// The number of occurrences in total, at most [`Repeat::TIMES_MAX`].
    pub times: u64,
    /// The last moment at which it may happen, since the start of the run.
    pub until: Option<Duration>,
}

impl Repeat {
    /// The maximum number of occurrences of an event.
    pub const TIMES_MAX: u64 = 10_000;

    /// Returns the time of the next occurrence after `times` occurrences, the last one at `now`; nothing if there is no other.
    pub fn next(&self, now: Duration, times: u64) -> Option<Duration> {
        let next = now.checked_add(self.every)?;
        (times < self.times && self.until.is_none_or(|until| next <= until)).then_some(next)
    }
}

/// An action. Names are host names, groups are expanded.
#[derive(Debug, Clone)]
pub enum Action {
    /// These hosts get power, unless they have it.
    PowerOn(Vec<String>),
    /// These hosts lose power.
    PowerOff(Vec<String>),
    /// These access points, or the controller, are restarted in order.
    Reload(Vec<String>),
    /// The rules of a firewall are replaced.
    Firewall {
        /// Its name.
        firewall: String,
        /// All new rules.
        rules: Vec<Rule>,
        /// The action if none matches; nothing leaves it unchanged.
        default: Option<RuleAction>,
    },
    /// A rule is inserted at the top of a firewall.
    AddRule {
        /// Its name.
        firewall: String,
        /// The new first rule.
        rule: Rule,
    },
    /// Every rule that matches exactly these packets is removed from a firewall.
    RemoveRule {
        /// Its name.
        firewall: String,
        /// The packets that the rule matches.
        matches: Match,
    },
    /// Links change, one after the other.
    Links(Vec<LinkChange>),
    /// A server delays everything that it sends, or limits its rate.
    ServerPace {
        /// The host.
        server: String,
        /// The delay or rate.
        pace: Pace,
    },
    /// A server's software starts, or stops.
    Server {
        /// The host.
        server: String,
        /// True if it serves from now on.
        running: bool,
    },
    /// A server restarts with a host key that no client has seen.
    NewHostKey {
        /// The host.
        server: String,
    },
    /// Files on a server change.
    Files {
        /// The host.
        server: String,
        /// The paths, as in the server's `files`.
        paths: Vec<String>,
        /// The change.
        change: FileChange,
    },
    /// Flash of access points develops a fault.
    Flash {
        /// The access points.
        access_points: Vec<String>,
        /// The fault.
        fault: FlashFault,
    },
    /// A command is typed at a controller or an access point.
    Exec(Exec),
    /// The page *Software Upgrade* of a controller is filled in, and a button pressed.
    Web(Web),
    /// Lines are typed in the controller's configuration mode.
    Configure {
        /// Its host name.
        controller: String,
        /// The lines.
        config: ConfigText,
    },
}

/// A command that is typed at a controller or an access point.
#[derive(Debug, Clone)]
pub struct Exec {
    /// The host name.
    pub host: String,
    /// The command: `show ap image`, `ap image predownload`.
    pub command: String,
    /// The answer by which the device refuses it; nothing if it takes it.
    pub refused: Option<Refusal>,
    /// The place where it is written.
    pub span: Span,
}

choice! {
    /// The answer of a device to a line that is wrong.
    pub enum Refusal {
        /// `% Invalid input detected at '^' marker.`
        Invalid = "invalid",
        /// `% Ambiguous command:`
        Ambiguous = "ambiguous",
        /// `% Incomplete command.`
        Incomplete = "incomplete",
        /// `% Unrecognized command`, the answer to a question mark.
        Unrecognized = "unrecognized",
        /// The regular expression of an output modifier is wrong.
        Expression = "expression",
    }
}

/// A change of a link.
#[derive(Debug, Clone)]
pub struct LinkChange {
    /// Its name.
    pub link: String,
    /// Up or down; nothing leaves it unchanged.
    pub state: Option<LinkState>,
    /// Its new impairments, forward and reverse, of which `state` alone decides on `up`; nothing leaves them unchanged.
    pub impairments: Option<[Impairments; 2]>,
}

/// The slowness of a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pace {
    /// The delay of everything that it sends; 0 for none.
    Delay(Duration),
    /// The rate in bytes per second, headers included; nothing for no limit.
    Rate(Option<u64>),
}

/// Fields of the page *Software Upgrade* of a controller, and a button.
#[derive(Debug, Clone)]
pub struct Web {
    /// The controller.
    pub controller: String,
    /// The lines of the profile that the written fields stand for.
    pub profile: ConfigText,
    /// The mode, if it is written.
    pub mode: Option<WebMode>,
    /// The button.
    pub press: WebButton,
    /// The place of the action.
    pub span: Span,
}

choice! {
    /// The mode of the transfer on the page *Software Upgrade*.
    pub enum WebMode {
        /// From a TFTP server.
        Tftp = "tftp",
        /// From an SFTP server.
        Sftp = "sftp",
        /// *Desktop (HTTP)*.
        Http = "http",
        /// From Cisco.
        Cco = "cco",
    }
}

choice! {
    /// A button of the page *Software Upgrade*.
    pub enum WebButton {
        /// *Save*.
        Save = "save",
        /// *Save & Download*.
        SaveAndDownload = "save and download",
        /// *Activate*.
        Activate = "activate",
        /// *Cancel*.
        Cancel = "cancel",
    }
}

choice! {
    /// The state of a link.
    pub enum LinkState {
        /// It carries packets.
        Up = "up",
        /// It drops every packet.
        Down = "down",
    }
}

/// A change of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileChange {
    /// It is removed.
    Remove,
    /// It is truncated to its first bytes, this many.
    Truncate(u64),
    /// The byte at this offset is changed.
    Corrupt(u64),
    /// It is replaced with the file of the same name of another image set.
    Replace(String),
    /// It is added: the file of the same name of an image set.
    Add(String),
    /// It is restored as it was at the start.
    Restore,
}
