//! Servers: software, files and their owners, users; and idle clients.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr};

use jiff::SignedDuration;
use network::{Nat, NatKind, OutsidePorts};

use crate::diagnostic::Diagnostic;
use crate::language::{self, MapEntry, Place, TextOrValue, Translated, Written};
use crate::model::{ConfigText, Directory, IdleClient, Mount, Ownership, Password, Server, Software, User};
use crate::resolve::Loader;
use crate::resolve::devices::Images;
use crate::resolve::names::Role;
use crate::source::Span;
use crate::yaml::Node;

/// The port that is published of a TFTP server.
const TFTP_PORT: u16 = 69;
/// The port that is published of an SFTP server.
const SSH_PORT: u16 = 22;
/// The number of the first user without a stated one, as in adduser(8).
const UID_FIRST: u32 = 1000;
/// The directory whose files the sshd_config of most distributions includes.
const DROP_INS: &str = "/etc/ssh/sshd_config.d";
/// The maximum length of a user name, as in useradd(8).
const USER_NAME_MAX: usize = 32;
/// The maximum length of a name with its domain: 20 characters of an account, and 63 of each label of a domain.
const DOMAIN_NAME_MAX: usize = 150;

impl Loader<'_> {
    pub(super) fn server(&mut self, raw: language::Server, images: &Images) -> Option<Server> {
        let nat = self.nat(&raw);
        let address = self.address(&raw.name, &raw.address, None);
        let config = raw.config.value.and_then(|node| self.config(&node));
        if let Some(software) = raw.software.value {
            let of_openssh = [
                ("users", raw.users.place, "it has no logins"),
                ("version", raw.version.place, "only OpenSSH's can be stated"),
                ("drop_ins", raw.drop_ins.place, "its configuration includes no files"),
            ];
            let machine_files = raw.machine_files.place;
            self.check_fits(software, &of_openssh, &raw.directories, machine_files);
        }
        let drop_ins = match (raw.drop_ins.value, &config) {
            (Some(files), _) => Some(self.drop_ins(files)),
            (None, Some(config)) => self.drop_ins_beside(config),
            // Those of a new machine.
            (None, None) => Some(Vec::new()),
        };
        let machine_files = self.machine_files(raw.machine_files.value.unwrap_or_default());
        let files = self.mounts(raw.files.value.unwrap_or_default(), images);
        let directories = self.directories(raw.directories.value.unwrap_or_default());
        let users = self.users(raw.users.value.unwrap_or_default());
        let (name, span) = raw.name.placed()?;
        Some(Server {
            name,
            software: raw.software.value?,
            address: address?,
            version: raw.version.placed(),
            config,
            drop_ins,
            machine_files,
            files,
            directories,
            users,
            clock: raw.clock.optional()?.unwrap_or(SignedDuration::ZERO),
            nat: nat?,
            span,
        })
    }

    /// Resolves the translation of a server's address.
    fn nat(&mut self, raw: &language::Server) -> Option<Option<Nat>> {
        let Some((nat, span)) = raw.nat.clone().placed() else {
            return if raw.nat.is_written() { None } else { Some(None) };
        };
        let (outside, kind, span) = match nat {
            TextOrValue::Text(text) => match text.parse::<Ipv4Addr>() {
                Ok(address) => (IpAddr::V4(address), Translated::Published, span),
                Err(_) => {
                    self.reader.wrong_value(
                        &text,
                        span,
                        "an IPv4 address, or a map that describes a translation",
                    );
                    return None;
                }
            },
            TextOrValue::Value(nat) => {
                let (address, span) = nat.address.placed()?;
                (address, nat.kind.value?, span)
            }
        };
        let name = raw.name.value.clone().unwrap_or_default();
        self.addresses.push((outside, name, span));
        let published = match raw.software.value? {
            Software::OpenSsh => vec![SSH_PORT],
            Software::TftpdHpa | Software::Tftpd64 => vec![TFTP_PORT],
        };
        let kind = match kind {
            Translated::Published => NatKind::Published(published),
            Translated::Static => NatKind::Static,
            Translated::Overload => NatKind::Overload { published, ports: OutsidePorts::Preserved },
        };
        Some(Some(Nat::new(raw.name.value.as_deref()?, outside, kind)))
    }

    /// Reports keys that do not apply to the software.
    fn check_fits<T>(
        &mut self,
        software: Software,
        of_openssh: &[(&str, Option<Place>, &str)],
        directories: &Written<T>,
        machine_files: Option<Place>,
    ) {
        let directories = ("directories", directories.place, "it has no Unix owners");
        let machine_files = ("machine_files", machine_files, "its configuration names no such file");
        let (name, of_openssh, more) = match software {
            Software::TftpdHpa => ("tftpd-hpa", of_openssh, vec![]),
            Software::Tftpd64 => ("tftpd64", of_openssh, vec![directories, machine_files]),
            Software::OpenSsh => ("openssh", [].as_slice(), vec![machine_files]),
        };
        for (key, place, why) in of_openssh.iter().copied().chain(more) {
            let Some(place) = place else { continue };
            let problem = Diagnostic::error(format!("`{key}` does not apply to {name}"));
            self.reader.report(problem.at(place.key, why));
        }
    }

    /// Reads the files that sshd may include.
    fn drop_ins(&mut self, raw: Vec<MapEntry<Node>>) -> Vec<(String, ConfigText)> {
        let mut files: Vec<(String, ConfigText)> = Vec::new();
        for entry in raw {
            let path =
                if entry.key.starts_with('/') { entry.key } else { format!("{DROP_INS}/{}", entry.key) };
            if plain_path(&path).is_none() {
                self.reader.wrong_value(&path, entry.key_span, "a name such as 50-cloud-init.conf");
                continue;
            }
            if let Some(text) = entry.value.and_then(|node| self.config(&node)) {
                files.push((path, text));
            }
        }
        files
    }

    /// Reads other files of the machine.
    fn machine_files(&mut self, raw: Vec<MapEntry<Node>>) -> Vec<(String, ConfigText)> {
        let mut files = Vec::new();
        for entry in raw {
            let path = self.path(&entry, "an absolute path such as /etc/tftpd.map");
            if let (Some(path), Some(node)) = (path.filter(|path| !path.is_empty()), entry.value)
                && let Some(text) = self.config(&node)
            {
                files.push((path, text));
            }
        }
        files
    }

    /// Reads the directory `sshd_config.d` beside a configuration that is a file; `None` if it is none, or has none.
    fn drop_ins_beside(&mut self, config: &ConfigText) -> Option<Vec<(String, ConfigText)>> {
        if !config.is_file {
            return None;
        }
        let directory = DROP_INS.rsplit('/').next()?;
        let path = self.path_of(directory, config.span);
        let names = self.texts.list(&path, self.files).ok()?;
        let mut files = Vec::new();
        for (name, _) in names {
            let text = self.config_file(&format!("{directory}/{name}"), config.span)?;
            files.push((format!("{DROP_INS}/{name}"), text));
        }
        Some(files)
    }

    fn mounts(&mut self, raw: Vec<MapEntry<TextOrValue<language::Mount>>>, images: &Images) -> Vec<Mount> {
        let mut mounts: Vec<Mount> = Vec::new();
        for entry in raw {
            let Some(path) = self.path(&entry, "a path such as /EWC/17_9_4a") else { continue };
            if mounts.iter().any(|mount| mount.path == path) {
                let problem = Diagnostic::error(format!("`{path}` is served twice"));
                self.reader.report(problem.at(entry.key_span, ""));
                continue;
            }
            let (images, ownership) = match entry.value {
                None => continue,
                Some(TextOrValue::Text(set)) => {
                    (self.set_name(&set, entry.span, images), Some(Ownership::default()))
                }
                Some(TextOrValue::Value(raw)) => {
                    let set = raw.images.and_then(|set, span| self.set_name(&set, span, images));
                    (set.value, self.ownership(raw.owner, raw.group, raw.mode))
                }
            };
            if let (Some(images), Some(ownership)) = (images, ownership) {
                mounts.push(Mount { path, images, ownership });
            }
        }
        mounts
    }

    fn directories(&mut self, raw: Vec<MapEntry<language::Directory>>) -> Vec<Directory> {
        let mut directories: Vec<Directory> = Vec::new();
        for entry in raw {
            let path = self.path(&entry, "an absolute path such as /srv/sftp");
            let Some(raw) = entry.value else { continue };
            let ownership = self.ownership(raw.owner, raw.group, raw.mode);
            if let (Some(path), Some(ownership)) = (path, ownership) {
                let path = if path.is_empty() { "/".to_owned() } else { path };
                if directories.iter().any(|known| known.path == path) {
                    let problem = Diagnostic::error(format!("the directory `{path}` occurs twice"));
                    self.reader.report(problem.at(entry.key_span, ""));
                    continue;
                }
                directories.push(Directory { path, ownership });
            }
        }
        directories
    }

    /// Returns a key as an absolute path without slashes at its end.
    fn path<T>(&mut self, entry: &MapEntry<T>, expected: &str) -> Option<String> {
        let path = plain_path(&entry.key);
        if path.is_none() {
            self.reader.wrong_value(&entry.key, entry.key_span, expected);
        }
        path
    }

    fn ownership(
        &mut self,
        owner: Written<String>,
        group: Written<String>,
        mode: Written<u32>,
    ) -> Option<Ownership> {
        let owner = owner.and_then(|name, span| self.user_name(name, span));
        let group = group.and_then(|name, span| self.user_name(name, span));
        Some(Ownership { owner: owner.optional()?, group: group.optional()?, mode: mode.optional()? })
    }

    fn users(&mut self, raw: Vec<Option<language::User>>) -> Vec<User> {
        let mut users: Vec<User> = Vec::new();
        let mut names = BTreeSet::new();
        for raw in raw.into_iter().flatten() {
            let next = users.iter().map(|user| user.uid).filter(|uid| *uid >= UID_FIRST).max();
            let next = next.map_or(UID_FIRST, |uid| uid.saturating_add(1));
            let name = raw.name.clone().placed();
            let user = self.user(raw, next);
            if let Some((name, span)) = name
                && !names.insert(name.clone())
            {
                let problem = Diagnostic::error(format!("the user `{name}` occurs twice"));
                self.reader.report(problem.at(span, ""));
            }
            users.extend(user);
        }
        users
    }

    fn user(&mut self, raw: language::User, next_uid: u32) -> Option<User> {
        let name = raw.name.and_then(|name, span| self.user_name(name, span));
        let groups = raw.groups.value.unwrap_or_default().into_iter();
        let groups: Vec<String> = groups.filter_map(|group| self.user_name(group.text, group.span)).collect();
        let home = raw.home.and_then(|home, span| self.home(&home, span));
        let shell = match raw.shell.span() {
            Some(span) => raw.shell.value.and_then(|shell| self.shell(shell, span)),
            None => raw.shell.value,
        };

        let name = name.value?;
        let is_root = name == "root";
        let uid = raw.uid.optional()?.unwrap_or(if is_root { 0 } else { next_uid });
        // Winbind's `template homedir` is `/home/%D/%U`.
        let by_name = || match name.split_once('\\') {
            _ if is_root => "/root".into(),
            Some((domain, user)) => format!("/home/{domain}/{user}"),
            None => format!("/home/{name}"),
        };
        Some(User {
            password: raw.password.optional()?.as_deref().map(Password::new),
            uid,
            gid: raw.gid.optional()?.unwrap_or(uid),
            groups,
            home: home.optional()?.unwrap_or_else(by_name),
            shell: shell?,
            name,
        })
    }

    fn home(&mut self, text: &str, span: Span) -> Option<String> {
        let home = plain_path(text).map(|path| if path.is_empty() { "/".to_owned() } else { path });
        if home.is_none() {
            self.reader.wrong_value(text, span, "an absolute path such as /home/calo");
        }
        home
    }

    /// Reads a shell: any program, or one that does not exist, as only the login is simulated.
    fn shell(&mut self, text: String, span: Span) -> Option<String> {
        if text.contains(char::is_control) {
            self.reader.wrong_value(&text.escape_debug().to_string(), span, "a path such as /bin/bash");
            return None;
        }
        Some(text)
    }

    /// Reads the name of a user or group: as useradd(8) accepts it, or of a domain of Active Directory.
    fn user_name(&mut self, name: String, span: Span) -> Option<String> {
        let right = is_local_name(&name) || domain_and_name(&name).is_some();
        if !right {
            let expected = "a name of at most 32 letters, digits, `-`, `_` and `.`, or one such as `LAB\\calo` or `calo@lab.example`";
            self.reader.wrong_value(&name, span, expected);
        }
        right.then_some(name)
    }

    pub(super) fn idle_client(&mut self, raw: language::IdleClient) -> Option<IdleClient> {
        let address = self.address(&raw.name, &raw.address, None);
        let server = self.host(raw.server, Some(Role::Server));
        Some(IdleClient {
            name: raw.name.value?,
            address: address?,
            server: server?,
            port: u16::try_from(raw.port.value?).ok()?,
            connections: usize::try_from(raw.connections.value?).ok()?,
        })
    }
}

/// Returns true for a name that useradd(8) accepts.
fn is_local_name(name: &str) -> bool {
    name.len() <= USER_NAME_MAX
        && name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.bytes().all(is_of_name)
}

/// Splits `LAB\calo` (winbind) and `calo@lab.example` (sssd) into domain and name, which may have blanks: `domain users`.
fn domain_and_name(text: &str) -> Option<(&str, &str)> {
    let (domain, name) =
        text.split_once('\\').or_else(|| text.rsplit_once('@').map(|(name, domain)| (domain, name)))?;
    let is_domain =
        |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
    let ends = |text: &str| {
        text.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_') && !text.ends_with(' ')
    };
    let right = text.len() <= DOMAIN_NAME_MAX
        && ends(domain)
        && ends(name)
        && is_domain(domain)
        && name.bytes().all(|byte| is_of_name(byte) || byte == b' ');
    right.then_some((domain, name))
}

fn is_of_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-_.".contains(&byte)
}

/// Returns an absolute path without slashes at its end; `/` becomes empty. Returns nothing if the path is not plain.
pub(super) fn plain_path(text: &str) -> Option<String> {
    let path = text.trim_end_matches('/');
    let is_name = |part: &str| !matches!(part, "" | "." | "..") && !part.contains(char::is_control);
    let parts_are_names = path.split('/').skip(1).all(is_name);
    (text.starts_with('/') && parts_are_names).then(|| path.to_owned())
}
