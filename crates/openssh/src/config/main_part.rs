//! Directives of the main part, except those with a single value.

use super::arguments::Bad;
use super::directive::Directive;
use super::line::Word;
use super::listen::{Family, Given};
use super::release::Release;
use super::{ConfigProblem, MaxStartups, Subsystem, matched, values};
use crate::patterns::fits_address;

/// The most ports and the most subsystems in sshd.
const MAX: usize = 256;

/// The release from which on a `Match` block may have a subsystem of its own (release notes of 9.5).
pub(super) const SUBSYSTEM_IN_MATCH: Release = Release::new(9, 5);

pub(super) fn port(directive: &mut Directive<'_, '_>) -> Result<(), Bad> {
    let word = directive.arguments.next(|_| ConfigProblem::Missing("port number."))?;
    let port = values::port(&word.text).filter(|port| *port > 0);
    if directive.listen.ports.len() >= MAX {
        return Err((None, ConfigProblem::TooMany("ports")));
    }
    directive.listen.ports.push(port.ok_or((Some(word.range), ConfigProblem::BadPort))?);
    Ok(())
}

pub(super) fn listen_address(directive: &mut Directive<'_, '_>) -> Result<(), Bad> {
    let arguments = &mut directive.arguments;
    let word = arguments.next(|_| ConfigProblem::Missing("address"))?;
    let (address, port) =
        values::listen_address(&word.text).map_err(|problem| (Some(word.range.clone()), problem))?;
    directive.listen.addresses.push(Given { address, port, range: word.range });
    if let Some(more) = arguments.words.next() {
        if more.text != "rdomain" || arguments.words.next().is_none() {
            let bad = ConfigProblem::BadListenAddress("bad ListenAddress syntax");
            return Err((Some(more.range), bad));
        }
        directive.warn_idle("there are no routing domains");
    }
    Ok(())
}

pub(super) fn address_family(directive: &mut Directive<'_, '_>) -> Result<(), Bad> {
    let families = [("inet", Family::Inet), ("inet6", Family::Inet6), ("any", Family::Any)];
    let family = directive.arguments.one_of(&families)?;
    directive.listen.family.get_or_insert(family);
    Ok(())
}

pub(super) fn host_key(directive: &mut Directive<'_, '_>) -> Result<(), Bad> {
    let path = directive.arguments.file()?;
    if !["rsa", "ecdsa", "ed25519", "dsa"].iter().any(|kind| path.text.contains(kind)) {
        directive.not_modelled("HostKey", "the file name does not show the type of the key");
    }
    directive.reader.config.host_keys.push(path.text);
    Ok(())
}

pub(super) fn version_addendum(directive: &mut Directive<'_, '_>) -> Result<(), Bad> {
    directive.arguments.rest();
    if directive.is_first {
        let text = directive.line.rest.text.split('#').next().unwrap_or_default().trim_end();
        let text = if text.eq_ignore_ascii_case("none") { "" } else { text };
        directive.reader.config.version_addendum = text.to_owned();
    }
    Ok(())
}

/// Reads a directive whose last line counts in sshd.
pub(super) fn max_startups(directive: &mut Directive<'_, '_>) -> Result<(), Bad> {
    let numbers = directive.arguments.numbers()?;
    let config = &mut directive.reader.config;
    config.max_startups = match *numbers {
        [start, rate @ 1..=100, full] if start <= full => MaxStartups { start, rate, full },
        [full] => MaxStartups { start: full, full, ..config.max_startups },
        _ => return Err((None, ConfigProblem::BadSpec(directive.name()))),
    };
    Ok(())
}

pub(super) fn per_source_max_startups(directive: &mut Directive<'_, '_>) -> Result<(), Bad> {
    let arguments = &mut directive.arguments;
    let none = arguments.words.as_slice().first().is_some_and(|word| word.text == "none");
    directive.reader.config.per_source_max_startups = if none {
        arguments.rest();
        None
    } else {
        Some(arguments.integer()?)
    };
    Ok(())
}

pub(super) fn per_source_net_block_size(directive: &mut Directive<'_, '_>) -> Result<(), Bad> {
    let numbers = directive.arguments.numbers()?;
    let bits = &mut directive.reader.config.per_source_bits;
    *bits = match *numbers {
        [four @ 0..=32] => (four, bits.1),
        [four @ 0..=32, six @ 0..=128] => (four, six),
        _ => return Err((None, ConfigProblem::BadSpec(directive.name()))),
    };
    Ok(())
}

/// Reads `yes`, `no`, or penalties such as `authfail:10s`; later ones override.
pub(super) fn per_source_penalties(directive: &mut Directive<'_, '_>) -> Result<(), Bad> {
    let keyword = directive.name();
    for Word { text, range } in directive.arguments.rest() {
        let read = directive.reader.config.penalties.set(&text);
        read.map_err(|()| (Some(range), ConfigProblem::BadPenalty { keyword: keyword.clone(), text }))?;
    }
    Ok(())
}

pub(super) fn exempt_list(directive: &mut Directive<'_, '_>) -> Result<(), Bad> {
    let Word { text, range } = directive.arguments.next(ConfigProblem::MissingArgument)?;
    if fits_address(None, &text).is_err() {
        return Err((Some(range), ConfigProblem::BadSpec(directive.name())));
    }
    if directive.is_first {
        directive.reader.config.penalties.exempt = Some(text);
    }
    Ok(())
}

pub(super) fn subsystem(directive: &mut Directive<'_, '_>) -> Result<(), Bad> {
    let arguments = &mut directive.arguments;
    let config = &mut directive.reader.config;
    let name = arguments.next(ConfigProblem::MissingArgument)?;
    if config.subsystem(&name.text).is_some() {
        // The first one counts from then on.
        if arguments.release >= SUBSYSTEM_IN_MATCH {
            arguments.rest();
            return Ok(());
        }
        return Err((Some(name.range), ConfigProblem::SubsystemTwice(name.text)));
    }
    if config.subsystems.len() >= MAX {
        return Err((None, ConfigProblem::TooMany("subsystems defined")));
    }
    let program = arguments.next(|_| ConfigProblem::NoSubsystemCommand)?;
    let mut command = program.text;
    for word in arguments.rest() {
        command.push(' ');
        command.push_str(&word.text);
    }
    config.subsystems.push(Subsystem { name: name.text.clone(), command: command.clone() });
    // Controllers request no other subsystem.
    if name.text == "sftp" {
        matched::check_command(directive, "Subsystem sftp", &command);
    }
    Ok(())
}
