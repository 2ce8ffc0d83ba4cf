//! Random networks: printed, read, printed again.

use std::net::Ipv4Addr;

use ewc::{ApRow, ApState, PredownloadStatus, Snapshot};
use image::Version;
use proptest::prelude::*;
use text::MacAddress;

use crate::printed::{COMMANDS, log, read, row, rows, show, version};

fn versions() -> impl Strategy<Value = Version> {
    prop_oneof![Just("17.9.4.27"), Just("17.12.1.5"), Just("8.10.185.0"), Just("17.3.3.26")].prop_map(version)
}

fn access_point() -> impl Strategy<Value = ApRow> {
    let name = "[A-Za-z0-9][A-Za-z0-9._-]{0,31}";
    let model = prop_oneof![
        Just("C9105AXI-B"),
        Just("AIR-AP1815I-A-K9"),
        Just("9130AXI"),
        Just("C9120AXE-D"),
        Just("AIR-AP4800")
    ];
    let location = "[A-Za-z][A-Za-z0-9]{0,6}( [A-Za-z0-9.]{1,7}){0,3}";
    let state = prop_oneof![Just(ApState::Registered), Just(ApState::ImageData)];
    let status = prop_oneof![
        Just(PredownloadStatus::None),
        Just(PredownloadStatus::Initiated),
        Just(PredownloadStatus::Predownloading),
        Just(PredownloadStatus::Complete),
        Just(PredownloadStatus::NotSupported),
        Just(PredownloadStatus::Failed)
    ];
    let backup = prop_oneof![Just(Version::NONE), versions()];
    (
        name,
        model,
        location,
        state,
        (versions(), versions(), backup, versions()),
        status,
        any::<[u8; 6]>(),
        any::<[u8; 4]>(),
        1..4_u8,
    )
        .prop_map(
            |(
                name,
                model,
                location,
                state,
                (running, primary, backup, predownload),
                status,
                mac,
                address,
                slots,
            )| {
                let mut row = row(&name, model, 1);
                row.mac = MacAddress([mac[0] | 1, mac[1], mac[2], mac[3], mac[4], mac[5]]);
                row.radio_mac = row.mac.base_radio();
                row.address = Ipv4Addr::from(address);
                (row.location, row.state, row.slots) = (location, state, slots);
                (row.running, row.primary, row.backup) = (running, primary, backup);
                (row.predownload.status, row.predownload.version) = (status, predownload);
                row
            },
        )
}

fn network() -> impl Strategy<Value = Snapshot> {
    (prop::collection::vec(access_point(), 0..20), prop_oneof![Just("17.3.3.26"), Just("17.9.4.27")])
        .prop_map(|(mut aps, release)| {
            aps.sort_by(|a, b| a.name.cmp(&b.name));
            aps.dedup_by(|a, b| a.name == b.name);
            aps.sort_by_key(|ap| ap.mac);
            aps.dedup_by_key(|ap| ap.mac);
            aps.sort_by(|a, b| a.name.cmp(&b.name));
            Snapshot { name: "9120-EWC".to_owned(), version: version(release), aps, ..Snapshot::default() }
        })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn printed_networks_print_the_same_again(snapshot in network()) {
        let commands = COMMANDS;
        let printed = read(&log(&snapshot, &commands));
        prop_assert_eq!(&printed.not_understood, &vec![]);
        prop_assert_eq!(&printed.warnings, &vec![]);
        // Each is in the lab, with its name and its address, and none is added.
        let lab = intake::lab::write(&printed, &intake::lab::Options::default());
        for ap in &snapshot.aps {
            let name = format!("name: {}", ap.name);
            prop_assert!(lab.contains(&name) || lab.contains(&format!("\"{}\"", ap.name)), "{}\n{}", name, lab);
        }
        let entries = lab.lines().filter(|line| line.starts_with("  - { name: ") && line.contains(" running: ")).count();
        let can_be = snapshot.aps.iter().any(|ap| !["AIR-AP1815I-A-K9", "AIR-AP4800"].contains(&&*ap.model));
        prop_assert_eq!(entries + usize::from(can_be), snapshot.aps.len());
        let again = Snapshot { aps: rows(&printed, &snapshot), ..snapshot.clone() };
        for command in commands {
            prop_assert_eq!(show(&again, command), show(&snapshot, command));
        }
    }
}
