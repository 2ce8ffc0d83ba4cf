//! The certificates that an access point and its controller show each other in DTLS, as far as clocks decide about them.
//!
//! DTLS itself is not simulated. Each side goes by its own clock; both show the same time here.

use std::time::Duration;

use image::Version;

/// A day, and its first instant as time since 1970.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Day {
    /// The instant.
    pub at: Duration,
    /// The day as text: `2024-03-05`.
    pub text: String,
}

/// The days between which a certificate is valid.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Validity {
    /// The first day, if there is one.
    pub from: Option<Day>,
    /// The first day on which it is no longer valid, if it is known.
    pub until: Option<Day>,
}

/// The certificates of an access point and of its controller. The default ones are always valid.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Certificates {
    /// The access point's, from its manufacturer.
    pub own: Validity,
    /// Another one of the access point, which its software brings from this version on.
    pub renewed: Option<(Version, Validity)>,
    /// The controller's.
    pub controller: Validity,
    /// True if the controller accepts access points whose certificate has expired.
    pub accepts_expired: bool,
}

/// A certificate that is not accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// True if it is the controller's, which the access point refuses; otherwise the controller refuses that of the access point.
    pub is_controllers: bool,
    /// True if it has expired; otherwise it is not valid yet.
    pub expired: bool,
    /// The day of the limit.
    pub day: String,
}

impl Certificates {
    /// Returns the certificate that ends a handshake at this time since 1970, if any does, while the access point runs `running`.
    pub fn refusal(&self, clock: Duration, running: Version) -> Option<Refusal> {
        let controllers = self.controller.fault(clock).map(|(expired, day)| Refusal {
            is_controllers: true,
            expired,
            day: day.text.clone(),
        });
        controllers.or_else(|| {
            let (expired, day) = self.own.fault(clock)?;
            let is_renewed = |(since, validity): &(Version, Validity)| {
                running >= *since && validity.fault(clock).is_none()
            };
            if (expired && self.accepts_expired) || self.renewed.as_ref().is_some_and(is_renewed) {
                return None;
            }
            Some(Refusal { is_controllers: false, expired, day: day.text.clone() })
        })
    }
}

impl Validity {
    /// Returns the limit that is not kept at this time, and true if it is the end.
    fn fault(&self, clock: Duration) -> Option<(bool, &Day)> {
        let early = self.from.as_ref().filter(|day| clock < day.at).map(|day| (false, day));
        early.or_else(|| self.until.as_ref().filter(|day| clock >= day.at).map(|day| (true, day)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(at: u64) -> Option<Day> {
        Some(Day { at: Duration::from_secs(at), text: format!("day {at}") })
    }

    fn refusals(certificates: &Certificates, running: &str) -> Vec<Option<bool>> {
        let running = running.parse().expect("a version");
        let at = |at| certificates.refusal(Duration::from_secs(at), running).map(|refusal| refusal.expired);
        [9, 10, 19, 20].map(at).to_vec()
    }

    #[test]
    fn a_certificate_is_valid_from_the_first_day_to_before_the_last() {
        let own = Certificates { own: Validity { from: day(10), until: day(20) }, ..Certificates::default() };
        assert_eq!(refusals(&own, "17.3.3.26"), [Some(false), None, None, Some(true)]);
        let tolerant = Certificates { accepts_expired: true, ..own.clone() };
        assert_eq!(refusals(&tolerant, "17.3.3.26"), [Some(false), None, None, None]);
        let controller = Certificates { controller: own.own, ..Certificates::default() };
        assert_eq!(refusals(&controller, "17.3.3.26"), [Some(false), None, None, Some(true)]);
        let tolerant = Certificates { accepts_expired: true, ..controller };
        assert_eq!(refusals(&tolerant, "17.3.3.26")[3], Some(true), "only the controller tolerates");
    }

    #[test]
    fn software_brings_a_certificate_of_its_own() {
        let renewed = Validity { from: day(15), until: day(30) };
        let certificates = Certificates {
            own: Validity { from: day(1), until: day(12) },
            renewed: Some(("17.9.4.0".parse().expect("a version"), renewed)),
            ..Certificates::default()
        };
        assert_eq!(refusals(&certificates, "17.3.3.26"), [None, None, Some(true), Some(true)]);
        assert_eq!(refusals(&certificates, "17.9.4.27"), [None, None, None, None]);
        assert_eq!(
            certificates
                .refusal(Duration::from_secs(13), "17.9.4.27".parse().expect("a version"))
                .map(|it| it.expired),
            Some(true)
        );
    }
}
