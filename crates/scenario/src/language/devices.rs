//! The tables of the controller and of access points.

use catalogue::Dialect;

use super::{
    Address, Addresses, Config, Day, Ethernet, EwcModel, ImageSetName, Later, Model, Name, Names, Ranged,
    Size, Text, Version, Whole, choice, table,
};
use crate::model::{ImageData, Partitions};
use crate::reader::ACCESS_POINTS_MAX;

choice! {
    /// Which text a console prints.
    Console: Dialect { Older = "older", Newer = "newer", }
}

table! {
    /// The embedded wireless controller. It can hand out its own image type without a server.
    Controller "controller" {
        /// Its host name.
        name: Name { required: true, shown: &["9120-EWC"] },
        /// Its model, as in C9120AXI; it must be able to run EWC.
        /// With or without regulatory domain.
        model: EwcModel { required: true, shown: &["C9120AXI"] },
        /// Its IP address.
        address: Address { required: true, examples: &["172.16.4.26"] },
        /// The image set it runs.
        /// The set must hold the image of its own model.
        running: ImageSetName { required: true, shown: &["17.9.4a"] },
        /// Its Ethernet address; else made from its IP address.
        /// Also with `:` or `-`.
        mac: Ethernet { otherwise: Some("made from the IP address"), examples: &["6c41.0e16.e79c"] },
        /// IOS-XE configuration: a file, or a block of text (`config: |`).
        /// As pasted, prompts included; see below.
        config: Config { shown: &["config: |"] },
        /// Image types staged on it from the start, as in [ap1g8].
        /// It holds them beside its own.
        images: Names { examples: &["[ap1g8]"] },
    }
}

table! {
    /// An access point, or a group of equal ones.
    AccessPoint "access point" one_of ["address", "addresses"] {
        /// Its host name; those of a group get -1, -2, … behind it.
        name: Name { required: true, shown: &["branch"] },
        /// How many; makes `name` a group.
        count: Ranged<Whole<1, { ACCESS_POINTS_MAX as u64 }>> { otherwise: Some("one, no group"), examples: &["20"] },
        /// Its model, as in C9105AXI or AIR-AP3802I-B-K9.
        /// With or without regulatory domain; decides the image type.
        model: Model { required: true, shown: &["C9105AXI", "AIR-AP3802I-B-K9"] },
        /// Its IP address; in a group the first one's, the others count on.
        address: Address { shown: &["172.16.8.10"] },
        /// In place of `address`, of a group: from which to which, or a prefix; `count` follows unless written.
        /// If `count` is written, the first ones are taken. Of a prefix the hosts: not its first and last address.
        addresses: Addresses { examples: &["172.16.8.10-172.16.8.29", "172.16.8.0/27"] },
        /// The version in its active partition, or the name of an image set.
        /// That is part2, unless `flash` says otherwise.
        running: Version { required: true, examples: &["17.3.3.26"] },
        /// The version in its other partition, or the name of an image set.
        backup: Version { otherwise: Some("empty"), shown: &["8.10.130.0"] },
        /// Its Ethernet address; else made from its IP address.
        /// In a group that of the first, the others count on.
        mac: Ethernet { otherwise: Some("made from the IP address"), shown: &["02:00:00:00:00:fe"] },
        /// Which text its console prints; else by its version.
        /// From 17.3 on the newer one.
        console: Console { otherwise: Some("by its version"), shown: &["older"] },
        /// Its hardware revision, as in V05; some defects depend on it.
        /// It tells its controller; see [quirks](#quirks).
        hardware: Text { otherwise: Some("unknown"), shown: &["V05"] },
        /// The day it was made, as in 2014-09-15; some defects depend on it.
        /// See [quirks](#quirks).
        made: Day { otherwise: Some("unknown"), shown: &["2014-09-15"] },
        /// What its flash is like.
        flash: Later<Flash> { shown: &["{ used: 60MB }"] },
        /// The controller it joins; there is one, so this is a comment that is checked.
        controller: Name { otherwise: Some("the one there is"), shown: &["9120-EWC"] },
    }
}

choice! {
    /// The partition that runs at first.
    pub(crate) enum Active {
        /// The first.
        Part1 = "part1",
        /// The second.
        Part2 = "part2",
    }
}

table! {
    /// What an access point has for flash, and what is wrong with it from the start.
    Flash "flash" {
        /// The partition that runs at first.
        active: Active { default: Some("part2"), shown: &["part1"] },
        /// Bytes that each partition holds; else a fact of the catalogue.
        partition: Ranged<Size> { otherwise: Some("`ap.flash.image-capacity`"), shown: &["80MB"] },
        /// Bytes of each partition that other files take.
        /// Logs in `/storage` are such files.
        used: Ranged<Size> { default: Some("0"), examples: &["60MB"] },
        /// Bytes of /tmp; else a fact of the catalogue.
        tmp: Ranged<Size> { otherwise: Some("by the console text"), shown: &["96MB"] },
        /// A block that can be neither read nor written.
        bad_block: BadBlock { shown: &["{ partition: part1, offset: 4MiB }"] },
    }
}

table! {
    /// Where in flash it is.
    BadBlock "bad block" {
        /// In which partition.
        /// `part2` runs from the start, unless `active` says otherwise.
        partition: Partitions { required: true, shown: &["part1"] },
        /// How far from its start.
        /// The block of 128 KiB there can be neither read nor written.
        offset: Ranged<Size> { required: true, shown: &["4MiB"] },
    }
}

table! {
    /// How the controller and its access points speak CAPWAP.
    Capwap "capwap" {
        /// How blocks of images are laid out: as Cisco does, or as in RFC 5415.
        /// With Cisco's opcode and checksum, or as the RFC has it in 4.6.26, at most 1,024 bytes, so that what checks
        /// captures by the RFC can read it.
        image_data: ImageData { default: Some("cisco"), shown: &["rfc5415"] },
        /// Requests under way in each direction of a session, 1 to 50.
        /// The fact `capwap.window`.
        window: Ranged<Whole<1, 50>> { default: Some("1"), shown: &["10"] },
    }
}
