//! How long it takes: phases, image types, access points, and what sets the time.

use text::numbers::count;

use crate::clock::Clock;
use crate::words::{self, duration, spread};
use crate::{Answer, PlanVerdict, PlannedAp, Spread};

use super::layout::{Align, cut, table, wrapped};

/// Up to this number, all access points are listed; of more, those that are not yes.
const ALL_LISTED_MAX: usize = 12;
/// The largest number of access points that are listed.
const LISTED_MAX: usize = 40;
/// The largest number of access points that are named beside a cause.
const NAMED_MAX: usize = 6;
/// The largest number of characters of a name in the table.
const NAME_MAX: usize = 18;

/// Writes the phases of the night.
pub(super) fn phases(out: &mut String, answer: &Answer, clock: &Clock) {
    if answer.phases.is_empty() {
        return;
    }
    out.push_str("\nphases\n");
    let rows: Vec<Vec<String>> = answer
        .phases
        .iter()
        .map(|phase| {
            let (takes, range) = halves(phase.takes.as_ref());
            let unfinished = match phase.unfinished {
                0 => String::new(),
                unfinished => format!("not ended in {unfinished} of {}", words::nights(answer.seeds)),
            };
            let begins = format!("+{}", duration(phase.begins_s));
            vec![
                phase.name.clone(),
                clock.time(phase.begins_s).unwrap_or_default(),
                begins,
                takes,
                range,
                unfinished,
            ]
        })
        .collect();
    let columns = [
        ("phase", Align::Left, 26),
        ("begins", Align::Left, 9),
        ("", Align::Right, 7),
        ("takes", Align::Right, 7),
        ("5 to 95 %", Align::Left, 17),
        ("", Align::Left, 30),
    ];
    table(out, &columns, &rows);
}

/// Writes the image types.
pub(super) fn types(out: &mut String, answer: &Answer) {
    if answer.types.is_empty() {
        return;
    }
    out.push_str("\nimage types\n");
    let rows: Vec<Vec<String>> = answer
        .types
        .iter()
        .map(|of_type| {
            vec![
                of_type.image_type.clone(),
                of_type.access_points.to_string(),
                of_type.image_bytes.map_or_else(|| "no image".to_owned(), words::megabytes),
                of_type.verdict.to_string(),
                of_type.fetch.as_ref().map_or_else(none, spread),
                of_type.predownload.as_ref().map_or_else(none, spread),
            ]
        })
        .collect();
    let columns = [
        ("type", Align::Left, 10),
        ("number", Align::Right, 6),
        ("image", Align::Right, 10),
        ("verdict", Align::Left, 11),
        ("the controller fetches it", Align::Left, 25),
        ("all have predownloaded it", Align::Left, 25),
    ];
    table(out, &columns, &rows);
}

/// Writes the access points: all of a few; of many those that are not yes, and what the others have in common.
pub(super) fn access_points(out: &mut String, answer: &Answer, clock: &Clock) {
    if answer.access_points.is_empty() {
        return;
    }
    let all = answer.access_points.len() <= ALL_LISTED_MAX;
    let listed: Vec<&PlannedAp> = words::worst_first(answer)
        .filter(|ap| all || ap.verdict != PlanVerdict::Yes)
        .take(LISTED_MAX)
        .collect();
    out.push_str("\naccess points\n");
    if !listed.is_empty() {
        let rows: Vec<Vec<String>> = listed.iter().map(|ap| row(ap, answer.seeds, clock)).collect();
        let columns = [
            ("name", Align::Left, NAME_MAX + 2),
            ("type", Align::Left, 8),
            ("verdict", Align::Left, 16),
            ("image at", Align::Left, 9),
            ("on target", Align::Left, 9),
            ("outage", Align::Left, 25),
        ];
        table(out, &columns, &rows);
        if listed.iter().any(|ap| ap.runs_controller) {
            out.push_str("  * runs the controller\n");
        }
    }
    rest(out, answer, listed.len(), clock);
    causes(out, answer);
}

fn row(ap: &PlannedAp, seeds: u64, clock: &Clock) -> Vec<String> {
    let at = |spread: Option<&Spread>| {
        spread.map_or_else(none, |spread| {
            clock.time(spread.median_s).unwrap_or_else(|| format!("+{}", duration(spread.median_s)))
        })
    };
    vec![
        format!("{}{}", cut(&ap.name, NAME_MAX), if ap.runs_controller { " *" } else { "" }),
        ap.image_type.clone(),
        match ap.verdict {
            PlanVerdict::AtRisk => format!("at risk: {} of {seeds}", ap.failed),
            PlanVerdict::Yes | PlanVerdict::CannotTell | PlanVerdict::No => ap.verdict.to_string(),
        },
        at(ap.predownloaded.as_ref()),
        at(ap.on_target.as_ref()),
        ap.outage.as_ref().map_or_else(none, spread),
    ]
}

/// Writes what the access points that are not listed have in common.
fn rest(out: &mut String, answer: &Answer, listed: usize, clock: &Clock) {
    let left_out = answer.access_points.len() - listed;
    if left_out == 0 {
        return;
    }
    let not_yes = answer.access_points.iter().filter(|ap| ap.verdict != PlanVerdict::Yes).count();
    let unlisted = not_yes.saturating_sub(listed);
    if unlisted > 0 {
        wrapped(
            out,
            "  ",
            &format!("and {left_out} others, {unlisted} of them not yes (`--format csv` has all)"),
        );
        return;
    }
    let yes: Vec<&PlannedAp> =
        answer.access_points.iter().filter(|ap| ap.verdict == PlanVerdict::Yes).collect();
    let mut parts =
        vec![if listed == 0 { format!("all {left_out}: yes") } else { format!("{left_out} others: yes") }];
    if let Some([least, most]) = extremes(yes.iter().filter_map(|ap| ap.on_target.as_ref())) {
        let [from, to] = [least, most].map(|at| words::at(clock, at));
        parts.push(if from == to {
            format!("on target at {from}")
        } else {
            format!("on target at {from} to {to}")
        });
    }
    if let Some([least, most]) = extremes(yes.iter().filter_map(|ap| ap.outage.as_ref())) {
        let [least, most] = [least, most].map(duration);
        parts.push(if least == most {
            format!("outage {least}")
        } else {
            format!("outage {least} to {most}")
        });
    }
    wrapped(out, "  ", &parts.join(", "));
}

/// Returns the least and the largest of the medians.
fn extremes<'a>(spreads: impl Iterator<Item = &'a Spread>) -> Option<[f64; 2]> {
    spreads.map(|spread| spread.median_s).fold(None, |found, median| match found {
        None => Some([median, median]),
        Some([least, most]) => Some([least.min(median), most.max(median)]),
    })
}

/// Writes each cause once, with the access points that have it.
fn causes(out: &mut String, answer: &Answer) {
    for (verdict, cause, names) in words::causes(answer) {
        let number = count(names.len(), "access point");
        wrapped(out, "  ", &format!("{verdict}, {number}: {cause}"));
        wrapped(out, "      ", &words::named(names.into_iter(), NAMED_MAX));
    }
}

/// Writes what the time goes into.
pub(super) fn limits(out: &mut String, answer: &Answer) {
    if answer.limits.is_empty() {
        return;
    }
    out.push_str("\nwhat sets the time, until all have their images\n");
    let rows: Vec<Vec<String>> = answer
        .limits
        .iter()
        .map(|limit| vec![words::per_cent(limit.share), duration(limit.takes_s), limit.what.clone()])
        .collect();
    table(out, &[("share", Align::Right, 6), ("takes", Align::Right, 8), ("what", Align::Left, 78)], &rows);
}

/// Returns the median and the range, in columns of their own.
fn halves(takes: Option<&Spread>) -> (String, String) {
    match takes {
        Some(takes) => (duration(takes.median_s), words::range(takes).unwrap_or_default()),
        None => (none(), String::new()),
    }
}

/// Returns the cell of what does not happen.
fn none() -> String {
    "-".to_owned()
}
