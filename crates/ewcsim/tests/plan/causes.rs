//! A lab that is wrong in one place: the first line says where, and the remedy is the place put right.

use planner::{Answer, PlanVerdict};

use super::branch;

fn no(changes: &[(&str, &str)]) -> Answer {
    let answer = branch(changes).answer();
    assert_eq!(answer.verdict, PlanVerdict::No, "{}", answer.sentence);
    answer
}

#[test]
fn a_wrong_path_points_at_its_line() {
    let answer = no(&[("tftp-image-path /EWC/new", "tftp-image-path /EWC/nwe")]);
    assert!(answer.sentence.contains("No such file or directory"), "{}", answer.sentence);
    assert!(answer.sentence.contains("(branch.yaml:21)"), "{}", answer.sentence);
    let remedy = answer.remedy.expect("the folder is known");
    assert!(remedy.what.contains("fetch from /EWC/new on images"), "{}", remedy.what);
    assert!(remedy.commands.contains(&" tftp-image-path /EWC/new".to_owned()));
}

#[test]
fn a_folder_with_another_release_is_named() {
    let answer = no(&[
        ("files: { /EWC/new: new }", "files: { /EWC/new: new, /EWC/old: old }"),
        ("tftp-image-path /EWC/new", "tftp-image-path /EWC/old"),
    ]);
    assert!(
        answer.sentence.contains(
            "finds a release with 17.9.4.27 in the folder of its profile, not new (branch.yaml:21)"
        ),
        "{}",
        answer.sentence
    );
    assert!(answer.remedy.is_some_and(|remedy| remedy.what.contains("fetch from /EWC/new")));
}

#[test]
fn a_missing_profile_is_the_cause() {
    let profile = "    wireless profile image-download default\n     image-download-mode tftp\n     tftp-image-server 10.99.5.27\n     tftp-image-path /EWC/new\n";
    let answer = no(&[(profile, "")]);
    assert!(answer.sentence.contains("branch.yaml:"), "{}", answer.sentence);
    assert!(answer.remedy.is_some_and(|remedy| remedy.what.contains("fetch from /EWC/new")));
}

#[test]
fn a_firewall_that_drops_the_fetch_is_named_with_its_line() {
    let closed =
        ("servers: [", "  firewalls: [{ name: dc, between: [ewc, servers], default: deny }]\nservers: [");
    let answer = no(&[closed]);
    assert!(
        answer.sentence.contains("firewall dc") && answer.sentence.contains("(branch.yaml:9)"),
        "{}",
        answer.sentence
    );
    let remedy = answer.remedy.expect("a rule is enough");
    assert!(remedy.what.contains("let the firewall dc pass udp"), "{}", remedy.what);
}

#[test]
fn a_set_without_an_image_fails_those_that_need_it() {
    let answer = no(&[(
        "new: { ap: 17.12.1.5, files: { ap1g7: 1024000, ap1g8: 1024000, ap3g3: 1024000,",
        "new: { ap: 17.12.1.5, files: { ap1g7: 1024000, ap1g8: 1024000,",
    )]);
    let verdicts: Vec<PlanVerdict> = answer.access_points.iter().map(|point| point.verdict).collect();
    assert_eq!(verdicts, [PlanVerdict::Yes, PlanVerdict::No, PlanVerdict::Yes]);
    assert!(
        answer.sentence.contains("dock") && answer.sentence.contains("new has no image `ap3g3`"),
        "{}",
        answer.sentence
    );
    assert!(answer.remedy.is_none());
}

#[test]
fn an_image_that_does_not_fit_is_the_cause() {
    let answer = no(&[(
        "new: { ap: 17.12.1.5, files: { ap1g7: 1024000, ap1g8: 1024000,",
        "new: { ap: 17.12.1.5, files: { ap1g7: 1024000, ap1g8: 103424000,",
    )]);
    let bad: Vec<&str> = answer
        .access_points
        .iter()
        .filter(|point| point.verdict == PlanVerdict::No)
        .map(|point| point.name.as_str())
        .collect();
    assert_eq!(bad, ["desk"], "{}", answer.sentence);
    assert!(answer.sentence.contains("No space left on device"), "{}", answer.sentence);
}

#[test]
fn a_profile_with_a_password_does_not_tell_it() {
    let marker = "Sw0rdfish-marker";
    let sftp = format!(
        "     image-download-mode sftp\n     sftp-image-server 10.99.5.27\n     sftp-image-path /wrong\n     sftp-username calo\n     sftp-password 0 {marker}\n"
    );
    let user = format!("software: openssh, users: [{{ name: calo, password: {marker} }}]");
    let answer = no(&[
        (
            "     image-download-mode tftp\n     tftp-image-server 10.99.5.27\n     tftp-image-path /EWC/new\n",
            &sftp,
        ),
        ("software: tftpd-hpa", &user),
        ("files: { /EWC/new: new }", "files: { /home/calo/new: new }"),
    ]);
    let json = serde_json::to_string(&answer).expect("answers serialize");
    assert!(!json.contains(marker), "{json}");
    assert!(
        answer
            .remedy
            .is_some_and(|remedy| remedy.commands.iter().any(|line| line.contains("sftp-image-path new")))
    );
}
