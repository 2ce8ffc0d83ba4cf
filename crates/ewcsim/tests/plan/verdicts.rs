//! The four verdicts, and what goes with them.

use planner::PlanVerdict;

use super::{branch, still};

#[test]
fn a_network_that_comes_to_the_release_is_a_yes() {
    let answer = branch(&[]).varied().answer();
    assert_eq!(answer.verdict, PlanVerdict::Yes, "{}", answer.sentence);
    assert_eq!((answer.target.images.as_str(), answer.target.version.as_str()), ("new", "17.12.1.5"));
    let names: Vec<&str> = answer.access_points.iter().map(|point| point.name.as_str()).collect();
    assert_eq!(names, ["desk", "dock", "own"]);
    for point in &answer.access_points {
        assert_eq!(
            (point.verdict, point.failed, &point.cause),
            (PlanVerdict::Yes, 0, &None),
            "{}",
            point.name
        );
        let [image, target] =
            [point.predownloaded, point.on_target].map(|spread| spread.expect("it has one").median_s);
        assert!(0.0 < image && image < target && target < answer.window_s, "{}", point.name);
        // An access point is down for a boot and as long as its controller is.
        assert!(point.outage.expect("it reloads").median_s > 300.0, "{}", point.name);
    }
    assert_eq!(answer.start, "2026-03-05T22:00:00.000Z");
    assert!(answer.statistics.contains("none of 2 nights failed: at most 78 %"), "{}", answer.statistics);
    // Both releases are known, so that the way back was rehearsed.
    let back = answer.ways_back.iter().find(|way| way.commands == ["install abort"]).expect("there is one");
    assert!(back.takes_s.is_some_and(|takes| takes > 300.0), "{back:?}");
    assert!(answer.remedy.is_none() && answer.problems.is_empty() && answer.not_modelled.is_empty());
}

#[test]
fn a_window_that_is_too_short_is_a_no_that_says_how_long_it_takes() {
    let slow = ("latency: 5ms", "latency: 2s");
    let answer =
        branch(&[slow]).with(|request| request.window = std::time::Duration::from_secs(40 * 60)).answer();
    assert_eq!(answer.verdict, PlanVerdict::No, "{}", answer.sentence);
    assert!(answer.sentence.contains("the window of 40m is too short"), "{}", answer.sentence);
    let remedy = answer.remedy.expect("a server at the site is fast");
    assert!(remedy.what.contains("at the site"), "{}", remedy.what);
    assert!(remedy.all_on_target_s.is_some_and(|all| all < 40.0 * 60.0));
    assert!(remedy.commands.iter().any(|line| line.contains("tftp-image-server 10.20.0.254")));
}

#[test]
fn what_one_assumption_decides_cannot_be_told() {
    // Over SFTP the three images take minutes at the rate that is assumed, and half as long again at the lowest that is.
    let sftp = "     image-download-mode sftp\n     sftp-image-server 10.99.5.27\n     sftp-image-path new\n     sftp-username calo\n     sftp-password 0 x1\n";
    let changes = [
        (
            "     image-download-mode tftp\n     tftp-image-server 10.99.5.27\n     tftp-image-path /EWC/new\n",
            sftp,
        ),
        ("software: tftpd-hpa", "software: openssh, users: [{ name: calo, password: x1 }]"),
        ("files: { /EWC/new: new }", "files: { /home/calo/new: new }"),
        (
            "new: { ap: 17.12.1.5, files: { ap1g7: 1024000, ap1g8: 1024000,",
            "new: { ap: 17.12.1.5, files: { ap1g7: 1024000, ap1g8: 10240000,",
        ),
    ];
    let mut known = still();
    known.retain(|(key, _)| key != "ewc.sftp.rate");
    let plan = || {
        branch(&changes).with(|request| {
            request.window = std::time::Duration::from_secs(34 * 60);
            request.facts = known.clone();
        })
    };
    let answer = plan().answer();
    assert_eq!(answer.verdict, PlanVerdict::CannotTell, "{}", answer.sentence);
    assert!(answer.sentence.contains("with ewc.sftp.rate = 100kB/s it does not"), "{}", answer.sentence);
    assert!(answer.assumptions[0].flips && answer.assumptions[0].key == "ewc.sftp.rate");
    // Measured, it is told.
    let measured = vec![("ewc.sftp.rate".to_owned(), "250kB/s".to_owned())];
    let answer = plan().with(|request| request.facts.extend(measured)).answer();
    assert_eq!(answer.verdict, PlanVerdict::Yes, "{}", answer.sentence);
}

#[test]
fn what_only_some_nights_meet_is_a_risk() {
    let drawn = ("latency: 5ms", "latency: 5ms..4s");
    let answer = branch(&[drawn])
        .with(|request| {
            request.seeds = 8;
            request.window = std::time::Duration::from_secs(80 * 60);
        })
        .answer();
    let failed: Vec<u64> = answer.access_points.iter().map(|point| point.failed).collect();
    assert!(failed.iter().all(|failed| (1..8).contains(failed)), "{failed:?}: {}", answer.sentence);
    assert!(matches!(answer.verdict, PlanVerdict::AtRisk | PlanVerdict::CannotTell), "{}", answer.sentence);
    assert!(
        answer
            .assumptions
            .iter()
            .any(|one| one.key == "network.links.wan.latency" && one.confidence == "stated")
    );
}

#[test]
fn an_uptime_that_is_not_stated_and_decides_a_defect_cannot_be_told() {
    let answer =
        branch(&[("address: 10.20.1.1, running: old, uptime: 20d", "address: 10.20.1.1, running: old")])
            .answer();
    let verdicts: Vec<PlanVerdict> = answer.access_points.iter().map(|point| point.verdict).collect();
    assert_eq!(verdicts, [PlanVerdict::CannotTell, PlanVerdict::Yes, PlanVerdict::Yes]);
    assert!(
        answer.sentence.contains("its uptime is not stated, and decides CSCwe97901"),
        "{}",
        answer.sentence
    );
}

#[test]
fn faults_of_the_labs_own_timeline_are_not_rehearsed_and_said() {
    let fault = ("access_points:\n", "timeline:\n  - { at: 1h, power_off: desk }\naccess_points:\n");
    let answer = branch(&[fault]).answer();
    assert_eq!(answer.verdict, PlanVerdict::CannotTell);
    assert!(
        answer
            .not_modelled
            .iter()
            .any(|missing| missing.name == "timeline" && missing.why.contains("branch.yaml:"))
    );
    // An operator's commands are those that the plan replaces.
    let typed = (
        "access_points:\n",
        "timeline:\n  - { at: 1h, exec: { controller: ewc, command: install activate } }\naccess_points:\n",
    );
    assert_eq!(branch(&[typed]).answer().verdict, PlanVerdict::Yes);
}

#[test]
fn what_is_not_modelled_is_named_and_not_told() {
    let line = (
        "    wireless profile image-download default\n",
        "    ip tftp source-interface Vlan7\n    wireless profile image-download default\n",
    );
    let answer = branch(&[line]).answer();
    assert_eq!(answer.verdict, PlanVerdict::CannotTell, "{}", answer.sentence);
    assert!(
        !answer.not_modelled.is_empty() && answer.sentence.contains("is not modelled"),
        "{}",
        answer.sentence
    );
}

#[test]
fn the_target_is_the_set_that_nobody_runs_or_the_one_that_is_named() {
    let third = ("  new: {", "  other: { ap: 17.15.1.1, files: { ap1g7: 1024000 } }\n  new: {");
    let Err(ewcsim::rehearsal::PlanError::Call { message, .. }) = branch(&[third]).plan() else {
        panic!("two are free")
    };
    assert!(message.contains("several image sets that nobody runs: other, new"), "{message}");
    let answer = branch(&[third]).with(|request| request.to = Some("new".to_owned())).answer();
    assert_eq!(answer.verdict, PlanVerdict::Yes);
    let wrong = branch(&[]).with(|request| request.to = Some("nwe".to_owned())).plan();
    let Err(ewcsim::rehearsal::PlanError::Call { message, help }) = wrong else { panic!("there is none") };
    assert!(
        message.contains("no image set `nwe`") && help.contains("did you mean `new`"),
        "{message}: {help}"
    );
}
