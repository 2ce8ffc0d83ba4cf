//! What happens in the nights of the answers.

use planner::{Alternative, Answer, Limit, Phase, PlanVerdict, Remedy, Spread, Step, WayBack};

fn spread(p5_s: f64, median_s: f64, p95_s: f64) -> Option<Spread> {
    Some(Spread { p5_s, median_s, p95_s })
}

fn phase(name: &str, begins_s: f64, takes: Option<Spread>) -> Phase {
    Phase { name: name.to_owned(), begins_s, takes, unfinished: 0 }
}

pub(crate) fn phases(number: usize) -> Vec<Phase> {
    let more = 4.0 * number as f64;
    vec![
        phase("install add", 12.0, spread(401.0, 425.0, 498.0)),
        phase("predownload", 440.0, spread(4_890.0 + more, 5_120.0 + more, 5_480.0 + more)),
        phase("install activate", 5_720.0 + more, spread(308.0, 316.4, 342.0)),
        phase("access points reboot", 6_040.0 + more, spread(240.0, 251.0, 420.0)),
        phase("install commit", 6_480.0 + more, spread(4.1, 4.2, 4.4)),
    ]
}

pub(crate) fn limits() -> Vec<Limit> {
    let limit = |what: &str, takes_s, share| Limit { what: what.to_owned(), takes_s, share };
    vec![
        limit("fetching from images over wan", 4_105.0, 0.74),
        limit("waiting for a free place: the controller serves 5 access points at a time", 980.0, 0.18),
        limit("writing to flash", 440.0, 0.08),
    ]
}

pub(crate) fn remedy() -> Remedy {
    Remedy {
        what: "Put `ap1g5` of 17.12.1 into /17.12.1 of images, and fetch over SFTP.".to_owned(),
        commands: vec![
            "wireless profile image-download default".to_owned(),
            " image-download-mode sftp".to_owned(),
            " sftp-image-server 10.1.1.20".to_owned(),
        ],
        all_on_target_s: Some(5_520.0),
    }
}

pub(crate) fn alternatives() -> Vec<Alternative> {
    vec![
        Alternative {
            what: "SFTP from images".to_owned(),
            verdict: PlanVerdict::Yes,
            all_on_target_s: Some(5_520.0),
            predownloaded_s: Some(4_080.0),
            commands: remedy().commands,
            note: Some("images needs a user for SFTP".to_owned()),
        },
        Alternative {
            what: "a TFTP server on the site".to_owned(),
            verdict: PlanVerdict::Yes,
            all_on_target_s: Some(2_640.0),
            predownloaded_s: Some(1_560.0),
            commands: vec![
                "wireless profile image-download default".to_owned(),
                " tftp-image-server 10.17.1.5".to_owned(),
            ],
            note: None,
        },
        Alternative {
            what: "without a predownload".to_owned(),
            verdict: PlanVerdict::No,
            all_on_target_s: None,
            predownloaded_s: None,
            commands: Vec::new(),
            note: Some(
                "after the activation the access points fetch one after another, out of service".to_owned(),
            ),
        },
    ]
}

fn step(
    at_s: Option<f64>,
    what: &str,
    command: Option<&str>,
    takes: Option<Spread>,
    check: &str,
    otherwise: Option<&str>,
) -> Step {
    Step {
        at_s,
        what: what.to_owned(),
        command: command.map(str::to_owned),
        takes,
        check: check.to_owned(),
        otherwise: otherwise.map(str::to_owned),
    }
}

pub(crate) fn runbook() -> Vec<Step> {
    vec![
        step(
            Some(0.0),
            "Save the configuration.",
            Some("write memory"),
            spread(2.0, 2.4, 3.0),
            "`[OK]` is printed.",
            Some("Do not begin."),
        ),
        step(
            Some(12.0),
            "Take the release to the controller.",
            Some("install add file tftp://10.1.1.20/17.12.1/C9800-AP-iosxe-wlc.bin"),
            spread(401.0, 425.0, 498.0),
            "`show install summary` has 17.12.01 in state I.",
            Some("Look at the log of images; `install remove inactive`, then once more."),
        ),
        step(
            Some(440.0),
            "Let the access points predownload.",
            Some("ap image predownload"),
            spread(4_890.0, 5_120.0, 5_480.0),
            "`show ap image` counts all as Completed predownloading, and none as Failed to Predownload. At 00:10 at the latest, or the \
             window is too short for what follows.",
            Some(
                "Stop here: the network is as before. `clear ap predownload statistics` before the next night.",
            ),
        ),
        step(
            Some(5_720.0),
            "Activate. All access points are out of service from now on.",
            Some("install activate"),
            spread(548.0, 567.4, 762.0),
            "`show ap summary` has all of them as Registered with 17.12.1.5.",
            Some("Go back with `install abort`; the controller does so itself after 6 hours."),
        ),
        step(
            None,
            "Make it permanent.",
            Some("install commit"),
            spread(4.1, 4.2, 4.4),
            "17.12.01 is in state C.",
            None,
        ),
        step(None, "Tell the service desk.", None, None, "They know.", None),
    ]
}

pub(crate) fn ways_back() -> Vec<WayBack> {
    let way = |from: &str, commands: &[&str], takes_s, costs: &str| WayBack {
        from: from.to_owned(),
        commands: commands.iter().map(|command| (*command).to_owned()).collect(),
        takes_s,
        costs: costs.to_owned(),
    };
    vec![
        way(
            "before the activation",
            &["install remove inactive"],
            Some(14.0),
            "nothing: no access point reboots.",
        ),
        way(
            "after the activation",
            &["install abort"],
            Some(610.0),
            "a second outage of all access points, of some 4 minutes each.",
        ),
        way(
            "after the commit",
            &["install rollback to base", "install commit"],
            None,
            "both releases have to be in flash.",
        ),
    ]
}

pub(crate) fn poison(answer: &mut Answer, text: &str) {
    let bad = || text.to_owned();
    answer.phases.iter_mut().for_each(|phase| phase.name = bad());
    answer.limits.iter_mut().for_each(|limit| limit.what = bad());
    for alternative in &mut answer.alternatives {
        (alternative.what, alternative.note, alternative.commands) = (bad(), Some(bad()), vec![bad(); 2]);
    }
    for step in &mut answer.runbook {
        (step.what, step.command, step.check, step.otherwise) = (bad(), Some(bad()), bad(), Some(bad()));
    }
    for way in &mut answer.ways_back {
        (way.from, way.commands, way.costs) = (bad(), vec![bad()], bad());
    }
    if let Some(remedy) = &mut answer.remedy {
        (remedy.what, remedy.commands) = (bad(), vec![bad()]);
    }
}
