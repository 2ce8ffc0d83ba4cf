//! The table of all access points. The script makes it sortable and searchable; without it the worst stand first.

use crate::clock::Clock;
use crate::words::{WORST_FIRST, worst_first};
use crate::{Answer, PlannedAp};

use super::cells::{self, duration_cell, end_table, section, time_cell, verdict};
use super::html::Html;

/// Up to this number of characters a text stands in one line.
const ONE_LINE_MAX: usize = 30;

/// Writes the table, with its filter, which the script shows.
pub(super) fn table(out: &mut Html, answer: &Answer, clock: &Clock) {
    section(out, "access-points", "Access points");
    filter(out, answer);
    let shape = Shape::of(answer);
    if let (false, Some(first)) = (shape.runs, answer.access_points.first()) {
        out.element(
            "p",
            &[("class", "lead")],
            &format!("All of them run {} before the night.", first.running),
        );
    }
    let titles = [
        ("access point", "", true),
        ("verdict", "", true),
        ("model", "", true),
        ("type", "", true),
        ("runs", "", shape.runs),
        ("has its image at", "num", true),
        ("on the target at", "num", true),
        ("outage", "num", true),
        ("cause", "", shape.cause),
    ];
    let titles: Vec<_> = titles.iter().filter(|title| title.2).map(|title| (title.0, title.1)).collect();
    let class = if shape.cause { "access-points with-cause" } else { "access-points" };
    cells::table(out, class, "All access points, the worst verdict first", &titles);
    for ap in worst_first(answer) {
        row(out, ap, answer.seeds, clock, shape);
    }
    end_table(out);
    out.raw("</section>\n");
}

/// The columns that not all tables have.
#[derive(Clone, Copy)]
struct Shape {
    /// The version before the night, if it is not the same for all.
    runs: bool,
    /// The cause, if one has any.
    cause: bool,
}

impl Shape {
    fn of(answer: &Answer) -> Self {
        let aps = &answer.access_points;
        Self {
            runs: aps.windows(2).any(|pair| pair[0].running != pair[1].running),
            cause: aps.iter().any(|ap| ap.cause.is_some()),
        }
    }
}

fn filter(out: &mut Html, answer: &Answer) {
    out.raw("<div class=\"filter\" hidden><label>Search <input type=\"search\" id=\"filter\" autocomplete=\"off\" ");
    out.raw("placeholder=\"name, model, cause …\"></label>\n<label>Verdict <select id=\"filter-verdict\" autocomplete=\"off\">");
    out.raw("<option value=\"\">all</option>");
    for verdict in WORST_FIRST {
        if answer.access_points.iter().any(|ap| ap.verdict == verdict) {
            out.element("option", &[("value", cells::class(verdict))], verdict.words());
        }
    }
    out.raw("</select></label></div>\n<p class=\"shown\" id=\"shown\" role=\"status\" hidden></p>\n");
}

fn row(out: &mut Html, ap: &PlannedAp, seeds: u64, clock: &Clock, shape: Shape) {
    out.open("tr", &[("data-verdict", cells::class(ap.verdict))]);
    let class = |text: &str| if text.chars().count() > ONE_LINE_MAX { "long" } else { "name" };
    out.open("th", &[("scope", "row"), ("class", class(&ap.name))]);
    out.text(&ap.name);
    if ap.runs_controller {
        out.raw(" <span class=\"tag\">controller</span>");
    }
    out.raw("</th>");
    let rank = WORST_FIRST.iter().position(|verdict| *verdict == ap.verdict).unwrap_or_default();
    out.open("td", &[("data-sort", &rank.to_string())]);
    verdict(out, ap.verdict, Some((ap.failed, seeds)));
    out.raw("</td>");
    for text in [Some(&ap.model), Some(&ap.image_type), Some(&ap.running).filter(|_| shape.runs)] {
        text.into_iter().for_each(|text| out.element("td", &[("class", class(text))], text));
    }
    time_cell(out, clock, ap.predownloaded.as_ref());
    time_cell(out, clock, ap.on_target.as_ref());
    duration_cell(out, ap.outage.as_ref());
    if shape.cause {
        cells::prose_cell(out, ap.cause.as_deref().unwrap_or_default());
    }
    out.raw("</tr>\n");
}
