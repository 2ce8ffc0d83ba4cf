//! Checks that the `show` commands, labels and column headers that expectations name exist.

use command_line::{InputError, Output};
use scenario::{Check, Diagnostic, Scenario, ShownField, Snapshot, Span};
use text::closest;

use super::device::{Hosts, KINDS, Kind};

/// Reports fields that `command` on `host` does not show.
pub(crate) fn check(
    hosts: &Hosts,
    host: &str,
    command: &str,
    [row, has]: [&[ShownField]; 2],
    counts: bool,
    span: Span,
    found: &mut Vec<Diagnostic>,
) {
    let Some(blueprint) = hosts.get(host).filter(|host| !(host.kind().commands)().is_empty()) else {
        let problem = Diagnostic::error(format!("`{host}` has no show commands"));
        return found.push(problem.at(span, "used here"));
    };
    let Some(Output { command: full, fields: shown, .. }) = blueprint.show_empty(command) else {
        return found.push(unknown_command(host, command, blueprint.kind(), span));
    };
    if full.contains('|') {
        let problem = Diagnostic::error("an expectation compares the fields of the whole output");
        let help = "leave out the output modifier, and select rows by `row`";
        return found.push(problem.at(span, "an output modifier leaves lines").help(help));
    }
    let labels: Vec<&str> = shown.labels().collect();
    let of_rows = !row.is_empty() || counts;
    if of_rows && shown.columns.is_empty() {
        let problem = Diagnostic::error(format!("the output of `{command}` has no table"));
        let help = format!("it has {}", labels.join(", "));
        return found.push(problem.at(row.first().map_or(span, |field| field.span), "").help(help));
    }
    let is_column = |name: &str| shown.cell(&vec![String::new(); shown.columns.len()], name).is_some();
    for field in row.iter().chain(has.iter().filter(|_| of_rows)) {
        if !is_column(&field.name) {
            found.push(unknown(command, field, "column", shown.columns));
        }
    }
    for field in has.iter().filter(|field| !of_rows && shown.line(&field.name).is_none()) {
        found.push(if is_column(&field.name) {
            let problem = Diagnostic::error(format!("`{}` is a column of a table", field.name));
            problem.at(field.span, "").help("select the rows: `row: { AP Name: … }`")
        } else {
            unknown(command, field, "line", &labels)
        });
    }
}

/// Expands abbreviated `show` commands of a scenario, and reports those in its snapshot that the first host with `show` commands
/// does not have.
pub(crate) fn complete(scenario: &mut Scenario, hosts: &Hosts, found: &mut Vec<Diagnostic>) {
    for expectation in &mut scenario.expect {
        if let Check::Show { host, command, .. } = &mut expectation.check
            && let Some(output) = hosts.kind(host).and_then(|kind| (kind.show)(command))
        {
            *command = output.command;
        }
    }
    let Some((name, host)) = hosts.iter().find(|(_, host)| !(host.kind().commands)().is_empty()) else {
        return;
    };
    for snapshot in &mut scenario.snapshot {
        let Snapshot::Show { command, span } = snapshot else { continue };
        match (host.kind().show)(command) {
            Some(output) => *command = output.command,
            None => found.push(unknown_command(name, command, host.kind(), *span)),
        }
    }
}

/// Returns the full form of the `show` command `line`, from the first kind of host that has it.
///
/// # Errors
/// The problem with its output modifier, if it has one; nothing if no host has such a command.
pub(crate) fn full_show_command(line: &str) -> Result<String, Option<InputError>> {
    let mut kinds = KINDS.iter().copied();
    let full = kinds.find_map(|kind| Some((kind.show)(line)?.command));
    full.ok_or_else(|| KINDS.iter().copied().find_map(|kind| wrong_modifier(kind, line)))
}

/// Returns the problem with the output modifier of a line that is otherwise a command.
fn wrong_modifier(kind: &Kind, line: &str) -> Option<InputError> {
    (kind.refuses)(line).filter(|error| matches!(error, InputError::Expression | InputError::NotModelled(_)))
}

/// Returns all `show` commands of all kinds of hosts.
pub(crate) fn all_show_commands() -> Vec<&'static str> {
    KINDS.iter().copied().flat_map(|kind| (kind.commands)()).collect()
}

fn unknown_command(host: &str, command: &str, kind: &Kind, span: Span) -> Diagnostic {
    if let Some(error) = wrong_modifier(kind, command) {
        return Diagnostic::error(format!("`{command}`: {error}")).at(span, "used here");
    }
    let commands = (kind.commands)();
    let problem = Diagnostic::error(format!("`{host}` has no command `{command}`")).at(span, "used here");
    let known = commands.iter().map(|command| format!("`{command}`")).collect::<Vec<_>>().join(", ");
    problem.help(match closest(command, commands.iter().copied()).first() {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("available: {known}"),
    })
}

fn unknown(command: &str, field: &ShownField, what: &str, known: &[&str]) -> Diagnostic {
    let problem = Diagnostic::error(format!("`{command}` has no {what} `{}`", field.name));
    let problem = problem.at(field.span, "not found");
    match closest(&field.name, known.iter().copied()).first() {
        Some(near) => problem.help(format!("did you mean `{near}`?")),
        None => problem.help(format!("it has {}", known.join(", "))),
    }
}
