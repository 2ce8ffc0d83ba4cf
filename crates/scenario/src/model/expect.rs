//! Expectations and snapshots.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::time::Duration;

use image::Version;

use super::pattern::{EventPattern, Matcher};
use super::text_pattern::TextPattern;
use crate::language::choice;
use crate::source::Span;

/// One expectation.
#[derive(Debug, Clone)]
pub struct Expectation {
    /// The moments at which it is checked.
    pub when: When,
    /// The event whose first occurrence starts the clock; without one, the start of the run does.
    pub since: Option<EventPattern>,
    /// The condition that must hold.
    pub check: Check,
    /// The reason why it must fail, if it must.
    pub must_fail: Option<String>,
    /// The place where the scenario states it; a failure points there.
    pub span: Span,
}

/// The moments at which an expectation is checked. Times count from the start of the run, or from the event of
/// [`Expectation::since`].
///
/// Properties can come and go; events, lines and counts only grow. For those, [`When::At`], [`When::Within`] and [`When::By`]
/// all mean: up to this moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// At the end of the run; logs and events in full.
    End,
    /// At this moment; logs and events up to it.
    At(Duration),
    /// A required state holds at some moment up to this one; a forbidden state holds at none of them.
    Within(Duration),
    /// It holds from this moment on until the end, if not earlier.
    By(Duration),
    /// It holds at every moment from the first to the second.
    During(Duration, Duration),
    /// It holds at every moment.
    Always,
    /// It holds at no moment.
    Never,
    /// It holds at some moment.
    Eventually,
}

/// A condition.
#[derive(Debug, Clone, PartialEq)]
pub enum Check {
    /// Each of these access points has all of `is` and none of `is_not`.
    AccessPoints {
        /// Host names.
        names: Vec<String>,
        /// The properties that each must have.
        is: Properties,
        /// The properties that none may have.
        is_not: Properties,
    },
    /// The controller has all of `is` and none of `is_not`.
    Controller {
        /// Its name.
        name: String,
        /// The properties that it must have.
        is: Properties,
        /// The properties that it may not have.
        is_not: Properties,
    },
    /// A number of lines of a host's log match.
    Log {
        /// The host.
        host: String,
        /// The lines.
        lines: LinePattern,
        /// Their number; 0 for `lacks`.
        count: Amount,
    },
    /// A number of events occur.
    Events {
        /// The events.
        pattern: EventPattern,
        /// Their number.
        count: Amount,
    },
    /// Each event happens after the one before it.
    Order(Vec<EventPattern>),
    /// The time from one event to the next of another kind is within bounds; on each host, if both are of the same group.
    Takes {
        /// The first such event starts the clock.
        from: EventPattern,
        /// The first such event after it stops it.
        to: EventPattern,
        /// The bounds.
        takes: RangeInclusive<Duration>,
    },
    /// An amount of traffic crossed a link.
    Link {
        /// Its name.
        link: String,
        /// The direction; nothing for both together.
        direction: Option<LinkDirection>,
        /// The bytes on the wire, as its bandwidth counts them.
        bytes: Option<Amount>,
        /// The packets.
        packets: Option<Amount>,
    },
    /// The output of a `show` command, by field.
    Show {
        /// The host at which it is typed.
        host: String,
        /// The command.
        command: String,
        /// The rows of its table that are meant; empty for the lines outside the table.
        row: Vec<ShownField>,
        /// The required values of those rows or lines.
        has: Vec<ShownField>,
        /// The number of such rows; at least one if it is not written.
        count: Option<Amount>,
    },
}

/// A selection of lines of a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LinePattern {
    /// Lines that contain this text, letter for letter.
    Text(String),
    /// Lines in which this pattern matches.
    Pattern(TextPattern),
}

impl LinePattern {
    /// Returns true if it selects `line`.
    pub fn selects(&self, line: &str) -> bool {
        match self {
            Self::Text(text) => line.contains(text.as_str()),
            Self::Pattern(pattern) => pattern.is_found_in(line),
        }
    }
}

/// A field in the output of a `show` command, and its required value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownField {
    /// Its name, as in the table's header or the line's label.
    pub name: String,
    /// Its required value.
    pub matcher: Matcher,
    /// The place of the name.
    pub span: Span,
}

choice! {
    /// The direction in which packets cross a link.
    pub enum LinkDirection {
        /// From the first of its ends to the second.
        Forward = "forward",
        /// From the second to the first.
        Reverse = "reverse",
    }
}

/// The required properties of a device, by key: `boots`. Properties that are absent are not checked.
pub type Properties = BTreeMap<&'static str, Wanted>;

/// The required value of a property.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// A count between two limits.
    Count(Amount),
    /// This version.
    Version(Version),
    /// This word.
    Word(&'static str),
    /// These names, and perhaps others.
    Names(Vec<String>),
}

/// A count between two limits, inclusive.
pub type Amount = RangeInclusive<u64>;

choice! {
    /// The state of an access point.
    pub enum ApState {
        /// It has no power.
        Off = "off",
        /// It looks for a controller.
        Discovery = "discovery",
        /// The controller answered its Join Request.
        Joined = "joined",
        /// It downloads an image.
        Downloading = "downloading",
        /// It is in Run state, `Registered` to the controller.
        Registered = "registered",
    }
}

/// An item of a snapshot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Snapshot {
    /// The output of a `show` command at the end, on the controller.
    Show {
        /// The command, with single blanks.
        command: String,
        /// The place where it is named.
        span: Span,
    },
    /// The log of a host.
    Log(String),
    /// All events of the run.
    Events,
}
