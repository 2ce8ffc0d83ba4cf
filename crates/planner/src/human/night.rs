//! The runbook, and the ways back.

use crate::Answer;
use crate::clock::Clock;
use crate::words::{self, duration, spread};

use super::layout::{verbatim, wrapped};
use super::ways::commands;

/// Writes the night, step by step.
pub(super) fn runbook(out: &mut String, answer: &Answer, clock: &Clock) {
    if answer.runbook.is_empty() {
        return;
    }
    out.push_str("\nrunbook\n");
    for (index, step) in answer.runbook.iter().enumerate() {
        let at = step.at_s.map(|at| words::at(clock, at));
        let at = at.unwrap_or_else(|| words::untimed(&answer.runbook, index).to_owned());
        wrapped(out, &format!("  {:>2}. ", index + 1), &format!("{at}: {}", step.what));
        if let Some(command) = &step.command {
            verbatim(out, "        # ", command);
        }
        if let Some(takes) = &step.takes {
            wrapped(out, "      takes  ", &spread(takes));
        }
        wrapped(out, "      go if  ", &step.check);
        if let Some(otherwise) = &step.otherwise {
            wrapped(out, "      if not ", otherwise);
        }
    }
}

/// Writes how to go back, by the point from which.
pub(super) fn ways_back(out: &mut String, answer: &Answer) {
    if answer.ways_back.is_empty() {
        return;
    }
    out.push_str("\nways back\n");
    for way in &answer.ways_back {
        let takes = way.takes_s.map_or_else(|| "not rehearsed".to_owned(), duration);
        wrapped(out, "  ", &format!("{}: {takes}; {}", way.from, way.costs));
        commands(out, "        # ", &way.commands);
    }
}
