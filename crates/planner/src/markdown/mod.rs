//! The answer as Markdown, for a ticket: what the page says, in the same order.

mod escape;
mod grounds;
mod night;
mod times;

use crate::Answer;
use crate::clock::Clock;
use crate::words::{self, capitalised, duration};
use escape::{escaped, fenced};

/// Returns the answer as Markdown, with tables and check boxes as GitHub and GitLab have them.
pub fn markdown(answer: &Answer) -> String {
    let clock = Clock::new(&answer.start);
    let mut out = format!("# {}: {}\n\n", capitalised(answer.verdict), escaped(&answer.sentence));
    out.push_str(&format!("{}\n\n", escaped(&answer.statistics)));
    facts(&mut out, answer, &clock);
    problems(&mut out, answer);
    night::remedy(&mut out, answer, &clock);
    times::phases(&mut out, answer, &clock);
    times::types(&mut out, answer);
    times::access_points(&mut out, answer, &clock);
    times::limits(&mut out, answer);
    night::alternatives(&mut out, answer, &clock);
    grounds::defects(&mut out, answer);
    night::runbook(&mut out, answer, &clock);
    night::ways_back(&mut out, answer);
    grounds::assumptions(&mut out, answer);
    grounds::not_modelled(&mut out, answer);
    heading(&mut out, "To repeat it");
    out.push_str(&fenced("", std::iter::once(answer.again.as_str())));
    out
}

fn facts(out: &mut String, answer: &Answer, clock: &Clock) {
    let target = &answer.target;
    let window = match (clock.date(), clock.time(0.0), clock.time(answer.window_s)) {
        (Some(date), Some(from), Some(to)) => {
            format!("{date} {from} to {to} {} ({})", clock.zone(), duration(answer.window_s))
        }
        _ => duration(answer.window_s),
    };
    let all = answer.all_on_target.as_ref();
    let rows = [
        ("network", answer.title.clone()),
        ("access points", format!("{}: {}", answer.access_points.len(), words::tally(answer))),
        (
            "target",
            format!("{} (controller {}, images {})", target.version, target.controller, target.images),
        ),
        ("window", window),
        ("last access point on target", all.map_or_else(none, |all| words::at_spread(clock, all))),
        ("nights rehearsed", answer.seeds.to_string()),
        ("tool", answer.tool.clone()),
        ("lab", format!("{} ({})", answer.lab, answer.lab_digest)),
        ("data", answer.data.clone()),
    ];
    let rows: Vec<Vec<String>> = rows.map(|(name, value)| vec![name.to_owned(), value]).into();
    table(out, &["", ""], &rows);
}

fn problems(out: &mut String, answer: &Answer) {
    if answer.problems.is_empty() {
        return;
    }
    heading(out, "Problems of the lab");
    for problem in &answer.problems {
        let problem = problem.trim_end();
        match problem.contains('\n') {
            true => out.push_str(&format!("\n{}", fenced("", problem.lines()))),
            false => out.push_str(&format!("- {}\n", escaped(problem))),
        }
    }
}

fn heading(out: &mut String, title: &str) {
    out.push_str(&format!("\n## {title}\n\n"));
}

/// Writes a table. The titles are ours, the cells are of others.
fn table(out: &mut String, titles: &[&str], rows: &[Vec<String>]) {
    out.push_str(&format!("| {} |\n", titles.join(" | ")));
    out.push_str(&format!("|{}\n", "---|".repeat(titles.len())));
    for row in rows {
        let cells: Vec<String> = row.iter().map(|cell| escaped(cell)).collect();
        out.push_str(&format!("| {} |\n", cells.join(" | ")));
    }
}

/// Returns the cell of what does not happen.
fn none() -> String {
    "–".to_owned()
}
