//! The certificates of access points and controllers, as the models, the software and the configuration of a scenario give them.

use std::time::Duration;

use ap::{Certificates, Day, Validity};
use ewc::ControllerConfig;
use image::Version;
use jiff::civil::{self, Date};
use jiff::tz::TimeZone;
use scenario::AccessPoint;

/// The first day on which any certificate of today's devices is valid: `Cisco Manufacturing CA SHA2`, which signs them, is valid from
/// 12 November 2012, and those before it were made in the same year (Cisco community 5033673).
const EARLIEST: Date = civil::date(2012, 1, 1);
/// The time for which a manufacturer's certificate is valid (field notice 63942; Cisco community 5353677).
const YEARS: i16 = 10;
/// The first release that is known to bring access points a certificate of its own, tried when the manufacturer's has expired, and
/// the years in which it is valid. An access point on 8.10.171 had none, the same one on 17.9.4 had it: the release is a bound from
/// above (notes of an engineer on 1815i access points).
const RENEWED: (&str, [i16; 2]) = ("17.9.4", [2022, 2037]);

/// Returns the certificates of an access point and of its controller.
pub(super) fn of(access_point: &AccessPoint, config: Option<&ControllerConfig>) -> Certificates {
    let made = access_point.made.as_deref().and_then(|made| made.parse::<Date>().ok());
    let end = made.and_then(|made| made.with().year(made.year() + YEARS).build().ok());
    let (release, [first, last]) = RENEWED;
    let renewed = Validity { from: day(civil::date(first, 1, 1)), until: day(civil::date(last + 1, 1, 1)) };
    Certificates {
        own: Validity { from: day(made.unwrap_or(EARLIEST)), until: end.and_then(day) },
        renewed: Some((Version::beginning(release).expect("dotted numbers"), renewed)),
        controller: Validity { from: day(EARLIEST), until: None },
        accepts_expired: config.is_some_and(|config| config.accepts_expired),
    }
}

/// Returns the day with its time since 1970; `None` for one that clocks do not reach.
fn day(date: Date) -> Option<Day> {
    let midnight = date.to_zoned(TimeZone::UTC).ok()?.timestamp().as_second();
    Some(Day { at: Duration::from_secs(u64::try_from(midnight).unwrap_or(0)), text: date.to_string() })
}
