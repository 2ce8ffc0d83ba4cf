//! What gives yes, other ways, the runbook, and the ways back.

use crate::Answer;
use crate::clock::Clock;
use crate::words::{self, duration, spread};

use super::escape::{escaped, fenced};
use super::heading;

/// Writes the smallest change that gives yes.
pub(super) fn remedy(out: &mut String, answer: &Answer, clock: &Clock) {
    let Some(remedy) = &answer.remedy else { return };
    heading(out, "What gives yes in the most likely night");
    out.push_str(&format!("{}\n", escaped(&remedy.what)));
    commands(out, "", &remedy.commands);
    if let Some(all) = remedy.all_on_target_s {
        out.push_str(&format!("\nThen all are on the target at {}.\n", words::at(clock, all)));
    }
}

/// Writes the other ways, with their times.
pub(super) fn alternatives(out: &mut String, answer: &Answer, clock: &Clock) {
    if answer.alternatives.is_empty() {
        return;
    }
    heading(out, "Other ways, rehearsed once each");
    for alternative in &answer.alternatives {
        let outcome = words::alternative(alternative, clock);
        out.push_str(&format!("- **{}**: {}\n", escaped(&alternative.what), escaped(&outcome)));
        if let Some(note) = &alternative.note {
            out.push_str(&format!("  - {}\n", escaped(note)));
        }
        commands(out, "  ", &alternative.commands);
    }
}

/// Writes the night, step by step, with a box to check at each.
pub(super) fn runbook(out: &mut String, answer: &Answer, clock: &Clock) {
    heading(out, "Runbook");
    for (index, step) in answer.runbook.iter().enumerate() {
        let at = step.at_s.map(|at| words::at(clock, at));
        let at = at.unwrap_or_else(|| words::untimed(&answer.runbook, index).to_owned());
        out.push_str(&format!("- [ ] **{}. {at}** {}\n", index + 1, escaped(&step.what)));
        if let Some(command) = &step.command {
            out.push_str(&format!("\n{}\n", fenced("  ", command.lines())));
        }
        if let Some(takes) = &step.takes {
            out.push_str(&format!("  - takes {}\n", spread(takes)));
        }
        out.push_str(&format!("  - **go if** {}\n", escaped(&step.check)));
        if let Some(otherwise) = &step.otherwise {
            out.push_str(&format!("  - **if not** {}\n", escaped(otherwise)));
        }
    }
}

/// Writes how to go back, by the point from which.
pub(super) fn ways_back(out: &mut String, answer: &Answer) {
    if answer.ways_back.is_empty() {
        return;
    }
    heading(out, "Ways back");
    for way in &answer.ways_back {
        let takes = way.takes_s.map_or_else(|| "not rehearsed".to_owned(), duration);
        out.push_str(&format!("- **{}**: {takes}; {}\n", escaped(&way.from), escaped(&way.costs)));
        commands(out, "  ", &way.commands);
    }
}

/// Writes commands as a block, below what stands above.
fn commands(out: &mut String, indent: &str, commands: &[String]) {
    if !commands.is_empty() {
        out.push_str(&format!("\n{}", fenced(indent, commands.iter().flat_map(|command| command.lines()))));
    }
}
