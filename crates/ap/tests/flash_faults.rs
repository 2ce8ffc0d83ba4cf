//! Flash and /tmp with something wrong: the upgrade fails and is tried again, and what runs is never lost.

use std::time::Duration;

use crate::common::{Controller, Lab, access_point, bundle, version};
use ap::{ApEvent, Dialect, GiveUpReason, Partition, State};
use image::BLOCKING;

const OLD: &str = "17.3.3.26";
const NEW: &str = "17.9.4.27";
const MINUTE: Duration = Duration::from_secs(60);
const IMAGE: u64 = 40;

fn lab() -> Lab {
    Lab::new(
        access_point(Dialect::Newer, "8.10.130.0"),
        Controller::new(NEW, Some(bundle("ap1g8", NEW, IMAGE))),
    )
}

fn given_up(lab: &Lab) -> Vec<GiveUpReason> {
    let reason = |event| match event {
        ApEvent::GivingUp { reason } => Some(reason),
        _ => None,
    };
    lab.events().into_iter().filter_map(reason).collect()
}

fn prints(lab: &Lab, text: &str) -> bool {
    lab.console().iter().any(|(_, line)| line.text.contains(text))
}

/// It fails for `reason` again and again, on the old image; when `heal` has healed its flash it upgrades.
fn loops_until(mut lab: Lab, reason: GiveUpReason, text: &str, heal: impl FnOnce(&mut ap::Flash)) {
    lab.advance(10 * MINUTE, |_| ());
    let reasons = given_up(&lab);
    assert!(reasons.len() >= 3 && reasons.iter().all(|given| *given == reason), "{reasons:?}");
    assert!(prints(&lab, text), "no `{text}` in {:#?}", lab.console());
    assert_eq!((lab.running().as_str(), lab.access_point.status.borrow().boots), (OLD, 1));
    let good = lab.access_point.flash.borrow().verify(Partition::Part2).expect("it runs");
    assert_eq!(good.version, version(OLD));
    heal(&mut lab.access_point.flash.borrow_mut());
    lab.drive_to(State::Reload);
    lab.drive_to(State::Run);
    assert_eq!(lab.running(), NEW);
}

#[test]
fn tmp_that_fills_up_in_the_middle_of_the_download() {
    let mut small = access_point(Dialect::Newer, "8.10.130.0");
    small.settings.tmp_required.newer = 10_000;
    let mut lab = Lab::new(small, Controller::new(NEW, Some(bundle("ap1g8", NEW, IMAGE))));
    lab.access_point.flash.borrow_mut().set_tmp_size(20 * BLOCKING);
    lab.drive_to(State::DtlsTeardown);
    let bytes = lab.controller.accepted * 1377;
    assert!(bytes > 19 * BLOCKING && bytes <= 20 * BLOCKING, "{bytes}");
    loops_until(lab, GiveUpReason::NoSpace, "No space left on device", |flash| flash.set_tmp_size(96 << 20));
}

/// CSCwf25731: a log file in `/storage` takes the room of part2. Here it is part1, as part2 runs.
#[test]
fn a_partition_that_others_have_filled() {
    let lab = lab();
    let capacity = lab.access_point.settings.part1_capacity;
    lab.access_point.flash.borrow_mut().set_other_use(Partition::Part1, capacity - 20 * BLOCKING);
    loops_until(lab, GiveUpReason::PartitionFull, "untar: No space left on device", |flash| {
        flash.set_other_use(Partition::Part1, 0);
    });
}

#[test]
fn a_partition_that_fills_up_does_so_in_the_middle_of_the_write() {
    let mut lab = lab();
    lab.access_point.flash.borrow_mut().set_partition_size(Partition::Part1, 20 * BLOCKING);
    lab.drive_to(State::DtlsTeardown);
    let at = |wanted: fn(&ApEvent) -> bool| {
        let events = lab.events_from(0);
        events.into_iter().find(|(_, event)| wanted(event)).map(|(at, _)| at).expect("it happened")
    };
    let started = at(|event| matches!(event, ApEvent::Untarring { .. }));
    let full = at(|event| matches!(event, ApEvent::PartitionFull { .. }));
    let whole =
        Duration::from_micros(IMAGE * BLOCKING * 1_000_000 / lab.access_point.settings.flash_write_rate);
    assert!(
        full - started > whole / 3 && full - started < whole * 2 / 3,
        "{:?} of {whole:?}",
        full - started
    );
}

#[test]
fn a_bad_block_under_the_write() {
    let mut lab = lab();
    lab.access_point.flash.borrow_mut().set_bad_block(Partition::Part1, 300_000);
    lab.advance(10 * MINUTE, |_| ());
    let reasons = given_up(&lab);
    assert!(reasons.len() >= 3 && reasons.iter().all(|reason| *reason == GiveUpReason::WriteFailed));
    assert!(lab.has(|event| matches!(event, ApEvent::PartitionWriteFailed { offset: 262_144, .. })));
    assert!(prints(&lab, "untar: Input/output error"));
    assert_eq!(lab.running(), OLD);
    lab.power_cut(1);
    lab.power_on();
    lab.drive_to(State::ImageData);
    assert_eq!(lab.access_point.status.borrow().active, Some(Partition::Part2));
}

#[test]
fn a_block_that_goes_bad_after_it_was_written_is_found_before_activation() {
    let mut lab = lab();
    assert!(lab.drive(5 * MINUTE, |lab| lab.has(|event| *event == ApEvent::Syncing)));
    lab.access_point.flash.borrow_mut().set_bad_block(Partition::Part1, 0);
    lab.drive_to(State::DtlsTeardown);
    assert_eq!(given_up(&lab), [GiveUpReason::NotVerified]);
    assert!(!lab.has(|event| matches!(event, ApEvent::Activated { .. })));
    assert_eq!(lab.access_point.flash.borrow().boot(), Partition::Part2);
}

#[test]
fn what_rots_between_the_write_and_activate_is_not_activated() {
    let mut lab = lab();
    assert!(
        lab.drive(5 * MINUTE, |lab| lab.has(|event| matches!(event, ApEvent::VerifyingPartition { .. })))
    );
    lab.access_point.flash.borrow_mut().corrupt_member(Partition::Part1, "part.bin", 7).expect("it is there");
    lab.drive_to(State::DtlsTeardown);
    assert!(!lab.has(|event| matches!(event, ApEvent::Activated { .. })));
    // The next attempt writes it anew.
    lab.drive_to(State::Reload);
    lab.drive_to(State::Run);
    assert_eq!(lab.running(), NEW);
}

#[test]
fn an_active_partition_that_rots_is_left_at_the_next_boot() {
    let mut lab = Lab::new(access_point(Dialect::Newer, "8.10.130.0"), Controller::new(OLD, None));
    lab.drive_to(State::Run);
    lab.access_point.flash.borrow_mut().set_bad_block(Partition::Part2, 0);
    lab.advance(10 * MINUTE, |_| ());
    assert_eq!((lab.state(), lab.running().as_str()), (State::Run, OLD), "it runs from RAM");
    lab.power_cut(1);
    lab.power_on();
    lab.drive_to(State::ImageData);
    assert_eq!(lab.running(), "8.10.130.0");
    assert!(lab.console().iter().any(|(_, line)| line.text == "Uncorrectable ECC Error" && !line.stamped));
}

#[test]
fn a_torn_boot_variable_is_the_boot_loaders_default_until_the_next_activate() {
    let mut lab = lab();
    assert!(lab.drive(5 * MINUTE, |lab| lab.has(|event| matches!(event, ApEvent::Activated { .. }))));
    lab.now += lab.access_point.settings.script.install_step / 2;
    lab.power_cut(1);
    assert!(lab.access_point.flash.borrow().is_boot_torn());
    lab.power_on();
    lab.drive_to(State::Run);
    assert!(lab.has(|event| *event == ApEvent::BootVariableTorn { default: Partition::Part1 }));
    assert!(prints(&lab, "bad CRC, using default environment"));
    assert_eq!(lab.running(), NEW);
    assert!(lab.access_point.flash.borrow().is_boot_torn());

    // Another controller, another version: ACTIVATE writes the variable.
    lab.controller = Controller::new(OLD, None);
    lab.drive_to(State::Reload);
    lab.drive_to(State::Run);
    assert_eq!((lab.running().as_str(), lab.access_point.flash.borrow().is_boot_torn()), (OLD, false));
}
