//! Directives that may also follow a `Match`, except those with a single value.

use std::time::Duration;

use super::arguments::Bad;
use super::command::Command;
use super::directive::Directive;
use super::given::Given;
use super::line::Word;
use super::{ConfigProblem, methods, values};
use crate::patterns::is_user_pattern;
use crate::syslog::LogLevel;

/// The size of the RSA host keys of simulated servers, in bits (ssh-keygen(1)).
const RSA_BITS: u32 = 3_072;
/// The least limits after which a transfer of an image still ends with its first keys: `ap_images:` holds less than this, and the
/// renewal itself takes a round trip.
const REKEY_BYTES_MIN: u64 = 128 << 20;
const REKEY_INTERVAL_MIN: Duration = Duration::from_secs(3_600);

pub(super) fn log_level(directive: &mut Directive<'_, '_>) -> Result<(), Bad> {
    let text = directive.arguments.words.next().map_or("<NONE>".into(), |word| word.text);
    let level = LogLevel::from_name(&text).ok_or((None, ConfigProblem::BadLogLevel(text.clone())))?;
    if level > LogLevel::Verbose {
        directive.warn(format!("{} {text} logs no more here than VERBOSE", directive.name()));
    }
    directive.given().log_level.get_or_insert(level);
    Ok(())
}

pub(super) fn kbd_interactive(directive: &mut Directive<'_, '_>) -> Result<(), Bad> {
    let value = directive.arguments.flag()?;
    directive.given().kbd_interactive_authentication.get_or_insert(value);
    Ok(())
}

/// Adds patterns of users to a list.
pub(super) fn users(
    directive: &mut Directive<'_, '_>,
    list: fn(&mut Given) -> &mut Vec<String>,
) -> Result<(), Bad> {
    for Word { text: pattern, range } in directive.arguments.rest() {
        if !is_user_pattern(&pattern) {
            return Err((Some(range), ConfigProblem::BadPattern { keyword: directive.name(), pattern }));
        }
        list(directive.given()).push(pattern);
    }
    Ok(())
}

/// Adds patterns of groups to a list.
pub(super) fn groups(
    directive: &mut Directive<'_, '_>,
    list: fn(&mut Given) -> &mut Vec<String>,
) -> Result<(), Bad> {
    let words = directive.arguments.rest();
    list(directive.given()).extend(words.into_iter().map(|word| word.text));
    Ok(())
}

pub(super) fn force_command(directive: &mut Directive<'_, '_>) -> Result<(), Bad> {
    directive.arguments.rest();
    let command = &directive.line.rest.text;
    if !command.eq_ignore_ascii_case("none") {
        check_command(directive, "ForceCommand", command);
    }
    directive.given().force_command.get_or_insert_with(|| command.clone());
    Ok(())
}

/// Reports a command that does not run here, and one that ends at once. `name` is the name to accept it by.
pub(super) fn check_command(directive: &mut Directive<'_, '_>, name: &str, line: &str) {
    let command = Command::parse(line);
    if command == Command::Other {
        let windows = line.to_ascii_lowercase().contains("sftp-server.exe");
        let why = if windows {
            "it is Windows' SFTP server, whose paths and rights differ"
        } else {
            "only internal-sftp and sftp-server run here"
        };
        directive.not_modelled(name, why);
    } else if let Some(error) = command.error() {
        directive.warn(format!("{name}: {error}"));
    }
}

/// Reads the least size of RSA keys: host keys here have 3,072 bits.
pub(super) fn required_rsa_size(directive: &mut Directive<'_, '_>) -> Result<(), Bad> {
    if directive.arguments.integer()? > RSA_BITS {
        directive.not_modelled("RequiredRSASize", "the size of the host key is not known");
    }
    Ok(())
}

pub(super) fn banner(directive: &mut Directive<'_, '_>) -> Result<(), Bad> {
    let path = directive.arguments.file()?.text;
    if directive.scope.is_some() {
        directive.warn_idle("it is shown before the user is known");
    }
    directive.given().banner.get_or_insert(path);
    Ok(())
}

pub(super) fn rekey_limit(directive: &mut Directive<'_, '_>) -> Result<(), Bad> {
    let word = directive.arguments.next(ConfigProblem::MissingArgument)?;
    let keyword = directive.name();
    let bytes = match &*word.text {
        "default" => Some(0),
        text => values::size(text),
    };
    let bad = ConfigProblem::BadSize { keyword: keyword.clone(), text: word.text };
    let bytes = bytes.ok_or((Some(word.range.clone()), bad))?;
    if (1..16).contains(&bytes) {
        return Err((Some(word.range), ConfigProblem::TooSmall(keyword)));
    }
    directive.given().rekey_bytes.get_or_insert(bytes);
    let mut is_soon = (1..REKEY_BYTES_MIN).contains(&bytes);
    match directive.arguments.words.as_slice().first() {
        Some(word) if word.text == "none" => {
            directive.arguments.words.next();
        }
        Some(_) => {
            let interval = directive.arguments.time()?;
            directive.given().rekey_interval.get_or_insert(interval);
            is_soon |= !interval.is_zero() && interval < REKEY_INTERVAL_MIN;
        }
        None => {}
    }
    if is_soon {
        directive.not_modelled("RekeyLimit", "keys are renewed after 1 GiB");
    }
    Ok(())
}

pub(super) fn authentication_methods(directive: &mut Directive<'_, '_>) -> Result<(), Bad> {
    let lists = directive.arguments.rest();
    let name = directive.name();
    if lists.is_empty() {
        return Err((None, ConfigProblem::MissingArgument(name)));
    }
    for list in &lists {
        if list.text == "any" {
            let main = &directive.reader.config.given.authentication_methods;
            if lists.len() > 1 || main.is_some() {
                return Err((Some(list.range.clone()), ConfigProblem::AnyNotAlone(name)));
            }
        } else if !methods::are_known(&list.text) {
            return Err((Some(list.range.clone()), ConfigProblem::BadMethods(name)));
        }
    }
    let earlier = directive.reader.config.blocks.iter().rev().skip(1);
    if lists[0].text == "any" && earlier.clone().any(|block| block.given.authentication_methods.is_some()) {
        let why = "an earlier `Match` block has methods too, and sshd drops a connection to which both apply";
        directive.not_modelled("AuthenticationMethods", why);
    }
    let lists: Vec<String> = lists.into_iter().map(|list| list.text).collect();
    if methods::need_keyboard(&lists) {
        directive.not_modelled("AuthenticationMethods", "keyboard-interactive is not modelled");
    }
    let lists = if lists == ["any"] { Vec::new() } else { lists };
    directive.given().authentication_methods.get_or_insert(lists);
    Ok(())
}
