//! Servers, who and what is on them, and who keeps them busy.

use super::{Shape, Table, optional, required};

pub(crate) static SERVER: Table = Table {
    name: "server",
    about: "An image server.",
    keys: &[
        required("name", Shape::Text, "Its host name, as its log prints it."),
        required("software", Shape::Choice(&["tftpd-hpa", "tftpd64", "openssh"]), "What serves."),
        required("address", Shape::Address, "Its IP address.").like(&["172.16.5.27"]),
        optional("config", Shape::Text, "Its configuration: a file, or a block of text (`config: |`).").like(&["tftpd-hpa.default"]),
        optional(
            "files",
            Shape::TextOrTableMap(&MOUNT),
            "Directories, and the image set each holds. For openssh as the machine has them, else as clients name them.",
        ).like(&["{ /EWC/17_9_4a: 17.9.4a }"]),
        optional(
            "directories",
            Shape::TableMap(&DIRECTORY),
            "Whose directories of the machine are, by their absolute paths.",
        ),
        optional("users", Shape::Tables(&USER), "Who can log in, beside root; for openssh."),
        optional(
            "clock",
            Shape::Offsets,
            "How far its clock is ahead of the scenario's, as by another time zone; -6h is behind.",
        ).like(&["1h", "-5h30m"]),
    ],
    one_of: &[],
};

pub(crate) static MOUNT: Table = Table {
    name: "mount",
    about: "An image set in a directory, and whose the files are: as the listing says, else root's with mode 0644.",
    keys: &[
        required("images", Shape::Text, "The image set."),
        optional("owner", Shape::Text, "The owner of the files."),
        optional("group", Shape::Text, "Their group."),
        optional("mode", Shape::Mode, "Their permissions, as in 0640.").like(&["0640"]),
    ],
    one_of: &[],
};

pub(crate) static DIRECTORY: Table = Table {
    name: "directory",
    about: "Whose a directory is. Those nobody mentions are root's with mode 0755; homes are their users', with mode 0750.",
    keys: &[
        optional("owner", Shape::Text, "Its owner."),
        optional("group", Shape::Text, "Its group."),
        optional("mode", Shape::Mode, "Its permissions, as in 0775."),
    ],
    one_of: &[],
};

pub(crate) static USER: Table = Table {
    name: "user",
    about: "Who can log in at a server.",
    keys: &[
        required("name", Shape::Text, "The login name."),
        optional("password", Shape::Text, "The password; without one nobody gets in by password."),
        optional("uid", Shape::Numbers, "The number; 1000 for the first unless written, and so on."),
        optional("gid", Shape::Numbers, "The number of the group of the same name; as `uid` unless written."),
        optional("groups", Shape::Names, "Further groups."),
        optional("home", Shape::Text, "The home directory; /home/NAME unless written."),
        optional("shell", Shape::Text, "The login shell; /bin/bash unless written."),
    ],
    one_of: &[],
};

pub(crate) static STRANGER: Table = Table {
    name: "stranger",
    about: "A host that is no part of the upgrade: while it has power it holds TCP connections to a server, and says nothing.",
    keys: &[
        required("name", Shape::Text, "Its host name."),
        required("address", Shape::Address, "Its IP address."),
        required("server", Shape::Text, "To which server."),
        optional("port", Shape::Numbers, "To which port; 22 unless written.").like(&["22"]).within(1, 65_535),
        optional("connections", Shape::Numbers, "How many at a time; 1 unless written.")
            .like(&["10"])
            .within(1, 1_000),
    ],
    one_of: &[],
};

pub(crate) static SERVER_CHANGE: Table = Table {
    name: "server change",
    about: "A server, and what is different from now on.",
    keys: &[
        required("name", Shape::Text, "Its host name."),
        optional("state", Shape::Choice(&["stopped", "started"]), "Whether it serves from now on."),
        optional(
            "host_key",
            Shape::Choice(&["new"]),
            "It starts anew with another host key, as a machine that was set up again; for openssh.",
        ),
        optional("delay", Shape::Durations, "All that it sends leaves so much later; 0 ends that."),
        optional("rate", Shape::Text, "It sends no more than that: 100kB/s, or none for no limit."),
    ],
    one_of: &["state", "host_key", "delay", "rate"],
};
