//! What show commands read beside the state of sessions: the box, its clock, its configuration, its history.

use std::net::Ipv4Addr;
use std::time::Duration;

use image::Version;
use text::{MacAddress, calendar};

use crate::history::History;
use crate::words::Location;
use crate::{ApRow, ControllerConfig, Snapshot};

/// A controller at a moment.
#[derive(Clone, Debug)]
pub(crate) struct View {
    pub(crate) state: Snapshot,
    /// What is known of the access points of `state`, in the same order.
    pub(crate) details: Vec<ApDetail>,
    pub(crate) now: Duration,
    /// The time on its clock when the run starts, since 1970.
    pub(crate) clock: Duration,
    pub(crate) model: String,
    pub(crate) serial: String,
    pub(crate) mac: MacAddress,
    pub(crate) address: Ipv4Addr,
    /// The version of its own software: `17.09.04a.0.6`.
    pub(crate) release: Option<String>,
    /// The window of the control channels.
    pub(crate) window: u8,
    /// The images that it holds.
    pub(crate) images: Vec<ImageDetail>,
    /// The capacity of `ap_images:`, in bytes.
    pub(crate) staging_capacity: u64,
    pub(crate) config: ControllerConfig,
    pub(crate) history: History,
}

/// An access point beyond its row.
#[derive(Clone, Debug, Default)]
pub(crate) struct ApDetail {
    pub(crate) serial: String,
    /// The version of its boot loader.
    pub(crate) boot: String,
    /// The path MTU towards it, in bytes.
    pub(crate) path_mtu: u16,
    /// The time for which it has been up, if known.
    pub(crate) uptime: Option<Duration>,
    /// True if its model can be a controller.
    pub(crate) is_ewc_capable: bool,
}

/// An image that the controller holds.
#[derive(Clone, Debug)]
pub(crate) struct ImageDetail {
    pub(crate) image: String,
    pub(crate) location: Location,
    pub(crate) version: Version,
    /// Its size; not known of an image that came with the controller's software.
    pub(crate) bytes: Option<u64>,
    /// The models that run it.
    pub(crate) models: Vec<String>,
}

impl View {
    /// Creates the view of a controller of which only the state is known.
    pub(crate) fn of(state: &Snapshot) -> Self {
        Self {
            state: state.clone(),
            details: vec![ApDetail::default(); state.aps.len()],
            now: Duration::ZERO,
            clock: Duration::ZERO,
            model: String::new(),
            serial: String::new(),
            mac: MacAddress([0; 6]),
            address: Ipv4Addr::UNSPECIFIED,
            release: None,
            window: 0,
            images: Vec::new(),
            staging_capacity: 0,
            config: ControllerConfig::default(),
            history: History::default(),
        }
    }

    /// Returns the access points with their details.
    pub(crate) fn aps(&self) -> impl Iterator<Item = (&ApRow, &ApDetail)> {
        self.state.aps.iter().zip(&self.details)
    }

    /// Formats a time since the start of the run, as strftime(3) does.
    pub(crate) fn time(&self, at: Duration, format: &str) -> String {
        calendar::format(self.clock, at, format)
    }

    /// Returns the time for which it has been in service.
    pub(crate) fn uptime(&self) -> Duration {
        self.now.saturating_sub(self.history.started)
    }

    /// Returns the release as its software names itself: `17.09.04a`. Without a version of its own, that of the access points' images.
    pub(crate) fn release(&self) -> String {
        let stated =
            self.release.as_deref().map(|release| release.splitn(4, '.').take(3).collect::<Vec<_>>());
        stated.map_or_else(|| two_digits(self.state.version), |parts| parts.join("."))
    }

    /// Returns the release as documents name it: `17.9.4a`.
    pub(crate) fn short_release(&self) -> String {
        let release = self.release();
        let shortened = release.split('.').map(|part| match part.strip_prefix('0') {
            Some(rest) if !rest.is_empty() => rest,
            _ => part,
        });
        shortened.collect::<Vec<_>>().join(".")
    }
}

/// Returns the first three numbers of a version, with two digits each but the first: `17.09.04`.
fn two_digits(version: Version) -> String {
    let text = version.to_string();
    let numbers = text.split('.').take(3).enumerate();
    let parts =
        numbers.map(|(index, number)| if index == 0 { number.to_owned() } else { format!("{number:0>2}") });
    parts.collect::<Vec<_>>().join(".")
}

/// Returns a duration in the words of access points' rows: `5 days 19 hours 55 minutes 17 seconds`; units of zero in front are left out.
pub(super) fn in_words(duration: Duration) -> String {
    let seconds = duration.as_secs();
    let units = [
        (seconds / 86_400, "day"),
        (seconds / 3600 % 24, "hour"),
        (seconds / 60 % 60, "minute"),
        (seconds % 60, "second"),
    ];
    let first = units.iter().position(|(count, _)| *count > 0).unwrap_or(units.len() - 1);
    let words = units[first..].iter().map(|(count, unit)| plural(*count, unit));
    words.collect::<Vec<_>>().join(" ")
}

/// Returns a duration in the words of IOS: `4 weeks, 6 days, 21 hours, 48 minutes`.
pub(super) fn in_words_of_ios(duration: Duration) -> String {
    let minutes = duration.as_secs() / 60;
    let units = [
        (minutes / 10_080, "week"),
        (minutes / 1440 % 7, "day"),
        (minutes / 60 % 24, "hour"),
        (minutes % 60, "minute"),
    ];
    let first = units.iter().position(|(count, _)| *count > 0).unwrap_or(units.len() - 1);
    let words = units[first..].iter().map(|(count, unit)| plural(*count, unit));
    words.collect::<Vec<_>>().join(", ")
}

fn plural(count: u64, unit: &str) -> String {
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_worded_as_in_the_samples() {
        let seconds = ((5 * 24 + 19) * 60 + 55) * 60 + 17;
        assert_eq!(in_words(Duration::from_secs(seconds)), "5 days 19 hours 55 minutes 17 seconds");
        assert_eq!(in_words(Duration::from_secs(83)), "1 minute 23 seconds");
        assert_eq!(in_words(Duration::ZERO), "0 seconds");
        let minutes = ((34 * 24 + 21) * 60 + 48) * 60;
        assert_eq!(in_words_of_ios(Duration::from_secs(minutes)), "4 weeks, 6 days, 21 hours, 48 minutes");
        assert_eq!(in_words_of_ios(Duration::from_secs(31 * 60)), "31 minutes");
        assert_eq!(in_words_of_ios(Duration::from_secs(3660)), "1 hour, 1 minute");
    }

    #[test]
    fn releases_have_two_forms() {
        let mut view = View::of(&Snapshot { version: "17.9.4.27".parse().unwrap(), ..Snapshot::default() });
        assert_eq!((view.release(), view.short_release()), ("17.09.04".into(), "17.9.4".into()));
        view.release = Some("17.09.04a.0.6".into());
        assert_eq!((view.release(), view.short_release()), ("17.09.04a".into(), "17.9.4a".into()));
        view.release = Some("17.12.01.0.1".into());
        assert_eq!((view.release(), view.short_release()), ("17.12.01".into(), "17.12.1".into()));
    }
}
