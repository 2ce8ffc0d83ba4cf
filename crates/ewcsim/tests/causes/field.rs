//! The field samples' failures: a blocked port, a wrong path, a missing profile, an image of another type.

use std::time::Duration;

use crate::causes::{UPGRADED, depends_on_its_cause, fails, holds};
use crate::common::{self, Edited};
use ewcsim::{Finished, Outcome, Verdict};

const IN_15_MINUTES: &str =
    "{ within: 15m, access_points: all, running: 17.9.4.27, backup: 17.3.3.26, state: registered }";
/// The time when the cause is removed, in the tests where that happens.
const REPAIRED: Duration = Duration::from_secs(120);

const DENY: &str = "rules: [{ deny: udp/69 }]";
const WRONG: &str = "tftp-image-path /Wrong-Path";

fn blocked() -> Edited {
    Edited::scenario("field/tftp-blocked").until("15m")
}

fn wrong_path() -> Edited {
    Edited::scenario("field/tftp-wrong-path").until("15m")
}

/// Returns the time when the access points were upgraded; fails the test if they were not.
fn upgraded_at(finished: &Finished) -> Duration {
    assert_eq!(finished.verdict(), Verdict::Passed, "{:#?}\n{:#?}", finished.judgements, finished.violations);
    let [judgement] = finished.judgements.as_slice() else { panic!("one expectation, one judgement") };
    match judgement.outcome {
        Outcome::Passed { at } => at,
        ref other => panic!("{other:?}"),
    }
}

fn failures(finished: &Finished, text: &str) -> usize {
    common::lines(finished, "9120-EWC").iter().filter(|line| line.contains(text)).count()
}

#[test]
fn with_their_causes_they_fail() {
    for (edited, reason) in [(blocked(), "Timed out"), (wrong_path(), "No such file or directory")] {
        let finished = edited.expecting(IN_15_MINUTES);
        assert_eq!(finished.verdict(), Verdict::Failed);
        assert_eq!(finished.violations, []);
        assert!(failures(&finished, reason) > 2, "it fails as long as the cause is there");
    }
}

#[test]
fn without_the_rule_the_upgrade_succeeds() {
    let finished = blocked().replace(DENY, "rules: [{ deny: tcp/69 }]").expecting(IN_15_MINUTES);
    upgraded_at(&finished);
    assert_eq!(failures(&finished, "Timed out"), 0);
}

#[test]
fn once_the_rule_is_removed_it_recovers_by_itself() {
    let finished =
        blocked().then("{ at: 2m, remove: { firewall: dc, rule: udp/69 } }").expecting(IN_15_MINUTES);
    assert!(upgraded_at(&finished) > REPAIRED);
    // The lost request is retransmitted: the install in progress succeeds.
    assert!(
        failures(&finished, "Completed install add") == 1 && failures(&finished, "Image Download Failed") > 0
    );
}

#[test]
fn once_a_permit_stands_before_the_rule_it_recovers() {
    let finished =
        blocked().then("{ at: 2m, permit: { firewall: dc, rule: udp/69 } }").expecting(IN_15_MINUTES);
    assert!(upgraded_at(&finished) > REPAIRED);
}

#[test]
fn with_the_right_path_the_upgrade_succeeds() {
    let finished = wrong_path().replace(WRONG, "tftp-image-path /EWC/17_9_4a").expecting(IN_15_MINUTES);
    upgraded_at(&finished);
    assert_eq!(failures(&finished, "No such file"), 0);
}

#[test]
fn with_the_right_path_over_sftp_the_upgrade_succeeds() {
    let wrong = Edited::scenario("field/sftp-wrong-path").until("20m");
    let right = wrong.clone().replace("path /Documents/Wrong-Path", "path /Documents/sftp_files/EWC_17_9_4a");
    depends_on_its_cause(&wrong, &right);
    fails(&wrong, UPGRADED);
    holds(&right, UPGRADED);
}

#[test]
fn once_the_path_is_corrected_it_recovers() {
    let correction = "at: 2m
    configure:
      controller: 9120-EWC
      config: |
        wireless profile image-download default
         tftp-image-path /EWC/17_9_4a";
    let finished = wrong_path().then(correction).expecting(IN_15_MINUTES);
    assert!(upgraded_at(&finished) > REPAIRED);
    assert!(failures(&finished, "No such file") > 0, "it failed before");
}

#[test]
fn another_type_than_the_controller_s_own_gets_nothing() {
    let own = Edited::scenario("field/own-image");
    let other = own.clone().replace("model: C9115AXI", "model: C9117AXI");
    depends_on_its_cause(&own, &other);
    let finished = fails(&other, UPGRADED);
    assert!(common::lines(&finished, "9115-lobby").concat().contains("image download cannot start"));
}

#[test]
fn with_a_profile_every_type_is_upgraded() {
    let profile = "running: 17.9.4a
  config: |
    wireless profile image-download default
     image-download-mode tftp
     tftp-image-server 172.16.5.27
     tftp-image-path /EWC/17_9_4a
";
    let bare = Edited::scenario("field/no-profile");
    let configured = bare.clone().replace("running: 17.9.4a\n", profile);
    depends_on_its_cause(&bare, &configured);
    fails(&bare.until("20m"), UPGRADED);
    holds(&configured.until("20m"), UPGRADED);
}

/// The level called high denies all reads; and in.tftpd is case-sensitive.
#[test]
fn tftpd64_serves_reads_and_does_not_mind_the_case() {
    const INI: &str = "[TFTPD32]
      BaseDirectory=C:\\TFTP
      VirtualRoot=1
      SecurityLevel=1
      Timeout=3
      MaxRetransmit=6
";
    const DEFAULT: &str = "TFTP_DIRECTORY=\"/srv/tftp\"
      TFTP_ADDRESS=\":69\"
      TFTP_OPTIONS=\"--secure --verbose\"
";
    let laptop = Edited::scenario("field/tftpd64-join").until("20m");
    let high = laptop.clone().replace("SecurityLevel=1", "SecurityLevel=2");
    let linux = laptop.clone().replace("software: tftpd64", "software: tftpd-hpa").replace(INI, DEFAULT);
    holds(&laptop, UPGRADED);
    for other in [&high, &linux] {
        depends_on_its_cause(&laptop, other);
        fails(other, UPGRADED);
    }
    holds(&linux.replace("/ewc/17_9_4a", "/EWC/17_9_4a"), UPGRADED);
}
