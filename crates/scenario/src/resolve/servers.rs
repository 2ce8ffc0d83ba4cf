//! Servers: software, files and whose they are, users; and strangers.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use jiff::SignedDuration;

use crate::diagnostic::Diagnostic;
use crate::language::{DIRECTORY, MOUNT, SERVER, STRANGER, USER};
use crate::model::{Directory, Mount, Ownership, Password, Server, Software, Stranger, User};
use crate::reader::{Fields, Reader, offset};
use crate::resolve::Loader;
use crate::resolve::devices::Images;
use crate::resolve::names::Role;
use crate::yaml::{Entry, Kind, Node};

/// How server software is written.
const SOFTWARE: [(&str, Software); 3] =
    [("tftpd-hpa", Software::TftpdHpa), ("tftpd64", Software::Tftpd64), ("openssh", Software::OpenSsh)];

/// The number of the first user that is not written, as adduser(8) gives it.
const UID_FIRST: u32 = 1000;
/// As useradd(8) takes it.
const USER_NAME_MAX: usize = 32;
/// Connections of one stranger.
const CONNECTIONS_MAX: u64 = 1_000;

impl Loader<'_> {
    pub(super) fn servers(&mut self, root: &Fields<'_>, images: &Images) -> Vec<Server> {
        let nodes = root.node("servers").map(|node| self.reader.list(node)).unwrap_or_default();
        nodes.iter().filter_map(|node| self.server(node, images)).collect()
    }

    pub(super) fn strangers(&mut self, root: &Fields<'_>) -> Vec<Stranger> {
        let nodes = root.node("strangers").map(|node| self.reader.list(node)).unwrap_or_default();
        nodes.iter().filter_map(|node| self.stranger(node)).collect()
    }

    fn server(&mut self, node: &Node, images: &Images) -> Option<Server> {
        let fields = self.reader.fields(node, &SERVER)?;
        let name = self.name(&fields);
        let software = fields.node("software").and_then(|node| self.reader.choice(node, &SOFTWARE));
        let address = self.address(&fields, None);
        let config = fields.node("config").map(|node| self.config(node));
        let files = fields.node("files").map(|node| self.mounts(node, images)).unwrap_or_default();
        let directories = fields.node("directories").map(|node| self.directories(node)).unwrap_or_default();
        let users = fields.node("users").map(|node| self.users(node)).unwrap_or_default();
        let clock = fields.node("clock").map(|node| self.reader.unit(node, offset));
        if let Some(software) = software {
            self.check_fits(software, &fields);
        }
        let (name, span) = name?;
        Some(Server {
            name,
            software: software?,
            address: address?,
            config: config.flatten(),
            files,
            directories,
            users,
            clock: clock.unwrap_or(Some(SignedDuration::ZERO))?,
            span,
        })
    }

    /// Reports keys that have no meaning for the software.
    fn check_fits(&mut self, software: Software, fields: &Fields<'_>) {
        let (name, without) = match software {
            Software::TftpdHpa => ("tftpd-hpa", &["users"][..]),
            Software::Tftpd64 => ("tftpd64", &["users", "directories"][..]),
            Software::OpenSsh => return,
        };
        for entry in without.iter().filter_map(|key| fields.entry(key)) {
            let problem = Diagnostic::error(format!("`{}` has no meaning for {name}", entry.key));
            let why =
                if entry.key == "users" { "nobody logs in there" } else { "Windows has no such owners" };
            self.reader.report(problem.at(entry.key_span, why));
        }
    }

    fn mounts(&mut self, node: &Node, images: &Images) -> Vec<Mount> {
        let mut mounts = Vec::new();
        for entry in self.reader.map(node) {
            let Some(path) = self.path(entry, "a path such as /EWC/17_9_4a") else { continue };
            if mounts.iter().any(|mount: &Mount| mount.path == path) {
                let problem = Diagnostic::error(format!("`{path}` is served twice"));
                self.reader.report(problem.at(entry.key_span, ""));
                continue;
            }
            let (images, ownership) = if matches!(entry.value.kind, Kind::Mapping(_)) {
                let Some(fields) = self.reader.fields(&entry.value, &MOUNT) else { continue };
                let images = fields.node("images").and_then(|node| self.set_name(node, images));
                (images, self.ownership(&fields))
            } else {
                (self.set_name(&entry.value, images), Some(Ownership::default()))
            };
            if let (Some(images), Some(ownership)) = (images, ownership) {
                mounts.push(Mount { path, images, ownership });
            }
        }
        mounts
    }

    fn directories(&mut self, node: &Node) -> Vec<Directory> {
        let mut directories: Vec<Directory> = Vec::new();
        for entry in self.reader.map(node) {
            let path = self.path(entry, "an absolute path such as /srv/sftp");
            let Some(fields) = self.reader.fields(&entry.value, &DIRECTORY) else { continue };
            let ownership = self.ownership(&fields);
            if let (Some(path), Some(ownership)) = (path, ownership) {
                let path = if path.is_empty() { "/".to_owned() } else { path };
                if directories.iter().any(|known| known.path == path) {
                    let problem = Diagnostic::error(format!("the directory `{path}` is there twice"));
                    self.reader.report(problem.at(entry.key_span, ""));
                    continue;
                }
                directories.push(Directory { path, ownership });
            }
        }
        directories
    }

    /// An absolute path as a key, without slashes at its end.
    fn path(&mut self, entry: &Entry, expected: &str) -> Option<String> {
        let path = plain_path(&entry.key);
        if path.is_none() {
            self.reader.wrong_value(&entry.key, entry.key_span, expected);
        }
        path
    }

    fn ownership(&mut self, fields: &Fields<'_>) -> Option<Ownership> {
        let owner = fields.node("owner").map(|node| self.user_name(node));
        let group = fields.node("group").map(|node| self.user_name(node));
        let mode = fields.node("mode").map(|node| self.reader.mode(node));
        let all_right = owner != Some(None) && group != Some(None) && mode != Some(None);
        all_right.then(|| Ownership { owner: owner.flatten(), group: group.flatten(), mode: mode.flatten() })
    }

    fn users(&mut self, node: &Node) -> Vec<User> {
        let mut users: Vec<User> = Vec::new();
        let mut names = BTreeSet::new();
        for node in self.reader.list(node) {
            let next = users.iter().map(|user| user.uid).filter(|uid| *uid >= UID_FIRST).max();
            let next = next.map_or(UID_FIRST, |uid| uid.saturating_add(1));
            let Some(fields) = self.reader.fields(node, &USER) else { continue };
            let user = self.user(&fields, next);
            if let Some(node) = fields.node("name")
                && let Some(name) = node.as_text()
                && !names.insert(name.to_owned())
            {
                let problem = Diagnostic::error(format!("the user `{name}` is there twice"));
                self.reader.report(problem.at(node.span, ""));
            }
            users.extend(user);
        }
        users
    }

    fn user(&mut self, fields: &Fields<'_>, next_uid: u32) -> Option<User> {
        let name = fields.node("name").and_then(|node| self.user_name(node));
        let password = fields.node("password").map(|node| self.reader.text(node).map(Password::new));
        let uid = fields.node("uid").map(|node| self.id(node));
        let gid = fields.node("gid").map(|node| self.id(node));
        let groups = fields.node("groups").map(|node| {
            let names = self.reader.names(node);
            let right =
                names.into_iter().filter(|(name, span)| check_user_name(&mut self.reader, name, *span));
            right.map(|(name, _)| name.to_owned()).collect()
        });
        let home = fields.node("home").map(|node| self.home(node));
        let shell = fields.node("shell").map(|node| self.shell(node));

        let name = name?;
        let is_root = name == "root";
        let uid = uid.unwrap_or(Some(if is_root { 0 } else { next_uid }))?;
        let home =
            home.unwrap_or_else(|| Some(if is_root { "/root".into() } else { format!("/home/{name}") }));
        Some(User {
            password: password.map_or(Some(None), |password| password.map(Some))?,
            uid,
            gid: gid.unwrap_or(Some(uid))?,
            groups: groups.unwrap_or_default(),
            home: home?,
            shell: shell.unwrap_or_else(|| Some("/bin/bash".to_owned()))?,
            name,
        })
    }

    fn home(&mut self, node: &Node) -> Option<String> {
        let text = self.reader.text(node)?;
        let home = plain_path(text).map(|path| if path.is_empty() { "/".to_owned() } else { path });
        if home.is_none() {
            self.reader.wrong_value(text, node.span, "an absolute path such as /home/calo");
        }
        home
    }

    /// Any program, or none that is there: what is asked is who gets in.
    fn shell(&mut self, node: &Node) -> Option<String> {
        let text = self.reader.text(node)?;
        if text.contains(char::is_control) {
            self.reader.wrong_value(&text.escape_debug().to_string(), node.span, "a path such as /bin/bash");
            return None;
        }
        Some(text.to_owned())
    }

    fn user_name(&mut self, node: &Node) -> Option<String> {
        let name = self.reader.text(node)?;
        check_user_name(&mut self.reader, name, node.span).then(|| name.to_owned())
    }

    /// The number of a user or group; the last one means nobody to the kernel.
    fn id(&mut self, node: &Node) -> Option<u32> {
        let number = self.reader.number_within(node, 0..=u64::from(u32::MAX) - 1)?;
        u32::try_from(number).ok()
    }

    fn stranger(&mut self, node: &Node) -> Option<Stranger> {
        let fields = self.reader.fields(node, &STRANGER)?;
        let name = self.name(&fields);
        let address = self.address(&fields, None);
        let server = fields
            .node("server")
            .and_then(|node| self.names.host(&mut self.reader, node, Some(Role::Server)));
        let mut within = |key: &str, range: RangeInclusive<u64>, default: u64| match fields.node(key) {
            Some(node) => self.reader.number_within(node, range),
            None => Some(default),
        };
        let port = within("port", 1..=65_535, 22);
        let connections = within("connections", 1..=CONNECTIONS_MAX, 1);
        Some(Stranger {
            name: name?.0,
            address: address?,
            server: server?,
            port: u16::try_from(port?).ok()?,
            connections: usize::try_from(connections?).ok()?,
        })
    }
}

/// An absolute path without slashes at its end: of `/` nothing is left. None if it is not plain.
pub(super) fn plain_path(text: &str) -> Option<String> {
    let path = text.trim_end_matches('/');
    let is_name = |part: &str| !matches!(part, "" | "." | "..") && !part.contains(char::is_control);
    let parts_are_names = path.split('/').skip(1).all(is_name);
    (text.starts_with('/') && parts_are_names).then(|| path.to_owned())
}

/// Names of users and groups, as useradd(8) takes them.
fn check_user_name(reader: &mut Reader, name: &str, span: crate::source::Span) -> bool {
    let right = name.len() <= USER_NAME_MAX
        && name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
    if !right {
        reader.wrong_value(name, span, "a name of at most 32 letters, digits, `-`, `_` and `.`");
    }
    right
}
