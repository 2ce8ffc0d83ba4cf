//! What the answer rests on: assumptions, known defects, what is not modelled.

use crate::words;
use crate::{Answer, Assumption};

use super::cells::{end_table, prose_cell, section, table, whole_words};
use super::html::Html;

/// Writes the assumptions, in their order, each with how much depends on it.
pub(super) fn assumptions(out: &mut Html, answer: &Answer) {
    if answer.assumptions.is_empty() {
        return;
    }
    section(out, "assumptions", "Assumptions");
    out.raw("<p class=\"lead\">The one first on which the most depends. The bars show how much earlier (left) or later (right) all are ");
    out.raw(
        "on the target with the value at the lower (light) and at the upper (dark) end of its range.</p>\n",
    );
    let titles = [
        ("what", ""),
        ("value", ""),
        ("range", ""),
        ("", "spread"),
        ("effect", ""),
        ("known", ""),
        ("basis", ""),
    ];
    table(out, "assumptions", "Assumptions", &titles);
    let effects = answer.assumptions.iter().flat_map(|assumption| assumption.effect_s).flatten();
    let largest = effects.filter(|effect| effect.is_finite()).map(f64::abs).fold(1.0, f64::max);
    for assumption in &answer.assumptions {
        out.raw("<tr><th scope=\"row\"><code>");
        out.text(&assumption.key);
        out.raw("</code>");
        if assumption.flips {
            out.raw(" <span class=\"tag decides\">decides the answer</span>");
        }
        out.raw("</th>");
        out.element("td", &[], &assumption.value);
        let range = assumption
            .range
            .as_ref()
            .map_or_else(|| "–".to_owned(), |[least, most]| format!("{least} to {most}"));
        out.element("td", &[], &range);
        out.raw("<td class=\"spread\">");
        tornado(out, assumption, largest);
        out.raw("</td>");
        out.element("td", &[], &words::effect(assumption));
        out.element("td", &[], &assumption.confidence);
        prose_cell(out, &assumption.basis);
        out.raw("</tr>\n");
    }
    end_table(out);
    out.raw("</section>\n");
}

/// Draws the effect of both ends to the left and to the right of the middle. The words stand beside it.
fn tornado(out: &mut Html, assumption: &Assumption, largest: f64) {
    if assumption.range.is_none() {
        return;
    }
    out.raw("<svg class=\"whisker\" width=\"140\" height=\"20\" aria-hidden=\"true\" focusable=\"false\">");
    for (index, effect) in assumption.effect_s.iter().enumerate() {
        let y = if index == 0 { "1" } else { "11" };
        let class = if index == 0 { "bar lower" } else { "bar" };
        match effect.filter(|effect| effect.is_finite()) {
            Some(effect) => {
                let width = 46.0 * (effect.abs() / largest).clamp(0.0, 1.0);
                let x = if effect < 0.0 { 50.0 - width } else { 50.0 };
                let (x, width) = (format!("{x:.2}%"), format!("{width:.2}%"));
                out.shape(
                    "rect",
                    &[("class", class), ("x", &x), ("y", y), ("width", &width), ("height", "8")],
                );
            }
            // Not all come to the target at all: a bar without an end.
            None => out.shape(
                "rect",
                &[("class", "never"), ("x", "50%"), ("y", y), ("width", "50%"), ("height", "8")],
            ),
        }
    }
    out.raw("<line class=\"axis\" x1=\"50%\" x2=\"50%\" y1=\"0\" y2=\"20\"/></svg>");
}

/// Writes the known defects, with all hosts.
pub(super) fn defects(out: &mut Html, answer: &Answer) {
    if answer.defects.is_empty() {
        return;
    }
    section(out, "defects", "Known defects");
    out.raw("<dl class=\"items\">\n");
    for defect in &answer.defects {
        out.raw("<dt>");
        out.text(&defect.id);
        out.raw("</dt><dd><p>");
        out.prose(&defect.title);
        out.raw("</p><p class=\"note\">");
        out.text(&words::defect_met(defect, answer.seeds));
        if let Some(missing) = &defect.missing {
            out.text(&format!("; the lab does not state what decides it: {missing}"));
        }
        out.raw("; applies to ");
        whole_words(out, &defect.hosts);
        out.raw("</p></dd>\n");
    }
    out.raw("</dl></section>\n");
}

/// Writes what is not modelled and may matter.
pub(super) fn not_modelled(out: &mut Html, answer: &Answer) {
    if answer.not_modelled.is_empty() {
        return;
    }
    section(out, "not-modelled", "Not modelled, and it may matter");
    out.raw("<dl class=\"items\">\n");
    for missing in &answer.not_modelled {
        out.element("dt", &[], &missing.name);
        out.raw("<dd><p>");
        out.prose(&missing.why);
        out.raw("</p></dd>\n");
    }
    out.raw("</dl></section>\n");
}
