//! What gives yes, and other ways to do it.

use crate::Answer;
use crate::clock::Clock;
use crate::words;

use super::cells::{commands, end_table, section, table, verdict};
use super::html::Html;

/// Writes the smallest change that gives yes.
pub(super) fn remedy(out: &mut Html, answer: &Answer, clock: &Clock) {
    let Some(remedy) = &answer.remedy else { return };
    section(out, "remedy", "What gives yes in the most likely night");
    out.raw("<div class=\"remedy\"><p>");
    out.prose(&remedy.what);
    out.raw("</p>\n");
    commands(out, &remedy.commands);
    if let Some(all) = remedy.all_on_target_s {
        out.element("p", &[], &format!("Then all are on the target at {}.", words::at(clock, all)));
    }
    out.raw("</div></section>\n");
}

/// Writes the other ways, with their times.
pub(super) fn alternatives(out: &mut Html, answer: &Answer, clock: &Clock) {
    if answer.alternatives.is_empty() {
        return;
    }
    section(out, "alternatives", "Other ways");
    out.raw("<p class=\"lead\">Each was rehearsed once, with the most likely values.</p>\n");
    let titles =
        [("way", ""), ("verdict", ""), ("all have images", "num"), ("all on target", "num"), ("how", "")];
    table(out, "ways", "Other ways to do it", &titles);
    for way in &answer.alternatives {
        out.raw("<tr><th scope=\"row\">");
        out.prose(&way.what);
        out.raw("</th><td>");
        verdict(out, way.verdict, None);
        out.raw("</td>");
        for seconds in [way.predownloaded_s, way.all_on_target_s] {
            let shown = seconds.map_or_else(|| "–".to_owned(), |seconds| words::at(clock, seconds));
            out.element("td", &[("class", "num")], &shown);
        }
        out.raw("<td>");
        if let Some(note) = &way.note {
            out.raw("<p>");
            out.prose(note);
            out.raw("</p>");
        }
        commands(out, &way.commands);
        out.raw("</td></tr>\n");
    }
    end_table(out);
    out.raw("</section>\n");
}
