//! The outermost tables.

use catalogue::Switch;

use crate::model::Express;

use super::{
    AccessPoint, ArchiveSize, Capwap, Controller, Count, DirectoryPath, Expectation, Facts, File, Firewall,
    IdleClient, Later, Link, List, Map, Moment, Names, Network, Part, PlainVersion, Ranged, Server, Text,
    TextOr, Texts, Time, TimelineEntry, choice, table,
};

choice! {
    /// The switch of a known defect.
    QuirkSwitch: Switch { Off = "off", On = "on", ByVersion = "by-version", }
}

choice! {
    /// The way of packets that repeat themselves.
    ExpressSwitch: Express { On = "on", Off = "off", }
}

table! {
    /// A network of Cisco EWC access points, what happens to it, and what must hold.
    Scenario "scenario" one_of ["controller", "controllers"] {
        /// The title of the scenario, in one line.
        /// It is also the title of the report.
        scenario: Text { required: true, shown: &["A 9105 joins"] },
        /// The wall clock at the start of the run, as in 2024-01-30T21:41:35Z.
        /// RFC 3339; logs are printed in UTC.
        start: Moment { required: true, examples: &["2024-01-30T21:41:35Z"] },
        /// The latest end of the run.
        until: Ranged<Time> { required: true, examples: &["20m", "1h30m"] },
        /// The seed if the command gives none.
        seed: Count { otherwise: Some("`1`"), shown: &["7"] },
        /// The length of a tick of the clock under `--engine turmoil`, to which all times are rounded up.
        /// The usual engine has no ticks. A coarse tick can change an outcome, a fine one makes the run longer.
        tick: Time { default: Some("1ms"), shown: &["300us"] },
        /// Whether the steps of downloads that repeat themselves are computed without packets, where nobody sees the packets.
        /// It changes nothing but the time that a run takes. `ewcsim test --twice` compares both.
        express: ExpressSwitch { default: Some("on"), shown: &["off"] },
        /// Sets of image files by name: the contents of a directory of a release.
        /// You choose the names.
        images: Map<ImageSet> { required: true },
        /// Links and firewalls. Hosts without a link between them share a LAN.
        network: Network,
        /// Image servers.
        servers: List<Server>,
        /// Hosts that hold idle connections to a server.
        idle_clients: List<IdleClient>,
        /// The embedded wireless controller.
        controller: Controller { shown: &["{ name: ewc, model: C9120AXI, address: 10.0.4.2, running: new }"] },
        /// In place of `controller`: several of them, each with its own access points.
        /// Every access point then names the one that it joins.
        controllers: List<Controller> { shown: &["[{ name: ewc, model: C9120AXI, address: 10.0.4.2, running: new }]"] },
        /// The other access points, one by one or as counted groups.
        /// At most 2,000.
        access_points: List<AccessPoint> { required: true },
        /// The actions of the run and their times.
        timeline: List<TimelineEntry>,
        /// The expectations of the run.
        expect: List<Expectation>,
        /// Invariants that must be violated or waived, by the sentence that reports have, each with the reason.
        /// A map has the hosts, too. See [Scenarios that must fail](#scenarios-that-must-fail).
        must_violate: Map<TextOr<MustViolate>> { shown: &["{ at least one partition boots: both are damaged }"] },
        /// The output that is compared with the stored snapshot: host names (their logs), show commands, `events`.
        /// `ewcsim test` stores and compares it, with the timeline: the output of commands, and all events of the run.
        snapshot: Texts { examples: &["[show ap image, 9120-EWC]"] },
        /// The CAPWAP settings of the controller and its access points.
        capwap: Capwap { shown: &["{ window: 10 }"] },
        /// A file, or a list of files, from which everything is inherited; this file overrides it.
        /// See [Writing a lab once](#writing-a-lab-once).
        extends: Later<Names> { examples: &["lab.yaml"] },
        /// In place of `scenario`: the title of a file that can only be extended.
        lab: Later<Text> { shown: &["A branch"] },
        /// Values by name, for use as ${name} in other values; `--set` changes them.
        parameters: Later<Map<TextOr<Parameter>>> { shown: &["{ mtu: 1400 }"] },
        /// Defaults for every entry of a list.
        defaults: Defaults,
        /// Names of directives, lines and options that may matter and are not modelled: the run does without them.
        /// Its verdict is then at best inconclusive, and says so.
        accept_unmodelled: Texts { shown: &["[GSSAPIKeyExchange]"] },
        /// Known defects that are switched off, on, or by-version here, by Cisco's bug id, as in { CSCvx32806: off }.
        /// Their other names are accepted, too; see [quirks](#quirks).
        quirks: Map<QuirkSwitch> { otherwise: Some("by version"), shown: &["{ CSCvx32806: off }"] },
        /// Facts of the catalogue that are overridden here, by key.
        /// See [overrides](#catalogue-overrides).
        catalogue: Later<Facts> { shown: &["{ ewc.tftp.blksize: 1428 }"] },
    }
}

table! {
    /// A parameter. Without `default` it has to be set.
    keys Parameter "parameter" {
        /// Its value if the command sets none.
        default: Text { otherwise: Some("has to be set"), shown: &["deny"] },
        /// Its description, for people.
        about: Text { shown: &["what the firewall does"] },
    }
}

table! {
    /// An invariant that must be violated or waived, on these hosts.
    MustViolate "stated violation" {
        /// The reason why it must be.
        why: Text { required: true, shown: &["both are damaged"] },
        /// The hosts on which it must be, each of them: names and groups.
        /// Then a violation on another host is a failure of its own.
        hosts: Names { otherwise: Some("any"), shown: &["branch-1", "[branch-1, branch-2]"] },
    }
}

table! {
    /// The defaults for each entry of these lists.
    keys Defaults "defaults" {
        /// The defaults of every access point and group.
        access_points: Part<AccessPoint> { shown: &["{ model: C9130AXI }"] },
        /// The defaults of every server.
        servers: Part<Server> { shown: &["{ software: openssh }"] },
        /// The defaults of every link.
        links: Part<Link> { shown: &["{ loss: 0.1% }"] },
        /// The defaults of every firewall.
        firewalls: Part<Firewall> { shown: &["{ default: deny }"] },
    }
}

table! {
    /// The files of one release, from a listing, a map of sizes, or a directory.
    ImageSet "image set" one_of ["listing", "files", "directory"] {
        /// The version of its AP images, as in 17.9.4.27.
        ap: PlainVersion { required: true, examples: &["17.9.4.27"] },
        /// The controller's version text, as in 17.09.04a.0.6.
        /// The content of `controller_version.info`; it has no other use.
        controller: Text { examples: &["17.09.04a.0.6"] },
        /// A file with the output of `ls -l`, `dir` or the like for the directory; relative to the scenario.
        listing: File { shown: &["17.9.4a.listing"] },
        /// File names and sizes in bytes.
        files: Map<Ranged<ArchiveSize>> { shown: &["{ ap1g8: 70512640 }"] },
        /// A directory with real images; relative to the scenario.
        /// They are served as they are.
        directory: DirectoryPath { shown: &["images"] },
    }
}
