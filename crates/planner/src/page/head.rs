//! What stands first: the verdict, the facts, the contents, the problems; and the versions, which stand last.

use crate::clock::Clock;
use crate::words::{self, capitalised, duration};
use crate::{Answer, PlannedAp};

use super::cells::{class, section, sign};
use super::html::Html;

/// Writes the verdict in one sentence.
pub(super) fn banner(out: &mut Html, answer: &Answer) {
    out.open("header", &[("class", class(answer.verdict))]);
    out.raw("<div class=\"wide\">\n<p class=\"kicker\">");
    out.text(&answer.title);
    out.raw("</p>\n<h1>");
    out.element("span", &[("class", "sign"), ("aria-hidden", "true")], sign(answer.verdict));
    out.element("span", &[("class", "word")], capitalised(answer.verdict));
    out.raw("<span class=\"unseen\">: </span> <span class=\"sentence\">");
    out.prose(&words::sentence(&answer.sentence));
    out.raw("</span></h1>\n<p class=\"statistics\">");
    out.prose(&answer.statistics);
    out.raw("</p>\n</div></header>\n");
}

/// Writes the facts that one looks for first.
pub(super) fn facts(out: &mut Html, answer: &Answer, clock: &Clock) {
    out.raw("<dl class=\"facts\">\n");
    fact(out, "Access points", &answer.access_points.len().to_string(), &words::tally(answer));
    let target = &answer.target;
    fact(
        out,
        "Target",
        &target.version,
        &format!("controller {}, images {}", target.controller, target.images),
    );
    match (clock.date(), clock.time(0.0), clock.time(answer.window_s)) {
        (Some(date), Some(from), Some(to)) => {
            let note = format!("{date} {}, {}", clock.zone(), duration(answer.window_s));
            // In a window of less than a day the date of its end is plain.
            let to = if answer.window_s < 86_400.0 { to.split(' ').next().unwrap_or_default() } else { &to };
            fact(out, "Window", &format!("{from}–{to}"), &note);
        }
        _ => fact(out, "Window", &duration(answer.window_s), ""),
    }
    match &answer.all_on_target {
        Some(all) => {
            let median = clock.time(all.median_s).unwrap_or_else(|| format!("+{}", duration(all.median_s)));
            let spare = answer.window_s - all.p95_s;
            let spare = match spare >= 0.0 {
                true => format!("{} to spare in 95 % of the nights", duration(spare)),
                false => format!("{} after the window in 5 % of the nights", duration(-spare)),
            };
            fact(out, "Last one on target", &median, &spare);
        }
        None => fact(out, "Last one on target", "–", "not all come to it"),
    }
    if let Some((ap, median)) = longest_outage(answer) {
        fact(out, "Longest outage", &duration(median), &ap.name);
    }
    fact(out, "Rehearsed", &words::nights(answer.seeds), "with drawn values");
    out.raw("</dl>\n");
}

fn fact(out: &mut Html, name: &str, value: &str, note: &str) {
    out.raw("<div>");
    out.element("dt", &[], name);
    out.raw("<dd>");
    out.element("span", &[("class", "value")], value);
    out.element("span", &[("class", "note")], note);
    out.raw("</dd></div>\n");
}

/// Returns the access point that is out of service longest, at the median.
fn longest_outage(answer: &Answer) -> Option<(&PlannedAp, f64)> {
    let outages = answer.access_points.iter().filter_map(|ap| Some((ap, ap.outage.as_ref()?.median_s)));
    outages.max_by(|(_, one), (_, other)| one.total_cmp(other))
}

/// Writes where to find what.
pub(super) fn contents(out: &mut Html, answer: &Answer) {
    let entries = [
        ("problems", "Problems", !answer.problems.is_empty()),
        ("remedy", "What gives yes in the most likely night", answer.remedy.is_some()),
        ("night", "The night", true),
        ("types", "Image types", true),
        ("access-points", "Access points", true),
        ("limits", "What sets the time", !answer.limits.is_empty()),
        ("runbook", "Runbook", true),
        ("ways-back", "Ways back", !answer.ways_back.is_empty()),
        ("alternatives", "Other ways", !answer.alternatives.is_empty()),
        ("assumptions", "Assumptions", !answer.assumptions.is_empty()),
        ("defects", "Known defects", !answer.defects.is_empty()),
        ("not-modelled", "Not modelled", !answer.not_modelled.is_empty()),
        ("versions", "Versions", true),
    ];
    out.raw("<nav aria-label=\"Contents\"><ul>\n");
    for (id, title, _) in entries.into_iter().filter(|(.., is_there)| *is_there) {
        out.raw("<li>");
        out.element("a", &[("href", &format!("#{id}"))], title);
        out.raw("</li>\n");
    }
    out.raw("</ul></nav>\n");
}

/// Writes what a check of the lab complains about.
pub(super) fn problems(out: &mut Html, answer: &Answer) {
    if answer.problems.is_empty() {
        return;
    }
    section(out, "problems", "Problems of the lab");
    out.raw("<ul class=\"problems\">\n");
    for problem in &answer.problems {
        let problem = problem.trim_end();
        out.raw("<li>");
        match problem.contains('\n') {
            true => out.block("excerpt", problem.lines()),
            false => out.prose(problem),
        }
        out.raw("</li>\n");
    }
    out.raw("</ul></section>\n");
}

/// Writes what the answer was made from, and the command that repeats it.
pub(super) fn versions(out: &mut Html, answer: &Answer) {
    section(out, "versions", "Versions");
    out.raw("<dl class=\"versions\">\n");
    let lab = format!("{} ({})", answer.lab, answer.lab_digest);
    for (name, value) in [("Tool", &answer.tool), ("Lab", &lab), ("Data", &answer.data)] {
        out.element("dt", &[], name);
        out.element("dd", &[], value);
        out.raw("\n");
    }
    out.raw("</dl>\n<p>The same command with the same versions gives this page again, byte by byte:</p>\n");
    out.block("command", std::iter::once(answer.again.as_str()));
    out.raw("</section>\n");
}
