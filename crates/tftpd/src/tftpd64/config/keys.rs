//! The keys of the section `[TFTPD32]` that 4.73 knows: each is modelled or does not matter here. Any other may matter and is not
//! modelled.

use std::net::{IpAddr, SocketAddr};
use std::ops::Range;

use super::ini::{Line, lines};
use super::problem::ConfigProblem;
use super::settings::{PORT, PROGRAM_DIRECTORY, Reader, Security, Tftpd64Config};
use super::{ConfigError, Parsed};
use crate::tftpd64::files::plain;

/// The section that is read. Windows ignores its letter case, and that of keys.
const SECTION: &str = "TFTPD32";
/// The bit of `Services` that stands for the TFTP server.
const TFTP_SERVER: u32 = 1;
/// The largest number of threads accepted here.
const TRANSFERS_MAX: u32 = 10_000;

/// The effect of a key.
enum Act {
    /// Sets something; returns the expected kind of value if it does not fit.
    Set(fn(&mut Settings, &str) -> Result<(), &'static str>),
    /// Does not matter here, for this reason.
    Immaterial(&'static str),
}

/// Reasons why a key does not matter here.
const SYSLOG: &str = "it is about the program's syslog server";
const DHCP: &str = "it is about the program's DHCP server";
const WINDOW: &str = "it is about the program's window";
const UNUSED: &str = "4.73 does not read it";

/// A key, for the documentation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyClass {
    /// Its name.
    pub name: &'static str,
    /// `modelled`, `does not matter here`, or `may matter, not modelled`.
    pub class: &'static str,
    /// The reason.
    pub why: &'static str,
}

/// Returns every key of the section `[TFTPD32]` with its class.
pub fn keys() -> impl Iterator<Item = KeyClass> {
    let known = KEYS.iter().map(|&(name, ref act)| match act {
        Act::Set(_) if name == "LocalIP" => {
            KeyClass { name, class: "modelled", why: "an address; the name of an interface is not modelled" }
        }
        Act::Set(_) => KeyClass { name, class: "modelled", why: "" },
        Act::Immaterial(why) => KeyClass { name, class: "does not matter here", why },
    });
    known.chain([KeyClass { name: "any other", class: "may matter, not modelled", why: UNKNOWN }])
}

const UNKNOWN: &str = "4.73 has no such key: it is misspelt, or of another release";

/// Settings that several keys determine together.
#[derive(Default)]
struct Settings {
    config: Tftpd64Config,
    local_ip: Option<IpAddr>,
    port: Option<u16>,
    port_low: u16,
    port_high: u16,
    services: u32,
    /// True if `Enable IPv6` is 0; the program's own default is 1.
    ipv6_off: bool,
}

const KEYS: [(&str, Act); 41] = [
    ("BaseDirectory", Act::Set(base_directory)),
    ("TftpPort", Act::Set(|settings, value| port(value, &mut settings.port))),
    ("SecurityLevel", Act::Set(security)),
    ("Timeout", Act::Set(|settings, value| count(value, &mut settings.config.timeout_s))),
    ("MaxRetransmit", Act::Set(|settings, value| count(value, &mut settings.config.retransmit))),
    ("WinSize", Act::Set(|settings, value| number(value, &mut settings.config.window_bytes))),
    ("Negociate", Act::Set(|settings, value| switch(value, &mut settings.config.negotiate))),
    ("PXECompatibility", Act::Set(|settings, value| switch(value, &mut settings.config.pxe))),
    ("UnixStrings", Act::Set(|settings, value| switch(value, &mut settings.config.unix_strings))),
    ("VirtualRoot", Act::Set(|settings, value| switch(value, &mut settings.config.virtual_root))),
    ("Reduce TFTP Path", Act::Set(|settings, value| switch(value, &mut settings.config.reduce_path))),
    ("ShowProgressBar", Act::Set(|settings, value| switch(value, &mut settings.config.progress))),
    (
        "Ignore ack for last TFTP packet",
        Act::Set(|settings, value| switch(value, &mut settings.config.ignore_last_ack)),
    ),
    ("LocalIP", Act::Set(local_ip)),
    ("LowestUDPPort", Act::Set(|settings, value| limit(value, &mut settings.port_low))),
    ("HighestUDPPort", Act::Set(|settings, value| limit(value, &mut settings.port_high))),
    ("Max Simultaneous Transfers", Act::Set(transfers_max)),
    ("Services", Act::Set(|settings, value| number(value, &mut settings.services))),
    (
        "Enable IPv6",
        Act::Set(|settings, value| switch(value, &mut settings.ipv6_off).map(|()| settings.ipv6_off ^= true)),
    ),
    ("DirText", Act::Immaterial("nobody requests the dir.txt that it writes")),
    ("MD5", Act::Immaterial("nobody requests the .md5 files that it writes")),
    ("Support for port Option", Act::Immaterial("no client here requests the option udpport")),
    ("TftpLogFile", Act::Immaterial("the file has the lines of the log in the window")),
    ("UseEventLog", Act::Immaterial("the lines go to a second log")),
    ("Hide", Act::Immaterial(WINDOW)),
    ("Beep", Act::Immaterial("it sounds behind a long transfer")),
    ("Keep transfer Gui", Act::Immaterial(WINDOW)),
    ("LastWindowPos", Act::Immaterial(WINDOW)),
    ("Console Password", Act::Immaterial("the program and its window use it between them")),
    ("Donot verify firewall", Act::Immaterial("the program only warns about the firewall")),
    ("HttpBaseDirectory", Act::Immaterial("it is about a server for HTTP")),
    ("SaveSyslogFile", Act::Immaterial(SYSLOG)),
    ("PipeSyslogMsg", Act::Immaterial(SYSLOG)),
    ("PersistantLeases", Act::Immaterial(DHCP)),
    ("UnicastBOOTP", Act::Immaterial(DHCP)),
    ("DHCP Ping", Act::Immaterial(DHCP)),
    ("DHCP LocalIP", Act::Immaterial(DHCP)),
    ("DHCP Double Answer", Act::Immaterial(DHCP)),
    ("MulticastPort", Act::Immaterial("the program reads it, and does not use it")),
    ("MulticastAddress", Act::Immaterial("the program reads it, and does not use it")),
    ("Enable IPv4", Act::Immaterial(UNUSED)),
];

impl Tftpd64Config {
    /// Reads the section `[TFTPD32]` of `tftpd32.ini`, as Windows reads such files.
    ///
    /// # Errors
    /// All problems, in the order of the text.
    pub fn parse(text: &str) -> Result<Parsed, Vec<ConfigError>> {
        let mut reader = Reader::new(text);
        read(&mut reader);
        reader.finish()
    }
}

/// Reads the first section of that name; if a key occurs twice, the first counts.
fn read(reader: &mut Reader<'_>) {
    let mut settings = Settings::default();
    let mut seen = Vec::new();
    let mut services = 0..0;
    let mut local_ip = 0..0;
    let mut section: Option<&str> = None;
    let mut is_ours = false;
    let mut was_ours = false;
    for line in lines(reader.text) {
        match line {
            Line::Section { name, range } => {
                was_ours |= is_ours;
                section = Some(name);
                let named = name.eq_ignore_ascii_case(SECTION);
                is_ours = named && !was_ours;
                if named && was_ours {
                    reader.warn(range, format!("[{name}] occurs twice, and only the first counts"));
                } else if !named && !name.eq_ignore_ascii_case("DHCP") {
                    reader.warn(range, format!("[{name}] is not used"));
                }
            }
            Line::Other { range } => reader.warn(range, "no key and value, so it is not used"),
            Line::Entry { key_range, .. } if section.is_none() => {
                reader.warn(key_range, format!("is in no section; [{SECTION}] is used"));
            }
            Line::Entry { .. } if !is_ours => {}
            Line::Entry { key, key_range, value, value_range } => {
                let Some((known, act)) = KEYS.iter().find(|(known, _)| known.eq_ignore_ascii_case(key))
                else {
                    let message = format!("{key} is not modelled: {UNKNOWN}");
                    reader.not_modelled(key_range, key, message);
                    continue;
                };
                if seen.contains(known) {
                    reader.warn(key_range, format!("{known} occurs twice, and only the first counts"));
                    continue;
                }
                seen.push(known);
                if *known == "Services" {
                    services = value_range.clone();
                }
                if *known == "LocalIP" {
                    local_ip = value_range.clone();
                }
                set(reader, &mut settings, (known, act), value, value_range);
            }
        }
    }
    finish(reader, settings, services, local_ip);
}

fn set(
    reader: &mut Reader<'_>,
    settings: &mut Settings,
    (key, act): (&'static str, &Act),
    value: &str,
    value_range: Range<usize>,
) {
    match act {
        // An empty value leaves the default, as in the file that the installer writes.
        Act::Set(_) if value.is_empty() => {}
        Act::Set(set) => {
            if let Err(expected) = set(settings, value) {
                reader.error(value_range.clone(), ConfigProblem::BadValue { key, expected });
            }
            if key == "LocalIP" && settings.local_ip.is_none() && is_interface(value) {
                let message =
                    "LocalIP is not modelled here: the addresses of an interface of this name are not known";
                reader.not_modelled(value_range.clone(), key, message);
            }
            if key == "Max Simultaneous Transfers" && settings.config.transfers_max <= 2 {
                reader.warn(value_range, "serves no client: the program counts its two permanent threads");
            }
        }
        Act::Immaterial(_) => {}
    }
}

fn finish(reader: &mut Reader<'_>, settings: Settings, services: Range<usize>, local: Range<usize>) {
    let Settings { mut config, local_ip, port, port_low, port_high, services: enabled, ipv6_off } = settings;
    if ipv6_off && local_ip.is_some_and(|ip| ip.is_ipv6()) {
        reader.error(local, ConfigProblem::Ipv6Off);
    }
    // With none, the program starts all.
    if enabled != 0 && enabled & TFTP_SERVER == 0 {
        reader.error(services, ConfigProblem::NoTftpServer);
    }
    let ip = local_ip.unwrap_or(config.listen.ip());
    config.ipv4_alone = ipv6_off || local_ip.is_some_and(|ip| ip.is_ipv4());
    config.listen = SocketAddr::new(ip, port.unwrap_or(PORT));
    // The program's own conditions; otherwise it lets the system choose.
    config.port_range = match (port_low, port_high) {
        (PORT, high) => Some(PORT..=high.max(PORT)),
        (low, high) if low >= 1024 && low <= high => Some(low..=high),
        _ => None,
    };
    reader.config = config;
}

/// Returns the full name of a directory. Names without a drive are below the program's own directory.
fn base_directory(settings: &mut Settings, value: &str) -> Result<(), &'static str> {
    let expected = "expected a directory of a drive, such as C:\\TFTP";
    let value = value.replace('/', "\\");
    let mut names = value.split('\\');
    let first = names.next().unwrap_or_default();
    let full = match first.as_bytes() {
        [drive, b':'] if drive.is_ascii_alphabetic() && value.len() > 2 => {
            first.to_ascii_uppercase() + &value[2..]
        }
        _ if first.contains(':') || value.starts_with("\\\\") => return Err(expected),
        [] => format!("C:{value}"),
        _ => format!("{PROGRAM_DIRECTORY}\\{value}"),
    };
    let plain = plain(&full);
    let (drive, rest) = plain[1..].split_once('/').unwrap_or((&plain[1..], ""));
    if rest.contains(['<', '>', ':', '"', '|', '?', '*']) {
        return Err(expected);
    }
    settings.config.base_directory = format!("{drive}\\{}", rest.replace('/', "\\"));
    Ok(())
}

fn security(settings: &mut Settings, value: &str) -> Result<(), &'static str> {
    settings.config.security = match value {
        "0" => Security::None,
        "1" => Security::Standard,
        "2" => Security::High,
        "3" => Security::ReadOnly,
        _ => return Err("expected 0 (none), 1 (standard), 2 (high) or 3 (read only)"),
    };
    Ok(())
}

fn local_ip(settings: &mut Settings, value: &str) -> Result<(), &'static str> {
    if is_interface(value) {
        return Ok(());
    }
    settings.local_ip = Some(value.parse().map_err(|_| "expected an address, such as 172.16.5.27")?);
    Ok(())
}

/// A value that does not begin with a digit is taken for the name of an interface.
fn is_interface(value: &str) -> bool {
    !value.starts_with(|first: char| first.is_ascii_digit())
}

fn transfers_max(settings: &mut Settings, value: &str) -> Result<(), &'static str> {
    number(value, &mut settings.config.transfers_max)?;
    if settings.config.transfers_max > TRANSFERS_MAX {
        Err("expected at most 10000 transfers")
    } else {
        Ok(())
    }
}

fn port(value: &str, into: &mut Option<u16>) -> Result<(), &'static str> {
    let port: u16 = value.parse().map_err(|_| "expected a port from 1 to 65535")?;
    // 0 stands for the default.
    *into = (port != 0).then_some(port);
    Ok(())
}

fn limit(value: &str, into: &mut u16) -> Result<(), &'static str> {
    *into = value.parse().map_err(|_| "expected a port, or 0 for none")?;
    Ok(())
}

fn switch(value: &str, into: &mut bool) -> Result<(), &'static str> {
    *into = match value {
        "0" => false,
        "1" => true,
        _ => return Err("expected 0 or 1"),
    };
    Ok(())
}

fn number(value: &str, into: &mut u32) -> Result<(), &'static str> {
    *into = value.parse().map_err(|_| "expected a number")?;
    Ok(())
}

fn count(value: &str, into: &mut u32) -> Result<(), &'static str> {
    let expected = "expected a number of at least 1";
    let count = value.parse().map_err(|_| expected)?;
    *into = if count == 0 { return Err(expected) } else { count };
    Ok(())
}
