//! The tables of the timeline.

use super::{
    Command, Config, Count, EventPattern, FirewallChange, ImageSetName, Impairments, Name, Names, Pair, Path,
    Ranged, RuleChange, ServerChange, Size, Time, True, table,
};
use crate::model::{LinkState, Partitions};

table! {
    /// Something that happens: at a time, or after something else has happened.
    Event "event" one_of [
        "power_on", "power_off", "reload", "permit", "deny", "reject", "remove", "firewall", "link", "server", "file",
        "flash", "exec", "configure",
    ] {
        /// When, since the start of the run; may be a range.
        at: Ranged<Time> { shown: &["1m..2m"] },
        /// After which event.
        after: Trigger { shown: &["{ host: branch-1, event: joined }"] },
        /// It happens again so long after it happened; may be a range.
        every: Ranged<Time> { shown: &["5m"] },
        /// How often it happens, the first time included; with `every`.
        times: Ranged<Count> { shown: &["3"] },
        /// It happens again up to this moment of the run; with `every`.
        until: Time { shown: &["20m"] },
        /// Hosts, groups, or `all` access points. What is first powered on here was off before.
        /// They get power, unless they have it; access points boot (75 s).
        power_on: Names { shown: &["all", "[branch, 9120-EWC]"] },
        /// Hosts, groups, or `all` access points.
        /// They lose power at once; of what an access point had not yet synced to flash a part remains, or nothing.
        power_off: Names { shown: &["branch-2"] },
        /// Access points and the controller are restarted in order, as by `reload` at their consoles.
        /// What has no power does nothing.
        reload: Names { shown: &["[branch, 9120-EWC]"] },
        /// A rule put at the top of a firewall: what passes.
        permit: RuleChange { shown: &["{ firewall: dc, rule: udp/69 }"] },
        /// A rule put at the top of a firewall: what vanishes.
        deny: RuleChange { shown: &["{ firewall: dc, rule: any }"] },
        /// A rule put at the top of a firewall: what is answered.
        reject: RuleChange { shown: &["{ firewall: dc, rule: tcp }"] },
        /// Rules that leave a firewall.
        /// Every rule that says exactly this (`from` and `to` included), be it permit, deny or reject.
        remove: RuleChange { shown: &["{ firewall: dc, rule: udp/69 }"] },
        /// A firewall gets other rules.
        firewall: FirewallChange { shown: &["{ name: dc, rules: [{ permit: udp }] }"] },
        /// A link goes down, comes up, or changes.
        link: LinkChange { shown: &["{ name: wan, state: down }"] },
        /// A server's software stops or starts, it becomes slow, or it gets a new host key.
        /// Stopped, its ports answer port unreachable or RST.
        server: ServerChange { shown: &["{ name: tftp-1, state: stopped }"] },
        /// Files on a server change.
        /// Transfers under way go on with what they opened.
        file: FileChange,
        /// Flash of access points is damaged, or others fill it up.
        flash: FlashChange { shown: &["{ access_points: branch-2, corrupt: part2 }"] },
        /// A command is typed at the controller.
        /// Its output goes into `events.jsonl`.
        exec: Exec { shown: &["{ controller: 9120-EWC, command: show ap image }"] },
        /// Lines are typed in the controller's configuration mode.
        /// They come on top of what was configured before.
        configure: Configure,
    }
}

table! {
    /// Events of some hosts, and how many of them: what waits for them happens once.
    Trigger "trigger" {
        with pattern: EventPattern,
        /// How many of them.
        /// They count from the start of the run on.
        count: Ranged<Count> { default: Some("1"), shown: &["2"] },
        /// How long after the last of them; may be a range.
        delay: Ranged<Time> { otherwise: Some("`0`"), shown: &["5s..10s"] },
    }
}

table! {
    /// Links, by name or by the ends of one, and what is different from now on; the rest stays.
    LinkChange "link change" one_of ["name", "between"] {
        /// Its name, or several names.
        name: Names { shown: &["[wan, lan]"] },
        /// Its ends, as the link states them.
        between: Pair { shown: &["[branch, 9120-EWC]"] },
        /// Whether it carries packets.
        /// Down, every packet vanishes.
        state: LinkState { otherwise: Some("unchanged"), shown: &["down"] },
        also impairments: Impairments,
    }
}

table! {
    /// A file on a server, or all files of a directory, and what becomes of them.
    FileChange "file change" one_of ["remove", "truncate", "corrupt", "replace", "add", "restore"] {
        /// The host.
        server: Name { required: true, shown: &["tftp-1"] },
        /// The file or directory as `files` of the server names it, as in /EWC/17_9_4a/ap1g8.
        /// It must be served from the start, but for `add`.
        path: Path { required: true, shown: &["/EWC/17_9_4a/ap1g8"] },
        /// It is gone.
        remove: True { shown: &["true"] },
        /// Only this many bytes of it stay.
        /// These are its first ones.
        truncate: Ranged<Size> { shown: &["1MB"] },
        /// The byte at this offset is changed.
        corrupt: Ranged<Size> { shown: &["4096"] },
        /// It is now the file of the same name of this image set.
        replace: ImageSetName { shown: &["17.12.1"] },
        /// A file that was not there: that of the same name of this image set; of a directory, all files of the set.
        /// It is root's.
        add: ImageSetName { shown: &["17.12.1"] },
        /// It is as it was at the start of the run.
        restore: True { shown: &["true"] },
    }
}

table! {
    /// Access points, and what becomes of their flash.
    FlashChange "flash change" one_of ["corrupt", "bad_block", "used", "full"] {
        /// Hosts, groups, or `all` access points.
        access_points: Names { required: true, shown: &["all"] },
        /// A byte of what is stored there is changed.
        corrupt: Partitions { shown: &["part2"] },
        /// A block there can be neither read nor written.
        /// It has 128 KiB.
        bad_block: Partitions { shown: &["part1"] },
        /// Bytes of each partition that other files take from now on.
        used: Ranged<Size> { shown: &["70MB"] },
        /// Other files take all the room from now on; what is stored stays.
        /// No image is written any more.
        full: True { shown: &["true"] },
        /// Where the byte or the block is, from the start.
        offset: Ranged<Size> { default: Some("0"), shown: &["4MiB"] },
    }
}

table! {
    /// A command.
    Exec "exec" {
        /// Its host name.
        controller: Name { required: true, shown: &["9120-EWC"] },
        /// As typed in privileged mode.
        /// One of those below.
        command: Command { required: true, shown: &["ap image predownload"] },
    }
}

table! {
    /// Configuration lines.
    Configure "configure" {
        /// Its host name.
        controller: Name { required: true, shown: &["9120-EWC"] },
        /// The lines: a file, or a block of text (`config: |`).
        /// As the controller's `config`; a part of the profile starts with `wireless profile image-download default`.
        config: Config { required: true, shown: &["config: |"] },
    }
}
