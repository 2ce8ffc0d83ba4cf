//! What the answer rests on: known defects, assumptions, what is not modelled.

use crate::Answer;
use crate::words;

use super::escape::escaped;
use super::{heading, none, table};

/// Writes the known defects, with all hosts.
pub(super) fn defects(out: &mut String, answer: &Answer) {
    if answer.defects.is_empty() {
        return;
    }
    heading(out, "Known defects");
    for defect in &answer.defects {
        let reach = words::defect_reach(defect, answer.seeds, usize::MAX);
        out.push_str(&format!(
            "- **{}** {}\n  - {}\n",
            escaped(&defect.id),
            escaped(&defect.title),
            escaped(&reach)
        ));
    }
}

/// Writes the assumptions, in their order.
pub(super) fn assumptions(out: &mut String, answer: &Answer) {
    if answer.assumptions.is_empty() {
        return;
    }
    heading(out, "Assumptions, the one first on which the most depends");
    let rows: Vec<Vec<String>> = answer
        .assumptions
        .iter()
        .map(|assumption| {
            vec![
                assumption.key.clone(),
                assumption.value.clone(),
                words::assumed_range(assumption).unwrap_or_else(none),
                words::effect(assumption),
                if assumption.flips { "yes".to_owned() } else { "no".to_owned() },
                assumption.confidence.clone(),
                assumption.basis.clone(),
            ]
        })
        .collect();
    let titles =
        ["what", "value", "range", "time until all are on target", "decides the answer", "known", "basis"];
    table(out, &titles, &rows);
}

/// Writes what is not modelled and may matter.
pub(super) fn not_modelled(out: &mut String, answer: &Answer) {
    if answer.not_modelled.is_empty() {
        return;
    }
    heading(out, "Not modelled, and it may matter");
    for missing in &answer.not_modelled {
        out.push_str(&format!("- **{}**: {}\n", escaped(&missing.name), escaped(&missing.why)));
    }
}
