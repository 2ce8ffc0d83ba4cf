//! The answer as a page: one HTML file without references, that one attaches to a change ticket. It is complete and readable without its
//! script, which only sorts, filters and counts.

mod access_points;
mod cells;
mod chart;
mod grounds;
mod head;
mod html;
mod night;
mod policy;
mod times;
mod ways;

use crate::Answer;
use crate::clock::Clock;
use crate::words::capitalised;
use html::Html;

/// What sorts and filters the table, and counts the check boxes.
const SCRIPT: &str = include_str!("script.js");
/// What it looks like, on screens and on paper.
const STYLE: &str = concat!(include_str!("style.css"), include_str!("parts.css"), include_str!("print.css"));

/// Returns the answer as a page. The same answer gives the same bytes.
pub fn page(answer: &Answer) -> String {
    let clock = Clock::new(&answer.start);
    let mut out = Html::default();
    out.raw("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    let policy = policy::policy(SCRIPT, STYLE);
    out.open("meta", &[("http-equiv", "Content-Security-Policy"), ("content", &policy)]);
    out.raw("\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    out.raw("<meta name=\"color-scheme\" content=\"light dark\">\n<meta name=\"referrer\" content=\"no-referrer\">\n");
    out.element(
        "title",
        &[],
        &format!("{}: {}, {}", capitalised(answer.verdict), answer.title, answer.target.version),
    );
    out.raw("\n<style>");
    out.raw(STYLE);
    out.raw("</style>\n</head>\n<body>\n");
    head::banner(&mut out, answer);
    out.raw("<main>\n");
    head::facts(&mut out, answer, &clock);
    head::contents(&mut out, answer);
    head::problems(&mut out, answer);
    ways::remedy(&mut out, answer, &clock);
    chart::night(&mut out, answer, &clock);
    times::phases(&mut out, answer, &clock);
    times::types(&mut out, answer);
    access_points::table(&mut out, answer, &clock);
    times::limits(&mut out, answer);
    night::runbook(&mut out, answer, &clock);
    night::ways_back(&mut out, answer);
    ways::alternatives(&mut out, answer, &clock);
    grounds::assumptions(&mut out, answer);
    grounds::defects(&mut out, answer);
    grounds::not_modelled(&mut out, answer);
    head::versions(&mut out, answer);
    out.raw("</main>\n<script>");
    out.raw(SCRIPT);
    out.raw("</script>\n</body>\n</html>\n");
    out.finish()
}
