//! How long it takes: phases, image types, and what sets the time.

use crate::clock::Clock;
use crate::words::{self, duration};
use crate::{Answer, Spread};

use super::cells::{duration_cell, end_table, section, table, verdict, whole_words};
use super::html::Html;

/// Writes the phases of the night, below its chart.
pub(super) fn phases(out: &mut Html, answer: &Answer, clock: &Clock) {
    let titles = [("phase", ""), ("begins", "num"), ("", "num"), ("takes", "num"), ("not ended in", "")];
    let all_end = answer.phases.iter().all(|phase| phase.unfinished == 0);
    table(out, "phases", "Phases of the night", if all_end { &titles[..4] } else { &titles });
    for phase in &answer.phases {
        out.raw("<tr>");
        out.element("th", &[("scope", "row")], &phase.name);
        out.element("td", &[("class", "num")], &clock.time(phase.begins_s).unwrap_or_default());
        out.element("td", &[("class", "num quiet")], &format!("+{}", duration(phase.begins_s)));
        duration_cell(out, phase.takes.as_ref());
        if !all_end {
            let unfinished = match phase.unfinished {
                0 => String::new(),
                unfinished => format!("{unfinished} of {}", words::nights(answer.seeds)),
            };
            out.element("td", &[], &unfinished);
        }
        out.raw("</tr>\n");
    }
    end_table(out);
    out.raw("</section>\n");
}

/// Writes the image types.
pub(super) fn types(out: &mut Html, answer: &Answer) {
    section(out, "types", "Image types");
    let titles = [
        ("type", ""),
        ("models", ""),
        ("access points", "num"),
        ("image", "num"),
        ("verdict", ""),
        ("the controller fetches it", "num"),
        ("all have predownloaded it", "num"),
        ("", "spread"),
    ];
    table(out, "types", "Times of each image type", &titles);
    let longest = answer.types.iter().filter_map(|of_type| of_type.predownload).map(|spread| spread.p95_s);
    let longest = longest.filter(|seconds| seconds.is_finite()).fold(1.0, f64::max);
    for of_type in &answer.types {
        out.raw("<tr>");
        out.element("th", &[("scope", "row")], &of_type.image_type);
        out.raw("<td>");
        whole_words(out, &of_type.models);
        out.raw("</td>");
        out.element("td", &[("class", "num")], &of_type.access_points.to_string());
        let size = of_type.image_bytes.map_or_else(|| "no image".to_owned(), words::megabytes);
        out.element("td", &[("class", "num")], &size);
        out.raw("<td>");
        verdict(out, of_type.verdict, None);
        out.raw("</td>");
        duration_cell(out, of_type.fetch.as_ref());
        duration_cell(out, of_type.predownload.as_ref());
        out.raw("<td class=\"spread\">");
        if let Some(spread) = &of_type.predownload {
            whisker(out, spread, longest);
        }
        out.raw("</td></tr>\n");
    }
    end_table(out);
    out.raw("</section>\n");
}

/// Draws a duration as a bar to its median, with a whisker over the range. The numbers stand beside it.
fn whisker(out: &mut Html, spread: &Spread, longest: f64) {
    let x = |seconds: f64| {
        let share = if seconds.is_finite() { (seconds / longest).clamp(0.0, 1.0) } else { 0.0 };
        format!("{:.2}%", 1.0 + 97.0 * share)
    };
    let (least, median, most) = (x(spread.p5_s), x(spread.median_s), x(spread.p95_s));
    out.raw("<svg class=\"whisker\" width=\"120\" height=\"14\" aria-hidden=\"true\" focusable=\"false\">");
    out.shape("rect", &[("class", "bar"), ("x", "0"), ("y", "3"), ("width", &median), ("height", "8")]);
    out.shape("line", &[("class", "range"), ("x1", &least), ("x2", &most), ("y1", "7"), ("y2", "7")]);
    for end in [&least, &most] {
        out.shape("line", &[("class", "range"), ("x1", end), ("x2", end), ("y1", "3"), ("y2", "11")]);
    }
    out.raw("</svg>");
}

/// Writes what the time goes into.
pub(super) fn limits(out: &mut Html, answer: &Answer) {
    if answer.limits.is_empty() {
        return;
    }
    section(out, "limits", "What sets the time");
    out.raw("<p class=\"lead\">From the first command until all have their images.</p>\n");
    table(
        out,
        "limits",
        "What sets the time",
        &[("what", ""), ("takes", "num"), ("share", "num"), ("", "spread")],
    );
    for limit in &answer.limits {
        let share = if limit.share.is_finite() { limit.share.clamp(0.0, 1.0) } else { 0.0 };
        out.raw("<tr><th scope=\"row\">");
        out.prose(&limit.what);
        out.raw("</th>");
        out.element("td", &[("class", "num")], &duration(limit.takes_s));
        out.element("td", &[("class", "num")], &words::per_cent(share));
        out.raw("<td class=\"spread\"><svg class=\"whisker\" width=\"120\" height=\"14\" aria-hidden=\"true\" focusable=\"false\">");
        let width = format!("{:.2}%", 100.0 * share);
        out.raw("<rect class=\"whole\" x=\"0\" y=\"3\" width=\"100%\" height=\"8\"/>");
        out.shape("rect", &[("class", "bar"), ("x", "0"), ("y", "3"), ("width", &width), ("height", "8")]);
        out.raw("</svg></td></tr>\n");
    }
    end_table(out);
    out.raw("</section>\n");
}
