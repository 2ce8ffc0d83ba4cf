//! The certificates with which access points and controllers show each other who they are. DTLS is not simulated, so it cannot fail.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use scenario::Diagnostic;

use super::Plan;

/// The first day on which any certificate of today's access points is valid: the SHA-2 ones were first made then.
const EARLIEST: Date = jiff::civil::date(2012, 1, 1);
/// The time for which a manufacturer's certificate is valid (field notice 63942; Cisco community 5353677).
const YEARS: i16 = 10;

/// Reports clocks at which a certificate is not valid yet, or no longer.
pub(super) fn check(plan: &Plan<'_>, found: &mut Vec<Diagnostic>) {
    let today = day(plan.scenario.start);
    let mut report = |span, why: String| {
        let problem = format!("{why}; certificates and DTLS, which would fail, are not modelled");
        found.push(
            Diagnostic::not_modelled("certificates", problem).at(span, format!("the run starts on {today}")),
        );
    };
    if today < EARLIEST {
        report(plan.controller.span, format!("no certificate is valid before {EARLIEST}"));
        return;
    }
    for ap in plan.access_points() {
        let Some(made) = ap.made.as_deref().and_then(|made| made.parse::<Date>().ok()) else { continue };
        let Ok(end) = made.with().year(made.year() + YEARS).build() else { continue };
        if today < made {
            report(
                ap.span,
                format!("the certificate of {} is not valid before it was made, on {made}", ap.name),
            );
        } else if today >= end {
            report(ap.span, format!("the certificate of {} was valid for ten years, to {end}", ap.name));
        }
    }
}

fn day(start: Timestamp) -> Date {
    start.to_zoned(TimeZone::UTC).date()
}
