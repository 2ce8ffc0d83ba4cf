//! What must hold, and what is compared with snapshots.

use std::ops::RangeInclusive;
use std::time::Duration;

use image::Version;

use crate::model::EventPattern;
use crate::source::Span;

/// One expectation.
#[derive(Debug, Clone)]
pub struct Expectation {
    /// At which moments it is looked at.
    pub when: When,
    /// What must hold.
    pub check: Check,
    /// Where the scenario states it; a failure points there.
    pub span: Span,
}

/// When an expectation is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// At the end of the run; logs as a whole.
    End,
    /// At this moment; logs up to it.
    At(Duration),
    /// What must hold does so at some moment up to this one; what must not hold does so at none.
    Within(Duration),
}

/// What must hold.
#[derive(Debug, Clone, PartialEq, Eq)]
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
    /// A host's log holds a text in one line, or does not.
    Log {
        /// The host.
        host: String,
        /// The text, letter for letter.
        text: String,
        /// Whether it must be there (`has`), or must not (`lacks`).
        present: bool,
    },
    /// Events happen this often.
    Events {
        /// Which.
        pattern: EventPattern,
        /// How often.
        count: Amount,
    },
}

/// Properties of an access point; none says nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Properties {
    /// The version it runs.
    pub running: Option<Version>,
    /// The version in its other partition.
    pub backup: Option<Version>,
    /// How far it is.
    pub state: Option<ApState>,
    /// How many downloads failed since the start.
    pub downloads_failed: Option<Amount>,
}

/// A count between two limits, inclusive.
pub type Amount = RangeInclusive<u64>;

/// How far an access point is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ApState {
    /// It has no power.
    Off,
    /// It looks for a controller.
    Discovery,
    /// The controller answered its Join Request.
    Joined,
    /// It loads an image.
    Downloading,
    /// It is in Run state, `Registered` to the controller.
    Registered,
}

/// One thing a snapshot holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Snapshot {
    /// What a `show` command prints at the end, on the controller.
    Show(String),
    /// The log of a host.
    Log(String),
}
