//! The runbook with its check boxes, and the ways back.

use crate::clock::Clock;
use crate::words::{duration, spread, untimed};
use crate::{Answer, Step};

use super::cells::{commands, section};
use super::html::Html;

/// Writes the night, step by step. The boxes are forgotten with the page; on paper there is room for the time and the name.
pub(super) fn runbook(out: &mut Html, answer: &Answer, clock: &Clock) {
    section(out, "runbook", "Runbook");
    out.raw("<p class=\"lead\" id=\"progress\" role=\"status\" hidden></p>\n<ol class=\"runbook\">\n");
    for (index, step) in answer.runbook.iter().enumerate() {
        self::step(out, index + 1, (step, untimed(&answer.runbook, index)), clock);
    }
    out.raw("</ol></section>\n");
}

fn step(out: &mut Html, number: usize, (step, untimed): (&Step, &str), clock: &Clock) {
    let id = format!("step-{number}");
    out.raw("<li>");
    out.raw("<div class=\"when\">");
    match step.at_s {
        Some(at) => {
            if let Some(time) = clock.time(at) {
                out.element("span", &[("class", "median")], &time);
                out.raw(" ");
            }
            out.element("span", &[("class", "range")], &format!("+{}", duration(at)));
        }
        None => out.element("span", &[("class", "range")], untimed),
    }
    out.raw("</div>\n<div class=\"what\"><p class=\"do\">");
    out.open("input", &[("type", "checkbox"), ("id", &id), ("autocomplete", "off")]);
    out.open("label", &[("for", &id)]);
    out.element("span", &[("class", "number")], &format!("{number}."));
    out.raw(" ");
    out.prose(&step.what);
    out.raw("</label>");
    if let Some(takes) = &step.takes {
        out.raw(" ");
        out.element("span", &[("class", "takes")], &format!("takes {}", spread(takes)));
    }
    out.raw("</p>\n");
    if let Some(command) = &step.command {
        out.block("command typed", command.lines());
    }
    out.raw("<dl class=\"gate\"><dt>Go if</dt><dd>");
    out.prose(&step.check);
    out.raw("</dd>");
    if let Some(otherwise) = &step.otherwise {
        out.raw("<dt>If not</dt><dd>");
        out.prose(otherwise);
        out.raw("</dd>");
    }
    out.raw("</dl>\n<p class=\"signed\" aria-hidden=\"true\">done at <span></span> by <span></span></p></div></li>\n");
}

/// Writes how to go back, by the point from which.
pub(super) fn ways_back(out: &mut Html, answer: &Answer) {
    if answer.ways_back.is_empty() {
        return;
    }
    section(out, "ways-back", "Ways back");
    out.raw("<div class=\"cards\">\n");
    for way in &answer.ways_back {
        out.raw("<div class=\"card\"><h3>");
        out.prose(&way.from);
        out.raw("</h3>\n<p>");
        match way.takes_s {
            Some(takes) => out.element("span", &[("class", "median")], &duration(takes)),
            None => out.raw("<span class=\"median\">not rehearsed</span>"),
        }
        out.raw("; ");
        out.prose(&way.costs);
        out.raw("</p>\n");
        commands(out, &way.commands);
        out.raw("</div>\n");
    }
    out.raw("</div></section>\n");
}
