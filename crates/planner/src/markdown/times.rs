//! How long it takes: phases, image types, access points, and what sets the time.

use crate::Answer;
use crate::clock::Clock;
use crate::words::{self, at, at_spread, duration, spread};

use super::{heading, none, table};

/// Writes the phases of the night.
pub(super) fn phases(out: &mut String, answer: &Answer, clock: &Clock) {
    heading(out, "The night");
    let rows: Vec<Vec<String>> = answer
        .phases
        .iter()
        .map(|phase| {
            let takes = phase.takes.as_ref().map_or_else(none, spread);
            let unfinished = match phase.unfinished {
                0 => String::new(),
                unfinished => format!("{unfinished} of {}", words::nights(answer.seeds)),
            };
            vec![phase.name.clone(), at(clock, phase.begins_s), takes, unfinished]
        })
        .collect();
    table(out, &["phase", "begins", "takes (5 to 95 % of nights)", "not ended in"], &rows);
}

/// Writes the image types.
pub(super) fn types(out: &mut String, answer: &Answer) {
    heading(out, "Image types");
    let rows: Vec<Vec<String>> = answer
        .types
        .iter()
        .map(|of_type| {
            vec![
                of_type.image_type.clone(),
                of_type.models.join(", "),
                of_type.access_points.to_string(),
                of_type.image_bytes.map_or_else(|| "no image".to_owned(), words::megabytes),
                of_type.verdict.to_string(),
                of_type.fetch.as_ref().map_or_else(none, spread),
                of_type.predownload.as_ref().map_or_else(none, spread),
            ]
        })
        .collect();
    let titles = [
        "type",
        "models",
        "access points",
        "image",
        "verdict",
        "the controller fetches it",
        "all have predownloaded it",
    ];
    table(out, &titles, &rows);
}

/// Writes all access points, the worst verdict first.
pub(super) fn access_points(out: &mut String, answer: &Answer, clock: &Clock) {
    heading(out, "Access points");
    let sorted = words::worst_first(answer);
    let rows: Vec<Vec<String>> = sorted
        .map(|ap| {
            let controller = if ap.runs_controller { " (controller)" } else { "" };
            vec![
                format!("{}{controller}", ap.name),
                ap.model.clone(),
                ap.image_type.clone(),
                ap.running.clone(),
                words::ap_verdict(ap, answer.seeds),
                ap.predownloaded.as_ref().map_or_else(none, |at| at_spread(clock, at)),
                ap.on_target.as_ref().map_or_else(none, |at| at_spread(clock, at)),
                ap.outage.as_ref().map_or_else(none, spread),
                ap.cause.clone().unwrap_or_default(),
            ]
        })
        .collect();
    let titles = [
        "name",
        "model",
        "type",
        "runs",
        "verdict",
        "has its image at",
        "on the target at",
        "outage",
        "cause",
    ];
    table(out, &titles, &rows);
}

/// Writes what the time goes into.
pub(super) fn limits(out: &mut String, answer: &Answer) {
    if answer.limits.is_empty() {
        return;
    }
    heading(out, "What sets the time, until all have their images");
    let rows: Vec<Vec<String>> = answer
        .limits
        .iter()
        .map(|limit| vec![words::per_cent(limit.share), duration(limit.takes_s), limit.what.clone()])
        .collect();
    table(out, &["share", "takes", "what"], &rows);
}
