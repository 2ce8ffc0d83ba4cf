//! The tables of expectations.

use super::{
    Command, During, EventName, HowLong, HowMany, HowMuch, Kind, Later, List, Map, Name, Names, Regex, Said,
    Shape, Text, Time, True, Version, Word, choice, table,
};
use crate::model::LinkDirection;
use crate::reader::Reader;
use crate::yaml::Node;

table! {
    /// When an expectation is looked at.
    Times "times" {
        /// It holds at this moment.
        /// After all that happens at it.
        at: Time { shown: &["30m"] },
        /// It holds at some moment up to this one; what must not hold does so at none.
        /// It does so for all of them at once.
        within: Time { shown: &["15m"] },
        /// It holds from this moment on until the end, if not sooner.
        by: Time { shown: &["15m"] },
        /// It holds at every moment between these two.
        /// Events and lines between them are counted.
        during: During { shown: &["5m..20m"] },
        /// It holds at every moment.
        always: True { shown: &["true"] },
        /// It holds at no moment.
        /// Of several properties, no host has all of them.
        never: True { shown: &["true"] },
        /// It holds at some moment.
        /// It does so for all of them at once.
        eventually: True { shown: &["true"] },
        /// Times count from the first such event instead of the start.
        /// It has to come.
        since: EventPattern { otherwise: Some("the start"), shown: &["{ host: ewc, event: started }"] },
    }
}

table! {
    /// Whose properties are expected.
    Owners "owners of properties" {
        /// Hosts, groups, or `all` access points.
        /// Each of them has all [properties](#properties) that stand beside it.
        access_points: Names { shown: &["all", "[branch, hall]"] },
        /// The controller's name.
        /// It has the [properties](#properties) that stand beside it.
        controller: Name { shown: &["9120-EWC"] },
    }
}

/// How far an access point is, or whether the controller has power: which of them depends on whose state it is.
pub(crate) struct AnyState;

impl Kind for AnyState {
    type Value = ();
    const SHAPE: Shape = Shape::Choice(&["off", "on", "discovery", "joined", "downloading", "registered"]);

    fn read(reader: &mut Reader, node: &Node) -> Option<()> {
        let Shape::Choice(words) = Self::SHAPE else { unreachable!("it is written above") };
        let words: Vec<(&str, ())> = words.iter().map(|word| (*word, ())).collect();
        reader.choice(node, &words)
    }
}

choice! {
    /// Whether the controller has power.
    pub(crate) enum Power {
        /// It has.
        On = "on",
        /// It has none.
        Off = "off",
    }
}

table! {
    /// Properties of an access point.
    ApProperties "access point properties" {
        /// The version an access point runs, or the name of an image set.
        /// Nothing, without power and while it boots.
        running: Version { shown: &["17.9.4a"] },
        /// The version in its other partition, or the name of an image set.
        backup: Version { shown: &["8.10.130.0"] },
        /// How far an access point is; of the controller, whether it is `on` or `off`.
        state: Later<AnyState> { shown: &["registered"] },
        /// How many of them it gave up.
        downloads_failed: HowMany { shown: &["2", "1..3", "1.."] },
        /// How many downloads an access point has asked for.
        /// Since the start of the run.
        downloads_requested: HowMany { shown: &["..3"] },
        /// How many of them were complete and verified.
        downloads_completed: HowMany { shown: &["1"] },
        /// How often an access point has started to boot.
        boots: HowMany { shown: &["2"] },
    }
}

table! {
    /// Properties of the controller.
    ControllerProperties "controller properties" {
        /// How many access points are registered to the controller.
        /// These are in service.
        registered: HowMany { shown: &["20"] },
        /// How many access points wait for an image or are sent one.
        /// As `show ap image` counts them.
        downloading: HowMany { shown: &["0..5"] },
        /// Image types that the controller has fetched and holds.
        /// They are in `ap_images:`; others may be, too.
        staged: Names { shown: &["[ap1g8]"] },
        /// How many images the controller began to fetch.
        /// Since the start of the run.
        installs_started: HowMany { shown: &["1"] },
        /// How many of them it has got.
        installs_completed: HowMany { shown: &["1"] },
        /// How many it did not get.
        installs_failed: HowMany { shown: &["0"] },
    }
}

table! {
    /// Properties of an access point, or of the controller.
    Properties "properties" {
        with access_point: ApProperties,
        with of_controller: ControllerProperties,
    }
}

table! {
    /// What must hold of one subject. Without a time: at the end of the run.
    Expectation "expectation" one_of [
        "access_points", "controller", "log", "event", "order", "duration", "link", "show",
    ] {
        with times: Times,
        with owners: Owners,
        with access_point: ApProperties,
        with of_controller: ControllerProperties,
        /// What none of them may have.
        /// Any one of several is too much.
        not: Properties { shown: &["{ running: 17.9.4a }"] },
        /// The host whose log is looked at.
        /// It is `logs/` in `--out`, times included.
        log: Name { shown: &["9120-EWC"] },
        /// Of a log, a text that stands in one line of it; of a show command, fields and what they say.
        /// A text is compared letter for letter. One row at least has these fields; without `row` and `count`, lines such
        /// as `Total number of APs` say them.
        has: Later<Said> { shown: &["Timed out", "{ Primary Image: 17.9.4.27 }"] },
        /// A text that stands in no line of the log.
        lacks: Text { shown: &["Timed out"] },
        /// A regular expression that is found in one line of the log.
        /// Its syntax is that of the Rust crate regex, in which every pattern takes time in proportion to the text.
        matches: Regex { shown: &["'AP .* (Joined|Disjoined)'"] },
        /// Events that happen.
        event: EventPattern { shown: &["{ host: branch, event: activated }"] },
        /// How many such events, lines or rows there are.
        count: HowMany { otherwise: Some("`1..`"), shown: &["0", "2..5", "..5"] },
        /// Events, each of which happens after the one before it.
        order: List<EventPattern> { shown: &["[{ host: ewc, event: staged }, { host: branch-1, event: booted }]"] },
        /// From one event to another.
        duration: FromTo,
        /// How long that takes: 70s..95s, ..95s or 70s.. .
        takes: HowLong { shown: &["70s..95s", "..95s", "70s.."] },
        /// The link whose traffic is counted.
        /// By its name.
        link: Name { shown: &["wan"] },
        /// One way across the link only.
        /// `forward` is from the first of its ends to the second.
        direction: LinkDirection { otherwise: Some("both together"), shown: &["forward"] },
        /// Bytes on the wire, as the link's bandwidth counts them.
        /// 38 bytes of Ethernet for each packet are included.
        bytes: HowMuch { shown: &["..100MB", "10MB..20MB"] },
        /// Packets that crossed it.
        /// Those that it did not lose; copies that it made count.
        packets: HowMany { shown: &["..50000"] },
        /// A show command, whose output is looked at by field.
        /// The word `show` itself need not be written, words may be shortened.
        show: Command { shown: &["ap image", "show ap summary"] },
        /// Where it is typed; the controller, if not written.
        host: Name { otherwise: Some("the controller"), shown: &["branch-1"] },
        /// Which rows of its table: columns and what they say.
        /// Headers are those that it prints.
        row: Map<Word> { shown: &["{ AP Name: branch-1 }"] },
    }
}

table! {
    /// Events of some hosts.
    EventPattern "event pattern" {
        /// A host, a group, or `any`.
        host: Name { required: true, shown: &["branch", "any"] },
        /// The event's name, as in `events.jsonl`.
        event: EventName { required: true, shown: &["image_data_started"] },
        /// Fields of the event and what they must be.
        /// A text or word, letter for letter, a number, or bounds `a..b`, `a..`, `..b`; dots lead into nested fields, and
        /// what is not there is `none`.
        with: Map<Word> { shown: &["{ image: ap1g8, bytes: 60MB.. }"] },
    }
}

table! {
    /// Two events: the clock runs from the one to the other.
    FromTo "duration" {
        /// The first such event starts the clock.
        from: EventPattern { required: true, shown: &["{ host: branch, event: booting }"] },
        /// The first such event after it stops the clock.
        to: EventPattern { required: true, shown: &["{ host: branch, event: booted }"] },
    }
}
