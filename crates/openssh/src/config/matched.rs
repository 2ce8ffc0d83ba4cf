//! Directives that may also stand after a `Match`.

use super::arguments::{Arguments, Bad};
use super::keywords::Directive;
use super::line::{Line, Word};
use super::{ConfigProblem, LogLevel, PermitRootLogin, Reader, values};
use crate::patterns::is_user_pattern;
use crate::program::Program;
use crate::sftp_server::Options;

/// Reads one into the block it stands in, or into the main part.
pub(super) fn read(
    reader: &mut Reader<'_>,
    line: &Line,
    directive: Directive,
    arguments: &mut Arguments,
) -> Result<(), Bad> {
    let whole = line.keyword.range.start..line.rest.range.end;
    let name = &line.keyword.text;
    let mut warnings: Vec<String> = Vec::new();
    let in_match = !reader.config.blocks.is_empty();
    let given = match reader.config.blocks.last_mut() {
        Some(block) => &mut block.given,
        None => &mut reader.config.given,
    };
    match directive {
        Directive::LogLevel => {
            let text = arguments.words.next().map_or("<NONE>".into(), |word| word.text);
            let level = LogLevel::from_name(&text).ok_or((None, ConfigProblem::BadLogLevel(text.clone())))?;
            if level > LogLevel::Verbose {
                warnings.push(format!("{name} {text} writes no more here than VERBOSE"));
            }
            given.log_level.get_or_insert(level);
        }
        Directive::PasswordAuthentication => set(&mut given.password_authentication, arguments.flag()?),
        Directive::KbdInteractiveAuthentication => {
            let value = arguments.flag()?;
            if value {
                warnings.push(format!("{name} has no effect here: keyboard-interactive is not offered"));
            }
            set(&mut given.kbd_interactive_authentication, value);
        }
        Directive::PubkeyAuthentication => set(&mut given.pubkey_authentication, arguments.flag()?),
        Directive::PermitEmptyPasswords => set(&mut given.permit_empty_passwords, arguments.flag()?),
        Directive::PermitRootLogin => {
            let value = arguments.one_of(&[
                ("without-password", PermitRootLogin::ProhibitPassword),
                ("prohibit-password", PermitRootLogin::ProhibitPassword),
                ("forced-commands-only", PermitRootLogin::ForcedCommandsOnly),
                ("yes", PermitRootLogin::Yes),
                ("no", PermitRootLogin::No),
            ])?;
            set(&mut given.permit_root_login, value);
        }
        Directive::AllowUsers => users(&mut given.allow_users, name, arguments)?,
        Directive::DenyUsers => users(&mut given.deny_users, name, arguments)?,
        Directive::AllowGroups => groups(&mut given.allow_groups, arguments),
        Directive::DenyGroups => groups(&mut given.deny_groups, arguments),
        Directive::MaxAuthTries => set(&mut given.max_auth_tries, arguments.integer()?),
        Directive::MaxSessions => set(&mut given.max_sessions, arguments.integer()?),
        Directive::ClientAliveInterval => set(&mut given.client_alive_interval, arguments.time()?),
        Directive::ClientAliveCountMax => set(&mut given.client_alive_count_max, arguments.integer()?),
        Directive::ChrootDirectory => {
            let directory = arguments.next(ConfigProblem::MissingArgument)?;
            set(&mut given.chroot_directory, directory.text);
        }
        Directive::ForceCommand => {
            arguments.rest();
            let command = &line.rest.text;
            if !command.eq_ignore_ascii_case("none") {
                warnings.extend(unfit(command).map(|why| format!("{name}: {why}")));
            }
            set(&mut given.force_command, command.clone());
        }
        Directive::Banner => {
            let path = arguments.file()?.text;
            if in_match {
                warnings.push(format!("{name} has no effect here: it is shown before the user is known"));
            }
            set(&mut given.banner, path);
        }
        Directive::RekeyLimit => {
            let word = arguments.next(ConfigProblem::MissingArgument)?;
            let keyword = name.clone();
            let bytes = match &*word.text {
                "default" => Some(0),
                text => values::size(text),
            };
            let bad = ConfigProblem::BadSize { keyword: keyword.clone(), text: word.text };
            let bytes = bytes.ok_or((Some(word.range.clone()), bad))?;
            if (1..16).contains(&bytes) {
                return Err((Some(word.range), ConfigProblem::TooSmall(keyword)));
            }
            warnings.push(format!("{name} has no effect here: keys are changed after 1 GiB"));
            set(&mut given.rekey_bytes, bytes);
            match arguments.words.as_slice().first() {
                Some(word) if word.text == "none" => {
                    arguments.words.next();
                }
                Some(_) => set(&mut given.rekey_interval, arguments.time()?),
                None => {}
            }
        }
        _ => unreachable!("every other directive is one of the main part"),
    }
    for warning in warnings {
        reader.warn(whole.clone(), warning);
    }
    Ok(())
}

/// Why a command does not run here, or would end at once.
pub(super) fn unfit(command: &str) -> Option<String> {
    let (Program::Internal(arguments) | Program::External(_, arguments)) = Program::of_command(command)
    else {
        return Some("only internal-sftp and sftp-server run here".into());
    };
    let error = Options::parse(arguments.iter().map(String::as_str)).err()?;
    Some(format!("sftp-server ends at once: {error}"))
}

fn users(list: &mut Vec<String>, keyword: &str, arguments: &mut Arguments) -> Result<(), Bad> {
    for Word { text: pattern, range } in arguments.rest() {
        if !is_user_pattern(&pattern) {
            return Err((Some(range), ConfigProblem::BadPattern { keyword: keyword.into(), pattern }));
        }
        list.push(pattern);
    }
    Ok(())
}

fn groups(list: &mut Vec<String>, arguments: &mut Arguments) {
    list.extend(arguments.rest().into_iter().map(|word| word.text));
}

/// The first value of a setting holds.
fn set<T>(setting: &mut Option<T>, value: T) {
    setting.get_or_insert(value);
}
