//! Clocks at which access points and controllers do not accept each other's certificates, so that no session begins.

use std::time::Duration;

use jiff::tz::TimeZone;
use scenario::Diagnostic;

use super::Plan;
use crate::clock::WallClock;
use crate::world::certificates;

/// Warns of certificates that are not valid when the run starts.
pub(super) fn check(plan: &Plan<'_>, found: &mut Vec<Diagnostic>) {
    let clock = Duration::from_nanos(WallClock::new(plan.scenario.start).epoch_ns());
    let today = plan.scenario.start.to_zoned(TimeZone::UTC).date();
    for ap in plan.access_points() {
        let Some(refusal) = certificates::of(ap, Some(plan.config)).refusal(clock, ap.running) else {
            continue;
        };
        let whose = if refusal.is_controllers { "the controller's certificate" } else { "its certificate" };
        let limit = match refusal.expired {
            true => format!("expired on {}", refusal.day),
            false => format!("is not valid before {}", refusal.day),
        };
        found.push(
            Diagnostic::warning(format!("{} does not join: {whose} {limit}", ap.name))
                .at(ap.span, format!("the run starts on {today}"))
                .help(
                    "`made:` is the day on which the manufacturer's certificate begins; it lasts ten years",
                ),
        );
    }
}
