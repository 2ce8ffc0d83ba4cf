//! Rounds of discovery while no controller answers.

use std::time::Duration;

use crate::common::{Controller, Lab, access_point};
use ap::{ApEvent, Dialect, State};
use catalogue::Catalogue;

/// Runs an access point without a controller for two minutes; returns its console.
fn console(mut lab: Lab) -> Vec<(Duration, String)> {
    lab.controller.alive = false;
    lab.drive_to(State::Discovery);
    assert!(!lab.drive(Duration::from_secs(120), |_| false));
    assert_eq!(lab.state(), State::Discovery);
    lab.console().into_iter().map(|(at, line)| (at, line.text.into_owned())).collect()
}

fn lab(change: impl FnOnce(&mut ap::AccessPoint)) -> Lab {
    let mut point = access_point(Dialect::Newer, "8.10.130.0");
    change(&mut point);
    Lab::new(point, Controller::new("17.3.3.26", None))
}

/// The times between two rounds.
fn intervals(console: &[(Duration, String)]) -> Vec<Duration> {
    let starts: Vec<Duration> =
        console.iter().filter(|(_, line)| line == "CAPWAP State: Discovery").map(|(at, _)| *at).collect();
    starts.windows(2).map(|pair| pair[1] - pair[0]).collect()
}

#[test]
fn rounds_are_apart_as_on_a_console_and_never_to_the_millisecond() {
    let intervals = intervals(&console(lab(|_| ())));
    assert!((12..=13).contains(&intervals.len()), "{intervals:?} in two minutes");
    // The console of a 3802: 22.5104, 31.8579, 41.3609 and 50.8633 s.
    let measured = [9_347_500, 9_503_000, 9_502_400].map(Duration::from_micros);
    let bounds = Duration::from_millis(9_347)..=Duration::from_millis(9_504);
    assert!(measured.iter().chain(&intervals).all(|interval| bounds.contains(interval)), "{intervals:?}");
    let mut distinct = intervals.clone();
    distinct.sort_unstable();
    distinct.dedup();
    assert_eq!(distinct.len(), intervals.len(), "{intervals:?}");
}

#[test]
fn a_stated_interval_is_exact() {
    let catalogue =
        Catalogue::builtin().with_override("ap.capwap.discovery-interval", "30s").expect("a fact");
    let lab = lab(|point| point.settings = ap::Settings::from_catalogue(&catalogue).expect("complete"));
    assert_eq!(intervals(&console(lab)), [Duration::from_secs(30); 4]);
}

#[test]
fn each_round_asks_the_configured_address_and_all_others() {
    let console = console(lab(|_| ()));
    // WTP Events come in between.
    let lines: Vec<&str> = console
        .iter()
        .map(|(_, line)| line.as_str())
        .filter(|line| !line.starts_with("Discarding"))
        .collect();
    let first = lines.iter().position(|line| *line == "CAPWAP State: Discovery").expect("a round");
    let round = [
        "CAPWAP State: Discovery",
        "Did not get log server settings from DHCP.",
        "Could not resolve CISCO-CAPWAP-CONTROLLER",
        "Discovery Request sent to 172.16.4.26, discovery type STATIC_CONFIG(1)",
        "Discovery Request sent to 255.255.255.255, discovery type UNKNOWN(0)",
    ];
    for lines in lines[first..].chunks_exact(5) {
        assert_eq!(lines, round);
    }
}

#[test]
fn the_requests_of_a_round_differ_in_their_type_alone() {
    let mut lab = lab(|_| ());
    lab.controller.alive = false;
    lab.drive_to(State::Discovery);
    let sent = |event| match event {
        ApEvent::DiscoveryRequestSent { to, discovery_type } => Some((to.is_broadcast(), discovery_type)),
        _ => None,
    };
    let sent: Vec<_> = lab.events().into_iter().filter_map(sent).collect();
    assert_eq!(sent, [(false, 1), (true, 0)]);
}
