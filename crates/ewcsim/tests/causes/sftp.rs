//! `scenarios/bugs/sftp-*`: failures between the controller and an SFTP server.

use std::time::Duration;

use crate::causes::{UPGRADED, depends_on_its_cause, fails, holds};
use crate::common::{Edited, lines, log};

/// Checks that `from` is the cause: with `to` in its place, the access point is upgraded, and the scenario's expectations fail.
fn is_upgraded_with(name: &str, from: &str, to: &str) {
    let sick = Edited::scenario(name);
    let healthy = sick.clone().replace(from, to);
    depends_on_its_cause(&sick, &healthy);
    fails(&sick.until("8m"), UPGRADED);
    holds(&healthy.until("8m"), UPGRADED);
}

#[test]
fn with_the_right_password_it_is_let_in() {
    is_upgraded_with("bugs/sftp-wrong-password", "password 0 Swordfish", "password 0 Sw0rdfish");
}

#[test]
fn with_a_user_who_exists_it_is_let_in() {
    is_upgraded_with("bugs/sftp-unknown-user", "username calor", "username ewc");
}

#[test]
fn what_the_user_may_read_is_fetched() {
    for (from, to) in [("mode: 0600", "mode: 0644"), ("owner: root", "owner: ewc")] {
        is_upgraded_with("bugs/sftp-unreadable-file", from, to);
    }
}

#[test]
fn a_chroot_directory_of_root_s_will_do() {
    const OURS: &str = "{ owner: ewc, group: ewc }";
    is_upgraded_with("bugs/sftp-bad-chroot", OURS, "{ owner: root, group: root }");
    // Owned by root and writable by others: no better.
    let shared = Edited::scenario("bugs/sftp-bad-chroot").replace(OURS, "{ group: ewc, mode: 0775 }");
    let finished = fails(&shared, UPGRADED);
    assert!(lines(&finished, "sftp-1").concat().contains("bad ownership or modes for chroot directory"));
}

#[test]
fn with_port_22_open_the_server_is_reached() {
    is_upgraded_with("bugs/sftp-blocked", "deny: tcp/22", "permit: tcp/22");
    is_upgraded_with("bugs/sftp-refused", "reject: tcp/22", "permit: tcp/22");
}

/// A rejected client knows at once; a client without an answer waits.
#[test]
fn a_rule_that_rejects_is_told_from_one_that_denies() {
    let failed_after = |name: &str| {
        let finished = Edited::scenario(name).run_as_it_is();
        let log = log(&finished, "ewc");
        let moment = |text: &str| log.iter().find(|(_, line)| line.contains(text)).expect("it is logged").0;
        moment("Failed to install_add") - moment("Started install add")
    };
    assert!(failed_after("bugs/sftp-refused") < Duration::from_secs(5));
    assert!(failed_after("bugs/sftp-blocked") > Duration::from_secs(20));
}

#[test]
fn a_server_that_stays_is_not_waited_for() {
    const STOP: &str = "\n  - { at: 2m40s, server: { name: sftp-1, state: stopped } }";
    const START: &str = "\n  - { at: 5m30s, server: { name: sftp-1, state: started } }";
    let stops = Edited::scenario("bugs/sftp-server-restarts");
    depends_on_its_cause(&stops, &stops.clone().replace(STOP, ""));
    fails(&stops.replace(START, ""), UPGRADED);
}

#[test]
fn a_connection_that_nobody_resets_lasts() {
    const RESET: &str = "\n  - { at: 2m40s, reject: { firewall: dc, rule: tcp } }";
    const REMOVE: &str = "\n  - { at: 3m40s, remove: { firewall: dc, rule: tcp } }";
    let reset = Edited::scenario("bugs/sftp-connection-reset");
    depends_on_its_cause(&reset, &reset.clone().replace(RESET, ""));
    fails(&reset.replace(REMOVE, ""), UPGRADED);
}

#[test]
fn the_whole_file_with_the_right_bytes_is_taken() {
    let change = |change: &str| {
        format!("\n  - {{ at: 0s, file: {{ server: sftp-1, path: /home/ewc/17.9.4a/ap1g8, {change} }} }}")
    };
    is_upgraded_with("bugs/sftp-truncated-file", &change("truncate: 700000"), "");
    is_upgraded_with("bugs/sftp-corrupted-image", &change("corrupt: 500000"), "");
}

#[test]
fn a_host_key_that_stays_or_is_not_checked_is_accepted() {
    const NEW: &str = "\n  - { at: 5m, server: { name: sftp-1, host_key: new } }";
    let changed = Edited::scenario("bugs/sftp-host-key-changed");
    fails(&changed, UPGRADED);
    for (from, to) in [(NEW, ""), ("    ip ssh stricthostkeycheck\n", "")] {
        let accepted = changed.clone().replace(from, to);
        depends_on_its_cause(&changed, &accepted);
        holds(&accepted, UPGRADED);
    }
}

#[test]
fn one_key_exchange_in_common_is_enough() {
    const KEX: &str = "KexAlgorithms curve25519-sha256";
    is_upgraded_with("bugs/sftp-no-common-kex", KEX, "KexAlgorithms curve25519-sha256,ecdh-sha2-nistp384");
}

#[test]
fn with_one_place_left_the_controller_gets_in() {
    const GONE: &str = "\n  - { at: 7m, power_off: scanner }";
    let full = Edited::scenario("bugs/sftp-server-full");
    depends_on_its_cause(&full, &full.clone().replace("connections: 10", "connections: 9"));
    fails(&full.replace(GONE, ""), UPGRADED);
}

#[test]
fn tcp_bridges_20_seconds_and_not_20_minutes() {
    const UP_20S: &str = "at: 3m, link: { name: wan, state: up }";
    const UP_20MIN: &str = "at: 22m40s, link: { name: wan, state: up }";
    let short = Edited::scenario("bugs/sftp-link-20s").until("40m");
    let long = Edited::scenario("bugs/sftp-link-20min");
    depends_on_its_cause(&short, &short.clone().replace(UP_20S, UP_20MIN));
    depends_on_its_cause(&long, &long.clone().replace(UP_20MIN, UP_20S));
}

/// The same connection goes on, and the data fetched so far is not fetched again.
#[test]
fn a_short_cut_costs_its_own_time_alone() {
    const DOWN: &str = "\n  - { at: 2m40s, link: { name: wan, state: down } }";
    let fetched = |edited: &Edited| {
        let finished = holds(edited, UPGRADED);
        let logins = lines(&finished, "sftp-1").iter().filter(|line| line.contains("Accepted")).count();
        assert_eq!(logins, 1);
        log(&finished, "ewc").iter().find(|(_, line)| line.contains("Completed")).expect("it is fetched").0
    };
    let cut = Edited::scenario("bugs/sftp-link-20s");
    let lost = fetched(&cut) - fetched(&cut.clone().replace(DOWN, ""));
    assert!((20..45).contains(&lost.as_secs()), "{lost:?}");
}
