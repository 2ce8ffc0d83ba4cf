//! Whether what an expectation looks for in a show command is there at all: the command, its labels and its headers.

use std::time::Duration;

use host::Shown;
use scenario::{Diagnostic, HostKind, Scenario, ShownField, Snapshot, Span};
use text::closest;

/// Reports what `command` on `host` does not show.
pub(crate) fn check(
    scenario: &Scenario,
    host: &str,
    command: &str,
    [row, has]: [&[ShownField]; 2],
    counts: bool,
    span: Span,
    found: &mut Vec<Diagnostic>,
) {
    let (shown, commands): (Option<Shown>, &[&str]) = match scenario.host(host).map(|host| host.kind) {
        Some(HostKind::Controller(_)) => {
            (ewc::show::fields(&ewc::Snapshot::default(), command), &ewc::show::COMMANDS)
        }
        Some(HostKind::AccessPoint(_)) => {
            let nobody = ap::StateSnapshot::default();
            (ap::show_fields(&nobody, command, |_: Duration| String::new()), &ap::COMMANDS)
        }
        _ => {
            let problem = Diagnostic::error(format!("`{host}` knows no show command"));
            return found.push(problem.at(span, "looked at here"));
        }
    };
    let Some(shown) = shown else {
        return found.push(unknown_command(host, command, commands, span));
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

/// Reports commands of the scenario's snapshot that the controller does not know.
pub(crate) fn check_snapshot(scenario: &Scenario, found: &mut Vec<Diagnostic>) {
    for snapshot in &scenario.snapshot {
        if let Snapshot::Show { command, span } = snapshot
            && !ewc::show::COMMANDS.contains(&command.as_str())
        {
            found.push(unknown_command(&scenario.controllers[0].name, command, &ewc::show::COMMANDS, *span));
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
