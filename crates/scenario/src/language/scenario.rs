//! The outermost tables.

use catalogue::Switch;

use super::{
    AccessPoint, ArchiveSize, Capwap, Controller, Count, DirectoryPath, Event, Expectation, Facts, File,
    Firewall, IdleClient, Later, Link, List, Map, Moment, Names, Network, Part, PlainVersion, Ranged, Server,
    Text, TextOr, Texts, Time, choice, table,
};

choice! {
    /// Whether there is a known defect.
    QuirkSwitch: Switch { Off = "off", On = "on", ByVersion = "by-version", }
}

table! {
    /// A network of Cisco EWC access points, what happens to it, and what must hold.
    Scenario "scenario" {
        /// What the scenario shows, in one line.
        /// It is the title of the report.
        scenario: Text { required: true, shown: &["A 9105 joins"] },
        /// The wall clock when the run starts, as in 2024-01-30T21:41:35Z.
        /// RFC 3339; logs are printed in UTC.
        start: Moment { required: true, examples: &["2024-01-30T21:41:35Z"] },
        /// When the run ends at the latest.
        until: Ranged<Time> { required: true, examples: &["20m", "1h30m"] },
        /// The seed, where the command gives none.
        seed: Count { otherwise: Some("`1`"), shown: &["7"] },
        /// Sets of image files by name: what a directory of a release holds.
        /// The names are of your choice.
        images: Map<ImageSet> { required: true },
        /// Links and firewalls. Hosts without a link between them share a LAN.
        network: Network,
        /// Image servers.
        servers: List<Server>,
        /// Hosts that hold connections to a server and say nothing.
        idle_clients: List<IdleClient>,
        /// The embedded wireless controller.
        /// There is one.
        controller: Controller { required: true },
        /// The other access points, one by one or as counted groups.
        /// At most 2,000.
        access_points: List<AccessPoint> { required: true },
        /// What happens when.
        timeline: List<Event>,
        /// What must hold.
        expect: List<Expectation>,
        /// What is compared with the stored snapshot: host names (their logs), show commands, `events`.
        /// `ewcsim test` stores and compares it, beside the timeline: what commands print, and all events of the run.
        snapshot: Texts { examples: &["[show ap image, 9120-EWC]"] },
        /// How controller and access points speak with each other.
        capwap: Capwap { shown: &["{ window: 10 }"] },
        /// A file, or a list of files, of which everything is taken over; what is written here lies on top.
        /// See [Writing a lab once](#writing-a-lab-once).
        extends: Later<Names> { examples: &["lab.yaml"] },
        /// In place of `scenario`: what this file is, which is there to be extended.
        lab: Later<Text> { shown: &["A branch"] },
        /// Values by name, for use as ${name} in other values; `--set` changes them.
        parameters: Later<Map<TextOr<Parameter>>> { shown: &["{ mtu: 1400 }"] },
        /// What holds for every entry of a list, unless it says otherwise.
        defaults: Defaults,
        /// Known defects that are off, on, or by-version here, by Cisco's bug id, as in { CSCvx32806: off }.
        /// Another name of theirs will do, too; see [quirks](#quirks).
        quirks: Map<QuirkSwitch> { otherwise: Some("by version"), shown: &["{ CSCvx32806: off }"] },
        /// Facts of the catalogue that are different here, by key.
        /// See [overrides](#catalogue-overrides).
        catalogue: Later<Facts> { shown: &["{ ewc.tftp.blksize: 1428 }"] },
    }
}

table! {
    /// A parameter. Without `default` it has to be set.
    keys Parameter "parameter" {
        /// Its value where the command sets none.
        default: Text { otherwise: Some("has to be set"), shown: &["deny"] },
        /// What it is, for people.
        about: Text { shown: &["what the firewall does"] },
    }
}

table! {
    /// What lies beneath each entry of these lists.
    keys Defaults "defaults" {
        /// Of every access point and group.
        access_points: Part<AccessPoint> { shown: &["{ model: C9130AXI }"] },
        /// Of every server.
        servers: Part<Server> { shown: &["{ software: openssh }"] },
        /// Of every link.
        links: Part<Link> { shown: &["{ loss: 0.1% }"] },
        /// Of every firewall.
        firewalls: Part<Firewall> { shown: &["{ default: deny }"] },
    }
}

table! {
    /// The files of one release, from a listing, a map of sizes, or a directory.
    ImageSet "image set" one_of ["listing", "files", "directory"] {
        /// The version of its AP images, as in 17.9.4.27.
        ap: PlainVersion { required: true, examples: &["17.9.4.27"] },
        /// The controller's version text, as in 17.09.04a.0.6.
        /// The content of `controller_version.info`; nothing else uses it.
        controller: Text { examples: &["17.09.04a.0.6"] },
        /// A file with what `ls -l` printed of the directory; relative to the scenario.
        listing: File { shown: &["17.9.4a.listing"] },
        /// File names and sizes in bytes.
        files: Map<Ranged<ArchiveSize>> { shown: &["{ ap1g8: 70512640 }"] },
        /// A directory with real images; relative to the scenario.
        /// They are served as they are.
        directory: DirectoryPath { shown: &["images"] },
    }
}
