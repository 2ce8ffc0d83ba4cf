//! `scenarios/bugs/`: failures between the controller and its server, and in access points.

use std::time::Duration;

use ap::ApEvent;
use ewcsim::Event;

use crate::causes::{UPGRADED, depends_on_its_cause, fails, holds, is_due_to, is_mended_by};
use crate::common::{Edited, lines, log};

#[test]
fn the_data_ports_of_tftp_have_to_be_open() {
    let closed = Edited::scenario("bugs/firewall-without-alg").until("10m");
    let open =
        closed.clone().replace("[{ permit: udp/69 }]", "[{ permit: udp/69 }, { permit: udp, from: tftp-1 }]");
    depends_on_its_cause(&closed, &open);
    fails(&closed, UPGRADED);
    holds(&open, UPGRADED);
}

/// The difference from a closed port 69, for which the controller's log is the same.
#[test]
fn with_port_69_closed_too_the_server_hears_nothing() {
    let closed = Edited::scenario("bugs/firewall-without-alg").replace("permit: udp/69", "deny: udp/69");
    let finished = holds(&closed, "{ log: ewc, has: Timed out }");
    assert_eq!(lines(&finished, "tftp-1"), Vec::<String>::new());
}

/// With the same rules and a memory, the data makes a flow, and the acknowledgements are part of it.
#[test]
fn an_access_list_keeps_no_flow_for_the_acknowledgements() {
    is_mended_by("bugs/stateless-acl", ("\n      stateless: true", ""), "10m", UPGRADED);
    let open = ("{ permit: udp/69, from: ewc }", "{ permit: udp, from: ewc }");
    is_mended_by("bugs/stateless-acl", open, "10m", UPGRADED);
}

/// The server's log is that of a client that does not hear it; its own data is on the wire all the time.
#[test]
fn block_1_is_sent_again_and_again() {
    let finished = holds(&Edited::scenario("bugs/stateless-acl"), "{ log: ewc, has: Timed out }");
    let requests = lines(&finished, "tftp-1").iter().filter(|line| line.contains("RRQ")).count();
    assert!(requests > 1, "{requests}");
    assert!(finished.stats.sent > finished.stats.arrived);
}

#[test]
fn a_server_that_stays_is_not_waited_for() {
    const STOP: &str = "\n  - { at: 1m51s, server: { name: tftp-1, state: stopped } }";
    const START: &str = "\n  - { at: 5m, server: { name: tftp-1, state: started } }";
    let stops = Edited::scenario("bugs/server-stops");
    depends_on_its_cause(&stops, &stops.clone().replace(STOP, ""));
    fails(&stops.replace(START, ""), UPGRADED);
}

/// The interrupted transfer is not resumed: the whole image is fetched again.
#[test]
fn the_image_is_fetched_anew_once_the_server_is_back() {
    let finished = holds(&Edited::scenario("bugs/server-stops"), UPGRADED);
    let requests: Vec<Duration> = log(&finished, "tftp-1").iter().map(|(at, _)| *at).collect();
    assert_eq!(requests.len(), 4, "two requests for each fetch");
    assert!(requests[2] > Duration::from_secs(300));
}

#[test]
fn the_whole_file_is_taken() {
    const CUT: &str = "\n  - { at: 0s, file: { server: tftp-1, path: /17.9.4a/ap1g8, truncate: 700000 } }";
    let cut = Edited::scenario("bugs/truncated-image").until("6m");
    let whole = cut.clone().replace(CUT, "");
    depends_on_its_cause(&cut, &whole);
    fails(&cut, UPGRADED);
    holds(&whole, UPGRADED);
}

#[test]
fn an_interrupted_copy_is_a_part_of_an_image() {
    let whole = "files: { ap1g7: 1024000, ap1g8: 1024000 }";
    is_due_to("bugs/interrupted-copy", "listing: interrupted-copy.listing", whole);
}

#[test]
fn the_right_bytes_are_taken() {
    const WRONG: &str = "\n  - { at: 0s, file: { server: tftp-1, path: /17.9.4a/ap1g8, corrupt: 500000 } }";
    let wrong = Edited::scenario("bugs/corrupted-image").until("6m");
    let right = wrong.clone().replace(WRONG, "");
    depends_on_its_cause(&wrong, &right);
    fails(&wrong, UPGRADED);
    holds(&right, UPGRADED);
}

/// The device is repaired, but the staged image stays; unless the controller removes what was refused, which is not known.
#[test]
fn a_damaged_image_stays_staged_or_is_fetched_again() {
    let bad = Edited::scenario("bugs/silent-corruption").until("20m");
    let sound = bad.clone().replace("silent_corruption: 0.5%", "silent_corruption: 0");
    depends_on_its_cause(&bad, &sound);
    holds(&sound, UPGRADED);
    let finished = fails(&bad, UPGRADED);
    assert!(finished.stats.altered > 0 && finished.stats.damaged == 0);
    let is_it = |fact: &ewcsim::UnverifiedFact| fact.key == "ewc.staging.keeps-refused";
    assert!(finished.unverified_facts.iter().any(is_it), "{:?}", finished.unverified_facts);
    let removed = bad.replace("\ntimeline:", "\ncatalogue: { ewc.staging.keeps-refused: 0 }\n\ntimeline:");
    let finished = holds(&removed, UPGRADED);
    assert!(!finished.unverified_facts.iter().any(is_it), "the scenario states it");
}

/// The same share of damaged frames, on a wire: each is dropped for its FCS and sent again, whatever the seed.
#[test]
fn a_bad_cable_never_damages_an_image() {
    let cable = Edited::scenario("bugs/silent-corruption")
        .until("30m")
        .replace("silent_corruption: 0.5%", "corruption: 0.5%")
        .replace("silent_corruption: 0 }", "corruption: 0 }");
    for seed in test_support::seeds(20) {
        let finished = holds(&cable.clone().replace("seed: 1", &format!("seed: {seed}")), UPGRADED);
        let damaged: u64 = finished.fcs_errors.iter().map(|errors| errors.frames).sum();
        assert_eq!((finished.stats.damaged, finished.stats.altered), (damaged, 0));
    }
}

/// in.tftpd serves world-readable files, in directories that its user may search.
#[test]
fn a_file_that_not_everybody_may_read_is_not_served() {
    const WRONG: &str = "\n  - { at: 0s, file: { server: tftp-1, path: /17.9.4a/ap1g8, corrupt: 500000 } }";
    const FILES: &str = "files: { /17.9.4a: 17.9.4a }";
    let open = Edited::scenario("bugs/corrupted-image").until("6m").replace(WRONG, "");
    holds(&open, UPGRADED);
    let with = |files: &str| open.clone().replace(FILES, files);
    fails(&with("files: { /17.9.4a: { images: 17.9.4a, mode: 0640 } }"), UPGRADED);
    let shut =
        "files: { /17.9.4a: 17.9.4a }\n    directories: { /srv/tftp/17.9.4a: { owner: calor, mode: 0700 } }";
    fails(&with(shut), UPGRADED);
    holds(&with(&shut.replace("calor", "tftp")), UPGRADED);
}

/// If the link is narrow both ways, the access point finds the MTU; if it is wide both ways, there is nothing to find.
#[test]
fn a_path_that_is_narrow_both_ways_is_found() {
    let one_way = Edited::scenario("bugs/mtu-black-hole");
    fails(&one_way, UPGRADED);
    // The controller hears of it and sends nothing longer, but has nothing shorter either.
    fails(&one_way.clone().replace("pmtud: blackhole", "pmtud: icmp"), UPGRADED);
    for mtu in ["mtu: 1400, pmtud: blackhole", "mtu: 1400", "mtu: 1500"] {
        let both_ways = one_way.clone().replace("reverse: { mtu: 1400, pmtud: blackhole }", mtu);
        depends_on_its_cause(&one_way, &both_ways);
        holds(&both_ways, UPGRADED);
    }
}

/// A device that boots has forgotten the MTU that it learned of a path: it is wide before the ten minutes are over in which it would know
/// the old one.
#[test]
fn a_boot_forgets_the_mtu_of_a_path() {
    const NARROW: &str = "reverse: { mtu: 1400, pmtud: blackhole }";
    const START: &str = "  - { at: 0s, power_on: all }\n";
    let widened = |link: &str, after: &str| {
        let later = format!("{START}  - {{ {after}, link: {{ name: tunnel, mtu: 1500 }} }}\n");
        Edited::scenario("bugs/mtu-black-hole").replace(NARROW, link).replace(START, &later)
    };
    // The access point learned it as it joined, and boots the new image once the path is wide.
    let finished =
        holds(&widened("mtu: 1400", "after: { host: branch, event: reloading }").until("12m"), UPGRADED);
    let found = |entry: &&ewcsim::Entry| {
        matches!(entry.event, Event::AccessPoint(ApEvent::PathMtuChanged { to: 1005, .. }))
    };
    assert_eq!(finished.record.entries().iter().filter(found).count(), 1);
    // The controller learned it with the first image data, before 3m10s, and takes 6 minutes to boot.
    const SENT: &str = "{ within: 11m, event: { host: branch, event: image_data_started } }";
    let kept = widened("reverse: { mtu: 1400 }", "at: 4m").until("14m");
    fails(&kept, SENT);
    let reload = "mtu: 1500 } }\n  - { at: 4m1s, reload: ewc }\n";
    holds(&kept.replace("mtu: 1500 } }\n", reload), SENT);
}

/// DTLS makes a full message 1,485 bytes long on IP, and 1,469 if both ends have 17.5.1 or later.
#[test]
fn a_path_carries_full_messages_by_the_cipher_of_its_access_point() {
    let path_mtu = |running: &str, mtu: u16| {
        let finished = Edited::scenario("bugs/mtu-black-hole")
            .replace("reverse: { mtu: 1400, pmtud: blackhole }", &format!("mtu: {mtu}, pmtud: blackhole"))
            .replace("running: 17.3.3.26", &format!("running: {running}"))
            .expecting("{ access_points: all, running: 17.9.4a }");
        let settled = finished.record.entries().iter().find_map(|entry| match entry.event {
            Event::AccessPoint(ApEvent::PathMtuChanged { to, .. }) => Some(to),
            _ => None,
        });
        settled.unwrap_or(1485)
    };
    assert_eq!([1485, 1484].map(|mtu| path_mtu("17.3.3.26", mtu)), [1485, 1005]);
    assert_eq!([1469, 1468].map(|mtu| path_mtu("17.9.3.50", mtu)), [1485, 1005]);
}

#[test]
fn expired_certificate() {
    const NAME: &str = "bugs/expired-certificate";
    is_due_to(
        NAME,
        "name: old, model: AIR-AP3802I-B-K9, made: 2013",
        "name: old, model: AIR-AP3802I-B-K9, made: 2016",
    );
    is_due_to(NAME, "start: 2024", "start: 2023");
}
