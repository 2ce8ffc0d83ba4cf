//! Checks of lines that a scenario types at a device.
//!
//! A line that this simulator does not know stops the run, since a real device may know it: only a line that the scenario expects to
//! be refused may be wrong.

use command_line::{InputError, Table};
use scenario::{Diagnostic, Exec, Refusal};

/// Reports a line that the device refuses, unless the scenario expects just that. Returns the word in place of the one in capitals,
/// if the line is a command that has one.
pub(super) fn check<'e, E>(table: &Table<E>, exec: &'e Exec, found: &mut Vec<Diagnostic>) -> Option<&'e str> {
    let read = match table.help(&exec.command) {
        Some(help) => help.map(|_| None),
        None => table.read(&exec.command).map(|typed| typed.argument),
    };
    // An unknown line may be a configuration line, so secrets in it are starred.
    let line = text::secrets::starred(&exec.command);
    let host = &exec.host;
    let problem = |problem: String| Diagnostic::error(problem).at(exec.span, "typed here");
    match (read, exec.refused) {
        (Ok(argument), None) => return argument,
        (Ok(_), Some(_)) => {
            found.push(problem(format!("{host} does not refuse `{line}`")).help("leave out `refused`"));
        }
        // Not even on purpose: the device would do what this simulator does not.
        (Err(error @ InputError::NotModelled(_)), _) => found.push(problem(format!("`{line}`: {error}"))),
        (Err(error), Some(expected)) if refusal(error) == Some(expected) => {}
        (Err(error), Some(_)) => {
            let problem = problem(format!("{host} refuses `{line}` in another way: {error}"));
            found.push(match refusal(error) {
                Some(word) => problem.help(format!("write `refused: {word}`")),
                None => problem,
            });
        }
        (Err(error), None) => {
            let problem = problem(format!("{host} rejects `{line}`: {error}"));
            let is_of_words = !matches!(error, InputError::Expression);
            found.push(if is_of_words { problem.help(near(table, &line)) } else { problem });
        }
    }
    None
}

/// Returns the word for an answer; nothing for what no device answers.
fn refusal(error: InputError) -> Option<Refusal> {
    match error {
        InputError::Invalid { .. } => Some(Refusal::Invalid),
        InputError::Ambiguous => Some(Refusal::Ambiguous),
        InputError::Incomplete => Some(Refusal::Incomplete),
        InputError::Unrecognized => Some(Refusal::Unrecognized),
        InputError::Expression => Some(Refusal::Expression),
        InputError::NotModelled(_) => None,
    }
}

/// Returns the commands that may have been meant, or all of them.
fn near<E>(table: &Table<E>, line: &str) -> String {
    let near = table.near(line);
    if near.is_empty() {
        return format!("available: {}", quoted(table.names()));
    }
    format!("did you mean {}?", quoted(near.iter().map(String::as_str)))
}

/// Returns these names in backquotes, with commas.
pub(super) fn quoted<'n>(names: impl Iterator<Item = &'n str>) -> String {
    names.map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
