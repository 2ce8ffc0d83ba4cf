//! What would give yes, and other ways to do it.

use crate::Answer;
use crate::clock::Clock;
use crate::words;

use super::layout::{verbatim, wrapped};

/// Writes the smallest change that gives yes.
pub(super) fn remedy(out: &mut String, answer: &Answer, clock: &Clock) {
    let Some(remedy) = &answer.remedy else { return };
    out.push_str("\nwhat gives yes in the most likely night\n");
    wrapped(out, "  ", &remedy.what);
    commands(out, "      ", &remedy.commands);
    if let Some(all) = remedy.all_on_target_s {
        wrapped(out, "  ", &format!("then all are on the target at {}", words::at(clock, all)));
    }
}

/// Writes the other ways, with their times.
pub(super) fn alternatives(out: &mut String, answer: &Answer, clock: &Clock) {
    if answer.alternatives.is_empty() {
        return;
    }
    out.push_str("\nother ways, rehearsed once each\n");
    for alternative in &answer.alternatives {
        wrapped(out, "  ", &format!("{}: {}", alternative.what, words::alternative(alternative, clock)));
        if let Some(note) = &alternative.note {
            wrapped(out, "      ", note);
        }
        commands(out, "      ", &alternative.commands);
    }
}

/// Writes commands, each as it is typed.
pub(super) fn commands(out: &mut String, indent: &str, commands: &[String]) {
    for command in commands {
        verbatim(out, indent, command);
    }
}
