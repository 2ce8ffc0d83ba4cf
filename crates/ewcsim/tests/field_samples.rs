//! The simulation prints every line of the field samples, in order.

use crate::common;
use crate::common::samples::{Pattern, comparable, in_order, is_dots, mask, patterns, unbroken};

const JOIN: &str = include_str!("field/ap-join-download-success.log");
const CANNOT_START: &str = include_str!("field/ap-image-download-cannot-start.log");
const WRONG_PATH: &str = include_str!("field/ewc-tftp-wrong-path.log");
const TIMED_OUT: &str = include_str!("field/ewc-tftp-timed-out.log");
const SYSLOG: &str = include_str!("field/tftpd-hpa.syslog");
const AUTH_LOG: &str = include_str!("field/openssh-sftp.auth.log");
const SFTP_SUCCESS: &str = include_str!("field/ewc-sftp-success.log");
const SFTP_WRONG_PATH: &str = include_str!("field/ewc-sftp-wrong-path.log");

const ALL: [&str; 8] =
    [JOIN, CANNOT_START, WRONG_PATH, TIMED_OUT, SYSLOG, AUTH_LOG, SFTP_SUCCESS, SFTP_WRONG_PATH];

/// The access point of the join, and the one that never gets its image.
const ACCESS_POINT: &str = "9105-emorenoa";
const CONTROLLER: &str = "9120-EWC";
const SERVER: &str = "CXLabs-UBUNTU22";
/// The controller's address: the controller fetches, and no access point does.
const CONTROLLER_ADDRESS: &str = "172.16.4.26";

#[test]
fn a_9105_joins_and_downloads() {
    let finished = common::run(&common::field("tftp-join"), None);
    let console = common::lines(&finished, ACCESS_POINT);
    unbroken(&comparable(&console), &patterns(JOIN)).unwrap_or_else(|missing| panic!("{missing}"));

    // Their number depends on timing, but there are always some.
    let masked: Vec<String> = console.iter().map(|line| mask(line)).collect();
    assert!(masked.iter().any(|line| line.contains("Discarding msg CAPWAP_WTP_EVENT_REQUEST(type 9)")));
    assert!(masked.iter().any(|line| is_dots(line)));
    assert!(masked.iter().any(|line| line == "> 70512640 bytes, 51208 msgs, 601 last"));

    let server = common::lines(&finished, SERVER);
    unbroken(&comparable(&server), &patterns(SYSLOG)).unwrap_or_else(|missing| panic!("{missing}"));
    assert_eq!(server.len(), 2, "one fetch, and no line but its two requests: {server:#?}");
}

#[test]
fn a_download_cannot_start() {
    let finished = common::run(&common::field("tftp-cannot-start"), None);
    let console = common::lines(&finished, ACCESS_POINT);
    unbroken(&comparable(&console), &patterns(CANNOT_START)).unwrap_or_else(|missing| panic!("{missing}"));
    assert!(console.iter().any(|line| line.ends_with("in CAPWAP state: Image Data")));
    assert!(console.iter().any(|line| line.ends_with("in CAPWAP state: DTLS Teardown")));
}

#[test]
fn a_wrong_path() {
    let finished = common::run(&common::field("tftp-wrong-path"), None);
    let log = common::lines(&finished, CONTROLLER);
    in_order(&comparable(&log), &patterns(WRONG_PATH)).unwrap_or_else(|missing| panic!("{missing}"));

    let requests = common::lines(&finished, SERVER);
    let fetches = log.iter().filter(|line| line.contains("Started install add")).count();
    assert!(fetches > 1, "it is tried again and again");
    assert_eq!(requests.len(), 2 * fetches, "two requests a fetch: {requests:#?}");
    for request in &requests {
        let expected = format!("RRQ from {CONTROLLER_ADDRESS} filename /Wrong-Path/ap1g6");
        assert!(request.ends_with(&expected), "{request}");
    }
}

#[test]
fn a_blocked_server() {
    let finished = common::run(&common::field("tftp-blocked"), None);
    let log = common::lines(&finished, CONTROLLER);
    in_order(&comparable(&log), &patterns(TIMED_OUT)).unwrap_or_else(|missing| panic!("{missing}"));
    assert_eq!(common::lines(&finished, "tftp-199"), [""; 0], "nothing reaches the server");
}

#[test]
fn a_3802_joins_and_its_image_comes_over_sftp() {
    let finished = common::run(&common::field("sftp-join"), None);
    let server = common::lines(&finished, SERVER);
    unbroken(&comparable(&server), &patterns(AUTH_LOG)).unwrap_or_else(|missing| panic!("{missing}"));
    let accepted = server.iter().filter(|line| line.contains("Accepted password")).count();
    assert_eq!(accepted, 1, "one login and one session for one image: {server:#?}");
    // The server's clock is as far behind the controller's as in the samples.
    let closed = AUTH_LOG.lines().find(|line| line.contains("close \"")).expect("the sample has it");
    let closed_here = server.iter().find(|line| line.contains("close \"")).expect("it is printed");
    assert_eq!(closed.get(..15), closed_here.get(..15));

    let log = common::lines(&finished, CONTROLLER);
    in_order(&comparable(&log), &patterns(SFTP_SUCCESS)).unwrap_or_else(|missing| panic!("{missing}"));
}

/// The controller fetches for 399 s, and an access point waits less than 30 s: it tries again and again on its own.
#[test]
fn while_sftp_takes_its_time_downloads_cannot_start() {
    let finished = common::run(&common::field("sftp-join"), None);
    let log = common::log(&finished, CONTROLLER);
    let completed = log.iter().find(|(_, line)| line.contains("Completed")).expect("the fetch ends").0;
    let console = common::log(&finished, "3802-hall");
    let in_vain: Vec<_> =
        console.iter().filter(|(_, line)| line.contains("image download cannot start")).collect();
    assert!(in_vain.len() >= 4, "{in_vain:#?}");
    assert!(in_vain.iter().all(|(at, _)| *at < completed), "once the image is there, it comes: {in_vain:#?}");
    let log = common::lines(&finished, CONTROLLER);
    let started = log.iter().filter(|line| line.contains("Started install add")).count();
    assert_eq!(started, 1, "the attempts of the access point do not start the fetch anew");
}

#[test]
fn a_wrong_path_over_sftp() {
    let finished = common::run(&common::field("sftp-wrong-path"), None);
    let log = common::lines(&finished, CONTROLLER);
    in_order(&comparable(&log), &patterns(SFTP_WRONG_PATH)).unwrap_or_else(|missing| panic!("{missing}"));
    // The server's message is not in the samples, but they show that no file is opened.
    let server = common::lines(&finished, SERVER).join("\n");
    assert!(server.contains("stat name \"/home/calo/Documents/Wrong-Path/ap1g6\""), "{server}");
    assert!(server.contains("sent status No such file") && !server.contains("open \""), "{server}");
}

/// Returns a sample without noise, as a log that matches it.
fn printed(sample: &[Pattern]) -> Vec<String> {
    sample
        .iter()
        .map(|pattern| match pattern {
            Pattern::Whole(text) => text.clone(),
            Pattern::Cropped(start) => format!("{start} and more"),
            Pattern::Gap(start, end) => format!("{start} Name: x {end}"),
        })
        .collect()
}

#[test]
fn a_missing_line_is_noticed() {
    for sample in ALL.map(patterns) {
        let log = printed(&sample);
        assert_eq!((unbroken(&log, &sample), in_order(&log, &sample)), (Ok(()), Ok(())));
        for index in 0..log.len() {
            let mut log = log.clone();
            let lost = log.remove(index);
            assert!(unbroken(&log, &sample).is_err(), "{lost}");
            assert!(in_order(&log, &sample).is_err(), "{lost}");
        }
    }
}

#[test]
fn swapped_and_changed_and_added_lines_are_noticed() {
    for sample in ALL.map(patterns) {
        let log = printed(&sample);
        for index in 1..log.len() {
            let mut swapped = log.clone();
            swapped.swap(index - 1, index);
            if swapped != log {
                assert!(unbroken(&swapped, &sample).is_err(), "{}", log[index]);
                assert!(in_order(&swapped, &sample).is_err(), "{}", log[index]);
            }
            let mut changed = log.clone();
            changed[index].insert(0, '!');
            assert!(unbroken(&changed, &sample).is_err(), "{}", log[index]);
            assert!(in_order(&changed, &sample).is_err(), "{}", log[index]);
            let mut added = log.clone();
            added.insert(index, "something else".to_owned());
            assert!(unbroken(&added, &sample).is_err(), "{}", log[index]);
        }
    }
}

#[test]
fn masks_hide_what_varies_and_nothing_else() {
    let same = |a: &str, b: &str| assert_eq!(mask(a), mask(b));
    let different = |a: &str, b: &str| assert_ne!(mask(a), mask(b));
    same("[*01/30/2024 21:41:35.4630] Using fd(37559296) for", "[*02/01/2025 01:02:03.0000] Using fd(5) for");
    same(
        "*Feb 1 20:55:03.359: %A-5-B: Mac: 0200.ac10.041e x",
        "*Feb  2 20:55:03.359: %A-5-B: Mac: aabb.ccdd.eeff x",
    );
    same("Jan 31 12:32:58 h in.tftpd[595346]: RRQ from", "Feb  1 00:00:00 h in.tftpd[7]: RRQ from");
    same("[*01/30/2024 21:43:11.6480] .....> 1 bytes, 1 msgs, 1 last", "[*x] ...> 1 bytes, 1 msgs, 1 last");
    same(
        "Feb  1 11:10:23 h sshd[1]: from 1.2.3.4 port 37081 ssh2",
        "Feb  2 01:00:00 h sshd[22]: from 1.2.3.4 port 9 ssh2",
    );
    different("Feb  1 11:10:23 h sshd[1]: x port 1 ssh2", "Feb  1 11:10:23 h sftp-server[1]: x port 1 ssh2");
    different("[*x] result code: 0", "[*x] result code: 1");
    different("[*x] storage(10): fileName ap1g8, pre 0", "[*x] storage(11): fileName ap1g8, pre 0");
    different("[*x] fileName [ap1g8]", "[*x] fileName [ap1g7]");
    different("[*x] > 1 bytes, 1 msgs, 1 last", "[*x] > 1 bytes, 2 msgs, 1 last");
    different(
        "Jan 31 12:32:58 h in.tftpd[1]: RRQ from 1.2.3.4",
        "Jan 31 12:32:58 g in.tftpd[1]: RRQ from 1.2.3.4",
    );
}
