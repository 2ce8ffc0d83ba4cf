//! The users and the files of the machine, once for the live sshd and once for ours.

use std::fs;
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::Path;

use files::{File, Tree};
use image::Content;
use openssh::{Account, Accounts};
use ssh::Secret;

pub(super) const PASSWORD: &str = "Sw0rdfish";
/// [`PASSWORD`] as crypt(3) has it: `openssl passwd -6 -salt ewcsim Sw0rdfish`.
const HASH: &str =
    "$6$ewcsim$LClCfCPZhtTkY6IyPsyqKJeCvteNk9lwMiOVtMW13dnw90vdJGONhJXJKKylxw3eiLkzp9bvq7zZ.WCLWLmPh/";

/// The group that is nobody's primary group.
const SFTP: u32 = 10_000;

/// Name, number, group, what stands in the shadow file, shell.
const USERS: [(&str, u32, Shadow, &str); 6] = [
    ("root", 0, Shadow::Password, "/bin/sh"),
    ("calo", 1000, Shadow::Password, "/bin/sh"),
    ("bob", 1001, Shadow::Password, "/bin/sh"),
    ("empty", 1002, Shadow::Empty, "/bin/sh"),
    ("locked", 1003, Shadow::Locked, "/bin/sh"),
    ("files", 1004, Shadow::Password, "/usr/sbin/nologin"),
];

/// The members of the group `sftp`.
const MEMBERS: [&str; 2] = ["bob", "files"];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Shadow {
    Password,
    Empty,
    Locked,
}

/// Path, owner, mode, and the size of a file; a directory has none. Each comes after those above it.
const FILES: [(&str, &str, u32, Option<usize>); 21] = [
    ("/home", "root", 0o755, None),
    ("/home/root", "root", 0o700, None),
    ("/home/calo", "calo", 0o755, None),
    ("/home/calo/image", "calo", 0o644, Some(70_000)),
    ("/home/calo/empty", "calo", 0o644, Some(0)),
    ("/home/calo/private", "root", 0o600, Some(6)),
    ("/home/calo/closed", "root", 0o700, None),
    ("/home/calo/closed/file", "root", 0o644, Some(6)),
    ("/home/calo/sub", "calo", 0o755, None),
    ("/home/calo/sub/image", "calo", 0o644, Some(300)),
    ("/home/bob", "bob", 0o700, None),
    ("/home/bob/image", "bob", 0o644, Some(500)),
    ("/home/empty", "empty", 0o755, None),
    ("/home/files", "files", 0o755, None),
    ("/home/files/image", "files", 0o444, Some(400)),
    ("/home/jail", "root", 0o755, None),
    ("/home/jail/home", "root", 0o755, None),
    ("/home/jail/home/calo", "calo", 0o755, None),
    ("/home/jail/home/calo/image", "calo", 0o644, Some(200)),
    ("/home/open", "root", 0o775, None),
    ("/home/open/image", "root", 0o644, Some(100)),
];

fn content(path: &str, size: usize) -> Vec<u8> {
    (0..size).map(|at| (at % 251) as u8 ^ path.len() as u8).collect()
}

fn id(user: &str) -> u32 {
    USERS.iter().find(|(name, ..)| *name == user).map_or(0, |(_, id, ..)| *id)
}

/// Ours.
pub(super) fn accounts() -> Accounts {
    Accounts::new(USERS.map(|(name, uid, shadow, shell)| {
        let mut account = Account::new(name, uid);
        if MEMBERS.contains(&name) {
            account.groups.push("sftp".into());
        }
        let password = if shadow == Shadow::Empty { "" } else { PASSWORD };
        Account { shell: shell.into(), is_locked: shadow == Shadow::Locked, ..account }
            .with_password(Secret::new(password))
    }))
}

/// Ours.
pub(super) fn tree() -> Tree {
    let tree = Tree::new();
    for (path, owner, mode, size) in FILES {
        match size {
            Some(size) => tree.insert(path, File::new(Content::from_vec(content(path, size)))),
            None => tree.insert_directory(path),
        }
        .and_then(|()| tree.set_owner(path, owner, owner))
        .and_then(|()| tree.set_mode(path, mode))
        .expect("fits");
    }
    tree
}

/// The files of /etc that the script mounts.
pub(super) fn write_accounts(here: &Path) {
    let write = |name: &str, text: String| fs::write(here.join(name), text).expect("the directory is ours");
    let mut passwd = "sshd:x:101:65534::/run/sshd:/usr/sbin/nologin\n".to_owned();
    let (mut shadow, mut group) = ("sshd:*:19000::::::\n".to_owned(), "nogroup:x:65534:\n".to_owned());
    for (name, uid, how, shell) in USERS {
        passwd.push_str(&format!("{name}:x:{uid}:{uid}::/home/{name}:{shell}\n"));
        group.push_str(&format!("{name}:x:{uid}:\n"));
        let hash = match how {
            Shadow::Password => HASH.to_owned(),
            Shadow::Empty => String::new(),
            Shadow::Locked => format!("!{HASH}"),
        };
        shadow.push_str(&format!("{name}:{hash}:19000:0:99999:7:::\n"));
    }
    group.push_str(&format!("sftp:x:{SFTP}:{}\n", MEMBERS.join(",")));
    write("passwd", passwd);
    write("shadow", shadow);
    write("group", group);
    fs::create_dir(here.join("pam.d")).expect("the directory is ours");
    // As Ubuntu's common-auth: a limit of failures is passed over.
    let lines = "auth [success=1 default=ignore] pam_unix.so nullok\nauth requisite pam_deny.so\nauth required pam_permit.so\n\
                 account [success=1 new_authtok_reqd=done default=ignore] pam_unix.so\naccount requisite pam_deny.so\n\
                 account required pam_permit.so\nsession required pam_unix.so\n";
    for service in ["sshd", "other"] {
        write(&format!("pam.d/{service}"), lines.to_owned());
    }
}

/// The homes that the script mounts, as they are at the beginning.
pub(super) fn write_files(here: &Path) {
    let place = |path: &str| here.join(path.trim_start_matches('/'));
    if place("/home").exists() {
        fs::remove_dir_all(place("/home")).expect("ours");
    }
    for (path, owner, mode, size) in FILES {
        let at = place(path);
        match size {
            Some(size) => fs::write(&at, content(path, size)).expect("ours"),
            None => fs::create_dir(&at).expect("ours"),
        }
        chown(&at, Some(id(owner)), Some(id(owner))).expect("this test needs to be root");
        fs::set_permissions(&at, fs::Permissions::from_mode(mode)).expect("ours");
    }
}
