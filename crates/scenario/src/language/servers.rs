//! The tables of servers, their files and users, and of idle clients.

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
        /// The server software.
        software: Software { required: true, shown: &["tftpd-hpa"] },
        /// Its IP address.
        address: Address { required: true, examples: &["172.16.5.27"] },
        /// The release of its software, as in 9.6; for openssh.
        /// It decides which directives and algorithms there are.
        version: Text { otherwise: Some("8.9, Ubuntu 22.04's"), shown: &["9.6"] },
        /// Its whole configuration: a file, or a block of text (`config: |`).
        /// It stands for `/etc/default/tftpd-hpa`, `tftpd32.ini` or `/etc/ssh/sshd_config`; what it does not say is as the program has it.
        config: Config { otherwise: Some("Debian's, Tftpd64's, Ubuntu's"), examples: &["tftpd-hpa.default"] },
        /// The files that sshd's `Include` reads: their names in `/etc/ssh/sshd_config.d`, or their paths; each is a file or a block of text.
        /// Ubuntu's own `sshd_config`, which applies without `config`, reads them first. {} says that there are none.
        drop_ins: Map<Config> { otherwise: Some("the directory `sshd_config.d` beside the file of `config`"), shown: &["{ 50-cloud-init.conf: 50-cloud-init.conf }"] },
        /// Other files of its machine that its configuration names, by their absolute paths; each is a file or a block of text.
        /// For tftpd-hpa, which reads its `--map-file` before it changes its root.
        machine_files: Map<Config> { shown: &["{ /etc/tftpd.map: tftpd.map }"] },
        /// Directories, and the image set in each. For openssh as the machine has them, otherwise as clients name them.
        files: Map<TextOr<Mount>> { examples: &["{ /EWC/17_9_4a: 17.9.4a }"] },
        /// The owners of the machine's directories, by their absolute paths.
        /// Not for `tftpd64`.
        directories: Map<Directory> { shown: &["{ /srv: { owner: calo } }"] },
        /// The users that can log in, besides root; for openssh.
        users: List<User> { otherwise: Some("root alone") },
        /// The offset of its clock from the scenario's, as for another time zone; -6h is behind.
        /// Its log has the times of this clock.
        clock: Ranged<Offset> { otherwise: Some("`0`"), examples: &["1h", "-5h30m"] },
        /// The address that others know it by, if its own is translated.
        /// An address alone is that of a published port.
        nat: TextOr<Nat> { shown: &["10.0.5.27", "{ address: 10.0.5.27, kind: static }"] },
    }
}

choice! {
    /// The packets of a server whose addresses are translated.
    pub(crate) enum Translated {
        /// Those to its port, and the replies from that.
        Published = "published",
        /// All.
        Static = "static",
        /// Those to its port, and all that it sends.
        Overload = "overload",
    }
}

table! {
    /// The translation of a server's address. Others cannot reach the server's own address.
    Nat "translation" {
        /// The address that others know.
        address: Address { required: true, shown: &["10.0.5.27"] },
        /// The packets that are translated.
        /// Requests to the published port, and all that is sent from it; every packet; or requests to that port, and whatever is sent.
        kind: Translated { default: Some("published"), shown: &["static"] },
    }
}

table! {
    /// An image set in a directory, and the owner of its files: as the listing says, otherwise root with mode 0644.
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
    /// The owner of a directory. Others belong to root with mode 0755; homes belong to their users, with mode 0750.
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
    /// A user that can log in at a server.
    User "user" {
        /// The login name; also one of a domain, such as `LAB\calo` or `calo@lab.example`.
        /// It is also the name of the first group.
        name: UserName { required: true, shown: &["calo"] },
        /// The password; without one, login by password is impossible.
        password: Text { shown: &["Sw0rdfish"] },
        /// The user's number; 1000 for the first unless written, and so on.
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
    /// A host that is not part of the upgrade: while it has power it holds idle TCP connections to a server.
    IdleClient "idle client" {
        /// Its host name.
        name: Name { required: true, shown: &["scanner"] },
        /// Its IP address.
        address: Address { required: true, shown: &["203.0.113.9"] },
        /// The server.
        server: Name { required: true, shown: &["sftp-1"] },
        /// The port of the server.
        port: Ranged<Whole<1, 65_535>> { default: Some("22"), examples: &["22"] },
        /// The number of simultaneous connections.
        connections: Ranged<Whole<1, 1_000>> { default: Some("1"), examples: &["10"] },
    }
}

choice! {
    /// The state of a server's software.
    pub(crate) enum ServerState {
        /// It stops.
        Stopped = "stopped",
        /// It starts.
        Started = "started",
    }
}

choice! {
    /// A host key.
    pub(crate) enum HostKey {
        /// A key that no client has seen.
        New = "new",
    }
}

table! {
    /// A server, and its changes from now on.
    ServerChange "server change" one_of ["state", "host_key", "delay", "rate"] {
        /// Its host name.
        name: Name { required: true, shown: &["tftp-1"] },
        /// Starts or stops the software.
        /// `started` on a running server restarts it.
        state: ServerState { shown: &["stopped"] },
        /// It restarts with another host key, like a machine that was set up again; for openssh.
        host_key: HostKey { shown: &["new"] },
        /// The delay of everything that it sends; 0 ends the delay.
        delay: Ranged<Time> { otherwise: Some("`0`"), shown: &["200ms"] },
        /// The maximum rate at which it sends: 100kB/s, or none for no limit.
        /// Headers are included.
        rate: ByteRate { otherwise: Some("`none`"), shown: &["100kB/s"] },
    }
}
