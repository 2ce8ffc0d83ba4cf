//! Whether what an expectation looks for in a show command is there at all: the command, its labels and its headers.

use scenario::{Diagnostic, Scenario, ShownField, Snapshot, Span};
use text::closest;

use super::device::Hosts;

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
    let Some(kind) = hosts.kind(host).filter(|kind| !kind.commands.is_empty()) else {
        let problem = Diagnostic::error(format!("`{host}` knows no show command"));
        return found.push(problem.at(span, "looked at here"));
    };
    let Some(shown) = (kind.fields)(command) else {
        return found.push(unknown_command(host, command, kind.commands, span));
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

/// Reports commands of the scenario's snapshot that are not known to the first host that knows any.
pub(crate) fn check_snapshot(scenario: &Scenario, hosts: &Hosts, found: &mut Vec<Diagnostic>) {
    let Some((name, host)) = hosts.iter().find(|(_, host)| !host.kind().commands.is_empty()) else { return };
    let commands = host.kind().commands;
    for snapshot in &scenario.snapshot {
        if let Snapshot::Show { command, span } = snapshot
            && !commands.contains(&command.as_str())
        {
            found.push(unknown_command(name, command, commands, *span));
        }
    }
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
