//! What the answer rests on: known defects, assumptions, what is not modelled.

use crate::Answer;
use crate::words;

use super::layout::wrapped;

/// The largest number of hosts that are named beside a defect.
const NAMED_MAX: usize = 6;
/// The largest number of assumptions that are listed, apart from those that flip the answer.
const LISTED_MAX: usize = 15;

/// Writes the known defects.
pub(super) fn defects(out: &mut String, answer: &Answer) {
    if answer.defects.is_empty() {
        return;
    }
    out.push_str("\nknown defects\n");
    for defect in &answer.defects {
        wrapped(out, "  ", &format!("{}: {}", defect.id, defect.title));
        wrapped(out, "      ", &words::defect_reach(defect, answer.seeds, NAMED_MAX));
    }
}

/// Writes the assumptions, in their order.
pub(super) fn assumptions(out: &mut String, answer: &Answer) {
    if answer.assumptions.is_empty() {
        return;
    }
    out.push_str("\nassumptions, the one first on which the most depends\n");
    let mut left_out = 0;
    for (index, assumption) in answer.assumptions.iter().enumerate() {
        if index >= LISTED_MAX && !assumption.flips {
            left_out += 1;
            continue;
        }
        let range = words::assumed_range(assumption).map_or(String::new(), |range| format!(", {range}"));
        let flips = if assumption.flips { "DECIDES THE ANSWER: " } else { "" };
        let (key, value) = (&assumption.key, &assumption.value);
        wrapped(out, "  ", &format!("{flips}{key} = {value} ({}{range})", assumption.confidence));
        wrapped(out, "      ", &words::effect(assumption));
        if !assumption.basis.is_empty() {
            wrapped(out, "      ", &assumption.basis);
        }
    }
    if left_out > 0 {
        wrapped(out, "  ", &format!("and {left_out} more, on which less depends"));
    }
}

/// Writes what is not modelled and may matter.
pub(super) fn not_modelled(out: &mut String, answer: &Answer) {
    if answer.not_modelled.is_empty() {
        return;
    }
    out.push_str("\nnot modelled, and it may matter\n");
    for missing in &answer.not_modelled {
        wrapped(out, "  ", &format!("{}: {}", missing.name, missing.why));
    }
}
