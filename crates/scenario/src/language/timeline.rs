//! The tables of the timeline.

use super::tables::{PARTITIONS, with_quality};
use super::{RULE, SERVER_CHANGE, Shape, Table, optional, required};

pub(crate) static FLASH_CHANGE: Table = Table {
    name: "flash change",
    about: "Access points, and what becomes of their flash.",
    keys: &[
        required("access_points", Shape::Names, "Hosts, groups, or `all` access points."),
        optional("corrupt", Shape::Choice(PARTITIONS), "A byte of what is stored there is another one."),
        optional("bad_block", Shape::Choice(PARTITIONS), "A block there can be neither read nor written."),
        optional("used", Shape::Sizes, "Bytes of each partition that other files take from now on."),
        optional("full", Shape::True, "Other files take all the room from now on; what is stored stays."),
        optional("offset", Shape::Sizes, "Where the byte or the block is, from the start; 0 unless written."),
    ],
    one_of: &["corrupt", "bad_block", "used", "full"],
};

pub(crate) static EVENT: Table = Table {
    name: "event",
    about: "Something that happens: at a time, or after something else has happened.",
    keys: &[
        optional("at", Shape::Durations, "When, since the start of the run; may be a range."),
        optional("after", Shape::Table(&AFTER), "After which event."),
        optional("every", Shape::Durations, "It happens again so long after it happened; may be a range."),
        optional("times", Shape::Numbers, "How often it happens, the first time included; with `every`."),
        optional("until", Shape::Duration, "It happens again up to this moment of the run; with `every`."),
        optional(
            "power_on",
            Shape::Names,
            "Hosts, groups, or `all` access points. What is first powered on here was off before.",
        ),
        optional("power_off", Shape::Names, "Hosts, groups, or `all` access points."),
        optional(
            "reload",
            Shape::Names,
            "Access points and the controller are restarted in order, as by `reload` at their consoles.",
        ),
        optional("permit", Shape::Table(&RULE_CHANGE), "A rule put at the top of a firewall: what passes."),
        optional("deny", Shape::Table(&RULE_CHANGE), "A rule put at the top of a firewall: what vanishes."),
        optional(
            "reject",
            Shape::Table(&RULE_CHANGE),
            "A rule put at the top of a firewall: what is answered.",
        ),
        optional("lift", Shape::Table(&RULE_CHANGE), "Rules that leave a firewall."),
        optional("firewall", Shape::Table(&FIREWALL_CHANGE), "A firewall gets other rules."),
        optional("link", Shape::Table(&LINK_CHANGE), "A link goes down, comes up, or changes."),
        optional(
            "server",
            Shape::Table(&SERVER_CHANGE),
            "A server's software stops or starts, it becomes slow, or it gets a new host key.",
        ),
        optional("file", Shape::Table(&FILE_CHANGE), "Files on a server change."),
        optional(
            "flash",
            Shape::Table(&FLASH_CHANGE),
            "Flash of access points is damaged, or others fill it up.",
        ),
        optional("exec", Shape::Table(&EXEC), "A command is typed at the controller."),
        optional(
            "configure",
            Shape::Table(&CONFIGURE),
            "Lines are typed in the controller's configuration mode.",
        ),
    ],
    one_of: &[
        "power_on",
        "power_off",
        "reload",
        "permit",
        "deny",
        "reject",
        "lift",
        "firewall",
        "link",
        "server",
        "file",
        "flash",
        "exec",
        "configure",
    ],
};

pub(crate) static AFTER: Table = Table {
    name: "trigger",
    about: "Events of some hosts, and how many of them: what waits for them happens once.",
    keys: &[
        required("host", Shape::Text, "A host, a group, or `any`."),
        required("event", Shape::Event, "The event's name, as in `events.jsonl`."),
        optional("with", Shape::TextMap, "Fields of the event and what they must be."),
        optional("count", Shape::Numbers, "How many of them; 1 unless written."),
        optional("delay", Shape::Durations, "How long after the last of them; may be a range."),
    ],
    one_of: &[],
};

pub(crate) static FIREWALL_CHANGE: Table = Table {
    name: "firewall change",
    about: "A firewall, and what it has from now on.",
    keys: &[
        required("name", Shape::Text, "Its name."),
        required("rules", Shape::Tables(&RULE), "All its rules from now on, in order."),
        optional(
            "default",
            Shape::Choice(&["permit", "deny"]),
            "What happens when no rule matches; as before unless written.",
        ),
    ],
    one_of: &[],
};

pub(crate) static RULE_CHANGE: Table = Table {
    name: "rule change",
    about: "A firewall, and a rule.",
    keys: &[
        required("firewall", Shape::Text, "Its name."),
        required("rule", Shape::Text, "any, icmp, udp, udp/69, tcp/1024-65535 (destination ports)."),
        optional("from", Shape::Text, "Only what this host, group or address sends."),
        optional("to", Shape::Text, "Only what this host, group or address shall receive."),
    ],
    one_of: &[],
};

pub(crate) static LINK_CHANGE: Table = Table {
    name: "link change",
    about: "Links, by name or by the ends of one, and what is different from now on; the rest stays.",
    keys: with_quality![
        optional("name", Shape::Names, "Its name, or several names."),
        optional("between", Shape::Pair, "Its ends, as the link states them."),
        optional("state", Shape::Choice(&["up", "down"]), "Whether it carries packets."),
    ],
    one_of: &["name", "between"],
};

pub(crate) static FILE_CHANGE: Table = Table {
    name: "file change",
    about: "A file on a server, or all files of a directory, and what becomes of them.",
    keys: &[
        required("server", Shape::Text, "The host."),
        required(
            "path",
            Shape::Text,
            "The file or directory as `files` of the server names it, as in /EWC/17_9_4a/ap1g8.",
        ),
        optional("remove", Shape::True, "It is gone."),
        optional("truncate", Shape::Sizes, "Only this many bytes of it stay."),
        optional("corrupt", Shape::Sizes, "The byte at this offset is another one."),
        optional("replace", Shape::Text, "It is now the file of the same name of this image set."),
        optional(
            "add",
            Shape::Text,
            "A file that was not there: that of the same name of this image set; of a directory, all files of the set.",
        ),
        optional("restore", Shape::True, "It is as it was at the start of the run."),
    ],
    one_of: &["remove", "truncate", "corrupt", "replace", "add", "restore"],
};

pub(crate) static EXEC: Table = Table {
    name: "exec",
    about: "A command.",
    keys: &[
        required("controller", Shape::Text, "Its host name."),
        required("command", Shape::Text, "As typed in privileged mode."),
    ],
    one_of: &[],
};

pub(crate) static CONFIGURE: Table = Table {
    name: "configure",
    about: "Configuration lines.",
    keys: &[
        required("controller", Shape::Text, "Its host name."),
        required("config", Shape::Text, "The lines: a file, or a block of text (`config: |`)."),
    ],
    one_of: &[],
};
