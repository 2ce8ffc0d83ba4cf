//! The tables of the controller and of access points.

use catalogue::Dialect;

use super::{
    Address, Addresses, ApAddress, Config, Day, Ethernet, EwcModel, ImageSetName, Later, Model, Name, Names,
    Ranged, Size, Text, Time, Version, Whole, choice, table,
};
use crate::model::{ApType, ImageData, Partitions};
use crate::reader::ACCESS_POINTS_MAX;

choice! {
    /// The text style of a console.
    Console: Dialect { Older = "older", Newer = "newer", }
}

choice! {
    /// The type of an access point.
    ApTypeWord: ApType { Capwap = "capwap", EwcAp = "ewc-ap", }
}

table! {
    /// The embedded wireless controller. It can serve its own image type without a server.
    Controller "controller" {
        /// Its host name.
        name: Name { required: true, shown: &["9120-EWC"] },
        /// Its model, as in C9120AXI; it must be able to run EWC.
        /// The regulatory domain is optional.
        model: EwcModel { required: true, shown: &["C9120AXI"] },
        /// Its IP address.
        address: Address { required: true, examples: &["172.16.4.26"] },
        /// The image set it runs.
        /// The set must hold the image of its own model.
        running: ImageSetName { required: true, shown: &["17.9.4a"] },
        /// Its Ethernet address, which is that of its access point; by default derived from its IP address.
        /// It can also be written with `:` or `-`.
        mac: Ethernet { otherwise: Some("derived from the IP address"), examples: &["6c41.0e16.e79c"] },
        /// IOS-XE configuration: a file, or a block of text (`config: |`).
        /// Lines may be pasted with prompts; see below.
        config: Config { shown: &["config: |"] },
        /// Image types staged on it from the start, as in [ap1g8].
        /// They are stored in addition to its own.
        images: Names { examples: &["[ap1g8]"] },
        /// The access point on which it runs; it joins this controller and counts in each `show`.
        /// It has the model and the Ethernet address of the controller, and runs the image of its set. The two share power and reload, and
        /// reach each other inside the box, past every link and firewall. `all` and `aps` do not mean it; its name does.
        access_point: OwnAccessPoint { otherwise: Some("called as the controller, with `-ap`"), shown: &["{ backup: 8.10.185.0 }"] },
    }
}

table! {
    /// An access point, or a group of identical ones.
    AccessPoint "access point" one_of ["address", "addresses"] {
        /// Its host name; members of a group are called NAME-1, NAME-2, ….
        name: Name { required: true, shown: &["branch"] },
        /// The number of access points; makes `name` a group.
        count: Ranged<Whole<1, { ACCESS_POINTS_MAX as u64 }>> { otherwise: Some("one, no group"), examples: &["20"] },
        /// Its model, as in C9105AXI or AIR-AP3802I-B-K9.
        /// The regulatory domain is optional; the model decides the image type.
        model: Model { required: true, shown: &["C9105AXI", "AIR-AP3802I-B-K9"] },
        /// Its IP address; in a group that of the first member, from which the others count up.
        /// An access point with an IPv6 address is not simulated: `accept_unmodelled: [IPv6]` runs without it.
        address: ApAddress { shown: &["172.16.8.10"] },
        /// In place of `address`, for a group: a range or a prefix; `count` follows unless written.
        /// If `count` is written, the first ones are used. A prefix stands for its hosts, without its first and last address.
        addresses: Addresses { examples: &["172.16.8.10-172.16.8.29", "172.16.8.0/27"] },
        /// The version in its active partition, or the name of an image set.
        /// The active partition is part2, unless `flash` says otherwise.
        running: Version { required: true, examples: &["17.3.3.26"] },
        /// Its Ethernet address; by default derived from its IP address.
        /// In a group, that of the first member, from which the others count up.
        mac: Ethernet { otherwise: Some("derived from the IP address"), shown: &["02:00:00:00:00:fe"] },
        /// The controller it joins.
        /// It must be written if there are several.
        controller: Name { otherwise: Some("the only one"), shown: &["9120-EWC"] },
        /// Its type, as `ap-type` sets it; one of type `ewc-ap` holds the controller's image as well and can be its standby.
        /// Its model must be able to run EWC, and the controller states the address of its own access point, which is a host like any other
        /// once the standby has taken over.
        ap_type: ApTypeWord { default: Some("capwap"), shown: &["ewc-ap"] },
        also unit: ApUnit,
    }
}

table! {
    /// The access point on which a controller runs.
    OwnAccessPoint "own access point" {
        /// Its host name.
        name: Name { otherwise: Some("the controller's and `-ap`"), examples: &["AP6C41.0E16.E79C"] },
        /// Its IP address.
        /// The default is the address by which a controller reaches it inside the box; a second controller's is 192.168.129.2.
        address: Address { otherwise: Some("192.168.129.1"), shown: &["172.16.4.27"] },
        also unit: ApUnit,
    }
}

table! {
    /// What differs from one access point of a model to another.
    ApUnit "access point unit" {
        /// The version in its other partition, or the name of an image set.
        backup: Version { otherwise: Some("empty"), shown: &["8.10.130.0"] },
        /// The text style of its console; by default that of its version.
        /// From 17.3 on the newer style is used.
        console: Console { otherwise: Some("by its version"), shown: &["older"] },
        /// Its hardware revision, as in V05; some defects depend on it.
        /// It reports the revision to its controller; see [quirks](#quirks).
        hardware: Text { otherwise: Some("unknown"), shown: &["V05"] },
        /// The day it was made, as in 2014-09-15; some defects depend on it, and its certificate lasts ten years from then.
        /// See [quirks](#quirks).
        made: Day { otherwise: Some("unknown"), shown: &["2014-09-15"] },
        /// The time it has been up when the run starts; some known defects need a long one.
        /// Its first boot in the run is that of then, and a later boot or a loss of power ends it. See [quirks](#quirks).
        uptime: Time { otherwise: Some("not stated"), shown: &["120d"] },
        /// The state of its flash.
        flash: Later<Flash> { shown: &["{ used: 60MB }"] },
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
    /// The flash of an access point, and its initial faults.
    Flash "flash" {
        /// The partition that runs at first.
        active: Active { default: Some("part2"), shown: &["part1"] },
        /// The capacity of each partition in bytes; by default a fact of the catalogue.
        partition: Ranged<Size> { otherwise: Some("`ap.flash.part1-capacity`, `ap.flash.part2-capacity`"), shown: &["80MB"] },
        /// The number of bytes of each partition that other files take.
        /// Logs in `/storage` are such files.
        used: Ranged<Size> { default: Some("0"), examples: &["60MB"] },
        /// The size of /tmp in bytes; by default a fact of the catalogue.
        tmp: Ranged<Size> { otherwise: Some("by the console text"), shown: &["96MB"] },
        /// A block that can be neither read nor written.
        bad_block: BadBlock { shown: &["{ partition: part1, offset: 4MiB }"] },
    }
}

table! {
    /// The position of a bad block.
    BadBlock "bad block" {
        /// The partition.
        /// `part2` runs from the start, unless `active` says otherwise.
        partition: Partitions { required: true, shown: &["part1"] },
        /// Its offset from the start of the partition.
        /// The block of 128 KiB there can be neither read nor written.
        offset: Ranged<Size> { required: true, shown: &["4MiB"] },
    }
}

table! {
    /// The CAPWAP settings of the controller and its access points.
    Capwap "capwap" {
        /// The layout of image blocks: Cisco's, or that of RFC 5415.
        /// Cisco's has its opcode and checksum; the RFC's follows 4.6.26, at most 1,024 bytes, so that tools that check captures
        /// by the RFC can read it.
        image_data: ImageData { default: Some("cisco"), shown: &["rfc5415"] },
        /// The number of requests in flight in each direction of a session, 1 to 50.
        /// It overrides the fact `capwap.window`.
        window: Ranged<Whole<1, 50>> { default: Some("1"), shown: &["10"] },
    }
}
