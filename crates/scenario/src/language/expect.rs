//! The tables of expectations.

use super::{Shape, Table, optional, required};

pub(crate) static EXPECTATION: Table = Table {
    name: "expectation",
    about: "What must hold, of access points or of a log. Without `within` and `at`: at the end of the run.",
    keys: &[
        optional(
            "within",
            Shape::Duration,
            "It holds at some moment up to this one; what must not hold does so at none.",
        ),
        optional("at", Shape::Duration, "It holds at this moment."),
        optional("access_points", Shape::Names, "Hosts, groups, or `all` access points."),
        optional("running", Shape::Text, "The version each runs, or the name of an image set."),
        optional("backup", Shape::Text, "The version in the other partition, or the name of an image set."),
        optional("state", Shape::Choice(STATES), "How far each is."),
        optional(
            "downloads_failed",
            Shape::Text,
            "How many downloads failed: a count, or a range such as 1..3 or 1.. .",
        ),
        optional("not", Shape::Table(&PROPERTIES), "What none of them may have."),
        optional("log", Shape::Text, "The host whose log is looked at."),
        optional("has", Shape::Text, "A text that stands in one line of it."),
        optional("lacks", Shape::Text, "A text that stands in no line of it."),
        optional("event", Shape::Table(&EVENT_PATTERN), "Events that must happen."),
        optional("count", Shape::Text, "How often: a count, or a range such as 1..3, 2.. or ..5."),
    ],
    one_of: &["access_points", "log", "event"],
};

pub(crate) static EVENT_PATTERN: Table = Table {
    name: "event pattern",
    about: "Events of some hosts.",
    keys: &[
        required("host", Shape::Text, "A host, a group, or `any`."),
        required("event", Shape::Text, "The event's name, as in `events.jsonl`."),
        optional("with", Shape::TextMap, "Fields of the event and what they must be."),
    ],
    one_of: &[],
};

pub(crate) static PROPERTIES: Table = Table {
    name: "properties",
    about: "Properties of an access point.",
    keys: &[
        optional("running", Shape::Text, "The version it runs, or the name of an image set."),
        optional("backup", Shape::Text, "The version in its other partition, or the name of an image set."),
        optional("state", Shape::Choice(STATES), "How far it is."),
        optional(
            "downloads_failed",
            Shape::Text,
            "How many downloads failed: a count, or a range such as 1..3 or 1.. .",
        ),
    ],
    one_of: &[],
};

const STATES: &[&str] = &["off", "discovery", "joined", "downloading", "registered"];
