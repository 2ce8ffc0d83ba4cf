//! What the scenarios print, as snapshots in the repository's `snapshots/`: the logs and `show` outputs that each names, its
//! timeline, and its events.
//!
//! `INSTA_UPDATE=always cargo nextest run -p ewcsim -E 'test(/^snapshots::/)'` accepts what changed; read the difference before committing it.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use ewcsim::report::milestones;
use ewcsim::{Finished, Prepared, Verdict, WallClock};
use scenario::Snapshot;

use crate::common;

/// One test per scenario, so that all that changed are seen at once; and their names, so that none is left out.
macro_rules! scenarios {
    ($($test:ident: $path:literal,)*) => {
        $(#[test]
        fn $test() {
            for (name, text) in items($path) {
                common::snapshots($path).bind(|| insta::assert_snapshot!(name, text));
            }
        })*

        /// Below `scenarios/`, without `.yaml`.
        const SCENARIOS: &[&str] = &[$($path),*];
    };
}

scenarios! {
    tftp_join: "field/tftp-join",
    tftp_cannot_start: "field/tftp-cannot-start",
    tftp_wrong_path: "field/tftp-wrong-path",
    tftp_blocked: "field/tftp-blocked",
    sftp_join: "field/sftp-join",
    sftp_wrong_path: "field/sftp-wrong-path",
    own_image: "field/own-image",
    tftpd64_join: "field/tftpd64-join",
    no_profile: "field/no-profile",
    firewall_without_alg: "bugs/firewall-without-alg",
    server_stops: "bugs/server-stops",
    truncated_image: "bugs/truncated-image",
    corrupted_image: "bugs/corrupted-image",
    mtu_black_hole: "bugs/mtu-black-hole",
    tmp_full: "bugs/tmp-full",
    partition_full: "bugs/partition-full",
    bad_block: "bugs/bad-block",
    both_partitions_bad: "bugs/both-partitions-bad",
    sftp_wrong_password: "bugs/sftp-wrong-password",
    sftp_unknown_user: "bugs/sftp-unknown-user",
    sftp_unreadable_file: "bugs/sftp-unreadable-file",
    sftp_bad_chroot: "bugs/sftp-bad-chroot",
    sftp_blocked: "bugs/sftp-blocked",
    sftp_refused: "bugs/sftp-refused",
    sftp_server_restarts: "bugs/sftp-server-restarts",
    sftp_connection_reset: "bugs/sftp-connection-reset",
    sftp_truncated_file: "bugs/sftp-truncated-file",
    sftp_corrupted_image: "bugs/sftp-corrupted-image",
    sftp_host_key_changed: "bugs/sftp-host-key-changed",
    sftp_no_common_kex: "bugs/sftp-no-common-kex",
    sftp_server_full: "bugs/sftp-server-full",
    sftp_link_20s: "bugs/sftp-link-20s",
    sftp_link_20min: "bugs/sftp-link-20min",
    competing_types: "chaos/competing-types",
    lossy_wan: "chaos/lossy-wan",
    power_cut: "chaos/power-cut",
    same_type: "chaos/same-type",
    slow_wan: "chaos/slow-wan",
}

/// The snapshots of a scenario: name and text.
fn items(path: &str) -> Vec<(String, String)> {
    let prepared = common::load(&format!("scenarios/{path}.yaml"));
    let finished = common::run(&prepared, None);
    assert_eq!(finished.verdict(), Verdict::Held, "{:#?}\n{:#?}", finished.judgements, finished.violations);
    let mut items = vec![
        ("timeline".to_owned(), timeline(&prepared, &finished)),
        ("events".to_owned(), events(&prepared, &finished)),
    ];
    for snapshot in &prepared.scenario.snapshot {
        let text = match snapshot {
            Snapshot::Log(host) => common::lines(&finished, host).join("\n"),
            Snapshot::Show(command) => {
                let controller = &prepared.scenario.controller.name;
                finished.show(controller, command).expect("the scenario's commands are run").to_owned()
            }
        };
        items.push((item_name(snapshot), text));
    }
    items
}

/// The name of an item's file, without `.snap`.
fn item_name(snapshot: &Snapshot) -> String {
    match snapshot {
        Snapshot::Log(host) => host.clone(),
        Snapshot::Show(command) => command.replace(' ', "-"),
    }
}

fn timeline(prepared: &Prepared, finished: &Finished) -> String {
    let clock = WallClock::new(prepared.scenario.start);
    milestones(&finished.record).iter().fold(String::new(), |mut out, milestone| {
        writeln!(out, "{} {}: {}", clock.time_of_day(milestone.at), milestone.host, milestone.text)
            .expect("strings take any text");
        out
    })
}

/// The lines of `events.jsonl`, shorter: the time of day in milliseconds, and fields without quotes.
fn events(prepared: &Prepared, finished: &Finished) -> String {
    let clock = WallClock::new(prepared.scenario.start);
    let mut out = String::new();
    for entry in finished.record.entries().iter() {
        let mut fields = match serde_json::to_value(&entry.event) {
            Ok(serde_json::Value::Object(fields)) => fields,
            other => panic!("an event is an object, not {other:?}"),
        };
        let kind = fields.remove("event").expect("an event says what it is");
        let host = &finished.record.hosts()[entry.host];
        let plain =
            |value: &serde_json::Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        write!(out, "{} {host} {}", clock.time_of_day(entry.at), plain(&kind))
            .expect("strings take any text");
        for (name, value) in &fields {
            write!(out, " {name}={}", plain(value)).expect("strings take any text");
        }
        out.push('\n');
    }
    out
}

/// Files below `directory` whose names end in `end`, without it, relative and sorted.
fn below(directory: &Path, end: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut directories = vec![directory.to_owned()];
    while let Some(next) = directories.pop() {
        for entry in std::fs::read_dir(&next).unwrap_or_else(|error| panic!("{}: {error}", next.display())) {
            let path: PathBuf = entry.expect("an entry").path();
            if path.is_dir() {
                directories.push(path);
            } else if let Some(name) = path.strip_prefix(directory).expect("it is below").to_str()
                && let Some(name) = name.strip_suffix(end)
            {
                found.insert(name.to_owned());
            }
        }
    }
    found
}

#[test]
fn every_scenario_with_snapshots_is_tested() {
    let scenarios = common::workspace().join("scenarios");
    for name in below(&scenarios, ".yaml") {
        let prepared = common::load(&format!("scenarios/{name}.yaml"));
        let tested = SCENARIOS.contains(&name.as_str());
        assert_eq!(
            tested,
            !prepared.scenario.snapshot.is_empty(),
            "scenarios/{name}.yaml and the list above"
        );
    }
}

/// A snapshot nothing compares with looks like a check and is none.
#[test]
fn every_snapshot_has_an_owner() {
    let directory = common::workspace().join("snapshots");
    let of_scenarios: BTreeSet<String> = SCENARIOS
        .iter()
        .flat_map(|path| {
            let named = common::load(&format!("scenarios/{path}.yaml")).scenario.snapshot;
            let named: Vec<String> = named.iter().map(item_name).collect();
            let own = ["timeline", "events"].map(str::to_owned);
            named.into_iter().chain(own).map(move |item| format!("{path}/{item}"))
        })
        .collect();
    let found = below(&directory, ".snap");
    let missing: Vec<&String> = of_scenarios.difference(&found).collect();
    assert!(missing.is_empty(), "not stored: {missing:?}");
    for name in found.difference(&of_scenarios) {
        let text =
            std::fs::read_to_string(directory.join(format!("{name}.snap"))).expect("it has been listed");
        assert!(is_named_by_its_test(name, &text), "no scenario and no test has snapshots/{name}.snap");
    }
}

/// Whether the test that a snapshot's head states is there and has the snapshot's name in it.
fn is_named_by_its_test(name: &str, snapshot: &str) -> bool {
    let source = snapshot.lines().find_map(|line| line.strip_prefix("source: "));
    let Some(source) = source.filter(|source| !source.ends_with("tests/snapshots.rs")) else { return false };
    let name = name.rsplit('/').next().unwrap_or(name);
    std::fs::read_to_string(common::workspace().join(source))
        .is_ok_and(|test| test.contains(&format!("\"{name}\"")))
}

#[test]
fn an_orphan_is_noticed() {
    let head = |source: &str| format!("---\nsource: {source}\n---\ntext\n");
    assert!(is_named_by_its_test("diagnostics/late", &head("crates/scenario/tests/diagnostics.rs")));
    assert!(!is_named_by_its_test("diagnostics/gone", &head("crates/scenario/tests/diagnostics.rs")));
    assert!(!is_named_by_its_test("field/tftp-join/timeline", &head("crates/ewcsim/tests/snapshots.rs")));
    assert!(!is_named_by_its_test("diagnostics/late", &head("crates/scenario/tests/gone.rs")));
    assert!(!is_named_by_its_test("diagnostics/late", "text\n"));
}
