//! The night, step by step, and the ways back.

use std::time::Duration;

use planner::{Spread, Step, WayBack};
use text::numbers::count;

use super::lab::Lab;
use super::night::{COMMIT_AFTER, LEAD};
use super::outcome::Outcome;
use super::study::Study;
use super::times::spread;

/// Returns the steps of the night. Times are those of the rehearsed nights.
pub(super) fn runbook(lab: &Lab<'_>, study: &Study, lab_path: &str) -> Vec<Step> {
    let scenario = lab.scenario();
    let number = scenario.access_points.len();
    let all = count(number, "access point");
    let target = lab.version();
    let controller = lab.images().controller_version();
    let running = scenario.images.get(&lab.controller().running);
    let running = running.map_or_else(|| lab.controller().running.clone(), |set| set.controller_version());
    let at = |of: fn(&Outcome) -> Option<Duration>| {
        spread(study.drawn.iter().filter_map(of).map(|at| at.saturating_sub(LEAD))).map(|at| at.median_s)
    };
    let took =
        |from: fn(&Outcome) -> Option<Duration>, to: fn(&Outcome) -> Option<Duration>| -> Option<Spread> {
            let of = |night: &Outcome| Some(to(night)?.saturating_sub(from(night)?));
            spread(study.drawn.iter().filter_map(of))
        };
    let before = |what: &str, command: Option<String>, check: String| Step {
        at_s: None,
        what: what.to_owned(),
        command,
        takes: None,
        check,
        otherwise: Some("do not begin".to_owned()),
    };
    vec![
        before(
            "the image server has every file",
            Some(format!("ewcsim probe {lab_path}")),
            "exit code 0".to_owned(),
        ),
        before(
            "all access points are in service",
            Some("show ap summary".to_owned()),
            format!("Number of APs: {number}, all Registered"),
        ),
        before(
            "the release before is committed",
            Some("show install summary".to_owned()),
            format!("C  {running}"),
        ),
        before(
            "the profile names the folder of the release",
            Some("show wireless profile image-download detailed default".to_owned()),
            "the mode, the server and the path of the lab".to_owned(),
        ),
        before(
            "the configuration is saved: an activation is refused otherwise",
            Some("write memory".to_owned()),
            "[OK]".to_owned(),
        ),
        Step {
            at_s: Some(0.0),
            what: "fetch the release, and hand it out".to_owned(),
            command: Some("install add profile default".to_owned()),
            takes: took(|_| Some(LEAD), Outcome::ready),
            check: format!(
                "show ap image: Completed predownloading: {number}, Failed to Predownload: 0; show install summary: I  {controller}"
            ),
            otherwise: Some("stop here: nothing has changed for users; see the ways back".to_owned()),
        },
        Step {
            at_s: at(|night| night.activated),
            what: "reload the network into the release: users are out of service from here".to_owned(),
            command: Some("install activate".to_owned()),
            takes: took(
                |night| night.activated,
                |night| night.all_on_target().filter(|_| night.activated.is_some()),
            ),
            check: format!(
                "show ap summary: Number of APs: {number}; show ap image: Primary Image {target} for {all}"
            ),
            otherwise: Some(format!(
                "wait until {} minutes after the activation, then `install abort`: the auto-abort timer takes the release back otherwise",
                COMMIT_AFTER.as_secs() / 60
            )),
        },
        Step {
            at_s: at(|night| night.committed),
            what: "keep the release".to_owned(),
            command: Some("install commit".to_owned()),
            takes: None,
            check: format!("show install summary: C  {controller}, Auto abort timer: inactive"),
            otherwise: Some("`install abort` before the auto-abort timer ends".to_owned()),
        },
    ]
}

/// Returns the ways back.
pub(super) fn ways_back(lab: &Lab<'_>, study: &Study, lab_path: &str) -> Vec<WayBack> {
    let before = &lab.controller().running;
    let back = study.aborted.as_ref().and_then(|night| {
        let all = night.all_on_target()?;
        Some(all.saturating_sub(night.rolled_back?).as_secs_f64())
    });
    vec![
        WayBack {
            from: "before the activation".to_owned(),
            commands: vec!["ap image predownload abort".to_owned(), "install remove inactive".to_owned()],
            takes_s: Some(0.0),
            costs: "nothing: access points keep the release in their backup partition, and stay in service"
                .to_owned(),
        },
        WayBack {
            from: "between the activation and the commit".to_owned(),
            commands: vec!["install abort".to_owned()],
            takes_s: back,
            costs: match (back, study.aborted.is_some()) {
                (Some(_), _) => format!("a second reload of the whole network, into {before}"),
                (None, true) => {
                    "a second reload; in the rehearsal not all access points came back to the release before"
                        .to_owned()
                }
                (None, false) => {
                    "a second reload of the whole network; not rehearsed, since nothing was activated"
                        .to_owned()
                }
            },
        },
        WayBack {
            from: "after the commit".to_owned(),
            commands: vec![format!("ewcsim plan {lab_path} --to {before}")],
            takes_s: None,
            costs: format!("a night like this one, with {before} as the target"),
        },
    ]
}
