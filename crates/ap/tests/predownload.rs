//! Images taken in Run, swapped, and started; and what stands in their way.

use std::time::Duration;

use crate::common::{Controller, Fault, Lab, access_point, bundle, version};
use ap::{ApEvent, Dialect, GiveUpReason, Partition, ReloadReason, Script, State};
use capwap::{ResultCode, find};
use image::Content;

const OLD: &str = "17.3.3.26";
const NEW: &str = "17.12.1.5";
const MINUTE: Duration = Duration::from_secs(60);

/// An access point in Run on its controller's version, which hands out `image` as a predownload.
fn in_run(image: Option<Content>) -> Lab {
    let mut lab = Lab::new(access_point(Dialect::Newer, "8.10.130.0"), Controller::new(OLD, image));
    lab.drive_to(State::Run);
    lab
}

fn image() -> Content {
    bundle("ap1g8", NEW, 4)
}

fn predownload(lab: &mut Lab) {
    let now = lab.now;
    lab.controller.send_predownload(now, "ap1g8");
}

/// Whether the predownload ends within five minutes, and how.
fn failure(lab: &mut Lab) -> Option<GiveUpReason> {
    let failed = |lab: &Lab| {
        lab.events().iter().find_map(|event| match event {
            ApEvent::PredownloadFailed { reason } => Some(*reason),
            _ => None,
        })
    };
    lab.drive(5 * MINUTE, |lab| failed(lab).is_some());
    failed(lab)
}

fn backup(lab: &Lab) -> String {
    lab.shown("show version", "Backup Boot Image")
}

/// The last result code that the controller got for something else than a block.
fn answer(lab: &Lab) -> Option<ResultCode> {
    find!(lab.controller.answers.last()?, ResultCode).copied()
}

#[test]
fn an_image_for_later_goes_to_the_backup_and_nothing_else_changes() {
    let mut lab = in_run(Some(image()));
    let left = |lab: &Lab| lab.state() != State::Run;
    predownload(&mut lab);
    assert!(!lab.drive(5 * MINUTE, left), "it stays in service");
    let status = lab.access_point.status.borrow().clone();
    assert_eq!(status.running, Some(version(OLD)));
    assert_eq!(status.after_reload(), [Some(version(OLD)), Some(version(NEW))]);
    assert_eq!((status.active, status.boot, status.boots), (Some(Partition::Part2), Partition::Part2, 1));
    assert_eq!((status.downloads_requested, status.downloads_completed, status.downloads_failed), (1, 1, 0));
    assert_eq!(lab.controller.initiated, [true]);
    assert_eq!(lab.controller.predownloaded, [NEW]);
    assert_eq!(answer(&lab), Some(ResultCode::Success));
    assert!(!lab.has(|event| matches!(event, ApEvent::Activated { .. })));
    let written = lab.access_point.flash.borrow().files(Partition::Part1);
    assert_eq!(written, image::inspect(&image()).expect("sound").members);
    let console: Vec<_> = lab.console().into_iter().map(|(_, line)| line.text).collect();
    assert!(console.iter().any(|line| line == "Last block stored, IsPre 1, WriteTaskId 0"), "{console:#?}");
    assert!(lab.controller.echoes > 5, "echo goes on");
}

#[test]
fn a_swap_changes_what_boots_next_and_a_second_one_changes_it_back() {
    let mut lab = in_run(Some(image()));
    predownload(&mut lab);
    lab.drive(MINUTE, |lab| !lab.controller.predownloaded.is_empty());
    for (boot, primary, backup) in [(Partition::Part1, NEW, OLD), (Partition::Part2, OLD, NEW)] {
        let now = lab.now;
        lab.controller.send_swap(now);
        assert!(!lab.drive(Duration::from_secs(30), |lab| lab.state() != State::Run));
        let status = lab.access_point.status.borrow().clone();
        assert_eq!(status.boot, boot);
        assert_eq!(status.after_reload(), [Some(version(primary)), Some(version(backup))]);
        assert_eq!(lab.shown("show version", "Primary Boot Image"), primary);
        assert_eq!(lab.shown("show version", "Backup Boot Image"), backup);
        assert_eq!(status.running, Some(version(OLD)));
    }
    let now = lab.now;
    lab.controller.send_swap(now);
    lab.drive(Duration::from_secs(30), |_| false);
    // The swap outlives the session: the next controller is told of it.
    assert!(!lab.controller.swap_reported);
    lab.controller.alive = false;
    assert!(lab.drive(5 * MINUTE, |lab| lab.state() == State::Discovery));
    lab.controller.alive = true;
    lab.drive_to(State::Run);
    assert!(lab.controller.swap_reported);
    // A controller that is upgraded too, so that the new version stays.
    lab.controller.version = version(NEW);
    let now = lab.now;
    lab.controller.send_reset(now);
    lab.drive_to(State::Reload);
    lab.drive_to(State::Run);
    let status = lab.access_point.status.borrow().clone();
    assert_eq!((status.running, status.boots), (Some(version(NEW)), 2));
    assert_eq!(status.reload_reason, ReloadReason::ControllerReload);
    assert!(!lab.controller.swap_reported, "what it boots next is what it runs");
    assert_eq!(lab.controller.image_requests.len(), 1, "it has what it needs");
}

#[test]
fn an_empty_backup_is_not_swapped_in() {
    let mut lab = in_run(None);
    lab.access_point.flash.borrow_mut().corrupt(Partition::Part1, 4_000).expect("an image");
    let now = lab.now;
    lab.controller.send_swap(now);
    lab.drive(Duration::from_secs(10), |_| false);
    assert_eq!(answer(&lab), Some(ResultCode::ImageDataOtherError));
    assert!(lab.has(|event| matches!(event, ApEvent::SwapRefused { partition: Partition::Part1, .. })));
    assert_eq!(lab.access_point.status.borrow().boot, Partition::Part2);
}

#[test]
fn a_partition_that_was_passed_over_at_boot_is_not_told_as_swapped_in() {
    let access_point = access_point(Dialect::Newer, "8.10.130.0");
    access_point.flash.borrow_mut().corrupt(Partition::Part2, 4_000).expect("an image");
    let mut lab = Lab::new(access_point, Controller::new("8.10.130.0", None));
    lab.drive_to(State::Run);
    assert_eq!(lab.access_point.flash.borrow().active(), Some(Partition::Part1));
    assert!(!lab.controller.swap_reported);
}

#[test]
fn failures_leave_it_in_service_and_are_told() {
    let damaged = {
        let mut bytes = image().bytes().to_vec();
        bytes[20_000] ^= 1;
        Content::from_vec(bytes)
    };
    let cases = [
        (None, None, GiveUpReason::CannotStart),
        (Some(image()), Some(Fault::StopAt(9)), GiveUpReason::Stalled),
        (Some(image()), Some(Fault::ErrorAt(9)), GiveUpReason::Refused),
        (Some(damaged), None, GiveUpReason::NotVerified),
        (Some(bundle("ap1g7", NEW, 4)), None, GiveUpReason::NotVerified),
    ];
    for (image, fault, reason) in cases {
        let mut lab = in_run(image);
        lab.controller.fault = fault;
        predownload(&mut lab);
        assert_eq!(failure(&mut lab), Some(reason));
        assert!(!lab.drive(MINUTE, |lab| lab.state() != State::Run));
        assert_eq!(lab.controller.initiated, [true, false], "{reason:?}: the second one tells of it");
        assert_eq!((lab.running(), backup(&lab)), (OLD.to_owned(), "8.10.130.0".to_owned()));
        assert!(lab.has(
            |event| *event == ApEvent::ScriptStarted { script: Script::Abort, active: Partition::Part2 }
        ));
        assert_eq!(lab.access_point.status.borrow().downloads_failed, 1);
    }
}

#[test]
fn a_second_predownload_waits_for_the_first_and_another_type_is_refused() {
    let mut lab = in_run(Some(image()));
    let now = lab.now;
    lab.controller.send_predownload(now, "ap1g7");
    lab.drive(Duration::from_secs(40), |_| false);
    assert_eq!(answer(&lab), Some(ResultCode::ImageDataOtherError));
    predownload(&mut lab);
    lab.drive(MINUTE, |lab| lab.has(|event| *event == ApEvent::ImageDataStarted));
    predownload(&mut lab);
    lab.drive(Duration::from_secs(4), |_| false);
    assert_eq!(answer(&lab), Some(ResultCode::MessageUnexpected));
    assert!(lab.drive(MINUTE, |lab| !lab.controller.predownloaded.is_empty()), "the first is not disturbed");
}

#[test]
fn a_lost_controller_ends_it_and_one_that_comes_back_can_start_it_again() {
    let mut lab = in_run(Some(image()));
    predownload(&mut lab);
    lab.drive(MINUTE, |lab| lab.has(|event| *event == ApEvent::ImageDataStarted));
    lab.controller.alive = false;
    assert!(lab.drive(5 * MINUTE, |lab| lab.state() == State::Discovery));
    assert_eq!(backup(&lab), "8.10.130.0");
    lab.controller.alive = true;
    lab.drive_to(State::Run);
    assert_eq!(lab.access_point.status.borrow().boots, 1, "it never reloaded");
    predownload(&mut lab);
    assert!(lab.drive(5 * MINUTE, |lab| !lab.controller.predownloaded.is_empty()));
}

/// The controller is gone while the image is written, and then the image does not verify.
#[test]
fn without_a_controller_an_image_that_does_not_verify_is_the_end_of_it() {
    let mut access_point = access_point(Dialect::Newer, "8.10.130.0");
    access_point.settings.flash_write_rate = 150;
    let mut lab = Lab::new(access_point, Controller::new(OLD, Some(image())));
    lab.drive_to(State::Run);
    predownload(&mut lab);
    assert!(lab.drive(MINUTE, |lab| lab.has(|event| matches!(event, ApEvent::Untarring { .. }))));
    lab.access_point.flash.borrow_mut().corrupt(Partition::Part1, 4_000).expect("a file");
    lab.controller.alive = false;
    assert!(lab.drive(10 * MINUTE, |lab| lab.has(|event| matches!(event, ApEvent::ControllerLost { .. }))));
    assert_eq!(failure(&mut lab), Some(GiveUpReason::NotVerified));
    lab.drive(MINUTE, |_| false);
    assert!(!lab.has(|event| matches!(event, ApEvent::PredownloadComplete { .. })));
}

#[test]
fn a_power_cut_at_any_moment_of_it_leaves_what_ran() {
    for tenths in 0..100 {
        let mut access_point = access_point(Dialect::Newer, "8.10.130.0");
        // Each phase takes a while.
        access_point.settings.last_block_stored = Duration::from_millis(200);
        access_point.settings.verify_rate = 40_000;
        access_point.settings.flash_write_rate = 20_000;
        access_point.settings.script.install_step = Duration::from_millis(100);
        let mut lab = Lab::new(access_point, Controller::new(OLD, Some(image())));
        lab.drive_to(State::Run);
        predownload(&mut lab);
        lab.drive(Duration::from_millis(tenths * 70), |_| false);
        lab.power_cut(tenths);
        lab.controller.forget();
        lab.power_on();
        lab.drive_to(State::Run);
        assert_eq!(lab.running(), OLD, "after {tenths} tenths");
        assert_eq!(lab.access_point.flash.borrow().active(), Some(Partition::Part2));
    }
}
