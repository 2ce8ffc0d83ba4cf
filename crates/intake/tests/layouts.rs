//! Every layout, in everything that a terminal and an editor do to a log: each access point with its values.

use ewc::{ApRow, Snapshot};
use intake::Input;

use crate::printed::{
    CDP, COMMANDS, JOINS, Mangled, joins, log, mangled, neighbors, read, rows, show, twelve,
};

const ALL: [Mangled; 14] = [
    Mangled::Plain,
    Mangled::Crlf,
    Mangled::Doubled,
    Mangled::Wrapped(80),
    Mangled::Wrapped(132),
    Mangled::Wrapped(97),
    Mangled::WrappedAndTrimmed(80),
    Mangled::WrappedAndTrimmed(120),
    Mangled::More,
    Mangled::MoreLeft,
    Mangled::Stamped,
    Mangled::Messages,
    Mangled::Prompts,
    Mangled::Wide,
];

fn network(bytes: Vec<u8>) -> intake::Network {
    intake::read(&[Input { name: "log.txt".to_owned(), bytes }])
}

/// Returns the rows as outputs show them: sorted, without what no output shows.
fn expected(snapshot: &Snapshot) -> Vec<ApRow> {
    let printed = read(&log(snapshot, &COMMANDS));
    assert!(printed.not_understood.is_empty(), "{:?}", printed.not_understood);
    rows(&printed, snapshot)
}

#[test]
fn every_access_point_survives_what_happens_to_a_log() {
    for release in ["17.3.3.26", "17.9.4.27"] {
        let snapshot = twelve(release);
        let mut sorted = snapshot.aps.clone();
        sorted.sort_by(|a, b| a.name.cmp(&b.name));
        assert_eq!(expected(&snapshot), sorted, "{release}");
        for how in ALL {
            let network = network(mangled(&log(&snapshot, &COMMANDS), how));
            assert_eq!(rows(&network, &snapshot), sorted, "{release}, {how:?}");
            assert_eq!(network.not_understood, [], "{release}, {how:?}");
            assert_eq!(network.warnings, [], "{release}, {how:?}");
            let name = network.controller.name.as_ref().map(|name| name.value.as_str());
            assert_eq!(name, Some("9120-EWC"), "{how:?}");
        }
    }
}

#[test]
fn every_output_stands_for_itself() {
    for release in ["17.3.3.26", "17.9.4.27"] {
        let snapshot = twelve(release);
        let commands = COMMANDS.iter().chain([&JOINS, &CDP]);
        for command in commands.filter(|command| **command != "show install summary") {
            let text = match *command {
                JOINS => joins(&snapshot),
                CDP => neighbors(&snapshot),
                command => show(&snapshot, command),
            };
            for how in ALL {
                if matches!(how, Mangled::Prompts) {
                    continue;
                }
                // Without a prompt: what it is, its lines say.
                let network = network(mangled(&text, how));
                let mut names: Vec<&str> = network
                    .access_points
                    .iter()
                    .filter_map(|ap| Some(ap.name.as_ref()?.value.as_str()))
                    .collect();
                names.sort_unstable();
                let mut wanted: Vec<&str> = snapshot.aps.iter().map(|ap| ap.name.as_str()).collect();
                wanted.sort_unstable();
                assert_eq!(names, wanted, "{command}, {release}, {how:?}");
                assert_eq!(
                    (network.outputs, network.not_understood),
                    (1, vec![]),
                    "{command}, {release}, {how:?}"
                );
            }
        }
    }
}

#[test]
fn what_is_cut_off_is_told_and_never_guessed() {
    for release in ["17.3.3.26", "17.9.4.27"] {
        let snapshot = twelve(release);
        let whole = show(&snapshot, "show ap summary");
        let last = &snapshot.aps[11];
        let at = whole.rfind(&last.name).expect("it is printed");
        for cut in (0..whole.len() - at).step_by(2) {
            let network = read(&whole[..at + cut]);
            let found = network
                .access_points
                .iter()
                .find(|ap| ap.name.as_ref().is_some_and(|name| name.value == last.name));
            let Some(found) = found else { continue };
            let address = found.address.as_ref().map(|address| address.value);
            assert!(address.is_none_or(|address| address == last.address), "{address:?} at {cut}");
            let model = found.model.as_ref().map(|model| model.value.clone());
            assert!(model.as_ref().is_none_or(|model| *model == last.model), "{model:?} at {cut}");
            let mac = found.mac.as_ref().map(|mac| mac.value);
            assert!(mac.is_none_or(|mac| mac == last.mac), "{mac:?} at {cut}");
        }
        // The count says that rows are missing.
        let network = read(&whole[..at]);
        assert_eq!(network.access_points.len(), 11);
        assert!(
            network
                .warnings
                .iter()
                .any(|warning| warning.message == "`Number of APs` is 12, and 11 rows follow")
        );
    }
}

#[test]
fn a_prompt_may_stick_to_the_last_line() {
    let snapshot = twelve("17.9.4.27");
    let text =
        format!("9120-EWC#show ap summary\n{}9120-EWC#\n", show(&snapshot, "show ap summary").trim_end());
    let network = read(&text);
    assert_eq!(network.not_understood, []);
    let last = network.access_points.last().and_then(|ap| ap.location.clone()).expect("a location");
    assert_eq!(last.value, snapshot.aps[11].location);
}

#[test]
fn what_is_not_known_is_listed_with_its_line() {
    let snapshot = twelve("17.9.4.27");
    let text = format!(
        "hello there\n9120-EWC#show ap summary\n{}\n9120-EWC#show banana\nyellow password secret\n-----BEGIN PRIVATE KEY-----\nMIIEvQ\n-----END PRIVATE KEY-----\n",
        show(&snapshot, "show ap summary")
    );
    let network = read(&text);
    let listed: Vec<(usize, &str)> =
        network.not_understood.iter().map(|unread| (unread.at.line, &*unread.text)).collect();
    assert_eq!(
        listed,
        [
            (1, "hello there"),
            (24, "yellow password *****"),
            (25, "-----BEGIN PRIVATE KEY-----"),
            (26, "*****"),
            (27, "-----END PRIVATE KEY-----")
        ]
    );
}

#[test]
fn files_that_contradict_each_other_are_told() {
    let snapshot = twelve("17.9.4.27");
    let mut other = snapshot.clone();
    other.aps[0].model = "C9130AXI-B".to_owned();
    let inputs = [&snapshot, &other].map(|snapshot| Input {
        name: format!("{}.txt", snapshot.aps[0].model),
        bytes: show(snapshot, "show ap summary").into_bytes(),
    });
    let network = intake::read(&inputs);
    assert_eq!(network.access_points.len(), 12);
    let messages: Vec<&str> = network.warnings.iter().map(|warning| &*warning.message).collect();
    let known = &snapshot.aps[0].model;
    let wanted = format!(
        "the model of `AP002A.1087.CA0A` is C9130AXI-B here, and {known} in {known}.txt:8: the latter counts"
    );
    assert_eq!(messages, [wanted.as_str()]);
}

#[test]
fn two_durations_stand_side_by_side() {
    let row = |name: &str, up: &str, joined: &str| {
        format!("{name:<33}002c.c810.0001  00a2.eefd.9f20  {up:<44}{joined:<44}\n")
            .replace("0001", &format!("{:04x}", name.len()))
    };
    let text = format!(
        "Number of APs: 4\n\n{:<33}{:<16}{:<16}{:<44}Association Up Time\n{}\n{}{}{}{}",
        "AP Name",
        "Ethernet MAC",
        "Radio MAC",
        "AP Up Time",
        "-".repeat(153),
        row("a", "41 days 9 hours 44 minutes 18 seconds", "41 days 9 hours 41 minutes 9 seconds"),
        row("ab", "59 seconds", "1 day 2 hours 3 minutes 4 seconds"),
        row("abc", "1 hour 0 minutes 0 seconds", "0 seconds"),
        row("abcd", "N/A", "5 minutes 2 seconds"),
    );
    for how in ALL {
        let network = network(mangled(&text, how));
        let uptimes: Vec<Option<u64>> =
            network.access_points.iter().map(|ap| Some(ap.uptime.as_ref()?.value.as_secs())).collect();
        let first = ((41 * 24 + 9) * 60 + 44) * 60 + 18;
        assert_eq!(uptimes, [Some(first), Some(59), Some(3600), None], "{how:?}");
        assert_eq!((network.warnings, network.not_understood), (vec![], vec![]), "{how:?}");
    }
}
