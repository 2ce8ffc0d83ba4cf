//! What all hosts of a kind have in common.

use std::fmt;

use command_line::Output;
use host::{EventField, EventKind};

use crate::world::record::{NetworkEvent, WorldEvent};

/// A kind of host: its name, its events, its commands.
pub struct Kind {
    /// As people call one: `an access point`. No two kinds have the same.
    pub noun: &'static str,
    /// All of them, as a heading.
    pub title: &'static str,
    /// The enum of its software's events.
    pub(super) events: &'static [EventKind],
    /// Fields that every event of its software has.
    pub common_fields: &'static [EventField],
    /// Whether it takes part in TCP connections.
    pub(crate) speaks_tcp: bool,
    /// The `show` commands that it answers, written out in full.
    pub(crate) commands: fn() -> Vec<&'static str>,
    /// What a line typed at one of which nothing is known shows; none if it is no `show` command.
    pub(crate) show: fn(&str) -> Option<Output>,
}

/// The network, which is no host and has events.
pub(crate) static NETWORK: Kind = Kind {
    noun: "the network",
    title: "The network",
    events: NetworkEvent::KINDS,
    common_fields: &[],
    speaks_tcp: false,
    commands: Vec::new,
    show: |_| None,
};

impl Kind {
    /// The kinds of events of its software, those of the world apart.
    pub fn own_events(&self) -> Vec<&'static EventKind> {
        EventKind::recorded(self.events)
    }

    /// The kinds of events that it can have.
    pub fn events(&self) -> Vec<&'static EventKind> {
        let of_world = if self == &NETWORK { &[] } else { WorldEvent::KINDS };
        self.own_events().into_iter().chain(EventKind::recorded(of_world)).collect()
    }
}

impl PartialEq for Kind {
    fn eq(&self, other: &Self) -> bool {
        self.noun == other.noun
    }
}

impl Eq for Kind {}

impl fmt::Debug for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.noun)
    }
}
