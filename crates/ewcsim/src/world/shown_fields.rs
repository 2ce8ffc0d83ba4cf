//! Whether what an expectation looks for in a show command is there at all: the command, its labels and its headers.

use command_line::Output;
use scenario::{Check, Diagnostic, Scenario, ShownField, Snapshot, Span};
use text::closest;

use super::device::{Hosts, KINDS};

/// Reports what `command` on `host` does not show.
pub(crate) fn check(
    hosts: &Hosts,
    host: &str,
    command: &str,
    [row, has]: [&[ShownField]; 2],
    counts: bool,
    span: Span,
    found: &mut Vec<Diagnostic>,
) {
    let Some(kind) = hosts.kind(host).filter(|kind| !(kind.commands)().is_empty()) else {
        let problem = Diagnostic::error(format!("`{host}` knows no show command"));
        return found.push(problem.at(span, "looked at here"));
    };
    let Some(Output { fields: shown, .. }) = (kind.show)(command) else {
        return found.push(unknown_command(host, command, &(kind.commands)(), span));
    };
    let labels: Vec<&str> = shown.labels().collect();
    let of_rows = !row.is_empty() || counts;
    if of_rows && shown.columns.is_empty() {
        let problem = Diagnostic::error(format!("`{command}` shows no table"));
        let help = format!("it shows {}", labels.join(", "));
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
            problem.at(field.span, "").help("say which rows are meant: `row: { AP Name: … }`")
        } else {
            unknown(command, field, "line", &labels)
        });
    }
}

/// Writes the show commands of a scenario out in full, and reports those in its snapshot that are not known to the first host that
/// knows any.
pub(crate) fn complete(scenario: &mut Scenario, hosts: &Hosts, found: &mut Vec<Diagnostic>) {
    for expectation in &mut scenario.expect {
        if let Check::Show { host, command, .. } = &mut expectation.check
            && let Some(output) = hosts.kind(host).and_then(|kind| (kind.show)(command))
        {
            output.command.clone_into(command);
        }
    }
    let Some((name, host)) = hosts.iter().find(|(_, host)| !(host.kind().commands)().is_empty()) else {
        return;
    };
    for snapshot in &mut scenario.snapshot {
        let Snapshot::Show { command, span } = snapshot else { continue };
        match (host.kind().show)(command) {
            Some(output) => output.command.clone_into(command),
            None => found.push(unknown_command(name, command, &(host.kind().commands)(), *span)),
        }
    }
}

/// The `show` command that `line` is, written out in full, on the first kind of host that knows it.
pub(crate) fn full_show_command(line: &str) -> Option<&'static str> {
    KINDS.into_iter().find_map(|kind| Some((kind.show)(line)?.command))
}

/// All `show` commands that some kind of host knows.
pub(crate) fn all_show_commands() -> Vec<&'static str> {
    KINDS.into_iter().flat_map(|kind| (kind.commands)()).collect()
}

fn unknown_command(host: &str, command: &str, commands: &[&str], span: Span) -> Diagnostic {
    let problem = Diagnostic::error(format!("`{host}` does not know `{command}`")).at(span, "looked at here");
    let known = commands.iter().map(|command| format!("`{command}`")).collect::<Vec<_>>().join(", ");
    problem.help(match closest(command, commands.iter().copied()).first() {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("it knows {known}"),
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
