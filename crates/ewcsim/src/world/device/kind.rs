//! The properties that all hosts of a kind share.

use std::fmt;

use command_line::{InputError, Output};
use host::{EventField, EventKind};

use crate::world::record::{NetworkEvent, WorldEvent};

/// A kind of host: its name, its events, its commands.
pub struct Kind {
    /// The noun for one of them: `an access point`. It is unique.
    pub noun: &'static str,
    /// The heading for all of them.
    pub title: &'static str,
    /// The events of its software.
    pub(super) events: &'static [EventKind],
    /// Fields that every event of its software has.
    pub common_fields: &'static [EventField],
    /// True if it takes part in TCP connections.
    pub(crate) speaks_tcp: bool,
    /// The `show` commands that it answers, written out in full.
    pub(crate) commands: fn() -> Vec<&'static str>,
    /// A function that returns the output of a typed line on an empty host; `None` if the line is not a `show` command.
    pub(crate) show: fn(&str) -> Option<Output>,
    /// A function that returns the reason why a typed line is not a command; `None` also for hosts without commands.
    pub(crate) refuses: fn(&str) -> Option<InputError>,
}

/// The network, which is not a host but has events.
pub(crate) static NETWORK: Kind = Kind {
    noun: "the network",
    title: "The network",
    events: NetworkEvent::KINDS,
    common_fields: &[],
    speaks_tcp: false,
    commands: Vec::new,
    show: |_| None,
    refuses: |_| None,
};

impl Kind {
    /// Returns the kinds of events of its software, without those of the world.
    pub fn own_events(&self) -> Vec<&'static EventKind> {
        EventKind::recorded(self.events)
    }

    /// Returns all kinds of events that it can have.
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
