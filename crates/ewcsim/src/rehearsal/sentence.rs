//! The answer of a plan in one sentence.

use std::time::Duration;

use planner::{PlanVerdict, PlannedAp};
use text::durations::short;
use text::numbers::count;

use super::lab::Lab;
use super::night::LEAD;
use super::outcome::Outcome;
use super::study::Study;
use super::times::spread;

/// Returns the answer in one sentence.
pub(super) fn sentence(lab: &Lab<'_>, study: &Study, points: &[PlannedAp], verdict: PlanVerdict) -> String {
    let target = lab.version();
    let window = short(lab.window());
    let all = count(points.len(), "access point");
    let bad: Vec<&PlannedAp> = points.iter().filter(|point| point.verdict == verdict).collect();
    let worst = bad.first();
    let named = |bad: &[&PlannedAp]| {
        let names: Vec<String> = bad.iter().map(|point| point.name.clone()).collect();
        crate::verdict::named(&names)
    };
    let cause = worst.and_then(|point| point.cause.clone()).unwrap_or_default();
    match verdict {
        PlanVerdict::Yes => {
            let ends =
                study.drawn.iter().filter_map(Outcome::all_on_target).map(|at| at.saturating_sub(LEAD));
            let times = spread(ends).map_or_else(String::new, |spread| {
                let whole = |seconds: f64| short(Duration::from_secs(seconds.round() as u64));
                format!(
                    ", after {} (median; {} at most in 95 % of the nights)",
                    whole(spread.median_s),
                    whole(spread.p95_s)
                )
            });
            format!("{all} run {target} within the window of {window}{times}")
        }
        PlanVerdict::CannotTell => format!("{} of {all}: {}: {cause}", bad.len(), named(&bad)),
        PlanVerdict::AtRisk => {
            format!("{} of {all} may not run {target} after {window}: {}: {cause}", bad.len(), named(&bad))
        }
        PlanVerdict::No => {
            format!("{} of {all} will not run {target} after {window}: {}: {cause}", bad.len(), named(&bad))
        }
    }
}
