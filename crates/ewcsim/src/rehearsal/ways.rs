//! Other ways to hand out a release: the alternatives of `--compare`, and the ways that a remedy may be found among.

use std::fmt::Write as _;
use std::net::{IpAddr, Ipv4Addr};

use ewc::config::Mode;
use scenario::{Scenario, Server, Software};

use super::change::Change;
use super::lab::Lab;
use super::night::quoted;

/// The user and the folder of an SFTP server that an alternative assumes.
const USER: &str = "upgrade";
/// The password of that user, which exists in the simulation alone.
const PASSWORD: &str = "rehearsal";
/// The name of a server that an alternative adds.
const LOCAL: &str = "local-images";
/// The configuration of an assumed sshd, and that of an assumed in.tftpd.
const SSHD: &str = "Subsystem sftp /usr/lib/openssh/sftp-server\nPasswordAuthentication yes\n";
const TFTPD: &str =
    "TFTP_USERNAME=\"tftp\"\nTFTP_DIRECTORY=\"/srv/tftp\"\nTFTP_ADDRESS=\":69\"\nTFTP_OPTIONS=\"--secure\"\n";
/// The largest block of the controller's TFTP client (IOS command reference, `ip tftp blocksize`).
const BLOCK_MAX: u16 = 8192;
/// The smallest.
const BLOCK_MIN: u16 = 512;

/// A way to hand out a release.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Over TFTP, with blocks of this size.
    Tftp(Option<u16>),
    /// Over SFTP.
    Sftp,
    /// From a TFTP server at the site of the controller, with blocks of this size.
    Local(Option<u16>),
    /// With this number of CAPWAP requests in flight.
    Window(u8),
    /// In parallel mode.
    Parallel,
}

impl std::str::FromStr for Way {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, number) = match text.split_once(':') {
            Some((name, number)) => (name, Some(number)),
            None => (text, None),
        };
        let block = |number: Option<&str>| {
            let read = |text: &str| {
                let size = text.parse().ok().filter(|size| (BLOCK_MIN..=BLOCK_MAX).contains(size));
                size.ok_or_else(|| format!("`{text}` is no block size: {BLOCK_MIN} to {BLOCK_MAX}"))
            };
            number.map(read).transpose()
        };
        match (name, number) {
            ("tftp", number) => Ok(Self::Tftp(block(number)?)),
            ("local", number) => Ok(Self::Local(block(number)?)),
            ("sftp", None) => Ok(Self::Sftp),
            ("parallel", None) => Ok(Self::Parallel),
            ("window", Some(number)) => {
                let window = number.parse().ok().filter(|window| (1..=50).contains(window));
                window.map(Self::Window).ok_or_else(|| format!("`{number}` is no CAPWAP window: 1 to 50"))
            }
            _ => Err(format!(
                "`{text}` is no way: write tftp, tftp:BLOCKSIZE, sftp, local, local:BLOCKSIZE, window:N or parallel"
            )),
        }
    }
}

impl std::fmt::Display for Way {
    /// Writes it as the command line has it.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Tftp(None) => f.write_str("tftp"),
            Self::Tftp(Some(block)) => write!(f, "tftp:{block}"),
            Self::Sftp => f.write_str("sftp"),
            Self::Local(None) => f.write_str("local"),
            Self::Local(Some(block)) => write!(f, "local:{block}"),
            Self::Window(window) => write!(f, "window:{window}"),
            Self::Parallel => f.write_str("parallel"),
        }
    }
}

impl Way {
    /// Returns the change of the night, or the reason why the way cannot be rehearsed.
    pub(super) fn change(self, lab: &Lab<'_>) -> Result<Change, Refused> {
        match self {
            Self::Tftp(block) => tftp(lab, block),
            Self::Sftp => sftp(lab),
            Self::Local(block) => local(lab, block),
            Self::Window(window) => Ok(Change {
                what: format!("a CAPWAP window of {window}"),
                network: format!("capwap: {{ window: {window} }}\n"),
                note: Some(format!(
                    "the command is unverified: `capwap window size {window}` in the AP join profile"
                )),
                ..Change::default()
            }),
            Self::Parallel => Err(Refused {
                what: "the parallel mode of the predownload".to_owned(),
                why: "the parallel mode is not modelled".to_owned(),
            }),
        }
    }
}

/// A way that cannot be rehearsed.
pub(super) struct Refused {
    /// The way.
    pub(super) what: String,
    /// The reason.
    pub(super) why: String,
}

fn tftp(lab: &Lab<'_>, block: Option<u16>) -> Result<Change, Refused> {
    let is_tftp = |server: &&Server| matches!(server.software, Software::TftpdHpa | Software::Tftpd64);
    let (server, path, mut change) = match holder(lab, is_tftp) {
        Some((server, path)) => (server, path, Change::default()),
        None => {
            let server = own_server(lab, "TFTP")?;
            let network = instead(server, Software::TftpdHpa, &lab.target, "/", "");
            let note = format!("needs a TFTP server on {}, with the images in its root", server.name);
            (server, "/".to_owned(), Change { network, note: Some(note), ..Change::default() })
        }
    };
    change.what = format!("TFTP from {}{}", server.name, in_blocks(block));
    change.config = tftp_profile(server.known_address(), &path, block);
    Ok(change)
}

fn local(lab: &Lab<'_>, block: Option<u16>) -> Result<Change, Refused> {
    let what = format!("TFTP from a server at the site{}", in_blocks(block));
    let Some(address) = free_address(lab.scenario(), lab.controller().address) else {
        return Err(Refused { what, why: "no address is free in the controller's subnet".to_owned() });
    };
    let controller = quoted(&lab.controller().name);
    let mut network = String::new();
    let set = quoted(&lab.target);
    // Writing to a String does not fail.
    let _ = write!(
        network,
        "network:\n  links: [{{ between: [{controller}, {LOCAL}], latency: 250us, bandwidth: 1Gbit }}]\n\
         servers: [{{ name: {LOCAL}, software: tftpd-hpa, address: \"{address}\", files: {{ /: {set} }} }}]\n"
    );
    Ok(Change {
        what,
        config: tftp_profile(address, "/", block),
        network,
        note: Some("needs a laptop or the like with a TFTP server in the controller's subnet; the lab's firewalls count".to_owned()),
        ..Change::default()
    })
}

fn sftp(lab: &Lab<'_>) -> Result<Change, Refused> {
    // One that the lab has needs a user whose password it states: the profile's own.
    let profile = lab.profile().filter(|profile| profile.mode == Mode::Sftp);
    if let (Some(_), Some(server)) = (profile, lab.server()) {
        return Ok(Change { what: format!("SFTP from {}", server.name), ..Change::default() });
    }
    if let Some(change) = sftp_of_the_lab(lab) {
        return Ok(change);
    }
    let server = own_server(lab, "SFTP")?;
    let home = format!("/home/{USER}");
    let users = format!("users: [{{ name: {USER}, password: {PASSWORD} }}], ");
    let network = instead(server, Software::OpenSsh, &lab.target, &format!("{home}/images"), &users);
    Ok(Change {
        what: format!("SFTP from {}", server.name),
        config: sftp_profile(server.known_address(), "images", USER, PASSWORD),
        network,
        note: Some(format!(
            "needs an SFTP server on {}, with a user, and the images in the folder `images` of its home",
            server.name
        )),
        ..Change::default()
    })
}

/// Returns the change to an SFTP server that the lab has: it holds the images in the home of a user whose password is known.
pub(super) fn sftp_of_the_lab(lab: &Lab<'_>) -> Option<Change> {
    let servers = lab.scenario().servers.iter().filter(|server| server.software == Software::OpenSsh);
    let of = |server: &Server| {
        server.users.iter().find_map(|user| {
            let password = user.password.as_ref()?.expose();
            let below = |mount: &scenario::Mount| {
                let path = mount.path.strip_prefix(&user.home)?.strip_prefix('/')?;
                (mount.images == lab.target).then(|| path.to_owned())
            };
            let path = server.files.iter().find_map(below)?;
            Some(Change {
                what: format!("SFTP from {}", server.name),
                config: sftp_profile(server.known_address(), &path, &user.name, password),
                ..Change::default()
            })
        })
    };
    servers.filter_map(of).next()
}

/// Returns the first server of a kind that holds the target's images, and the path at which clients request them.
fn holder<'a>(lab: &'a Lab<'_>, is_wanted: impl Fn(&&Server) -> bool) -> Option<(&'a Server, String)> {
    let servers = lab.scenario().servers.iter().filter(is_wanted);
    let of = |server: &'a Server| {
        let mount = server.files.iter().find(|mount| mount.images == lab.target)?;
        Some((server, if mount.path.is_empty() { "/".to_owned() } else { mount.path.clone() }))
    };
    // The one that the profile names first.
    let own = lab.server().map(|server| server.name.as_str());
    servers.filter_map(of).max_by_key(|(server, _)| Some(server.name.as_str()) == own)
}

/// Returns the server of the profile, else the only one, to take the place of which another software is assumed.
fn own_server<'a>(lab: &'a Lab<'_>, protocol: &str) -> Result<&'a Server, Refused> {
    lab.server().or_else(|| lab.scenario().servers.first()).ok_or_else(|| Refused {
        what: protocol.to_owned(),
        why: format!("the lab has no server on which an {protocol} server could be assumed"),
    })
}

/// Writes a server with another software in place of the one that it has: its address, its links and its firewalls stay.
fn instead(server: &Server, software: Software, set: &str, path: &str, more: &str) -> String {
    let (name, set) = (quoted(&server.name), quoted(set));
    let config = match software {
        Software::OpenSsh => SSHD,
        Software::TftpdHpa | Software::Tftpd64 => TFTPD,
    };
    let (software, config, path) = (software.word(), quoted(config), quoted(path));
    // Only a key that is there can be removed.
    let has = [
        ("version", server.version.is_some()),
        ("drop_ins", server.drop_ins.as_ref().is_some_and(|files| !files.is_empty())),
        ("machine_files", !server.machine_files.is_empty()),
        ("directories", !server.directories.is_empty()),
        ("users", !server.users.is_empty() && more.is_empty()),
    ];
    let none: String = has.iter().filter(|(_, has)| *has).map(|(key, _)| format!("{key}: ~, ")).collect();
    format!(
        "servers: [{{ name: {name}, software: {software}, config: {config}, {none}{more}files: {{ {path}: {set} }} }}]\n"
    )
}

/// Returns the lines of a TFTP profile.
pub(super) fn tftp_profile(server: IpAddr, path: &str, block: Option<u16>) -> Vec<String> {
    let block = block.map(|block| format!("ip tftp blocksize {block}"));
    let profile = [
        "wireless profile image-download default".to_owned(),
        " image-download-mode tftp".to_owned(),
        format!(" tftp-image-server {server}"),
        format!(" tftp-image-path {path}"),
    ];
    block.into_iter().chain(profile).collect()
}

fn sftp_profile(server: IpAddr, path: &str, user: &str, password: &str) -> Vec<String> {
    vec![
        "wireless profile image-download default".to_owned(),
        " image-download-mode sftp".to_owned(),
        format!(" sftp-image-server {server}"),
        format!(" sftp-image-path {path}"),
        format!(" sftp-username {user}"),
        format!(" sftp-password 0 {password}"),
    ]
}

fn in_blocks(block: Option<u16>) -> String {
    block.map_or_else(String::new, |block| format!(" in blocks of {block} bytes"))
}

/// Returns the highest address of the controller's /24 that nobody has.
fn free_address(scenario: &Scenario, controller: IpAddr) -> Option<IpAddr> {
    let IpAddr::V4(controller) = controller else { return None };
    let [a, b, c, _] = controller.octets();
    let taken = |address: &IpAddr| scenario.hosts().any(|host| host.address == *address);
    (2..=254).rev().map(|last| IpAddr::V4(Ipv4Addr::new(a, b, c, last))).find(|address| !taken(address))
}
