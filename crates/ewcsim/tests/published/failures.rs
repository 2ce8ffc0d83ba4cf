//! Failures name their cause, wherever it is, and say when the expectation would have held.

use super::Night;
use super::plan::night;

/// Returns the notes of the first failed expectation.
fn told(night: &Night) -> String {
    let finished = night.run();
    let failed = finished.judgements.iter().find_map(|judgement| judgement.diagnostic(false));
    let problem = failed.unwrap_or_else(|| panic!("all held:\n{}", night.text));
    let prepared = night.load().expect("it has run");
    prepared.scenario.diagnostics(vec![problem]).render(false)
}

#[test]
fn the_chain_goes_over_the_hosts() {
    let wrong = night("").edited("tftp-image-path /EWC/17_9_4a", "tftp-image-path /EWC/17_9_4");
    let said = told(&wrong);
    let (_, causes) = said.split_once("the causes").expect("it names them");
    let (causes, _) = causes.split_once("before that").expect("the last events follow");
    // in.tftpd says nothing of a missing file.
    for (host, text) in [("ewc", "install add failed: No such file or directory"), ("floor", "gives up")] {
        let found = causes.lines().any(|line| line.contains(host) && line.contains(text));
        assert!(found, "no `{host} {text}` in {causes}");
    }
}

#[test]
fn a_refusal_of_the_server_is_among_the_causes() {
    let text = night("").over_sftp("Swordfish");
    let said = told(&text);
    let (_, causes) = said.split_once("the causes").expect("it names them");
    let (causes, _) = causes.split_once("before that").expect("the last events follow");
    let hosts: Vec<&str> = causes
        .lines()
        .filter_map(|line| line.split_whitespace().find(|word| ["tftp-1", "ewc", "floor"].contains(word)))
        .collect();
    assert!(hosts.contains(&"tftp-1") && hosts.contains(&"ewc") && hosts.contains(&"floor"), "{causes}");
    assert!(causes.contains("install add failed: Authentication failed"), "{causes}");
}

/// A server that takes no passwords says nothing of a wrong one: its log has a line about the connection alone.
#[test]
fn a_line_of_the_server_is_among_the_causes_if_it_has_no_event_to_tell() {
    let text = super::sshd::night(
        "Subsystem sftp internal-sftp\nPasswordAuthentication no\nKbdInteractiveAuthentication no",
    )
    .edited("0 Sw0rdfish", "0 Swordfish");
    let said = told(&text);
    let (_, causes) = said.split_once("the causes").expect("it names them");
    let (causes, _) = causes.split_once("before that").expect("the last events follow");
    let line = "sshd";
    let told = causes.lines().find(|told| told.contains("sftp-1") && told.contains(line));
    let told = told.unwrap_or_else(|| panic!("no line of the server in {causes}"));
    assert!(told.contains("Connection closed by authenticating user imguser"), "{told}");
}

#[test]
fn it_says_when_it_held_later() {
    const EXPECTED: &str = "  - { access_points: all, running: 17.9.4a, state: registered }";
    for late in [
        "  - { within: 2m, access_points: all, running: 17.9.4a, state: registered }",
        "  - { at: 2m, access_points: all, running: 17.9.4a, state: registered }",
    ] {
        let said = told(&night("").edited(EXPECTED, late));
        assert!(said.contains("it held later, from +"), "{said}");
    }
    let event = told(
        &night("").edited(EXPECTED, "  - { within: 1m, event: { host: ewc, event: install_completed } }"),
    );
    assert!(event.contains("it happened at +") && event.contains("outside the expected time"), "{event}");
    let never =
        told(&night("").edited(EXPECTED, "  - { within: 2m, access_points: all, running: 17.3.1.1 }"));
    assert!(!never.contains("later"), "{never}");
}

/// Returns the causes that the first failed expectation of a night names, with this expectation in place of its own.
fn causes(night: &Night, expectation: &str) -> String {
    let own = "  - { access_points: all, running: 17.9.4a, state: registered }";
    let said = told(&night.edited(own, expectation));
    let (_, causes) =
        said.split_once("= note: the causes\n").unwrap_or_else(|| panic!("no causes in {said}"));
    causes.split("= note: before that").next().unwrap_or_default().to_owned()
}

const IN_SERVICE: &str = "  - { at: 8m, access_points: floor, state: registered }";
const WAN: &str = "network: { links: [{ name: wan, between: [floor, ewc], mtu: 1500 }] }\n";

/// Checks that each line of the causes has the host and the words of its pair, in this order, and that there are no others.
fn are(causes: &str, expected: &[(&str, &str)]) {
    let lines: Vec<&str> = causes.lines().filter(|line| !line.trim().is_empty()).collect();
    let fits = lines.len() == expected.len()
        && lines.iter().zip(expected).all(|(line, (host, words))| {
            line.split_whitespace().nth(1) == Some(*host) && line.contains(words)
        });
    assert!(fits, "{expected:?}\n{causes}");
}

#[test]
fn no_power_is_a_cause() {
    let off = night("timeline: [{ at: 20s, power_off: floor }]\n");
    are(&causes(&off, IN_SERVICE), &[("floor", "power off")]);
    // It is none any more once power is back.
    let back = night("timeline: [{ at: 20s, power_off: floor }, { at: 30s, power_on: floor }]\n");
    let late = "  - { at: 1m, access_points: floor, state: registered }";
    assert!(
        !told(&back.edited("  - { access_points: all, running: 17.9.4a, state: registered }", late))
            .contains("the causes")
    );
    let never = night("timeline: [{ at: 11m, power_on: floor }]\n");
    are(&causes(&never, IN_SERVICE), &[("floor", "has had no power so far")]);
    let controller = night("timeline: [{ at: 20s, power_off: ewc }]\n");
    are(&causes(&controller, IN_SERVICE), &[("ewc", "power off")]);
    // Also where the controller, or the log of either, is what fails.
    for of_controller in
        ["  - { controller: ewc, registered: 2 }", "  - { log: ewc, has: Image Download Success }"]
    {
        are(&causes(&controller, of_controller), &[("ewc", "power off")]);
        are(&causes(&off, of_controller), &[("floor", "power off")]);
    }
}

#[test]
fn two_bad_partitions_are_causes() {
    let bad = night(
        "catalogue: { ap.boot.duration: 75s }\ntimeline: [{ at: 5m, flash: { access_points: floor, corrupt: both, offset: 20KiB } }, { at: 6m, power_off: floor }, { at: 6m10s, power_on: floor }]\n",
    );
    are(
        &causes(&bad, IN_SERVICE),
        &[
            ("floor", "part1 is damaged"),
            ("floor", "part2 is damaged"),
            ("floor", "does not boot part1"),
            ("floor", "does not boot part2"),
            ("floor", "both partitions are bad"),
        ],
    );
}

#[test]
fn silence_has_its_cause() {
    let down = night(&format!("{WAN}timeline: [{{ at: 20s, link: {{ name: wan, state: down }} }}]\n"));
    are(&causes(&down, IN_SERVICE), &[("network", "wan"), ("floor", "without an answer")]);
    let wall = "network: { firewalls: [{ name: dc, between: [floor, ewc], rules: [{ deny: udp/5246 }] }] }\n";
    let blocked = night(wall);
    are(&causes(&blocked, IN_SERVICE), &[("floor", "without an answer")]);
    let said = told(&blocked);
    assert!(said.contains("firewall dc dropped") && said.contains("deny udp/5246"), "{said}");
    // Discovery and the join pass, and the messages with the image do not.
    let narrow = night(&WAN.replace("mtu: 1500", "mtu: 360"));
    are(
        &causes(&narrow, IN_SERVICE),
        &[
            ("network", "link wan takes packets of at most 360 bytes"),
            ("floor", "gives up: image download cannot start"),
        ],
    );
}

#[test]
fn a_session_that_ended_is_a_cause() {
    let lost = night(&format!("{WAN}timeline: [{{ at: 6m, link: {{ name: wan, state: down }} }}]\n"));
    let said = causes(&lost, "  - { at: 11m, access_points: floor, state: registered }");
    for (host, words) in
        [("network", "wan"), ("floor", "lost its controller"), ("floor", "without an answer")]
    {
        let found =
            said.lines().any(|line| line.split_whitespace().nth(1) == Some(host) && line.contains(words));
        assert!(found, "{host} {words}\n{said}");
    }
}

#[test]
fn a_predownload_that_failed_is_a_cause() {
    let timeline = "timeline: [{ at: 5m, exec: { controller: ewc, command: ap image predownload } }]\n";
    let failed = night(timeline).edited("tftp-image-path /EWC/17_9_4a", "tftp-image-path /EWC/none");
    let failed = failed.edited("running: 17.3.3.26", "running: 17.9.4.27");
    let said = causes(&failed, "  - { access_points: floor, backup: 17.9.4a }");
    assert!(said.contains("ewc") && said.contains("No such file or directory"), "{said}");
}

#[test]
fn a_server_that_stopped_is_a_cause_of_its_silence() {
    let stopped = night("timeline: [{ at: 20s, server: { name: tftp-1, state: stopped } }]\n");
    let said = causes(&stopped, "  - { log: tftp-1, has: RRQ }");
    are(&said, &[("tftp-1", "software stopped")]);
    let off = night("timeline: [{ at: 20s, power_off: tftp-1 }]\n");
    are(&causes(&off, "  - { log: tftp-1, has: RRQ }"), &[("tftp-1", "power off")]);
}

/// The access points and the controller wait for it, over either protocol.
#[test]
fn a_server_that_is_off_is_a_cause_of_what_waits_for_it() {
    let upgraded = "  - { access_points: floor, running: 17.9.4a }";
    for (event, text) in [
        ("{ at: 20s, power_off: tftp-1 }", "power off"),
        ("{ at: 20s, server: { name: tftp-1, state: stopped } }", "software stopped"),
        ("{ at: 11m30s, power_on: tftp-1 }", "has had no power so far"),
    ] {
        let tftp = night(&format!("timeline: [{event}]\n"));
        for off in [&tftp, &tftp.over_sftp("Sw0rdfish")] {
            let said = causes(
                &off.edited("until: 12m", "until: 11m40s"),
                &upgraded.replace("{ acc", "{ at: 11m, acc"),
            );
            for (host, words) in [("tftp-1", text), ("ewc", "install add failed"), ("floor", "gives up")] {
                let found = said
                    .lines()
                    .any(|line| line.split_whitespace().nth(1) == Some(host) && line.contains(words));
                assert!(found, "{host} {words}\n{said}");
            }
        }
    }
    // Another server's power is no cause.
    let other = night("timeline: [{ at: 20s, power_off: other }]\n")
        .edited("servers:\n", "servers:\n  - { name: other, software: tftpd-hpa, address: 10.0.5.28 }\n")
        .edited("tftp-image-path /EWC/17_9_4a", "tftp-image-path /EWC/none");
    let said = causes(&other, upgraded);
    assert!(!said.contains("power off") && said.contains("File not found"), "{said}");
}

#[test]
fn a_tmp_that_has_filled_up_is_a_cause() {
    let old = night("").edited("uptime: 0s", "uptime: 120d");
    are(
        &causes(&old, "  - { access_points: floor, running: 17.9.4a }"),
        &[
            ("floor", "has 385,024 bytes left in /tmp: up for 120d"),
            ("floor", "too little space in /tmp: 376 KiB, requires 50000"),
            ("floor", "gives up"),
        ],
    );
}
