//! The tables of the timeline.

use super::{
    Address, Command, Config, Count, EventPattern, FirewallChange, ImageSetName, Impairments, Name, Names,
    Pair, Path, Ranged, RuleChange, ServerChange, Size, Text, Time, True, table,
};
use crate::model::{LinkState, Partitions, Refusal, WebButton, WebMode};

table! {
    /// An action at a time, or after another event.
    TimelineEntry "event" one_of [
        "power_on", "power_off", "reload", "permit", "deny", "reject", "remove", "firewall", "link", "server", "file",
        "flash", "exec", "web", "configure",
    ] {
        /// The time since the start of the run; may be a range.
        at: Ranged<Time> { shown: &["1m..2m"] },
        /// The event after which it happens.
        after: Trigger { shown: &["{ host: branch-1, event: joined }"] },
        /// The interval at which it repeats; may be a range.
        every: Ranged<Time> { shown: &["5m"] },
        /// The number of times it happens, the first included; with `every`.
        times: Ranged<Count> { shown: &["3"] },
        /// The moment of the run up to which it repeats; with `every`.
        until: Time { shown: &["20m"] },
        /// Hosts, groups, or `all` access points. Hosts that are first powered on here are off before.
        /// They get power, unless they have it; access points boot (75 to 180 s).
        power_on: Names { shown: &["all", "[branch, 9120-EWC]"] },
        /// Hosts, groups, or `all` access points.
        /// They lose power at once; of data that an access point had not yet synced to flash, a part remains, or nothing.
        power_off: Names { shown: &["branch-2"] },
        /// Access points and the controller that are restarted in order, as by `reload` at their consoles.
        /// Hosts without power do nothing.
        reload: Names { shown: &["[branch, 9120-EWC]"] },
        /// A rule inserted at the top of a firewall: packets that pass.
        permit: RuleChange { shown: &["{ firewall: dc, rule: udp/69 }"] },
        /// A rule inserted at the top of a firewall: packets that are dropped silently.
        deny: RuleChange { shown: &["{ firewall: dc, rule: any }"] },
        /// A rule inserted at the top of a firewall: packets that are answered.
        reject: RuleChange { shown: &["{ firewall: dc, rule: tcp }"] },
        /// Rules that are removed from a firewall.
        /// Every rule for exactly these packets (`from` and `to` included) is removed, whether permit, deny or reject.
        remove: RuleChange { shown: &["{ firewall: dc, rule: udp/69 }"] },
        /// Replaces the rules of a firewall.
        firewall: FirewallChange { shown: &["{ name: dc, rules: [{ permit: udp }] }"] },
        /// Takes a link down or up, or changes it.
        link: LinkChange { shown: &["{ name: wan, state: down }"] },
        /// Stops or starts a server's software, slows it down, or gives it a new host key.
        /// While it is stopped, its ports answer with port unreachable or RST.
        server: ServerChange { shown: &["{ name: tftp-1, state: stopped }"] },
        /// Changes files on a server.
        /// Transfers in progress continue with the files they opened.
        file: FileChange,
        /// Damages the flash of access points, or fills it.
        flash: FlashChange { shown: &["{ access_points: branch-2, corrupt: part2 }"] },
        /// Types a command at the controller or at an access point.
        /// Its output is recorded in `events.jsonl`.
        exec: Exec { shown: &["{ controller: 9120-EWC, command: show ap image }"] },
        /// Fills in the page *Software Upgrade* of the controller, and presses one of its buttons.
        web: Web { shown: &["{ controller: 9120-EWC, press: activate }"] },
        /// Types lines in the controller's configuration mode.
        /// They add to the earlier configuration.
        configure: Configure,
    }
}

table! {
    /// Events of some hosts, and their number; the action happens once.
    Trigger "trigger" {
        with pattern: EventPattern,
        /// The number of these events.
        /// They count from the start of the run.
        count: Ranged<Count> { default: Some("1"), shown: &["2"] },
        /// The delay after the last of them; may be a range.
        delay: Ranged<Time> { otherwise: Some("`0`"), shown: &["5s..10s"] },
    }
}

table! {
    /// Links, by name or by the ends of one, and their changes from now on; the rest stays.
    LinkChange "link change" one_of ["name", "between"] {
        /// Its name, or several names.
        name: Names { shown: &["[wan, lan]"] },
        /// Its ends, as the link states them.
        between: Pair { shown: &["[branch, 9120-EWC]"] },
        /// The state of the link.
        /// While it is down, every packet is dropped.
        state: LinkState { otherwise: Some("unchanged"), shown: &["down"] },
        also impairments: Impairments,
    }
}

table! {
    /// A file on a server, or all files of a directory, and its change.
    FileChange "file change" one_of ["remove", "truncate", "corrupt", "replace", "add", "restore"] {
        /// The host.
        server: Name { required: true, shown: &["tftp-1"] },
        /// The file or directory as `files` of the server names it, as in /EWC/17_9_4a/ap1g8.
        /// It must be served from the start, except with `add`.
        path: Path { required: true, shown: &["/EWC/17_9_4a/ap1g8"] },
        /// Removes it.
        remove: True { shown: &["true"] },
        /// Truncates it to this many bytes.
        /// The first bytes remain.
        truncate: Ranged<Size> { shown: &["1MB"] },
        /// Changes the byte at this offset.
        corrupt: Ranged<Size> { shown: &["4096"] },
        /// Replaces it with the file of the same name of this image set.
        replace: ImageSetName { shown: &["17.12.1"] },
        /// Adds the file of the same name of this image set; for a directory, all files of the set.
        /// It belongs to root.
        add: ImageSetName { shown: &["17.12.1"] },
        /// Restores it as it was at the start of the run.
        restore: True { shown: &["true"] },
    }
}

table! {
    /// Access points, and the change of their flash.
    FlashChange "flash change" one_of ["corrupt", "bad_block", "used", "full"] {
        /// Hosts, groups, or `all` access points.
        access_points: Names { required: true, shown: &["all"] },
        /// Changes a byte of the stored data.
        corrupt: Partitions { shown: &["part2"] },
        /// Makes a block that can be neither read nor written.
        /// The block has 128 KiB.
        bad_block: Partitions { shown: &["part1"] },
        /// The number of bytes of each partition that other files take from now on.
        used: Ranged<Size> { shown: &["70MB"] },
        /// Fills all free space with other files from now on; stored files stay.
        /// Images can no longer be written.
        full: True { shown: &["true"] },
        /// The offset of the byte or the block from the start.
        offset: Ranged<Size> { default: Some("0"), shown: &["4MiB"] },
    }
}

table! {
    /// Fields of the page *Software Upgrade*, and a button. Fields that are not written keep their values.
    Web "web page" {
        /// The host name of the controller.
        controller: Name { required: true, shown: &["9120-EWC"] },
        /// The mode of the transfer.
        mode: WebMode { shown: &["sftp"] },
        /// The address of the image server.
        server: Address { shown: &["172.16.5.62"] },
        /// The directory of the images.
        path: Text { shown: &["/EWC/17_12_1"] },
        /// The user at an SFTP server.
        username: Text { shown: &["calo"] },
        /// The user's password.
        password: Text { shown: &["${password}"] },
        /// The button.
        press: WebButton { required: true, shown: &["save and download"] },
    }
}

table! {
    /// A command.
    Exec "exec" one_of ["controller", "host"] {
        /// The host name of the controller at which it is typed.
        controller: Name { shown: &["9120-EWC"] },
        /// The controller or the access point at which it is typed.
        host: Name { shown: &["branch-1"] },
        /// The command, as typed in privileged mode.
        /// It is one of those below, a show command with an output modifier, or a question that ends with `?`.
        command: Command { required: true, shown: &["ap image predownload", "show ap image | include branch"] },
        /// The device refuses the line, with this answer: a line that is wrong on purpose.
        /// It is for lines that a real device refuses; a command that only this simulator does not know belongs in no scenario.
        refused: Refusal { shown: &["ambiguous"] },
    }
}

table! {
    /// Configuration lines.
    Configure "configure" {
        /// Its host name.
        controller: Name { required: true, shown: &["9120-EWC"] },
        /// The lines: a file, or a block of text (`config: |`).
        /// As in the controller's `config`; a part of the profile starts with `wireless profile image-download default`.
        config: Config { required: true, shown: &["config: |"] },
    }
}
