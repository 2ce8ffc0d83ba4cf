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
