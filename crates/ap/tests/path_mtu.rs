//! Path MTU discovery, and what follows when it is wrong.

use std::time::Duration;

use crate::common::{Controller, Lab, access_point, bundle};
use ap::{ApEvent, Dialect, GiveUpReason, State};

const NEW: &str = "17.9.4.27";
const RUNNING: &str = "17.3.3.26";
const MINUTE: Duration = Duration::from_secs(60);

/// An access point whose controller runs `version`, on a path that carries `mtu` bytes each way.
fn lab(version: &str, mtu: usize) -> Lab {
    let mut lab = Lab::new(
        access_point(Dialect::Newer, "8.10.130.0"),
        Controller::new(version, Some(bundle("ap1g8", NEW, 4))),
    );
    lab.mtu = [mtu; 2];
    lab
}

fn path_mtu(lab: &Lab) -> u16 {
    lab.shown("show capwap client rcb", "CAPWAP Path MTU").parse().expect("a number")
}

fn changes(lab: &Lab) -> Vec<(u16, u16)> {
    let change = |event| match event {
        ApEvent::PathMtuChanged { from, to } => Some((from, to)),
        _ => None,
    };
    lab.events().into_iter().filter_map(change).collect()
}

fn given_up(lab: &Lab) -> Vec<GiveUpReason> {
    let reason = |event| match event {
        ApEvent::GivingUp { reason } => Some(reason),
        _ => None,
    };
    lab.events().into_iter().filter_map(reason).collect()
}

/// The time from the Join Request to its answer.
fn join_took(lab: &mut Lab) -> Duration {
    lab.drive_to(State::Join);
    assert!(lab.drive(MINUTE, |lab| lab.has(|event| matches!(event, ApEvent::JoinRequestSent { .. }))));
    let sent = lab.now;
    lab.drive_to(State::ImageData);
    lab.now - sent
}

#[test]
fn joining_finds_the_largest_size_that_fits() {
    for (mtu, found, took_s) in
        [(1500, 1485, 0), (1485, 1485, 0), (1484, 1005, 3), (1005, 1005, 3), (1004, 576, 9)]
    {
        let mut lab = lab(RUNNING, mtu);
        let took = join_took(&mut lab);
        assert_eq!(took, Duration::from_secs(took_s) + 2 * lab.latency, "mtu {mtu}");
        assert_eq!((path_mtu(&lab), lab.controller.probes.as_slice()), (found, &[found][..]));
        assert_eq!(changes(&lab), if found == 1485 { vec![] } else { vec![(1485, found)] });
        let text = ap::show(&lab.access_point, lab.now, "show capwap client rcb", |_, _| String::new());
        assert!(text.is_some_and(|output| {
            output.text.contains(&format!("CAPWAP Path MTU                    : {found}\n"))
        }));
    }
}

#[test]
fn before_it_joins_the_path_mtu_is_the_smallest() {
    let mut lab = lab(RUNNING, 1500);
    lab.drive_to(State::Join);
    assert_eq!(path_mtu(&lab), 576);
}

#[test]
fn a_narrow_path_takes_more_and_shorter_blocks() {
    for (mtu, msgs) in [(1500, 30), (1400, 46), (900, 88)] {
        let mut lab = lab(NEW, mtu);
        lab.drive_to(State::Run);
        assert_eq!((lab.running().as_str(), given_up(&lab)), (NEW, vec![]));
        let download = lab.access_point.status.borrow().download.expect("there was one");
        assert_eq!((download.bytes, download.msgs), (40_960, msgs), "mtu {mtu}");
    }
}

#[test]
fn in_run_it_goes_up_step_by_step_and_down_at_once() {
    let mut lab = lab(RUNNING, 900);
    lab.drive_to(State::Run);
    lab.mtu = [1500; 2];
    assert!(lab.drive(MINUTE, |lab| path_mtu(lab) == 1005));
    assert!(lab.drive(MINUTE, |lab| path_mtu(lab) == 1485));
    lab.mtu = [900; 2];
    assert!(lab.drive(MINUTE, |lab| path_mtu(lab) == 576));
    assert_eq!(changes(&lab), [(1485, 576), (576, 1005), (1005, 1485), (1485, 576)]);
    // Nothing of it ended the session.
    assert!(!lab.has(|event| matches!(event, ApEvent::StateChanged { state: State::DtlsTeardown })));
    assert!(lab.controller.echoes >= 3);
}

#[test]
fn a_path_that_narrows_in_mid_download_costs_one_attempt() {
    let mut lab = lab(NEW, 1500);
    assert!(lab.drive(10 * MINUTE, |lab| lab.has(|event| *event == ApEvent::ImageDataStarted)));
    lab.mtu = [1400; 2];
    lab.drive_to(State::Run);
    assert_eq!((lab.running().as_str(), given_up(&lab)), (NEW, vec![GiveUpReason::Stalled]));
    assert_eq!(changes(&lab), [(1485, 1005)]);
}

#[test]
fn a_path_that_is_narrow_from_the_controller_only_stops_every_download() {
    let mut lab = lab(NEW, 1500);
    lab.mtu = [1500, 1400];
    assert!(lab.drive(10 * MINUTE, |lab| given_up(lab).len() == 3));
    assert_eq!(given_up(&lab), [GiveUpReason::CannotStart; 3]);
    // Each time it joins without a hitch: what it sends arrives, and the answers are short.
    assert!(lab.controller.probes.len() >= 3 && lab.controller.probes.iter().all(|size| *size == 1485));
    assert_eq!(path_mtu(&lab), 1485);
    assert_eq!(changes(&lab), []);
}

#[test]
fn a_static_path_mtu_is_not_probed_beyond() {
    for (fixed, sizes) in [(576, vec![576]), (1005, vec![1005]), (1300, vec![1300])] {
        let mut lab = lab(RUNNING, 1500);
        lab.access_point.settings.channel.path_mtu = fixed;
        lab.power_on();
        lab.drive_to(State::Run);
        assert_eq!((path_mtu(&lab), &lab.controller.probes), (fixed, &sizes));
        assert_eq!(changes(&lab), []);
    }
}

#[test]
fn requests_of_its_own_keep_to_the_window() {
    for (window, numbers) in [(1, 1), (3, 3)] {
        let mut lab = lab(RUNNING, 1500);
        lab.access_point.settings.channel.window = window;
        lab.power_on();
        lab.drive_to(State::Run);
        lab.controller.alive = false;
        lab.drive_to(State::DtlsTeardown);
        let unanswered: std::collections::BTreeSet<_> =
            lab.controller.ignored.iter().map(|(_, sequence)| *sequence).collect();
        assert_eq!(unanswered.len(), numbers, "window {window}: {:?}", lab.controller.ignored);
    }
}
