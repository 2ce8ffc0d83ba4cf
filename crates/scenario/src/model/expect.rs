//! What must hold, and what is compared with snapshots.

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
    /// At which moments it is looked at.
    pub when: When,
    /// The event from whose first occurrence on it counts; without one, from the start of the run.
    pub since: Option<EventPattern>,
    /// What must hold.
    pub check: Check,
    /// Where the scenario states it; a failure points there.
    pub span: Span,
}

/// When an expectation is looked at. Times count from the start of the run, or from the event of [`Expectation::since`].
///
/// Properties can come and go; events, lines and what is counted only ever become more. Of those, [`When::At`],
/// [`When::Within`] and [`When::By`] all mean: up to this moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// At the end of the run; logs and events as a whole.
    End,
    /// At this moment; logs and events up to it.
    At(Duration),
    /// What must hold does so at some moment up to this one; what must not hold does so at none.
    Within(Duration),
    /// It holds from this moment on, if not sooner, until the end.
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

/// What must hold.
#[derive(Debug, Clone, PartialEq)]
pub enum Check {
    /// Each of these access points has all of `is` and none of `is_not`.
    AccessPoints {
        /// Host names.
        names: Vec<String>,
        /// What each must have.
        is: Properties,
        /// What none may have.
        is_not: Properties,
    },
    /// The controller has all of `is` and none of `is_not`.
    Controller {
        /// Its name.
        name: String,
        /// What it must have.
        is: ControllerProperties,
        /// What it may not have.
        is_not: ControllerProperties,
    },
    /// So many lines of a host's log are such.
    Log {
        /// The host.
        host: String,
        /// Which lines.
        lines: LinePattern,
        /// How many; `lacks` is none.
        count: Amount,
    },
    /// Events happen so often.
    Events {
        /// Which.
        pattern: EventPattern,
        /// How often.
        count: Amount,
    },
    /// Each happens after the one before it.
    Order(Vec<EventPattern>),
    /// From one event to the next of another kind it takes so long; on each host, where both are of the same group.
    Takes {
        /// The first such event starts the clock.
        from: EventPattern,
        /// The first such event after it stops it.
        to: EventPattern,
        /// How long.
        takes: RangeInclusive<Duration>,
    },
    /// So much crossed a link.
    Link {
        /// Its name.
        link: String,
        /// Which way; both together if none.
        direction: Option<LinkDirection>,
        /// Bytes on the wire, as its bandwidth counts them.
        bytes: Option<Amount>,
        /// Packets.
        packets: Option<Amount>,
    },
    /// What a `show` command says, by field.
    Show {
        /// Where it is typed.
        host: String,
        /// The command.
        command: String,
        /// Which rows of its table are meant; empty for the lines beside the table.
        row: Vec<ShownField>,
        /// What those rows or lines say.
        has: Vec<ShownField>,
        /// How many such rows there are; at least one if it is not written.
        count: Option<Amount>,
    },
}

/// Which lines of a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LinePattern {
    /// Those with this text in them, letter for letter.
    Text(String),
    /// Those in which this pattern is found.
    Pattern(TextPattern),
}

/// A field of what a `show` command prints, and what it must say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownField {
    /// In the words of the table's header, or of the line's label.
    pub name: String,
    /// What it must say.
    pub matcher: Matcher,
    /// Of the name.
    pub span: Span,
}

choice! {
    /// Which way packets cross a link.
    pub enum LinkDirection {
        /// From the first of its ends to the second.
        Forward = "forward",
        /// From the second to the first.
        Reverse = "reverse",
    }
}

/// What the properties of an access point must be, by key: `boots`. Nothing is asked of those that are not in it.
pub type Properties = BTreeMap<&'static str, Wanted>;

/// What a property must be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// A count between two limits.
    Count(Amount),
    /// This version.
    Version(Version),
    /// This word.
    Word(&'static str),
}

/// Properties of the controller; none says nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ControllerProperties {
    /// Whether it has power.
    pub power: Option<bool>,
    /// How many access points are registered.
    pub registered: Option<Amount>,
    /// How many access points are in image data state.
    pub downloading: Option<Amount>,
    /// Image types that are in `ap_images:`, others beside them or not.
    pub staged: Option<Vec<String>>,
    /// How many installs it has begun since the start.
    pub installs_started: Option<Amount>,
    /// How many installs fetched their image since the start.
    pub installs_completed: Option<Amount>,
    /// How many installs failed since the start.
    pub installs_failed: Option<Amount>,
}

/// A count between two limits, inclusive.
pub type Amount = RangeInclusive<u64>;

choice! {
    /// How far an access point is.
    pub enum ApState {
        /// It has no power.
        Off = "off",
        /// It looks for a controller.
        Discovery = "discovery",
        /// The controller answered its Join Request.
        Joined = "joined",
        /// It loads an image.
        Downloading = "downloading",
        /// It is in Run state, `Registered` to the controller.
        Registered = "registered",
    }
}

/// One thing a snapshot holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Snapshot {
    /// What a `show` command prints at the end, on the controller.
    Show {
        /// The command, with single blanks.
        command: String,
        /// Where it is named.
        span: Span,
    },
    /// The log of a host.
    Log(String),
    /// All events of the run.
    Events,
}
