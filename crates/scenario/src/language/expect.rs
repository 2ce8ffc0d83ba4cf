//! The tables of expectations.

use super::{
    Command, During, EventName, HowLong, HowMany, HowMuch, Kind, Later, List, Map, Name, Names, Regex, Said,
    Shape, Text, Time, True, Version, Word, choice, table,
};
use crate::model::LinkDirection;
use crate::reader::Reader;
use crate::yaml::Node;

table! {
    /// The times at which an expectation is checked.
    Times "times" {
        /// It holds at this moment.
        /// It is checked after everything that happens at that moment.
        at: Time { shown: &["30m"] },
        /// It holds at some moment up to this one; a forbidden state holds at none of them.
        /// All parts must hold at the same moment.
        within: Time { shown: &["15m"] },
        /// It holds from this moment on until the end, if not earlier.
        by: Time { shown: &["15m"] },
        /// It holds at every moment between these two.
        /// Events and lines between them are counted.
        during: During { shown: &["5m..20m"] },
        /// It holds at every moment.
        always: True { shown: &["true"] },
        /// It holds at no moment.
        /// No host has all of several properties.
        never: True { shown: &["true"] },
        /// It holds at some moment.
        /// All parts must hold at the same moment.
        eventually: True { shown: &["true"] },
        /// Times count from the first such event instead of the start.
        /// That event must occur.
        since: EventPattern { otherwise: Some("the start"), shown: &["{ host: ewc, event: started }"] },
    }
}

table! {
    /// The hosts whose properties are expected.
    Owners "owners of properties" {
        /// Hosts, groups, or `all` access points.
        /// Each of them has all [properties](#properties) beside it.
        access_points: Names { shown: &["all", "[branch, hall]"] },
        /// The controller's name.
        /// It has the [properties](#properties) beside it.
        controller: Name { shown: &["9120-EWC"] },
    }
}

/// The state of an access point, or whether the controller has power; which of them depends on the host.
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
    /// The power state of the controller.
    pub(crate) enum Power {
        /// It has power.
        On = "on",
        /// It has no power.
        Off = "off",
    }
}

table! {
    /// Properties of an access point.
    ApProperties "access point properties" {
        /// The version an access point runs, or the name of an image set.
        /// Without power, and while it boots, it runs no version.
        running: Version { shown: &["17.9.4a"] },
        /// The version in its other partition, or the name of an image set.
        backup: Version { shown: &["8.10.130.0"] },
        /// The state of an access point; for the controller, `on` or `off`.
        state: Later<AnyState> { shown: &["registered"] },
        /// The number of downloads that an access point gave up.
        downloads_failed: HowMany { shown: &["2", "1..3", "1.."] },
        /// The number of downloads that an access point has requested.
        /// They count from the start of the run.
        downloads_requested: HowMany { shown: &["..3"] },
        /// The number of downloads that were complete and verified.
        downloads_completed: HowMany { shown: &["1"] },
        /// The number of times that an access point has started to boot.
        boots: HowMany { shown: &["2"] },
    }
}

table! {
    /// Properties of the controller.
    ControllerProperties "controller properties" {
        /// The number of access points that are registered to the controller.
        /// These are in service, the controller's own access point among them.
        registered: HowMany { shown: &["20"] },
        /// The number of access points that wait for an image or are sent one.
        /// They count as in `show ap image`.
        downloading: HowMany { shown: &["0..5"] },
        /// Image types that the controller stores, fetched or from the start.
        /// They are in `ap_images:`, possibly with others. In `not`, all of them together are forbidden.
        staged: Names { shown: &["[ap1g8]"] },
        /// The number of images that the controller began to fetch.
        /// They count from the start of the run.
        installs_started: HowMany { shown: &["1"] },
        /// The number of images that it has fetched.
        installs_completed: HowMany { shown: &["1"] },
        /// The number of images that it failed to fetch.
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
    /// A property of one subject that must hold. Without a time: at the end of the run.
    Expectation "expectation" one_of [
        "access_points", "controller", "log", "event", "order", "duration", "link", "show",
    ] {
        with times: Times,
        with owners: Owners,
        with access_point: ApProperties,
        with of_controller: ControllerProperties,
        /// The reason why it must fail: `ewcsim test` passes the scenario only if this fails.
        /// See [Scenarios that must fail](#scenarios-that-must-fail).
        must_fail: Text { shown: &["nothing permits UDP 69"] },
        /// Properties that none of them may have.
        /// Any single one of them is a failure.
        not: Properties { shown: &["{ running: 17.9.4a }"] },
        /// The host that writes the log.
        /// Its lines are those of the file below `logs/` in `--out`, with their times.
        log: Name { shown: &["9120-EWC"] },
        /// For a log, a text that one of its lines contains; for a show command, fields and their values.
        /// A text is compared letter for letter. At least one row has these fields; without `row` and `count`, they are those of
        /// lines such as `Total number of APs`.
        has: Later<Said> { shown: &["Timed out", "{ Primary Image: 17.9.4.27 }"] },
        /// A text that no line of the log contains.
        lacks: Text { shown: &["Timed out"] },
        /// A regular expression that matches in one line of the log.
        /// Its syntax is that of the Rust crate regex, in which every pattern takes time in proportion to the text.
        matches: Regex { shown: &["'AP .* (Joined|Disjoined)'"] },
        /// Events that must happen.
        event: EventPattern { shown: &["{ host: branch, event: activated }"] },
        /// The number of such events, lines or rows.
        count: HowMany { otherwise: Some("`1..`"), shown: &["0", "2..5", "..5"] },
        /// Events, each of which must happen after the one before it.
        order: List<EventPattern> { shown: &["[{ host: ewc, event: staged }, { host: branch-1, event: booted }]"] },
        /// The period from one event to another.
        duration: FromTo,
        /// The length of that period: 70s..95s, ..95s or 70s.. .
        takes: HowLong { shown: &["70s..95s", "..95s", "70s.."] },
        /// The link whose traffic is counted.
        /// It is given by name.
        link: Name { shown: &["wan"] },
        /// Counts only one direction of the link.
        /// `forward` is from the first of its ends to the second.
        direction: LinkDirection { otherwise: Some("both together"), shown: &["forward"] },
        /// Bytes on the wire, as the link's bandwidth counts them.
        /// 38 bytes of Ethernet for each packet are included.
        bytes: HowMuch { shown: &["..100MB", "10MB..20MB"] },
        /// Packets that crossed the link.
        /// Lost packets do not count; duplicates do.
        packets: HowMany { shown: &["..50000"] },
        /// A show command, whose output is compared by field.
        /// The word `show` itself is optional, and words may be shortened.
        show: Command { shown: &["ap image", "show ap summary"] },
        /// The host at which it is typed; the controller, if not written.
        /// It must be written if there are several controllers.
        host: Name { otherwise: Some("the controller"), shown: &["branch-1"] },
        /// The rows of its table that count: columns and their values.
        /// Column names are the printed headers.
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
        /// Fields of the event and their required values.
        /// A text or word, letter for letter, a number, or bounds `a..b`, `a..`, `..b`; dots lead into nested fields, and
        /// an absent field is `none`.
        with: Map<Word> { shown: &["{ image: ap1g8, bytes: 60MB.. }"] },
    }
}

table! {
    /// Two events that start and stop the clock.
    FromTo "duration" {
        /// The first such event starts the clock.
        from: EventPattern { required: true, shown: &["{ host: branch, event: booting }"] },
        /// The first such event after it stops the clock.
        to: EventPattern { required: true, shown: &["{ host: branch, event: booted }"] },
    }
}
