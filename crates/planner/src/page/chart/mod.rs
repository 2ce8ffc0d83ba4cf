//! The chart of the night: phases and access points over time, with their spread. All places are shares of the width, so that text keeps its
//! size on a narrow screen; labels stand beside the drawing, as text.

mod rows;
mod scale;

use crate::clock::Clock;
use crate::words::{self, at_spread, spread};
use crate::{Answer, Phase, PlanVerdict, PlannedAp, Spread};

use super::cells::{class, section, sign};
use super::html::{Attribute, Html};
use rows::{Part, Row};
use scale::Scale;

/// The height of the axis above the rows, in pixels.
const AXIS: u32 = 24;

/// Begins the section of the night with its chart; the table of phases follows in it.
pub(super) fn night(out: &mut Html, answer: &Answer, clock: &Clock) {
    section(out, "night", "The night");
    let scale = Scale::new(answer);
    legend(out, answer, clock, &scale);
    out.raw("<div class=\"chart\">\n");
    for (index, part) in rows::parts(answer).into_iter().enumerate() {
        out.raw("<div class=\"part\"><div class=\"labels\" aria-hidden=\"true\">");
        if index == 0 {
            out.element("div", &[("class", "axis")], &clock.zone());
        }
        for row in &part.rows {
            label(out, row);
        }
        out.raw("</div>\n");
        drawing(out, answer, clock, &scale, &part, index);
        out.raw("</div>\n");
    }
    out.raw("</div>\n");
}

fn legend(out: &mut Html, answer: &Answer, clock: &Clock, scale: &Scale) {
    out.raw("<ul class=\"legend\" aria-hidden=\"true\">\n");
    let shows_end = scale.shows(answer.window_s);
    for (class, name) in [
        ("phase", "a phase"),
        ("image", "the image is complete"),
        ("outage", "out of service"),
        ("target", "on the target"),
        ("end", "the end of the window"),
    ] {
        if class == "end" && !shows_end {
            continue;
        }
        out.open("li", &[]);
        out.raw("<svg width=\"30\" height=\"12\" focusable=\"false\">");
        let shape: &[(&'static str, &[Attribute<'_>])] = match class {
            "phase" => {
                &[("rect", &[("class", "phase"), ("x", "2"), ("y", "1"), ("width", "26"), ("height", "10")])]
            }
            "image" => &[
                ("rect", &[("class", "image"), ("x", "4"), ("y", "3"), ("width", "22"), ("height", "6")]),
                ("rect", &[("class", "median"), ("x", "13"), ("y", "1"), ("width", "2"), ("height", "10")]),
            ],
            "outage" => {
                &[("rect", &[("class", "outage"), ("x", "4"), ("y", "3"), ("width", "22"), ("height", "6")])]
            }
            "target" => &[
                ("line", &[("class", "whisker"), ("x1", "4"), ("x2", "26"), ("y1", "6"), ("y2", "6")]),
                ("circle", &[("class", "target"), ("cx", "13"), ("cy", "6"), ("r", "3.5")]),
            ],
            _ => &[("line", &[("class", "end"), ("x1", "15"), ("x2", "15"), ("y1", "0"), ("y2", "12")])],
        };
        for (tag, attributes) in shape {
            out.shape(tag, attributes);
        }
        out.raw("</svg>");
        out.text(name);
        out.raw("</li>\n");
    }
    out.raw("<li>marks are medians; bars and lines around them span 5 to 95 % of the nights</li>\n");
    if !shows_end {
        let end = words::at(clock, answer.window_s);
        out.element("li", &[], &format!("the window ends later than is shown: at {end}"));
    }
    out.raw("</ul>\n");
}

fn label(out: &mut Html, row: &Row<'_>) {
    match row {
        Row::Phase(phase) => out.element("div", &[("class", "row-phase")], &phase.name),
        Row::Type(name) => out.element("div", &[("class", "row-type")], name),
        Row::Labelled(ap) => {
            out.open("div", &[("class", &format!("row-ap {}", class(ap.verdict)))]);
            if ap.verdict != PlanVerdict::Yes {
                out.element("span", &[("class", "sign")], sign(ap.verdict));
            }
            out.text(&ap.name);
            out.raw("</div>");
        }
        Row::Thin(_) => out.raw("<div class=\"row-thin\"></div>"),
    }
}

fn drawing(out: &mut Html, answer: &Answer, clock: &Clock, scale: &Scale, part: &Part<'_>, index: usize) {
    let axis = if index == 0 { AXIS } else { 0 };
    let bottom = (axis + part.rows.iter().map(Row::height).sum::<u32>()).to_string();
    let title = format!("chart-{index}");
    let size = [("class", "night"), ("width", "100%"), ("height", &bottom), ("role", "img")];
    out.open("svg", &[&size[..], &[("aria-labelledby", &title)]].concat());
    out.element("title", &[("id", &title)], &part.title);
    out.element("desc", &[], &described(answer, clock, index == 0));
    grid(out, answer, clock, scale, axis, &bottom);
    let mut y = axis;
    for row in &part.rows {
        let place = [y, row.height()];
        match row {
            Row::Phase(one) => phase(out, clock, scale, one, y),
            Row::Type(_) => {
                let line = format!("{}", f64::from(y) + 21.5);
                out.shape(
                    "line",
                    &[("class", "rule"), ("x1", "0"), ("x2", "100%"), ("y1", &line), ("y2", &line)],
                );
            }
            Row::Labelled(ap) | Row::Thin(ap) => access_point(out, clock, scale, ap, place, answer.seeds),
        }
        y += row.height();
    }
    out.raw("</svg>\n");
}

/// Draws the lines of the axis, with their labels if there is room for them on top.
fn grid(out: &mut Html, answer: &Answer, clock: &Clock, scale: &Scale, axis: u32, bottom: &str) {
    let top = axis.saturating_sub(6).to_string();
    for (index, (at, text)) in scale.ticks(clock).into_iter().enumerate() {
        let x = scale.x(at);
        out.shape("line", &[("class", "grid"), ("x1", &x), ("x2", &x), ("y1", &top), ("y2", bottom)]);
        if axis > 0 {
            // A narrow screen shows every other label.
            let class = if index % 2 == 0 { "tick" } else { "tick odd" };
            let anchor = if scale.share(at) < 0.01 { "start" } else { "middle" };
            out.element("text", &[("class", class), ("x", &x), ("y", "12"), ("text-anchor", anchor)], &text);
        }
    }
    if scale.shows(answer.window_s) {
        let end = scale.x(answer.window_s);
        out.shape("line", &[("class", "end"), ("x1", &end), ("x2", &end), ("y1", &top), ("y2", bottom)]);
    }
}

/// Returns what a part of the chart shows, for those who do not see it.
fn described(answer: &Answer, clock: &Clock, of_phases: bool) -> String {
    if !of_phases {
        return "The times are in the table of access points.".to_owned();
    }
    let phases: Vec<String> = answer
        .phases
        .iter()
        .map(|phase| {
            let takes = phase
                .takes
                .as_ref()
                .map_or_else(|| "does not end".to_owned(), |takes| format!("takes {}", spread(takes)));
            format!("{} begins at {} and {takes}", phase.name, words::at(clock, phase.begins_s))
        })
        .collect();
    format!("{}.", phases.join("; "))
}

fn phase(out: &mut Html, clock: &Clock, scale: &Scale, phase: &Phase, y: u32) {
    let (top, middle) = ((y + 4).to_string(), (y + 11).to_string());
    out.raw("<g>");
    let takes = phase.takes.as_ref().map_or_else(|| "it does not end".to_owned(), spread);
    out.element("title", &[], &format!("{}: {}, {takes}", phase.name, words::at(clock, phase.begins_s)));
    let x = scale.x(phase.begins_s);
    match &phase.takes {
        Some(takes) => {
            let ends = [takes.p5_s, takes.median_s, takes.p95_s].map(|takes| phase.begins_s + takes);
            let width = scale.width(phase.begins_s, ends[1]);
            out.shape(
                "rect",
                &[("class", "phase"), ("x", &x), ("y", &top), ("width", &width), ("height", "14")],
            );
            let [least, _, most] = ends.map(|end| scale.x(end));
            out.shape(
                "line",
                &[("class", "whisker"), ("x1", &least), ("x2", &most), ("y1", &middle), ("y2", &middle)],
            );
            let (above, below) = ((y + 7).to_string(), (y + 15).to_string());
            for end in [&least, &most] {
                out.shape(
                    "line",
                    &[("class", "whisker"), ("x1", end), ("x2", end), ("y1", &above), ("y2", &below)],
                );
            }
        }
        None => {
            let width = scale.width(phase.begins_s, f64::MAX);
            out.shape(
                "rect",
                &[("class", "endless"), ("x", &x), ("y", &top), ("width", &width), ("height", "14")],
            );
            let baseline = (y + 15).to_string();
            out.element(
                "text",
                &[("class", "cause"), ("x", &x), ("dx", "6"), ("y", &baseline)],
                "does not end",
            );
        }
    }
    out.raw("</g>\n");
}

fn access_point(
    out: &mut Html,
    clock: &Clock,
    scale: &Scale,
    ap: &PlannedAp,
    [y, height]: [u32; 2],
    seeds: u64,
) {
    let thin = height < 10;
    let middle = f64::from(y) + f64::from(height) / 2.0;
    let rect = |out: &mut Html, class: &str, x: &str, width: &str, high: f64| {
        let (top, high) = (format!("{}", middle - high / 2.0), format!("{high}"));
        out.shape("rect", &[("class", class), ("x", x), ("y", &top), ("width", width), ("height", &high)]);
    };
    out.raw("<g>");
    out.element("title", &[], &hover(clock, ap, seeds));
    if ap.verdict != PlanVerdict::Yes {
        rect(out, &format!("row {}", class(ap.verdict)), "0", "100%", f64::from(height));
    }
    let at = format!("{middle}");
    if let (None, None, Some(cause)) = (&ap.predownloaded, &ap.on_target, &ap.cause) {
        let baseline = format!("{}", middle + 4.0);
        out.element("text", &[("class", "cause"), ("x", "6"), ("y", &baseline)], &cause.replace('`', ""));
    }
    if let Some(image) = &ap.predownloaded {
        let [least, median, _] = scale.spread(image);
        rect(out, "image", &least, &scale.width(image.p5_s, image.p95_s), if thin { 3.0 } else { 6.0 });
        rect(out, "median", &median, "2", if thin { 5.0 } else { 10.0 });
    }
    if let (Some(target), Some(outage)) = (&ap.on_target, &ap.outage) {
        let begins = target.median_s - outage.median_s;
        let width = scale.width(begins, target.median_s);
        rect(out, "outage", &scale.x(begins), &width, if thin { 3.0 } else { 6.0 });
    }
    if let Some(target) = &ap.on_target {
        let [least, median, most] = scale.spread(target);
        out.shape(
            "line",
            &[
                ("class", if thin { "whisker thin" } else { "whisker" }),
                ("x1", &least),
                ("x2", &most),
                ("y1", &at),
                ("y2", &at),
            ],
        );
        let radius = if thin { "2" } else { "3.5" };
        out.shape("circle", &[("class", "target"), ("cx", &median), ("cy", &at), ("r", radius)]);
    }
    out.raw("</g>\n");
}

/// Returns what is shown while the pointer is on an access point.
fn hover(clock: &Clock, ap: &PlannedAp, seeds: u64) -> String {
    let mut parts = vec![words::ap_verdict(ap, seeds)];
    let mut add = |name: &str, at: Option<&Spread>| {
        parts.extend(at.map(|at| format!("{name} {}", at_spread(clock, at))));
    };
    add("image complete at", ap.predownloaded.as_ref());
    add("on the target at", ap.on_target.as_ref());
    parts.extend(ap.outage.as_ref().map(|outage| format!("out of service for {}", spread(outage))));
    format!("{}: {}", ap.name, parts.join("; "))
}
