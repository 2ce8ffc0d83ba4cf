//! The answer for people at a terminal of 100 columns. The first line is the verdict, the last one repeats the plan.

mod grounds;
pub(crate) mod layout;
mod night;
mod times;
mod ways;

use text::printable;

use crate::clock::Clock;
use crate::words::{self, capitalised, duration};
use crate::{Answer, PlanVerdict};
use layout::{verbatim, wrapped};

/// Returns the answer as text for a terminal. `color` is for the verdict alone.
pub fn human(answer: &Answer, color: bool) -> String {
    let clock = Clock::new(&answer.start);
    let mut out = String::new();
    head(&mut out, answer, &clock, color);
    problems(&mut out, answer);
    ways::remedy(&mut out, answer, &clock);
    times::phases(&mut out, answer, &clock);
    times::types(&mut out, answer);
    times::access_points(&mut out, answer, &clock);
    times::limits(&mut out, answer);
    ways::alternatives(&mut out, answer, &clock);
    grounds::defects(&mut out, answer);
    night::runbook(&mut out, answer, &clock);
    night::ways_back(&mut out, answer);
    grounds::assumptions(&mut out, answer);
    grounds::not_modelled(&mut out, answer);
    foot(&mut out, answer);
    out
}

fn head(out: &mut String, answer: &Answer, clock: &Clock, color: bool) {
    let mut first = String::new();
    wrapped(&mut first, "", &format!("{}: {}", capitalised(answer.verdict), answer.sentence));
    if color {
        let word = capitalised(answer.verdict);
        first = first.replacen(word, &format!("\u{1b}[1;{}m{word}\u{1b}[0m", code(answer.verdict)), 1);
    }
    out.push_str(&first);
    wrapped(out, "", &answer.statistics);
    out.push('\n');
    wrapped(out, "", &answer.title);
    let target = &answer.target;
    let access_points = text::numbers::count(answer.access_points.len(), "access point");
    wrapped(
        out,
        "",
        &format!(
            "{access_points} ({}) to {} (controller {}, images {})",
            words::tally(answer),
            target.version,
            target.controller,
            target.images
        ),
    );
    wrapped(out, "", &window(answer, clock));
    if let Some(all) = &answer.all_on_target {
        wrapped(out, "", &format!("the last one is on the target at {}", words::at_spread(clock, all)));
    }
}

/// Returns the window in words: `window: Tue 2024-01-30 22:00 to 04:00 +1d UTC (6h00m); 50 nights rehearsed`.
fn window(answer: &Answer, clock: &Clock) -> String {
    let length = duration(answer.window_s);
    let nights = words::nights(answer.seeds);
    match (clock.date(), clock.time(0.0), clock.time(answer.window_s)) {
        (Some(date), Some(from), Some(to)) => {
            format!("window: {date} {from} to {to} {} ({length}); {nights} rehearsed", clock.zone())
        }
        _ => format!("window: {length}; {nights} rehearsed"),
    }
}

fn problems(out: &mut String, answer: &Answer) {
    if answer.problems.is_empty() {
        return;
    }
    out.push_str("\nproblems of the lab\n");
    for problem in &answer.problems {
        // Those in one line are sentences; the others are excerpts of a file with a line below the place.
        match problem.trim_end().contains('\n') {
            true => verbatim(out, "  ", problem.trim_end()),
            false => wrapped(out, "  - ", problem),
        }
    }
}

fn foot(out: &mut String, answer: &Answer) {
    out.push('\n');
    wrapped(out, "tool:  ", &answer.tool);
    wrapped(out, "lab:   ", &format!("{} ({})", answer.lab, answer.lab_digest));
    wrapped(out, "data:  ", &answer.data);
    // In one line, as it is copied.
    out.push_str(&format!("again: {}\n", printable(&answer.again)));
}

/// Returns the colour of a verdict: green, cyan, yellow, red.
fn code(verdict: PlanVerdict) -> u8 {
    match verdict {
        PlanVerdict::Yes => 32,
        PlanVerdict::CannotTell => 36,
        PlanVerdict::AtRisk => 33,
        PlanVerdict::No => 31,
    }
}
