//! Directives that may also follow a `Match`, except those with a single value.

use super::arguments::Bad;
use super::command::Command;
use super::directive::Directive;
use super::given::Given;
use super::line::Word;
use super::{ConfigProblem, values};
use crate::patterns::is_user_pattern;
use crate::syslog::LogLevel;

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
    if value {
        directive.warn_idle("keyboard-interactive is not offered");
    }
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
    if !command.eq_ignore_ascii_case("none")
        && let Some(why) = Command::unfit(command)
    {
        directive.warn(format!("{}: {why}", directive.name()));
    }
    directive.given().force_command.get_or_insert_with(|| command.clone());
    Ok(())
}

pub(super) fn banner(directive: &mut Directive<'_, '_>) -> Result<(), Bad> {
    let path = directive.arguments.file()?.text;
    if !directive.reader.config.blocks.is_empty() {
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
    directive.warn_idle("keys are renewed after 1 GiB");
    directive.given().rekey_bytes.get_or_insert(bytes);
    match directive.arguments.words.as_slice().first() {
        Some(word) if word.text == "none" => {
            directive.arguments.words.next();
        }
        Some(_) => {
            let interval = directive.arguments.time()?;
            directive.given().rekey_interval.get_or_insert(interval);
        }
        None => {}
    }
    Ok(())
}

pub(super) fn authentication_methods(directive: &mut Directive<'_, '_>) -> Result<(), Bad> {
    let methods = directive.arguments.rest();
    if methods.is_empty() {
        return Err((None, ConfigProblem::MissingArgument(directive.name())));
    }
    if !methods.iter().any(|methods| matches!(&*methods.text, "any" | "password")) {
        directive.warn_idle("a password is enough");
    }
    Ok(())
}
