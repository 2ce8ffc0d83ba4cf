//! Servers, who and what is on them, and who keeps them busy.

use super::{
    Address, ByteRate, Config, Id, ImageSetName, List, Map, Mode, Name, Names, Offset, Path, Ranged, Text,
    TextOr, Time, UserName, Whole, choice, table,
};
use crate::model::Software;

table! {
    /// An image server.
    Server "server" {
        /// Its host name, as its log prints it.
        name: Name { required: true, shown: &["tftp-1"] },
        /// What serves.
        software: Software { required: true, shown: &["tftpd-hpa"] },
        /// Its IP address.
        address: Address { required: true, examples: &["172.16.5.27"] },
        /// Its configuration: a file, or a block of text (`config: |`).
        /// That is its `/etc/default/tftpd-hpa`, `tftpd32.ini` or `/etc/ssh/sshd_config`.
        config: Config { otherwise: Some("Debian's, Tftpd64's, Ubuntu's"), examples: &["tftpd-hpa.default"] },
        /// Directories, and the image set each holds. For openssh as the machine has them, else as clients name them.
        files: Map<TextOr<Mount>> { examples: &["{ /EWC/17_9_4a: 17.9.4a }"] },
        /// Whose directories of the machine are, by their absolute paths.
        /// Not for `tftpd64`.
        directories: Map<Directory> { shown: &["{ /srv: { owner: calo } }"] },
        /// Who can log in, beside root; for openssh.
        users: List<User> { otherwise: Some("root alone") },
        /// How far its clock is ahead of the scenario's, as by another time zone; -6h is behind.
        /// Its log is printed by it.
        clock: Ranged<Offset> { otherwise: Some("`0`"), examples: &["1h", "-5h30m"] },
    }
}

table! {
    /// An image set in a directory, and whose the files are: as the listing says, else root's with mode 0644.
    Mount "mount" {
        /// The image set.
        images: ImageSetName { required: true, shown: &["17.9.4a"] },
        /// The owner of the files.
        owner: UserName { otherwise: Some("as listed, else `root`"), shown: &["calo"] },
        /// Their group.
        group: UserName { otherwise: Some("as listed, else `root`"), shown: &["staff"] },
        /// Their permissions, as in 0640.
        mode: Mode { otherwise: Some("as listed, else `0644`"), examples: &["0640"] },
    }
}

table! {
    /// Whose a directory is. Those nobody mentions are root's with mode 0755; homes are their users', with mode 0750.
    Directory "directory" {
        /// Its owner.
        owner: UserName { otherwise: Some("as above"), shown: &["calo"] },
        /// Its group.
        group: UserName { otherwise: Some("as above"), shown: &["staff"] },
        /// Its permissions, as in 0775.
        mode: Mode { otherwise: Some("as above"), shown: &["0775"] },
    }
}

table! {
    /// Who can log in at a server.
    User "user" {
        /// The login name.
        /// That of the first group, too.
        name: UserName { required: true, shown: &["calo"] },
        /// The password; without one nobody gets in by password.
        password: Text { shown: &["Sw0rdfish"] },
        /// The number; 1000 for the first unless written, and so on.
        uid: Ranged<Id> { otherwise: Some("from 1000 on"), shown: &["1000"] },
        /// The number of the group of the same name; as `uid` unless written.
        gid: Ranged<Id> { otherwise: Some("as `uid`"), shown: &["1000"] },
        /// Further groups.
        groups: Names { shown: &["[sftp]"] },
        /// The home directory; /home/NAME unless written.
        home: Path { otherwise: Some("`/home/NAME`"), shown: &["/srv/images"] },
        /// The login shell.
        shell: Path { default: Some("/bin/bash"), shown: &["/usr/sbin/nologin"] },
    }
}

table! {
    /// A host that is no part of the upgrade: while it has power it holds TCP connections to a server, and says nothing.
    IdleClient "idle client" {
        /// Its host name.
        name: Name { required: true, shown: &["scanner"] },
        /// Its IP address.
        address: Address { required: true, shown: &["203.0.113.9"] },
        /// To which server.
        server: Name { required: true, shown: &["sftp-1"] },
        /// To which port.
        port: Ranged<Whole<1, 65_535>> { default: Some("22"), examples: &["22"] },
        /// How many at a time.
        connections: Ranged<Whole<1, 1_000>> { default: Some("1"), examples: &["10"] },
    }
}

choice! {
    /// Whether a server serves.
    pub(crate) enum ServerState {
        /// Not from now on.
        Stopped = "stopped",
        /// From now on.
        Started = "started",
    }
}

choice! {
    /// A host key.
    pub(crate) enum HostKey {
        /// One that no client has seen.
        New = "new",
    }
}

table! {
    /// A server, and what is different from now on.
    ServerChange "server change" one_of ["state", "host_key", "delay", "rate"] {
        /// Its host name.
        name: Name { required: true, shown: &["tftp-1"] },
        /// Whether it serves from now on.
        /// `started` on a running server restarts it.
        state: ServerState { shown: &["stopped"] },
        /// It starts anew with another host key, as a machine that was set up again; for openssh.
        host_key: HostKey { shown: &["new"] },
        /// All that it sends leaves so much later; 0 ends that.
        delay: Ranged<Time> { otherwise: Some("`0`"), shown: &["200ms"] },
        /// It sends no more than that: 100kB/s, or none for no limit.
        /// Headers included.
        rate: ByteRate { otherwise: Some("`none`"), shown: &["100kB/s"] },
    }
}
