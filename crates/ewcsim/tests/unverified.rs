//! What a run leans on without evidence is named beside its verdict.

use ewcsim::Finished;

use crate::common::{Edited, load, run};

fn facts(finished: &Finished) -> Vec<&str> {
    finished.unverified_facts.iter().map(|fact| fact.key.as_str()).collect()
}

#[test]
fn facts_are_named_if_they_had_their_effect() {
    let joins = run(&load("scenarios/field/tftp-cannot-start.yaml"), None);
    assert_eq!(facts(&joins), ["ap.capwap.dtls-setup", "ap.capwap.join-delay", "ap.configure.delay"]);
    let predownloads = run(&load("scenarios/field/predownload.yaml"), None);
    let expected = [
        "ap.capwap.dtls-setup",
        "ap.capwap.join-delay",
        "ap.configure.delay",
        "ap.flash.erase-rate",
        "ap.flash.write-rate",
        "ap.reload.delay",
        "ap.upgrade.install.step",
        "ewc.predownload.max-concurrent",
        "ewc.predownload.wave",
        "ewc.predownload.wave-interval",
    ];
    assert_eq!(facts(&predownloads), expected);
}

#[test]
fn the_limit_of_the_relay_is_named_if_downloads_waited_for_it() {
    const KEY: &str = "ewc.relay.rate";
    let twelve = run(&load("scenarios/chaos/limit-of-the-relay.yaml"), None);
    assert!(facts(&twelve).contains(&KEY));
    let two = run(&load("scenarios/chaos/same-type.yaml"), None);
    assert!(!facts(&two).contains(&KEY));
}

#[test]
fn facts_about_sftp_are_not_named_for_tftp() {
    let tftp = run(&load("scenarios/field/tftp-wrong-path.yaml"), None);
    assert!(facts(&tftp).iter().all(|key| !key.contains("sftp") && !key.contains("ssh")));
    let sftp = run(&load("scenarios/field/sftp-wrong-path.yaml"), None);
    let named: Vec<&str> = facts(&sftp).into_iter().filter(|key| key.starts_with("ewc.s")).collect();
    assert_eq!(named, ["ewc.ssh.identification"]);
    let blocked = run(&load("scenarios/bugs/sftp-blocked.yaml"), None);
    let named: Vec<&str> = facts(&blocked).into_iter().filter(|key| key.starts_with("ewc.s")).collect();
    assert_eq!(named, ["ewc.sftp.connect-timeout", "ewc.sftp.stall-timeout", "ewc.ssh.identification"]);
}

#[test]
fn a_boot_of_the_controller_is_named_and_its_first_is_not() {
    const WITHOUT: &str = "{ access_points: all, downloads_failed: 0 }";
    let scenario = Edited::scenario("field/predownload");
    assert!(!facts(&scenario.expecting(WITHOUT)).contains(&"ewc.boot.duration"));
    let booted = scenario
        .then("{ at: 20m, power_off: 9120-EWC }")
        .then("{ at: 21m, power_on: 9120-EWC }")
        .expecting(WITHOUT);
    assert!(facts(&booted).contains(&"ewc.boot.duration"));
}

/// No event shows that a defect did not come.
#[test]
fn the_limit_of_a_known_defect_is_named_if_a_run_stayed_below_it() {
    const LIMIT: &str = "ap.quirk.tmp-fills-after";
    let scenario = Edited::scenario("field/tftp-join");
    let stated = |uptime: &str| {
        let line = scenario.line("  - { name: 9105-emorenoa");
        let with_uptime = line.replace("{ name", &format!("{{ uptime: {uptime}, name"));
        scenario.clone().replace(&line, &with_uptime).run_as_it_is()
    };
    for (uptime, is_named) in [("0s", false), ("80d", true), ("91d", true)] {
        assert_eq!(facts(&stated(uptime)).contains(&LIMIT), is_named, "{uptime}");
    }
    assert!(!facts(&scenario.run_as_it_is()).contains(&LIMIT));
}

#[test]
fn a_value_that_the_scenario_states_is_its_own() {
    let stated = Edited::scenario("field/tftp-cannot-start")
        .replace("\nimages:", "\ncatalogue: { ap.capwap.join-delay: 90ms }\n\nimages:")
        .run_as_it_is();
    assert_eq!(facts(&stated), ["ap.capwap.dtls-setup", "ap.configure.delay"]);
}

#[test]
fn texts_are_named_if_an_expectation_matched_them() {
    let finished = run(&load("scenarios/bugs/community-5230018-heartbeat.yaml"), None);
    let [text] = &finished.unverified_texts[..] else { panic!("{:?}", finished.unverified_texts) };
    assert_eq!(text.host, "ewc");
    assert!(text.text.ends_with("Disjoined Heart beat timer expired"), "{}", text.text);
    let known = run(&load("scenarios/field/tftp-wrong-path.yaml"), None);
    assert_eq!(known.unverified_texts, []);
}

/// A word of a `show` command is named whether or not it was shown: a count of 0 rows with it holds if the real one differs.
#[test]
fn words_of_show_commands_are_named_if_an_expectation_reads_them() {
    let texts = |expectation: &str| {
        let finished = Edited::scenario("field/tftp-cannot-start").expecting(expectation);
        finished.unverified_texts.into_iter().map(|text| text.text).collect::<Vec<_>>()
    };
    for (expectation, named) in [
        (
            "{ show: ap summary, row: { State: Downloading }, count: 0 }",
            "State `Downloading` of show ap summary",
        ),
        (
            "{ show: ap image, row: { Predownload Status: Initiated }, count: 0 }",
            "Predownload Status `Initiated` of show ap image",
        ),
        (
            "{ show: capwap client rcb, host: 9105-emorenoa, has: { OperationState: JOIN } }",
            "OperationState `JOIN` of show capwap client rcb",
        ),
    ] {
        assert_eq!(texts(expectation), [named]);
    }
    for known in [
        "{ show: ap summary, row: { State: Registered }, count: 0 }",
        "{ show: ap image, row: { Predownload Status: Complete, Next Retry Time: N/A }, count: 0 }",
        "{ show: capwap client rcb, host: 9105-emorenoa, has: { OperationState: IMAGE } }",
    ] {
        assert_eq!(texts(known), [""; 0], "{known}");
    }
}
