//! The image server: its software and configuration, the directory that the controller's profile names, the login.

use ewc::config::Mode;
use text::secrets::starred;

use super::Notes;
use super::images::Sets;
use super::names::Taken;
use super::profile::{NOT_IMPORTED, PASSWORD, Profile};
use super::yaml::{Noted, Yaml, scalar};
use crate::network::{Network, Server, Software};

/// The name of a server that no prompt shows.
const NAME: &str = "images";
/// The user of a profile that names none.
const USER: &str = "ewc";

/// Writes the server. Returns its name, if there is one.
pub(super) fn write(
    yaml: &mut Yaml,
    network: &Network,
    notes: &Notes,
    profile: &Profile,
    sets: &Sets,
    taken: &mut Taken,
    with_secrets: bool,
) -> Option<String> {
    let download = profile.config.image_download.clone().unwrap_or_default();
    let wanted = match download.mode {
        Mode::Tftp => Some(Software::TftpdHpa),
        Mode::Sftp => Some(Software::OpenSsh),
        Mode::Unconfigured | Mode::Http | Mode::Cco => None,
    };
    let main = |server: &&Server| {
        server.drop_in.is_none()
            && wanted
                .is_none_or(|wanted| (wanted == Software::OpenSsh) == (server.software == Software::OpenSsh))
    };
    let known = network.servers.iter().find(main);
    let drop_ins: Vec<&Server> = network.servers.iter().filter(|server| server.drop_in.is_some()).collect();
    let Some(software) = known.map(|server| server.software).or(wanted) else {
        yaml.comment(0, "hole: no image server is known: neither the configuration of one, nor a profile of the controller that names it.");
        return None;
    };
    let is_sftp = software == Software::OpenSsh;
    yaml.line(0, "servers:", "");
    let host = known
        .and_then(|server| server.host.clone())
        .or_else(|| drop_ins.iter().find_map(|server| server.host.clone()));
    let at = known.map(|server| notes.at(server.at)).unwrap_or_default();
    let name = match host {
        Some(host) => Noted::new(taken.name(&host), at.clone()),
        None => Noted::hole(taken.name(NAME), "the name of the server"),
    };
    yaml.line(2, &format!("- name: {}", scalar(&name.value)), &name.note);
    let word = match software {
        Software::TftpdHpa => "tftpd-hpa",
        Software::Tftpd64 => "tftpd64",
        Software::OpenSsh => "openssh",
    };
    let note =
        if known.is_some() { at.clone() } else { "hole: no configuration of the server was read".to_owned() };
    yaml.key(4, "software", &Noted::new(word, note));
    let stated = download.server().and_then(|address| match address {
        std::net::IpAddr::V4(address) => taken.address(address).then_some(address),
        std::net::IpAddr::V6(_) => None,
    });
    let address = match stated {
        Some(address) => Noted::new(address.to_string(), &profile.note),
        None => Noted::hole(taken.free_address().to_string(), "the address of the server"),
    };
    yaml.key(4, "address", &address);
    if let Some(server) = known {
        yaml.comment(4, &at);
        yaml.block(4, "config", &lines(server, with_secrets));
    }
    let user = Some(download.sftp.username.as_str()).filter(|user| !user.is_empty());
    let home = format!("/home/{}", user.unwrap_or(USER));
    if is_sftp {
        write_drop_ins(yaml, notes, &drop_ins, with_secrets);
        write_user(yaml, profile, user, with_secrets, known.into_iter().chain(drop_ins.iter().copied()));
    }
    let chroot = is_sftp
        .then(|| chroot(known.into_iter().chain(drop_ins.iter().copied()), user.unwrap_or(USER), &home))
        .flatten();
    let directory = profile.directory();
    let root = if is_sftp { chroot.clone().unwrap_or_else(|| home.clone()) } else { String::new() };
    let path = format!("{root}{}", directory.as_deref().unwrap_or_default());
    let path = if path.is_empty() { "/".to_owned() } else { path };
    let set = sets.at_path(&path);
    let owner = unreadable(network, &set.value);
    let value = match &owner {
        Some(_) => format!("{{ images: {}, mode: \"0640\" }}", scalar(&set.value)),
        None => scalar(&set.value),
    };
    let mut note = set.note.clone();
    if directory.is_none() {
        note = "hole: the directory, and the release in it".to_owned();
    } else if note.is_empty() {
        note.clone_from(&profile.note);
    }
    if let Some(owner) = &owner {
        note = format!("{note}; not everyone may read these files, {owner}");
    }
    if is_sftp && chroot.is_none() {
        note = format!("{note}; hole: the user's home");
    }
    yaml.line(4, "files:", "");
    yaml.line(6, &format!("{}: {value}", scalar(&path)), &note);
    if chroot.as_deref() == Some(home.as_str()) {
        yaml.line(4, "directories:", "hole: the owner of the directory; sshd refuses one that is not root's");
        yaml.line(6, &format!("{}: {{ owner: root, mode: \"0755\" }}", scalar(&home)), "");
    }
    Some(name.value)
}

fn write_drop_ins(yaml: &mut Yaml, notes: &Notes, drop_ins: &[&Server], with_secrets: bool) {
    if drop_ins.is_empty() {
        yaml.line(4, "drop_ins: {}", "hole: the files of /etc/ssh/sshd_config.d, if there are any");
        return;
    }
    yaml.line(4, "drop_ins:", "");
    for server in drop_ins {
        yaml.comment(6, &notes.at(server.at));
        let name = scalar(server.drop_in.as_deref().unwrap_or_default());
        yaml.block(6, &name, &lines(server, with_secrets));
    }
}

fn write_user<'a>(
    yaml: &mut Yaml,
    profile: &Profile,
    user: Option<&str>,
    with_secrets: bool,
    servers: impl Iterator<Item = &'a Server>,
) {
    let note = if user.is_some() {
        profile.note.clone()
    } else {
        "hole: the user that the controller logs in as".to_owned()
    };
    let groups: Vec<String> =
        servers.flat_map(|server| &server.lines).filter_map(|line| group(line)).collect();
    let password = if profile.has_parameter {
        format!("\"${{{PASSWORD}}}\"")
    } else if with_secrets {
        let password =
            profile.config.image_download.as_ref().map(|profile| profile.sftp.password.expose().to_owned());
        scalar(&password.unwrap_or_default())
    } else {
        scalar(NOT_IMPORTED)
    };
    yaml.line(4, "users:", "");
    let user = scalar(user.unwrap_or(USER));
    match groups.first() {
        Some(group) => yaml.line(
            6,
            &format!("- {{ name: {user}, password: {password}, groups: [{}] }}", scalar(group)),
            &format!("{note}; hole: the groups of the user"),
        ),
        None => yaml.line(6, &format!("- {{ name: {user}, password: {password} }}"), &note),
    }
}

/// Returns the group that `Match Group` names.
fn group(line: &str) -> Option<String> {
    let words: Vec<&str> = line.split_whitespace().collect();
    match words[..] {
        [first, of, group] if first.eq_ignore_ascii_case("match") && of.eq_ignore_ascii_case("group") => {
            Some(group.to_owned()).filter(|group| !group.contains(['*', ',', '!', '"']))
        }
        _ => None,
    }
}

/// Returns the directory that `ChrootDirectory` names for a user, if one does.
fn chroot<'a>(servers: impl Iterator<Item = &'a Server>, user: &str, home: &str) -> Option<String> {
    let mut lines = servers.flat_map(|server| &server.lines);
    let directory = lines.find_map(|line| {
        let mut words = line.split_whitespace();
        let is_it = words.next()?.eq_ignore_ascii_case("ChrootDirectory");
        words.next().filter(|_| is_it)
    })?;
    let directory = directory.replace("%h", home).replace("%u", user);
    let directory = directory.trim_end_matches('/');
    directory.starts_with('/').then(|| directory.to_owned())
}

/// Returns the images of a set that not everyone may read.
fn unreadable(network: &Network, set: &str) -> Option<String> {
    let listed = network.listed.iter().find(|listed| listed.release.as_deref() == Some(set))?;
    (!listed.unreadable.is_empty()).then(|| listed.unreadable.join(", "))
}

fn lines(server: &Server, with_secrets: bool) -> Vec<String> {
    let written = |line: &String| {
        let line = if with_secrets { line.clone() } else { starred(line) };
        line.replace("${", "$${")
    };
    server.lines.iter().map(written).collect()
}
