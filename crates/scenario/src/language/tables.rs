//! The tables themselves, outermost first.

use super::{SERVER, SERVER_CHANGE, STRANGER, Shape, Table, optional, required};

pub(crate) static SCENARIO: Table = Table {
    name: "scenario",
    about: "A network of Cisco EWC access points, what happens to it, and what must hold.",
    keys: &[
        required("scenario", Shape::Text, "What the scenario shows, in one line."),
        required(
            "start",
            Shape::Timestamp,
            "The wall clock when the run starts, as in 2024-01-30T21:41:35Z.",
        ),
        required("until", Shape::Duration, "When the run ends at the latest."),
        optional("seed", Shape::Number, "The seed, where the command gives none."),
        required(
            "images",
            Shape::TableMap(&IMAGES),
            "Sets of image files by name: what a directory of a release holds.",
        ),
        optional(
            "network",
            Shape::Table(&NETWORK),
            "Links and firewalls. Hosts without a link between them share a LAN.",
        ),
        optional("servers", Shape::Tables(&SERVER), "Image servers."),
        optional(
            "strangers",
            Shape::Tables(&STRANGER),
            "Hosts that hold connections to a server and say nothing.",
        ),
        required("controller", Shape::Table(&CONTROLLER), "The embedded wireless controller."),
        required(
            "access_points",
            Shape::Tables(&ACCESS_POINT),
            "The other access points, one by one or as counted groups.",
        ),
        optional("timeline", Shape::Tables(&EVENT), "What happens when."),
        optional("expect", Shape::Tables(&EXPECTATION), "What must hold."),
        optional(
            "snapshot",
            Shape::Texts,
            "What is compared with the stored snapshot: host names (their logs) and show commands.",
        ),
        optional("capwap", Shape::Table(&CAPWAP), "How controller and access points speak with each other."),
        optional("catalogue", Shape::TextMap, "Facts of the catalogue that are different here, by key."),
    ],
    one_of: &[],
};

pub(crate) static IMAGES: Table = Table {
    name: "image set",
    about: "The files of one release, from a listing, a map of sizes, or a directory.",
    keys: &[
        required("ap", Shape::Text, "The version of its AP images, as in 17.9.4.27."),
        optional("controller", Shape::Text, "The controller's version text, as in 17.09.04a.0.6."),
        optional(
            "listing",
            Shape::Text,
            "A file with what `ls -l` printed of the directory; relative to the scenario.",
        ),
        optional("files", Shape::SizeMap, "File names and sizes in bytes."),
        optional("directory", Shape::Text, "A directory with real images; relative to the scenario."),
    ],
    one_of: &["listing", "files", "directory"],
};

pub(crate) static NETWORK: Table = Table {
    name: "network",
    about: "What lies between the hosts.",
    keys: &[
        optional("links", Shape::Tables(&LINK), "Of two hosts, the first link that joins them counts."),
        optional(
            "firewalls",
            Shape::Tables(&FIREWALL),
            "A packet must pass each firewall that stands between its ends.",
        ),
    ],
    one_of: &[],
};

/// The keys of a quality, which links, directions and link changes share.
macro_rules! with_quality {
    ($($key:expr),* $(,)?) => {
        &[
            $($key,)*
            optional("latency", Shape::Durations, "One way, without serialisation and queueing; 250us unless written."),
            optional("jitter", Shape::Durations, "Added to the latency, from 0 to this; 0 unless written."),
            optional("bandwidth", Shape::Rates, "Bits per second; 1Gbit unless written."),
            optional("queue", Shape::Sizes, "Bytes that wait before packets are dropped."),
            optional("loss", Shape::Shares, "The share of packets lost; 0 unless written."),
            optional("duplication", Shape::Shares, "The share of packets that arrive twice; 0 unless written."),
            optional(
                "reordering",
                Shape::Shares,
                "The share of UDP packets that later ones overtake; 0 unless written.",
            ),
            optional("corruption", Shape::Shares, "The share of packets in which bits turn over; 0 unless written."),
            optional("mtu", Shape::Sizes, "Larger packets vanish, as behind a filtered ICMP."),
        ]
    };
}

pub(crate) static LINK: Table = Table {
    name: "link",
    about: "A path between two hosts or groups. Values may be ranges a..b, drawn per seed.",
    keys: with_quality![
        optional("name", Shape::Text, "For the timeline; else made from `between`."),
        required("between", Shape::Pair, "Two hosts or groups: a name, `aps`, `servers`, `any`."),
        optional("forward", Shape::Table(&DIRECTION), "What is different from the first to the second."),
        optional("reverse", Shape::Table(&DIRECTION), "What is different from the second to the first."),
    ],
    one_of: &[],
};

pub(crate) static DIRECTION: Table = Table {
    name: "direction",
    about: "What is different in one direction of a link.",
    keys: with_quality![],
    one_of: &[],
};

pub(crate) static FIREWALL: Table = Table {
    name: "firewall",
    about: "Stands between two hosts or groups. Stateful: what answers a permitted flow comes back.",
    keys: &[
        required("name", Shape::Text, "For the timeline."),
        required("between", Shape::Pair, "Two hosts or groups: a name, an address, `aps`, `servers`, `any`."),
        optional("rules", Shape::Tables(&RULE), "The first that matches decides."),
        optional(
            "default",
            Shape::Choice(&["permit", "deny"]),
            "What happens when none matches; permit unless written.",
        ),
    ],
    one_of: &[],
};

pub(crate) static RULE: Table = Table {
    name: "rule",
    about: "One line of a firewall.",
    keys: &[
        optional(
            "permit",
            Shape::Text,
            "What passes: any, icmp, udp, udp/69, tcp/1024-65535 (destination ports).",
        ),
        optional("deny", Shape::Text, "What vanishes."),
        optional("reject", Shape::Text, "What is answered with RST or port unreachable."),
        optional("from", Shape::Text, "Only what this host, group or address sends."),
        optional("to", Shape::Text, "Only what this host, group or address shall receive."),
    ],
    one_of: &["permit", "deny", "reject"],
};

pub(crate) static CONTROLLER: Table = Table {
    name: "controller",
    about: "The embedded wireless controller. It can hand out its own image type without a server.",
    keys: &[
        required("name", Shape::Text, "Its host name."),
        required("model", Shape::Text, "Its model, as in C9120AXI; it must be able to run EWC."),
        required("address", Shape::Address, "Its IP address."),
        required("running", Shape::Text, "The image set it runs."),
        optional("mac", Shape::Text, "Its Ethernet address; else made from its IP address."),
        optional("config", Shape::Text, "IOS-XE configuration: a file, or a block of text (`config: |`)."),
        optional("images", Shape::Texts, "Image types staged on it from the start, as in [ap1g8]."),
    ],
    one_of: &[],
};

pub(crate) static ACCESS_POINT: Table = Table {
    name: "access point",
    about: "An access point, or a group of equal ones.",
    keys: &[
        required("name", Shape::Text, "Its host name; those of a group get -1, -2, … behind it."),
        optional("count", Shape::Number, "How many; makes `name` a group."),
        required("model", Shape::Text, "Its model, as in C9105AXI or AIR-AP3802I-B-K9."),
        required(
            "address",
            Shape::Address,
            "Its IP address; in a group the first one's, the others count on.",
        ),
        required("running", Shape::Text, "The version in its active partition, or the name of an image set."),
        optional("backup", Shape::Text, "The version in its other partition, or the name of an image set."),
        optional("mac", Shape::Text, "Its Ethernet address; else made from its IP address."),
        optional(
            "console",
            Shape::Choice(&["older", "newer"]),
            "Which text its console prints; else by its version.",
        ),
        optional("flash", Shape::Table(&FLASH), "What its flash is like."),
        optional(
            "controller",
            Shape::Text,
            "The controller it joins; there is one, so this is a comment that is checked.",
        ),
    ],
    one_of: &[],
};

/// The partitions of an access point, one or both.
const PARTITIONS: &[&str] = &["part1", "part2", "both"];

pub(crate) static FLASH: Table = Table {
    name: "flash",
    about: "What an access point has for flash, and what is wrong with it from the start.",
    keys: &[
        optional("partition", Shape::Size, "Bytes that each partition holds; else a fact of the catalogue."),
        optional("used", Shape::Size, "Bytes of each partition that other files take; 0 unless written."),
        optional("tmp", Shape::Size, "Bytes of /tmp; else a fact of the catalogue."),
        optional("bad_block", Shape::Table(&BAD_BLOCK), "A block that can be neither read nor written."),
    ],
    one_of: &[],
};

pub(crate) static BAD_BLOCK: Table = Table {
    name: "bad block",
    about: "Where in flash it is.",
    keys: &[
        required("partition", Shape::Choice(PARTITIONS), "In which partition."),
        required("offset", Shape::Size, "How far from its start."),
    ],
    one_of: &[],
};

pub(crate) static FLASH_CHANGE: Table = Table {
    name: "flash change",
    about: "Access points, and what becomes of their flash.",
    keys: &[
        required("access_points", Shape::Names, "Hosts, groups, or `all` access points."),
        optional("corrupt", Shape::Choice(PARTITIONS), "A byte of what is stored there is another one."),
        optional("bad_block", Shape::Choice(PARTITIONS), "A block there can be neither read nor written."),
        optional("used", Shape::Size, "Bytes of each partition that other files take from now on."),
        optional("offset", Shape::Size, "Where the byte or the block is, from the start; 0 unless written."),
    ],
    one_of: &["corrupt", "bad_block", "used"],
};

pub(crate) static CAPWAP: Table = Table {
    name: "capwap",
    about: "How the controller and its access points speak CAPWAP.",
    keys: &[
        optional(
            "image_data",
            Shape::Choice(&["cisco", "rfc5415"]),
            "How blocks of images are laid out: as Cisco does, or as in RFC 5415; cisco unless written.",
        ),
        optional(
            "window",
            Shape::Number,
            "Requests under way in each direction of a session, 1 to 50; 1 unless written.",
        ),
    ],
    one_of: &[],
};

pub(crate) static EVENT: Table = Table {
    name: "event",
    about: "Something that happens.",
    keys: &[
        required("at", Shape::Durations, "When, since the start of the run; may be a range."),
        optional(
            "power_on",
            Shape::Names,
            "Hosts, groups, or `all` access points. What is first powered on here was off before.",
        ),
        optional("power_off", Shape::Names, "Hosts, groups, or `all` access points."),
        optional("permit", Shape::Table(&RULE_CHANGE), "A rule put at the top of a firewall: what passes."),
        optional("deny", Shape::Table(&RULE_CHANGE), "A rule put at the top of a firewall: what vanishes."),
        optional(
            "reject",
            Shape::Table(&RULE_CHANGE),
            "A rule put at the top of a firewall: what is answered.",
        ),
        optional("lift", Shape::Table(&RULE_CHANGE), "Rules that leave a firewall."),
        optional("link", Shape::Table(&LINK_CHANGE), "A link goes down, comes up, or changes."),
        optional(
            "server",
            Shape::Table(&SERVER_CHANGE),
            "A server's software stops or starts, or it gets a new host key.",
        ),
        optional("file", Shape::Table(&FILE_CHANGE), "A file on a server changes."),
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
        "permit",
        "deny",
        "reject",
        "lift",
        "link",
        "server",
        "file",
        "flash",
        "exec",
        "configure",
    ],
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
    about: "A link, by name or by its ends, and what is different from now on; the rest stays.",
    keys: with_quality![
        optional("name", Shape::Text, "Its name."),
        optional("between", Shape::Pair, "Its ends, as the link states them."),
        optional("state", Shape::Choice(&["up", "down"]), "Whether it carries packets."),
    ],
    one_of: &["name", "between"],
};

pub(crate) static FILE_CHANGE: Table = Table {
    name: "file change",
    about: "A file on a server, and what becomes of it.",
    keys: &[
        required("server", Shape::Text, "The host."),
        required(
            "path",
            Shape::Text,
            "The file as `files` of the server names it, as in /EWC/17_9_4a/ap1g8.",
        ),
        optional("remove", Shape::True, "It is gone."),
        optional("truncate", Shape::Size, "Only this many bytes of it stay."),
        optional("corrupt", Shape::Size, "The byte at this offset is another one."),
        optional("replace", Shape::Text, "It is now the file of the same name of this image set."),
    ],
    one_of: &["remove", "truncate", "corrupt", "replace"],
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
    ],
    one_of: &["access_points", "log"],
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
