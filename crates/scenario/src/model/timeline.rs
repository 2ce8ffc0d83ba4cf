//! What happens when.

use std::time::Duration;

use network::{Impairments, Match, Rule, RuleAction};

use crate::language::choice;
use crate::model::{ConfigText, EventPattern, FlashFault};
use crate::source::Span;

/// One entry of the timeline.
#[derive(Debug, Clone)]
pub struct Event {
    /// When it happens first.
    pub trigger: Trigger,
    /// How it happens again.
    pub repeat: Option<Repeat>,
    /// What happens.
    pub action: Action,
    /// Where the scenario states it.
    pub span: Span,
}

impl Event {
    /// When it happens first, since the start of the run, if that is known before the run.
    pub fn at(&self) -> Option<Duration> {
        match self.trigger {
            Trigger::At(at) => Some(at),
            Trigger::After(_) => None,
        }
    }
}

/// When something happens first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trigger {
    /// At this moment, since the start of the run.
    At(Duration),
    /// After other events.
    After(After),
}

/// Events that something else waits for. It happens once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct After {
    /// Which.
    pub pattern: EventPattern,
    /// How many of them, at least 1.
    pub count: u64,
    /// How long after the last of them.
    pub delay: Duration,
}

/// How something happens again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Repeat {
    /// From one time to the next; not 0.
    pub every: Duration,
    /// How often in all, at most [`Repeat::TIMES_MAX`].
    pub times: u64,
    /// Not later than this, since the start of the run.
    pub until: Option<Duration>,
}

impl Repeat {
    /// Times that something happens at most.
    pub const TIMES_MAX: u64 = 10_000;

    /// When it happens again after it has happened `times` times, the last time at `now`; none if it does not.
    pub fn next(&self, now: Duration, times: u64) -> Option<Duration> {
        let next = now.checked_add(self.every)?;
        (times < self.times && self.until.is_none_or(|until| next <= until)).then_some(next)
    }
}

/// What can happen. Names are host names, groups are expanded.
#[derive(Debug, Clone)]
pub enum Action {
    /// These hosts get power, unless they have it.
    PowerOn(Vec<String>),
    /// These hosts lose power.
    PowerOff(Vec<String>),
    /// These access points, or the controller, are restarted in order.
    Reload(Vec<String>),
    /// A firewall gets other rules.
    Firewall {
        /// Its name.
        firewall: String,
        /// All of them.
        rules: Vec<Rule>,
        /// What happens when none matches; none leaves that as it is.
        default: Option<RuleAction>,
    },
    /// A rule is put at the top of a firewall.
    AddRule {
        /// Its name.
        firewall: String,
        /// The new first rule.
        rule: Rule,
    },
    /// Every rule that matches exactly these packets leaves a firewall.
    RemoveRule {
        /// Its name.
        firewall: String,
        /// What the rule matches.
        matches: Match,
    },
    /// Links change, one after the other.
    Links(Vec<LinkChange>),
    /// A server sends all that it sends later, or not faster than so much.
    ServerPace {
        /// The host.
        server: String,
        /// How.
        pace: Pace,
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
    /// Files on a server change.
    Files {
        /// The host.
        server: String,
        /// As the server's `files` name them.
        paths: Vec<String>,
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

/// What is different about a link.
#[derive(Debug, Clone)]
pub struct LinkChange {
    /// Its name.
    pub link: String,
    /// Up or down; none leaves that as it is.
    pub state: Option<LinkState>,
    /// Its new impairments, forward and reverse, of which `state` alone decides on `up`; none leaves them as they are.
    pub impairments: Option<[Impairments; 2]>,
}

/// How slow a server is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pace {
    /// What it sends leaves so much later; 0 is not at all.
    Delay(Duration),
    /// It sends so many bytes per second, headers included; none is without limit.
    Rate(Option<u64>),
}

choice! {
    /// Whether a link carries packets.
    pub enum LinkState {
        /// It does.
        Up = "up",
        /// Every packet vanishes.
        Down = "down",
    }
}

/// What becomes of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileChange {
    /// It is gone.
    Remove,
    /// Its first bytes stay, that many.
    Truncate(u64),
    /// The byte at this offset is changed.
    Corrupt(u64),
    /// It is now the file of the same name of another image set.
    Replace(String),
    /// It is there now: the file of the same name of an image set.
    Add(String),
    /// It is as it was at the start.
    Restore,
}
