//! Causes that are brought about on a lab, and found again in its logs.

use std::path::Path;
use std::sync::atomic::AtomicBool;

use diagnosis::{Hypothesis, Weights, rank};
use scenario::MemoryFiles;
use test_support::damage::{Damage, damaged};

use super::{LAB_ITSELF, Lab};
use crate::diagnose::causes::NOTHING_WRONG;
use crate::diagnose::decide::decide;
use crate::diagnose::observed::Observed;
use crate::diagnose::read;
use crate::diagnose::runs::{Run, Runs, Tasks, on_lab};
use crate::pool::processors;
use crate::progress::Progress;

const LAB: &str = r#"lab: A branch
images:
  17.9.4a: { ap: 17.9.4.27, files: { ap1g7: 1024000, ap1g8: 1024000, ap1g6: 1024000 } }
servers:
  - name: tftp-1
    software: tftpd-hpa
    address: 10.9.5.27
    config: |
      TFTP_USERNAME="tftp"
      TFTP_DIRECTORY="/srv/tftp"
      TFTP_ADDRESS=":69"
      TFTP_OPTIONS="--secure --verbose"
    files: { /EWC/17_9_4a: 17.9.4a }
controller:
  name: ewc-branch
  model: C9120AXI
  address: 10.9.4.2
  running: 17.9.4a
  config: |
    wireless profile image-download default
     image-download-mode tftp
     tftp-image-server 10.9.5.27
     tftp-image-path /EWC/17_9_4a
access_points:
  - { name: desk, model: C9105AXI, address: 10.9.4.11, running: 17.3.3.26, backup: 8.10.130.0 }
  - { name: hall, model: C9117AXI, address: 10.9.4.31, running: 17.3.3.26, backup: 8.10.130.0 }
"#;

/// The causes that are brought about in each test run; all of them in `ci/long`.
const SAMPLE: [&str; 7] =
    [LAB_ITSELF, "bad-block", "no-profile", "tftp-blocked", "tmp-full", "truncated-image", "wrong-path"];

fn runs_of(text: &str, sample: &[&str], upgrades: bool) -> Runs {
    let files = MemoryFiles::default().with("lab.yaml", text);
    let lab = Lab::read(Path::new("lab.yaml"), &files, Vec::new())
        .unwrap_or_else(|all| panic!("{}", all.render(false)));
    let lab = Lab { upgrades, ..lab };
    let mut tasks = on_lab(&lab);
    if test_support::enlarged(1) == 1 {
        tasks.keep(sample);
    }
    tasks.run(processors(), &mut Progress::none(), &AtomicBool::new(false)).expect("nothing stops it")
}

/// The logs of a run, with another clock, cropped, and without a third of their lines.
fn logs(run: &Run) -> Vec<(String, Vec<u8>)> {
    let damage = [Damage::Crop(103), Damage::Lose, Damage::Clock(7)];
    let logs = run.hypothesis.logs.iter().zip(&run.texts);
    logs.map(|(log, lines)| (log.name.clone(), damaged(&lines.join("\n"), &damage, 5))).collect()
}

fn causes(runs: &Runs, files: &[(String, Vec<u8>)]) -> (Vec<String>, usize) {
    let hypotheses: Vec<Hypothesis> = runs.runs.iter().map(|run| run.hypothesis.clone()).collect();
    let observed = Observed::of(&read(files).expect("they are short"));
    let decided = decide(&observed, rank(&observed.logs, &hypotheses, &Weights::of(&hypotheses)));
    (decided.causes.into_iter().map(|fit| fit.cause).collect(), decided.equal)
}

#[test]
fn causes_are_found_on_the_lab_that_has_them() {
    let runs = runs_of(LAB, &SAMPLE, false);
    assert_eq!(runs.lab_is_well, Some(true));
    let not: Vec<(&str, &str)> =
        runs.not_on_lab.iter().map(|not| (not.cause.as_str(), not.why.as_str())).collect();
    assert!(not.contains(&("sftp-blocked", "the lab's profile does not fetch over SFTP")), "{not:?}");
    assert!(not.contains(&("abort", "the lab has no release, or several, that nobody runs")), "{not:?}");
    // Its image is small, and fits in what is left.
    assert!(not.contains(&("tmp-full", "it makes no difference on this lab")), "{not:?}");
    let found = found_again(&runs);
    for cause in ["bad-block", "no-profile", "tftp-blocked", "truncated-image", "wrong-path", NOTHING_WRONG] {
        assert!(found.contains(&cause), "{cause}: {found:?}, {not:?}");
    }
}

/// Returns the causes of the runs, each of which is found in its own logs.
fn found_again(runs: &Runs) -> Vec<&str> {
    let mut found = Vec::new();
    for run in &runs.runs {
        let cause = run.hypothesis.cause.as_str();
        let (causes, equal) = causes(runs, &logs(run));
        let place = causes.iter().position(|one| one == cause);
        assert!(place.is_some_and(|place| place < equal.max(3)), "{cause}: {causes:?}, {equal}");
        found.push(cause);
    }
    found
}

/// The same lab with an SFTP server in the place of in.tftpd.
fn over_sftp() -> String {
    let (before, rest) = LAB.split_once("servers:\n").expect("it has servers");
    let (_, after) = rest.split_once("controller:\n").expect("it has a controller");
    let server = "servers:\n  - name: sftp-1\n    software: openssh\n    address: 10.9.5.62\n    \
        users: [{ name: calo, password: rehearsal }]\n    files: { /home/calo/EWC: 17.9.4a }\n";
    let profile = "image-download-mode sftp\n     sftp-image-server 10.9.5.62\n     sftp-image-path /EWC\n     \
        sftp-image-username calo\n     sftp-image-password 0 rehearsal";
    let after = after.replace(
        "image-download-mode tftp\n     tftp-image-server 10.9.5.27\n     tftp-image-path /EWC/17_9_4a",
        profile,
    );
    format!("{before}{server}controller:\n{after}")
}

#[test]
fn causes_are_found_on_a_lab_that_fetches_over_sftp() {
    const WANTED: [&str; 5] =
        ["sftp-blocked", "sftp-unknown-user", "sftp-wrong-password", "sftp-wrong-path", "truncated-image"];
    let sample: Vec<&str> = WANTED.into_iter().chain([LAB_ITSELF, "tftp-blocked"]).collect();
    let runs = runs_of(&over_sftp(), &sample, false);
    assert_eq!(runs.lab_is_well, Some(true), "{:?}", runs.not_on_lab);
    let found = found_again(&runs);
    for cause in WANTED.into_iter().chain([NOTHING_WRONG]) {
        assert!(found.contains(&cause), "{cause}: {found:?}, {:?}", runs.not_on_lab);
    }
    assert!(!found.contains(&"tftp-blocked"), "{found:?}");
}

/// A lab whose access points run the controller's release, and another release on its server.
const UPGRADE: &str = r#"lab: A branch before its upgrade
images:
  17.9.4a: { ap: 17.9.4.27, controller: 17.09.04a.0.6, files: { ap1g7: 512000, ap1g8: 512000, C9800-AP-iosxe-wlc.bin: 1000000 } }
  17.12.1: { ap: 17.12.1.5, files: { ap1g7: 614400, ap1g8: 614400, C9800-AP-iosxe-wlc.bin: 1100000 } }
servers:
  - { name: tftp-1, software: tftpd-hpa, address: 10.9.5.27, files: { /EWC: 17.12.1 } }
controller:
  name: ewc-branch
  model: C9120AXI
  address: 10.9.4.2
  running: 17.9.4a
  access_point: { uptime: 30d }
  config: |
    wireless profile image-download default
     image-download-mode tftp
     tftp-image-server 10.9.5.27
     tftp-image-path /EWC
access_points:
  - { name: desk, model: C9105AXI, address: 10.9.4.11, running: 17.9.4a, uptime: 30d }
  - { name: hall, model: C9105AXI, address: 10.9.4.12, running: 17.9.4a, uptime: 30d }
"#;

/// The access points predownload the other release, as the operator ordered it.
#[test]
fn causes_of_a_predownload_are_found_on_a_lab() {
    const WANTED: [&str; 4] = ["abort", "cancel", "tftp-blocked", "truncated-image"];
    let sample: Vec<&str> = WANTED.into_iter().chain([LAB_ITSELF]).collect();
    let runs = runs_of(UPGRADE, &sample, true);
    assert_eq!(runs.lab_is_well, Some(true), "{:?}", runs.not_on_lab);
    // The console of an access point alone, or the controller's log, says that it is a predownload, and not a download at a join.
    let files = MemoryFiles::default().with("lab.yaml", UPGRADE);
    let upgrades = |wanted: &str, lines: &str| {
        let lab = Lab::read(Path::new("lab.yaml"), &files, Vec::new()).expect("it is right");
        let log = (wanted.to_owned(), lines.as_bytes().to_vec());
        lab.observed_in(&Observed::of(&read(&[log]).expect("it is short"))).upgrades
    };
    let itself = runs.runs.iter().find(|run| run.hypothesis.cause == NOTHING_WRONG).expect("it is there");
    for (log, lines) in itself.hypothesis.logs.iter().zip(&itself.texts) {
        if ["desk", "ewc-branch"].contains(&log.name.as_str()) {
            assert!(upgrades(&log.name, &lines.join("\n")), "{}", log.name);
        }
    }
    assert!(!upgrades("ap.log", include_str!("../../../tests/field/ap-join-download-success.log")));
    let found = found_again(&runs);
    for cause in WANTED {
        assert!(found.contains(&cause), "{cause}: {found:?}, {:?}", runs.not_on_lab);
    }
}

#[test]
fn a_lab_that_fails_by_itself_is_not_said_to_be_well() {
    let text = LAB.replace("tftp-image-path /EWC/17_9_4a", "tftp-image-path /EWC/17_9_4");
    let files = MemoryFiles::default().with("lab.yaml", text.as_str());
    let lab = Lab::read(Path::new("lab.yaml"), &files, Vec::new()).expect("it is right");
    let tasks = Tasks::only(&lab, lab.itself().expect("it is right"));
    let runs = tasks.run(1, &mut Progress::none(), &AtomicBool::new(false)).expect("nothing stops it");
    assert_eq!((runs.lab_is_well, runs.runs[0].hypothesis.cause.as_str()), (Some(false), LAB_ITSELF));
}
