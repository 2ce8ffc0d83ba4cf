//! The tables of the network and its devices, outermost first.

use super::{EVENT, EXPECTATION, SERVER, STRANGER, Shape, Table, optional, required};

pub(crate) static SCENARIO: Table = Table {
    name: "scenario",
    about: "A network of Cisco EWC access points, what happens to it, and what must hold.",
    keys: &[
        required("scenario", Shape::Text, "What the scenario shows, in one line."),
        required(
            "start",
            Shape::Timestamp,
            "The wall clock when the run starts, as in 2024-01-30T21:41:35Z.",
        ).like(&["2024-01-30T21:41:35Z"]),
        required("until", Shape::Durations, "When the run ends at the latest.").like(&["20m", "1h30m"]),
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
            "What is compared with the stored snapshot: host names (their logs), show commands, `events`.",
        ).like(&["[show ap image, 9120-EWC]"]),
        optional("capwap", Shape::Table(&CAPWAP), "How controller and access points speak with each other."),
        optional(
            "extends",
            Shape::Names,
            "A file, or a list of files, of which everything is taken over; what is written here lies on top.",
        ).like(&["lab.yaml"]),
        optional("lab", Shape::Text, "In place of `scenario`: what this file is, which is there to be extended."),
        optional(
            "parameters",
            Shape::TextOrTableMap(&PARAMETER),
            "Values by name, for use as ${name} in other values; `--set` changes them.",
        ),
        optional("defaults", Shape::Table(&DEFAULTS), "What holds for every entry of a list, unless it says otherwise."),
        optional(
            "quirks",
            Shape::ChoiceMap(&["off", "on", "by-version"]),
            "Known defects that are off, on, or by-version here, by Cisco's bug id, as in { CSCvx32806: off }.",
        ),
        optional("catalogue", Shape::Facts, "Facts of the catalogue that are different here, by key."),
    ],
    one_of: &[],
};

pub(crate) static PARAMETER: Table = Table {
    name: "parameter",
    about: "A parameter. Without `default` it has to be set.",
    keys: &[
        optional("default", Shape::Text, "Its value where the command sets none."),
        optional("about", Shape::Text, "What it is, for people."),
    ],
    one_of: &[],
};

pub(crate) static DEFAULTS: Table = Table {
    name: "defaults",
    about: "What lies beneath each entry of these lists.",
    keys: &[
        optional("access_points", Shape::Partial(&ACCESS_POINT), "Of every access point and group."),
        optional("servers", Shape::Partial(&SERVER), "Of every server."),
        optional("links", Shape::Partial(&LINK), "Of every link."),
        optional("firewalls", Shape::Partial(&FIREWALL), "Of every firewall."),
    ],
    one_of: &[],
};

pub(crate) static IMAGES: Table = Table {
    name: "image set",
    about: "The files of one release, from a listing, a map of sizes, or a directory.",
    keys: &[
        required("ap", Shape::Text, "The version of its AP images, as in 17.9.4.27.").like(&["17.9.4.27"]),
        optional("controller", Shape::Text, "The controller's version text, as in 17.09.04a.0.6.")
            .like(&["17.09.04a.0.6"]),
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
            optional("latency", Shape::Durations, "One way, without serialisation and queueing; 250us unless written.").like(&["10ms", "10ms..50ms"]),
            optional("jitter", Shape::Durations, "Added to the latency, from 0 to this; 0 unless written.").like(&["2ms"]),
            optional("bandwidth", Shape::Rates, "Bits per second; 1Gbit unless written.").like(&["10Mbit"]),
            optional("queue", Shape::Sizes, "Bytes that wait before packets are dropped.").like(&["64KiB"]),
            optional("loss", Shape::Shares, "The share of packets lost; 0 unless written.").like(&["0.1%"]),
            optional("duplication", Shape::Shares, "The share of packets that arrive twice; 0 unless written."),
            optional(
                "reordering",
                Shape::Shares,
                "The share of UDP packets that later ones overtake; 0 unless written.",
            ),
            optional("corruption", Shape::Shares, "The share of packets in which bits turn over; 0 unless written."),
            optional("mtu", Shape::Sizes, "Larger packets vanish, as behind a filtered ICMP.").like(&["1400"]).within(68, 65_535),
        ]
    };
}
pub(super) use with_quality;

pub(crate) static LINK: Table = Table {
    name: "link",
    about: "A path between two hosts or groups. Values may be ranges a..b, drawn per seed.",
    keys: with_quality![
        optional("name", Shape::Text, "For the timeline; else made from `between`."),
        required("between", Shape::Pair, "Two hosts or groups: a name, `aps`, `servers`, `any`.")
            .like(&["[aps, tftp-1]"]),
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
        )
        .like(&["udp/69", "tcp/1024-65535", "any"]),
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
        required(
            "model",
            Shape::Model { ewc: true },
            "Its model, as in C9120AXI; it must be able to run EWC.",
        ),
        required("address", Shape::Address, "Its IP address.").like(&["172.16.4.26"]),
        required("running", Shape::Text, "The image set it runs."),
        optional("mac", Shape::Text, "Its Ethernet address; else made from its IP address.")
            .like(&["6c41.0e16.e79c"]),
        optional("config", Shape::Text, "IOS-XE configuration: a file, or a block of text (`config: |`)."),
        optional("images", Shape::Names, "Image types staged on it from the start, as in [ap1g8].")
            .like(&["[ap1g8]"]),
    ],
    one_of: &[],
};

pub(crate) static ACCESS_POINT: Table = Table {
    name: "access point",
    about: "An access point, or a group of equal ones.",
    keys: &[
        required("name", Shape::Text, "Its host name; those of a group get -1, -2, … behind it."),
        optional("count", Shape::Numbers, "How many; makes `name` a group.").like(&["20"]).within(1, 2_000),
        required("model", Shape::Model { ewc: false }, "Its model, as in C9105AXI or AIR-AP3802I-B-K9."),
        optional(
            "address",
            Shape::Address,
            "Its IP address; in a group the first one's, the others count on.",
        ),
        optional(
            "addresses",
            Shape::Text,
            "In place of `address`, of a group: from which to which, or a prefix; `count` follows unless written.",
        )
        .like(&["172.16.8.10-172.16.8.29", "172.16.8.0/27"]),
        required("running", Shape::Text, "The version in its active partition, or the name of an image set.")
            .like(&["17.3.3.26"]),
        optional("backup", Shape::Text, "The version in its other partition, or the name of an image set."),
        optional("mac", Shape::Text, "Its Ethernet address; else made from its IP address."),
        optional(
            "console",
            Shape::Choice(&["older", "newer"]),
            "Which text its console prints; else by its version.",
        ),
        optional("hardware", Shape::Text, "Its hardware revision, as in V05; some defects depend on it."),
        optional("made", Shape::Text, "The day it was made, as in 2014-09-15; some defects depend on it."),
        optional("flash", Shape::Table(&FLASH), "What its flash is like."),
        optional(
            "controller",
            Shape::Text,
            "The controller it joins; there is one, so this is a comment that is checked.",
        ),
    ],
    one_of: &["address", "addresses"],
};

/// The partitions of an access point, one or both.
pub(super) const PARTITIONS: &[&str] = &["part1", "part2", "both"];

pub(crate) static FLASH: Table = Table {
    name: "flash",
    about: "What an access point has for flash, and what is wrong with it from the start.",
    keys: &[
        optional(
            "active",
            Shape::Choice(&["part1", "part2"]),
            "The partition that runs at first; part2 unless written.",
        ),
        optional("partition", Shape::Sizes, "Bytes that each partition holds; else a fact of the catalogue."),
        optional("used", Shape::Sizes, "Bytes of each partition that other files take; 0 unless written.")
            .like(&["60MB"]),
        optional("tmp", Shape::Sizes, "Bytes of /tmp; else a fact of the catalogue."),
        optional("bad_block", Shape::Table(&BAD_BLOCK), "A block that can be neither read nor written."),
    ],
    one_of: &[],
};

pub(crate) static BAD_BLOCK: Table = Table {
    name: "bad block",
    about: "Where in flash it is.",
    keys: &[
        required("partition", Shape::Choice(PARTITIONS), "In which partition."),
        required("offset", Shape::Sizes, "How far from its start."),
    ],
    one_of: &[],
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
            Shape::Numbers,
            "Requests under way in each direction of a session, 1 to 50; 1 unless written.",
        )
        .within(1, 50),
    ],
    one_of: &[],
};
