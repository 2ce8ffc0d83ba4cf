//! The tables of expectations.

use super::{Key, Shape, Table, optional, required};

pub(crate) static EXPECTATION: Table = Table {
    name: "expectation",
    about: "What must hold of one subject. Without a time: at the end of the run.",
    keys: &[
        // When.
        optional("at", Shape::Duration, "It holds at this moment."),
        optional(
            "within",
            Shape::Duration,
            "It holds at some moment up to this one; what must not hold does so at none.",
        ),
        optional("by", Shape::Duration, "It holds from this moment on until the end, if not sooner."),
        optional("during", Shape::Period, "It holds at every moment between these two."),
        optional("always", Shape::True, "It holds at every moment."),
        optional("never", Shape::True, "It holds at no moment."),
        optional("eventually", Shape::True, "It holds at some moment."),
        optional(
            "since",
            Shape::Table(&EVENT_PATTERN),
            "Times count from the first such event instead of the start.",
        ),
        // Whose properties.
        optional("access_points", Shape::Names, "Hosts, groups, or `all` access points."),
        optional("controller", Shape::Text, "The controller's name."),
        STATE,
        RUNNING,
        BACKUP,
        BOOTS,
        DOWNLOADS_REQUESTED,
        DOWNLOADS_COMPLETED,
        DOWNLOADS_FAILED,
        REGISTERED,
        DOWNLOADING,
        STAGED,
        INSTALLS_STARTED,
        INSTALLS_COMPLETED,
        INSTALLS_FAILED,
        optional("not", Shape::Table(&PROPERTIES), "What none of them may have."),
        // What happens.
        optional("log", Shape::Text, "The host whose log is looked at."),
        optional(
            "has",
            Shape::TextOrTextMap,
            "Of a log, a text that stands in one line of it; of a show command, fields and what they say.",
        ),
        optional("lacks", Shape::Text, "A text that stands in no line of the log."),
        optional("matches", Shape::Text, "A regular expression that is found in one line of the log."),
        optional("event", Shape::Table(&EVENT_PATTERN), "Events that happen."),
        optional("count", Shape::Count, "How many such events, lines or rows there are."),
        optional(
            "order",
            Shape::Tables(&EVENT_PATTERN),
            "Events, each of which happens after the one before it.",
        ),
        optional("duration", Shape::Table(&FROM_TO), "From one event to another."),
        optional("takes", Shape::Period, "How long that takes: 70s..95s, ..95s or 70s.. ."),
        // What is measured and shown.
        optional("link", Shape::Text, "The link whose traffic is counted."),
        optional("direction", Shape::Choice(&["forward", "reverse"]), "One way across the link only."),
        optional("bytes", Shape::Bytes, "Bytes on the wire, as the link's bandwidth counts them."),
        optional("packets", Shape::Count, "Packets that crossed it."),
        optional("show", Shape::Text, "A show command, whose output is looked at by field."),
        optional("host", Shape::Text, "Where it is typed; the controller, if not written."),
        optional("row", Shape::TextMap, "Which rows of its table: columns and what they say."),
    ],
    one_of: SUBJECTS,
};

/// What an expectation can be about.
const SUBJECTS: &[&str] =
    &["access_points", "controller", "log", "event", "order", "duration", "link", "show"];

pub(crate) static PROPERTIES: Table = Table {
    name: "properties",
    about: "Properties of an access point, or of the controller.",
    keys: &[
        STATE,
        RUNNING,
        BACKUP,
        BOOTS,
        DOWNLOADS_REQUESTED,
        DOWNLOADS_COMPLETED,
        DOWNLOADS_FAILED,
        REGISTERED,
        DOWNLOADING,
        STAGED,
        INSTALLS_STARTED,
        INSTALLS_COMPLETED,
        INSTALLS_FAILED,
    ],
    one_of: &[],
};

pub(crate) static EVENT_PATTERN: Table = Table {
    name: "event pattern",
    about: "Events of some hosts.",
    keys: &[
        required("host", Shape::Text, "A host, a group, or `any`."),
        required("event", Shape::Event, "The event's name, as in `events.jsonl`."),
        optional("with", Shape::TextMap, "Fields of the event and what they must be."),
    ],
    one_of: &[],
};

pub(crate) static FROM_TO: Table = Table {
    name: "duration",
    about: "Two events: the clock runs from the one to the other.",
    keys: &[
        required("from", Shape::Table(&EVENT_PATTERN), "The first such event starts the clock."),
        required("to", Shape::Table(&EVENT_PATTERN), "The first such event after it stops the clock."),
    ],
    one_of: &[],
};

const STATES: &[&str] = &["off", "on", "discovery", "joined", "downloading", "registered"];

const STATE: Key = optional(
    "state",
    Shape::Choice(STATES),
    "How far an access point is; of the controller, whether it is `on` or `off`.",
);
const RUNNING: Key =
    optional("running", Shape::Text, "The version an access point runs, or the name of an image set.");
const BACKUP: Key =
    optional("backup", Shape::Text, "The version in its other partition, or the name of an image set.");
const BOOTS: Key = optional("boots", Shape::Count, "How often an access point has started to boot.");
const DOWNLOADS_REQUESTED: Key =
    optional("downloads_requested", Shape::Count, "How many downloads an access point has asked for.");
const DOWNLOADS_COMPLETED: Key =
    optional("downloads_completed", Shape::Count, "How many of them were complete and verified.");
const DOWNLOADS_FAILED: Key = optional("downloads_failed", Shape::Count, "How many of them it gave up.");
const REGISTERED: Key =
    optional("registered", Shape::Count, "How many access points are registered to the controller.");
const DOWNLOADING: Key =
    optional("downloading", Shape::Count, "How many access points wait for an image or are sent one.");
const STAGED: Key =
    optional("staged", Shape::Names, "Image types that the controller has fetched and holds.");
const INSTALLS_STARTED: Key =
    optional("installs_started", Shape::Count, "How many images the controller began to fetch.");
const INSTALLS_COMPLETED: Key = optional("installs_completed", Shape::Count, "How many of them it has got.");
const INSTALLS_FAILED: Key = optional("installs_failed", Shape::Count, "How many it did not get.");
