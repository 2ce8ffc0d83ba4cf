//! The command line of in.tftpd, as getopt_long(3) reads it.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::ops::Range;
use std::time::Duration;

use super::place::Text;
use super::problem::ConfigProblem;
use super::settings::{Family, OPTIONS, PORT, Reader, TftpdHpaConfig};

/// An option that in.tftpd 5.2 knows: it is modelled, or does not matter here.
struct Known {
    letter: Option<char>,
    long: &'static str,
    act: Act,
}

/// The effect of an option.
enum Act {
    /// A switch.
    Switch(fn(&mut TftpdHpaConfig)),
    /// Takes a value; returns the expected kind of value if it does not fit.
    Value(fn(&mut TftpdHpaConfig, &str) -> Result<(), &'static str>),
    /// The address takes several forms.
    Address,
    /// It listens at addresses of this family alone; of several, the last counts.
    Family(Family),
    /// It prints its version, and does not start.
    Version,
    /// A file of the machine.
    MapFile,
    /// Takes a value, and does not matter here, for this reason.
    Immaterial(&'static str),
}

/// An option or a variable, for the documentation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingClass {
    /// Its name, as people write it.
    pub name: String,
    /// `modelled`, `does not matter here`, or `may matter, not modelled`.
    pub class: &'static str,
    /// The reason.
    pub why: &'static str,
}

/// Returns every option of in.tftpd with its class.
pub(super) fn classes() -> impl Iterator<Item = SettingClass> {
    KNOWN.iter().map(|known| {
        let letter = known.letter.map_or_else(String::new, |letter| format!(", -{letter}"));
        let (class, why) = match known.act {
            Act::Immaterial(why) => ("does not matter here", why),
            Act::Version => ("modelled", "an error: it prints its version, and does not start"),
            _ => ("modelled", ""),
        };
        SettingClass { name: format!("--{}{letter}", known.long), class, why }
    })
}

const fn known(letter: char, long: &'static str, act: Act) -> Known {
    Known { letter: Some(letter), long, act }
}

const KNOWN: [Known; 20] = [
    known('4', "ipv4", Act::Family(Family::V4)),
    known('6', "ipv6", Act::Family(Family::V6)),
    known('c', "create", Act::Switch(|config| config.create = true)),
    known('s', "secure", Act::Switch(|config| config.secure = true)),
    known('p', "permissive", Act::Switch(|config| config.permissive = true)),
    known('v', "verbose", Act::Switch(|config| config.verbosity = config.verbosity.saturating_add(1))),
    Known { letter: None, long: "verbosity", act: Act::Value(verbosity) },
    known('V', "version", Act::Version),
    known('l', "listen", Act::Switch(|_| ())),
    known('L', "foreground", Act::Switch(|_| ())),
    known('a', "address", Act::Address),
    known('B', "blocksize", Act::Value(blocksize)),
    known('u', "user", Act::Value(user)),
    known('U', "umask", Act::Value(umask)),
    known('r', "refuse", Act::Value(refuse)),
    known('t', "timeout", Act::Immaterial("it is for servers started by inetd; with --listen it is ignored")),
    known('T', "retransmit", Act::Value(retransmit)),
    known('R', "port-range", Act::Value(port_range)),
    known('m', "map-file", Act::MapFile),
    known(
        'P',
        "pidfile",
        Act::Immaterial("other programs read it, and in.tftpd starts also if it cannot be written"),
    ),
];

/// The parts of a command line that are examined at its end.
#[derive(Debug, Default)]
pub(super) struct Line {
    /// The family, and the place of its option.
    family: Option<(Family, Range<usize>)>,
    /// True if the address has a host, not a port alone.
    has_host: bool,
    /// The path of the map file, and its place.
    pub(super) map_file: Option<(String, Range<usize>)>,
}

/// Reads the words of a command line, as getopt_long(3) does: a word that is not an option is a directory.
pub(super) fn read(reader: &mut Reader<'_>, words: Vec<Text>) -> Line {
    let mut line = Line::default();
    let mut words = words.into_iter();
    let mut options_ended = false;
    while let Some(word) = words.next() {
        let string = word.string();
        if options_ended || !string.starts_with('-') || string == "-" {
            reader.config.directories.push(string);
        } else if string == "--" {
            options_ended = true;
        } else if string.starts_with("--") {
            long_option(reader, &mut line, &word, &mut words);
        } else {
            letters(reader, &mut line, &word, &mut words);
        }
    }
    apply_family(reader, &line);
    line
}

/// Listens at addresses of one family alone, if an option or the address says so: without a host, at both. in.tftpd does not start
/// at an address of another family than its option's.
fn apply_family(reader: &mut Reader<'_>, line: &Line) {
    let listen = reader.config.listen;
    let host = line.has_host.then_some(Family::of(listen.ip()));
    let Some((family, range)) = &line.family else {
        reader.config.family = host;
        return;
    };
    if host.is_some_and(|host| host != *family) {
        let option = if *family == Family::V4 { "--ipv4" } else { "--ipv6" };
        return reader.error(range.clone(), ConfigProblem::OtherFamily(option));
    }
    if host.is_none() && *family == Family::V6 {
        reader.config.listen = SocketAddr::new(Ipv6Addr::UNSPECIFIED.into(), listen.port());
    }
    reader.config.family = Some(*family);
}

/// Reads `--name`, `--name value` or `--name=value`; a name may be abbreviated if it is unambiguous.
fn long_option(reader: &mut Reader<'_>, line: &mut Line, word: &Text, rest: &mut impl Iterator<Item = Text>) {
    let string = word.string();
    let (given, value) = match string.split_once('=') {
        Some((given, _)) => (given, Some(word.after(given.chars().count() + 1))),
        None => (&*string, None),
    };
    let beginning = given.trim_start_matches("--");
    let exact = KNOWN.iter().find(|option| option.long == beginning);
    let mut cut_short = KNOWN.iter().filter(|option| option.long.starts_with(beginning));
    let option = match (exact, cut_short.next(), cut_short.next()) {
        (Some(option), ..) | (None, Some(option), None) => option,
        (None, Some(_), Some(_)) => {
            return reader.error(word.range(), ConfigProblem::AmbiguousOption(given.into()));
        }
        (None, None, _) => {
            return reader.error(word.range(), ConfigProblem::UnknownOption(given.into()));
        }
    };
    apply((reader, line), option, given, word, value, rest);
}

/// Reads `-v`, `-vvv`, `-B 512`, `-B512`, `-vB512`.
fn letters(reader: &mut Reader<'_>, line: &mut Line, word: &Text, rest: &mut impl Iterator<Item = Text>) {
    for position in 1..word.0.len() {
        let one = Text(vec![word.0[position]]);
        let given = format!("-{}", word.0[position].1);
        let Some(option) = KNOWN.iter().find(|option| option.letter == Some(word.0[position].1)) else {
            reader.error(one.range(), ConfigProblem::UnknownOption(given));
            continue;
        };
        if option.takes_value() {
            let value = word.after(position + 1);
            let value = (!value.0.is_empty()).then_some(value);
            return apply((reader, line), option, &given, &one, value, rest);
        }
        apply((reader, line), option, &given, &one, None, rest);
    }
}

impl Known {
    fn takes_value(&self) -> bool {
        matches!(self.act, Act::Value(_) | Act::Address | Act::MapFile | Act::Immaterial(_))
    }
}

fn apply(
    (reader, line): (&mut Reader<'_>, &mut Line),
    option: &'static Known,
    given: &str,
    word: &Text,
    attached: Option<Text>,
    rest: &mut impl Iterator<Item = Text>,
) {
    let value = if option.takes_value() {
        let Some(value) = attached.or_else(|| rest.next()) else {
            return reader.error(word.range(), ConfigProblem::MissingValue(given.into()));
        };
        value
    } else if attached.is_some() {
        return reader.error(word.range(), ConfigProblem::UnexpectedValue(given.into()));
    } else {
        Text::default()
    };
    match option.act {
        Act::Switch(set) => set(&mut reader.config),
        Act::Address => {
            line.has_host = !value.string().starts_with(':');
            address(reader, &value);
        }
        Act::Family(family) => line.family = Some((family, word.range())),
        Act::Version => reader.error(word.range(), ConfigProblem::Version),
        Act::MapFile => map_file(reader, line, word, &value),
        Act::Value(set) => {
            if let Err(expected) = set(&mut reader.config, &value.string()) {
                let range = if value.0.is_empty() { word.range() } else { value.range() };
                reader.error(range, ConfigProblem::BadValue { option: option.long, expected });
            }
        }
        Act::Immaterial(_) => {}
    }
}

/// Reads `host`, `host:port` or `:port`, the host as numbers, IPv6 in brackets.
pub(super) fn address(reader: &mut Reader<'_>, value: &Text) {
    match parse_address(&value.string()) {
        Some(listen) => reader.config.listen = listen,
        None => {
            let expected = "expected [address][:port], such as 172.16.5.27:69; names are not looked up";
            reader.error(value.range(), ConfigProblem::BadValue { option: "address", expected });
        }
    }
}

fn parse_address(text: &str) -> Option<SocketAddr> {
    let (host, port) = match text.rsplit_once(':') {
        // An IPv6 address without a port ends in a bracket.
        Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
        _ => (text, None),
    };
    let port = match port {
        None | Some("" | "tftp") => PORT,
        Some(port) => port.parse().ok()?,
    };
    let ip = if let Some(host) = host.strip_prefix('[') {
        IpAddr::V6(host.strip_suffix(']')?.parse::<Ipv6Addr>().ok()?)
    } else if host.is_empty() {
        IpAddr::V4(Ipv4Addr::UNSPECIFIED)
    } else {
        IpAddr::V4(host.parse().ok()?)
    };
    Some(SocketAddr::new(ip, port))
}

fn verbosity(config: &mut TftpdHpaConfig, value: &str) -> Result<(), &'static str> {
    config.verbosity = value.parse().map_err(|_| "expected a number")?;
    Ok(())
}

fn blocksize(config: &mut TftpdHpaConfig, value: &str) -> Result<(), &'static str> {
    let expected = "expected 512 to 65464 bytes";
    let size = value.parse().map_err(|_| expected)?;
    config.blksize_max = (512..=tftp::BLKSIZE_MAX).contains(&size).then_some(size).ok_or(expected)?;
    Ok(())
}

fn user(config: &mut TftpdHpaConfig, value: &str) -> Result<(), &'static str> {
    config.user = value.into();
    Ok(())
}

/// Takes the map file, which can be given once.
fn map_file(reader: &mut Reader<'_>, line: &mut Line, word: &Text, value: &Text) {
    if value.0.is_empty() || line.map_file.is_some() {
        let problem = ConfigProblem::BadValue { option: "map-file", expected: "expected one file" };
        return reader.error(word.range(), problem);
    }
    line.map_file = Some((value.string(), value.range()));
    reader.config.map_file = Some(value.string());
}

fn umask(config: &mut TftpdHpaConfig, value: &str) -> Result<(), &'static str> {
    let umask = u32::from_str_radix(value, 8).ok().filter(|umask| *umask <= 0o7777);
    config.umask = Some(umask.ok_or("expected an octal number, such as 022")?);
    Ok(())
}

fn refuse(config: &mut TftpdHpaConfig, value: &str) -> Result<(), &'static str> {
    let known = OPTIONS.into_iter().find(|known| known.eq_ignore_ascii_case(value));
    let expected = "expected blksize, blksize2, tsize, timeout, utimeout or rollover";
    config.refused.insert(known.ok_or(expected)?);
    Ok(())
}

fn retransmit(config: &mut TftpdHpaConfig, value: &str) -> Result<(), &'static str> {
    let expected = "expected 10000 to 255000000 microseconds";
    let microseconds: u64 = value.parse().map_err(|_| expected)?;
    let fits = (10_000..=255_000_000).contains(&microseconds);
    config.retransmit = fits.then_some(Duration::from_micros(microseconds)).ok_or(expected)?;
    Ok(())
}

fn port_range(config: &mut TftpdHpaConfig, value: &str) -> Result<(), &'static str> {
    let parse = || {
        let (from, to) = value.split_once(':')?;
        let (from, to) = (from.parse::<u16>().ok()?, to.parse::<u16>().ok()?);
        (from > 0 && from <= to && to < u16::MAX).then_some(from..=to)
    };
    config.port_range = Some(parse().ok_or("expected from:to, ports from 1 to 65534")?);
    Ok(())
}
