//! From lines to settings.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use super::algorithms::Kind;
use super::arguments::{Arguments, Bad};
use super::keywords::{Directive, Takes, find};
use super::line::{Line, NotClosed, lines};
use super::settings::{Block, Given};
use super::{Config, ConfigProblem, Facility, MaxStartups, Reader, Subsystem, conditions, matched, values};

/// sshd has room for so many ports, and so many subsystems.
const MAX: usize = 256;
const PORT: u16 = 22;

/// What the main part says once only: the first value of each holds.
#[derive(Default)]
struct Main {
    ports: Vec<u16>,
    addresses: Vec<(IpAddr, Option<u16>)>,
    family: Option<Family>,
    said: Vec<Directive>,
}

/// Which addresses a server without `ListenAddress` takes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Family {
    Any,
    Inet,
    Inet6,
}

pub(super) fn read(reader: &mut Reader<'_>) {
    reader.config = Config::unset();
    let mut main = Main::default();
    for line in lines(reader.text) {
        let name = line.keyword.text.clone();
        let range = line.keyword.range.clone();
        let Some(keyword) = find(&name) else {
            reader.error(range, ConfigProblem::BadOption(name));
            continue;
        };
        if line.rest.text.is_empty() {
            reader.error(range, ConfigProblem::NoArgument(name));
            continue;
        }
        let in_match = !reader.config.blocks.is_empty();
        if in_match && !keyword.in_match {
            reader.error(range, ConfigProblem::NotInMatch(name));
            continue;
        }
        let words = match line.words() {
            Ok(words) => words,
            Err(NotClosed) => {
                reader.error(line.rest.range.clone(), ConfigProblem::InvalidQuotes);
                continue;
            }
        };
        let mut arguments = Arguments { keyword: line.keyword.clone(), words: words.into_iter() };
        if let Err((at, problem)) = one(reader, &mut main, &line, keyword.directive, &mut arguments) {
            reader.error(at.unwrap_or(range), problem);
        } else if let Some(more) = arguments.words.next() {
            reader.error(more.range, ConfigProblem::ExtraArguments(name));
        }
    }
    reader.config.listen = listen(&main.addresses, &main.ports, main.family);
    reader.config.fill();
}

/// Every address with its port, or with each; the last first, as sshd has it.
pub(super) fn listen(
    addresses: &[(IpAddr, Option<u16>)],
    ports: &[u16],
    family: Option<Family>,
) -> Vec<SocketAddr> {
    let ports = if ports.is_empty() { &[PORT] } else { ports };
    let mut listen = Vec::new();
    for (address, port) in addresses {
        for port in port.as_ref().map_or(ports, std::slice::from_ref) {
            listen.insert(0, SocketAddr::new(*address, *port));
        }
    }
    if addresses.is_empty() {
        for port in ports {
            if family != Some(Family::Inet) {
                listen.insert(0, SocketAddr::new(Ipv6Addr::UNSPECIFIED.into(), *port));
            }
            if family != Some(Family::Inet6) {
                listen.insert(0, SocketAddr::new(Ipv4Addr::UNSPECIFIED.into(), *port));
            }
        }
    }
    listen
}

fn one(
    reader: &mut Reader<'_>,
    main: &mut Main,
    line: &Line,
    directive: Directive,
    arguments: &mut Arguments,
) -> Result<(), Bad> {
    let name = &line.keyword.text;
    let whole = line.keyword.range.start..line.rest.range.end;
    let warn = |reader: &mut Reader<'_>, why: &str| {
        let reason = if why.is_empty() { String::new() } else { format!(": {why}") };
        reader.warn(whole.clone(), format!("{name} has no effect here{reason}"));
    };
    // A directive of the main part holds as it is said first. One that can be said again is not in this list.
    let first = !main.said.contains(&directive);
    main.said.push(directive);
    match directive {
        Directive::Port => {
            let word = arguments.next(|_| ConfigProblem::Missing("port number."))?;
            let port = values::port(&word.text).filter(|port| *port > 0);
            if main.ports.len() >= MAX {
                return Err((None, ConfigProblem::TooMany("ports")));
            }
            main.ports.push(port.ok_or((Some(word.range), ConfigProblem::BadPort))?);
        }
        Directive::ListenAddress => {
            let word = arguments.next(|_| ConfigProblem::Missing("address"))?;
            let address =
                values::listen_address(&word.text).map_err(|problem| (Some(word.range), problem))?;
            main.addresses.push(address);
            if let Some(more) = arguments.words.next() {
                if more.text != "rdomain" || arguments.words.next().is_none() {
                    let bad = ConfigProblem::BadListenAddress("bad ListenAddress syntax");
                    return Err((Some(more.range), bad));
                }
                warn(reader, "there are no routing domains");
            }
        }
        Directive::AddressFamily => {
            let families = [("inet", Family::Inet), ("inet6", Family::Inet6), ("any", Family::Any)];
            let family = arguments.one_of(&families)?;
            main.family.get_or_insert(family);
        }
        Directive::HostKey => {
            let path = arguments.file()?;
            if !["rsa", "ecdsa", "ed25519"].iter().any(|kind| path.text.contains(kind)) {
                reader.warn(path.range, "no key: its type cannot be told from the name of its file");
            }
            reader.config.host_keys.push(path.text);
        }
        Directive::HostKeyAlgorithms => {
            let list = arguments.algorithms(Kind::HostKey, "Bad key types")?;
            keep(&mut reader.config.host_key_algorithms, list, first);
        }
        Directive::KexAlgorithms => {
            let list = arguments.algorithms(Kind::Kex, "Bad SSH2 KexAlgorithms")?;
            keep(&mut reader.config.kex_algorithms, list, first);
        }
        Directive::Ciphers => {
            let list = arguments.algorithms(Kind::Cipher, "Bad SSH2 cipher spec")?;
            keep(&mut reader.config.ciphers, list, first);
        }
        Directive::Macs => {
            let list = arguments.algorithms(Kind::Mac, "Bad SSH2 mac spec")?;
            keep(&mut reader.config.macs, list, first);
        }
        Directive::VersionAddendum => {
            let text = line.rest.text.split('#').next().unwrap_or_default().trim_end();
            let text = if text.eq_ignore_ascii_case("none") { "" } else { text };
            keep(&mut reader.config.version_addendum, text.to_owned(), first);
            arguments.rest();
        }
        Directive::SyslogFacility => {
            let text = arguments.words.next().map_or("<NONE>".into(), |word| word.text);
            let facility = Facility::from_name(&text).ok_or((None, ConfigProblem::BadFacility(text)))?;
            keep(&mut reader.config.facility, facility, first);
        }
        Directive::LoginGraceTime => {
            let time = arguments.time()?;
            keep(&mut reader.config.login_grace_time, time, first);
        }
        Directive::MaxStartups => {
            let numbers = arguments.numbers()?;
            // sshd lets the last line win here.
            reader.config.max_startups = match *numbers {
                [start, rate @ 1..=100, full] if start <= full => MaxStartups { start, rate, full },
                [full] => MaxStartups { start: full, full, ..reader.config.max_startups },
                _ => return Err((None, ConfigProblem::BadSpec(name.clone()))),
            };
        }
        Directive::PerSourceMaxStartups => {
            let none = arguments.words.as_slice().first().is_some_and(|word| word.text == "none");
            reader.config.per_source_max_startups = if none {
                arguments.rest();
                None
            } else {
                Some(arguments.integer()?)
            };
        }
        Directive::PerSourceNetBlockSize => {
            reader.config.per_source_bits = match *arguments.numbers()? {
                [four @ 0..=32] => (four, reader.config.per_source_bits.1),
                [four @ 0..=32, six @ 0..=128] => (four, six),
                _ => return Err((None, ConfigProblem::BadSpec(name.clone()))),
            };
        }
        Directive::UsePam => {
            let value = arguments.flag()?;
            keep(&mut reader.config.use_pam, value, first);
        }
        Directive::UseDns => {
            if arguments.flag()? && first {
                warn(reader, "names are not looked up");
            }
        }
        Directive::Subsystem => subsystem(reader, line, arguments)?,
        Directive::Match => {
            let conditions = conditions::read(reader, line);
            reader.config.blocks.push(Block { conditions, given: Given::default() });
            arguments.rest();
        }
        Directive::AuthenticationMethods => {
            let methods = arguments.rest();
            if methods.is_empty() {
                return Err((None, ConfigProblem::MissingArgument(name.clone())));
            }
            if !methods.iter().any(|methods| matches!(&*methods.text, "any" | "password")) {
                warn(reader, "a password alone lets in");
            }
        }
        Directive::Deprecated => {
            reader.warn(whole, format!("Deprecated option {name}"));
            arguments.rest();
        }
        Directive::Unsupported => {
            reader.warn(whole, format!("Unsupported option {name}"));
            arguments.rest();
        }
        Directive::Idle(takes) => {
            idle(takes, arguments)?;
            warn(reader, "");
        }
        _ => matched::read(reader, line, directive, arguments)?,
    }
    Ok(())
}

fn subsystem(reader: &mut Reader<'_>, line: &Line, arguments: &mut Arguments) -> Result<(), Bad> {
    let name = arguments.next(ConfigProblem::MissingArgument)?;
    if reader.config.subsystem(&name.text).is_some() {
        return Err((Some(name.range), ConfigProblem::SubsystemTwice(name.text)));
    }
    if reader.config.subsystems.len() >= MAX {
        return Err((None, ConfigProblem::TooMany("subsystems defined")));
    }
    let program = arguments.next(|_| ConfigProblem::NoSubsystemCommand)?;
    let mut command = program.text;
    for word in arguments.rest() {
        command.push(' ');
        command.push_str(&word.text);
    }
    let whole = line.keyword.range.start..line.rest.range.end;
    if name.text != "sftp" {
        reader.warn(whole, "only the subsystem sftp runs here");
    } else if let Some(why) = matched::unfit(&command) {
        reader.warn(whole, format!("Subsystem sftp: {why}"));
    }
    reader.config.subsystems.push(Subsystem { name: name.text, command });
    Ok(())
}

fn idle(takes: Takes, arguments: &mut Arguments) -> Result<(), Bad> {
    match takes {
        Takes::OneOf(words) => {
            let choices: Vec<_> = words.iter().map(|word| (*word, ())).collect();
            arguments.one_of(&choices)
        }
        Takes::Integer => arguments.integer().map(drop),
        Takes::One => arguments.next(ConfigProblem::MissingArgument).map(drop),
        Takes::Two => {
            arguments.next(ConfigProblem::MissingArgument)?;
            arguments.words.next();
            Ok(())
        }
        Takes::Any | Takes::Rest => {
            arguments.rest();
            Ok(())
        }
    }
}

fn keep<T>(setting: &mut T, value: T, first: bool) {
    if first {
        *setting = value;
    }
}
