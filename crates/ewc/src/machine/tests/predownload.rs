//! Predownload: which access points are asked when, which images are fetched, and the results.

use std::time::Duration;

use capwap::{Element, MessageType, ResultCode, WtpRebootStatistics, cisco};
use image::Content;

use super::world::World;
use crate::words::InstallFailure;
use crate::{ControllerEvent, PredownloadFailure, PredownloadStatus as Status, Settings};

const NEW: &str = "17.12.1.5";
const SECOND: Duration = Duration::from_secs(1);

/// Returns access points in service that run the controller's version, as far as these tests go: their descriptor says another,
/// which only joins check.
fn in_service(count: u8) -> World {
    in_service_of(count, |_| ())
}

fn in_service_of(count: u8, change: impl FnOnce(&mut Settings)) -> World {
    let mut world = World::with(count, |controller| change(&mut controller.settings));
    (0..count.into()).for_each(|ap| world.register(ap));
    world.happened();
    world
}

fn image(image_type: &str, version: &str) -> Content {
    image::synthesize(image_type, &version.parse().unwrap(), 20_480).unwrap()
}

fn statuses(world: &World) -> Vec<Status> {
    world.snapshot().aps.iter().map(|ap| ap.predownload.status).collect()
}

/// Returns the number of Configuration Update Requests that each access point has received.
fn told(world: &World) -> Vec<usize> {
    world.aps.iter().map(|ap| ap.requests.len()).collect()
}

/// The access point does as it was asked: it requests the image and receives it.
fn take_image(world: &mut World, ap: usize, image_type: &str) {
    let elements = vec![cisco::image_identifier(image_type), Element::InitiateDownload];
    world.request(ap, MessageType::ImageDataRequest, elements);
    world.run_for(SECOND);
}

/// It reports that the image is in flash.
fn report(world: &mut World, ap: usize) {
    let reboots = Element::WtpRebootStatistics(WtpRebootStatistics::default());
    let elements = vec![reboots, cisco::backup_software_version(NEW)];
    world.request(ap, MessageType::WtpEventRequest, elements);
    world.run_for(SECOND);
}

/// It reports that it gives up.
fn give_up(world: &mut World, ap: usize) {
    world.request_image(ap, "ap1g8", 1);
    world.run_for(SECOND);
}

#[test]
fn an_image_is_fetched_given_and_reported() {
    let mut world = in_service(1);
    assert_eq!(world.exec("ap image predownload"), "");
    assert_eq!(statuses(&world), [Status::Initiated]);
    world.run_for(SECOND);
    assert_eq!(told(&world), [0], "nobody is told of an image that is not there");
    world.finish_install(Ok(image("ap1g8", NEW)));
    world.run_for(SECOND);
    assert_eq!(told(&world), [1]);
    assert_eq!(world.aps[0].requests[0].elements[..], [cisco::image_identifier("ap1g8")]);
    take_image(&mut world, 0, "ap1g8");
    assert_eq!(world.aps[0].image, image("ap1g8", NEW).bytes());
    assert_eq!(statuses(&world), [Status::Predownloading]);
    let table = world.exec("show ap image");
    assert!(table.contains("Predownloading             : 1\n"), "{table}");
    assert!(table.contains("Predownload in progress    : Yes\n"), "{table}");
    report(&mut world, 0);
    assert_eq!(statuses(&world), [Status::Complete]);
    let row = world.snapshot().aps[0].clone();
    assert_eq!((row.backup.to_string(), row.predownload.version.to_string()), (NEW.into(), NEW.into()));
    assert_eq!(row.state, crate::ApState::Registered);
    assert_eq!(
        world.happened(),
        [
            "ap_predownload_initiated",
            "install_started",
            "prepared",
            "install_completed",
            "ap_predownload_requested",
            "image_requested",
            "image_data_started",
            "ap_predownload_delivered",
            "ap_predownload_complete",
        ]
    );
    // It has the image: the second command sends nothing.
    world.exec("ap name AP0 image predownload");
    world.run_for(SECOND);
    assert_eq!((statuses(&world), told(&world)), (vec![Status::Complete], vec![1]));
    world.exec("clear ap predownload statistics");
    assert_eq!(statuses(&world), [Status::None]);
}

#[test]
fn one_type_follows_the_other() {
    let mut world = World::new(2);
    world.aps[1].model = "AIR-AP3802I-B-K9";
    (0..2).for_each(|ap| world.register(ap));
    world.exec("ap image predownload");
    world.finish_install(Ok(image("ap1g8", NEW)));
    assert!(world.machine.poll_install().is_none(), "ap3g3 waits until ap1g8 is done");
    world.run_for(SECOND);
    take_image(&mut world, 0, "ap1g8");
    assert!(world.machine.poll_install().is_none(), "also until it is written");
    report(&mut world, 0);
    world.finish_install(Ok(image("ap3g3", NEW)));
    world.run_for(SECOND);
    assert_eq!(told(&world), [1, 1]);
    assert_eq!(world.snapshot().staged.len(), 2);
}

#[test]
fn an_access_point_that_runs_the_version_needs_none() {
    let mut world = in_service(1);
    world.exec("ap image predownload");
    world.finish_install(Ok(image("ap1g8", "17.3.3.26")));
    world.run_for(SECOND);
    assert_eq!((statuses(&world), told(&world)), (vec![Status::None], vec![0]));
    assert_eq!(world.happened().last().unwrap(), "ap_predownload_skipped");
}

#[test]
fn so_many_are_told_at_a_time() {
    let mut world = in_service_of(5, |settings| {
        (settings.predownload_wave, settings.predownload_max) = (2, 3);
        settings.session_dead_interval = Duration::from_secs(1000);
    });
    world.exec("ap image predownload");
    world.finish_install(Ok(image("ap1g8", NEW)));
    world.run_for(SECOND);
    assert_eq!(told(&world), [1, 1, 0, 0, 0], "a set of two");
    world.run_for(60 * SECOND);
    assert_eq!(told(&world), [1, 1, 1, 0, 0], "three at most");
    take_image(&mut world, 0, "ap1g8");
    report(&mut world, 0);
    assert_eq!(told(&world), [1, 1, 1, 1, 0], "the set has room for one more");
}

#[test]
fn failures_are_tried_again_so_many_times() {
    let mut world = in_service_of(1, |settings| {
        settings.predownload_retries_max = 1;
        settings.session_dead_interval = Duration::from_secs(1000);
    });
    world.exec("ap image predownload");
    world.finish_install(Err(InstallFailure::NotFound));
    assert_eq!(statuses(&world), [Status::Failed]);
    let row = world.exec("show ap image").lines().last().unwrap().to_owned();
    assert_eq!(row.split_whitespace().skip(3).collect::<Vec<_>>(), ["Failed", "0.0.0.0", "60", "0", "N/A"]);
    assert!(world.exec("show wireless ewc-ap predownload status").contains("AP0: image not available"));
    world.run_for(60 * SECOND);
    assert_eq!(statuses(&world), [Status::Initiated]);
    world.finish_install(Ok(image("ap1g8", NEW)));
    world.run_for(SECOND);
    take_image(&mut world, 0, "ap1g8");
    give_up(&mut world, 0);
    assert_eq!(statuses(&world), [Status::Failed]);
    world.run_for(300 * SECOND);
    assert_eq!((statuses(&world), told(&world)), (vec![Status::Failed], vec![1]), "that was the last time");
    let tried_again: Vec<_> = world
        .events
        .borrow()
        .iter()
        .filter_map(|event| match event {
            ControllerEvent::ApPredownloadFailed { reason, again, .. } => Some((*reason, *again)),
            _ => None,
        })
        .collect();
    assert_eq!(tried_again, [(PredownloadFailure::NoImage, true), (PredownloadFailure::GivenUp, false)]);
}

/// Returns access points in service, the last of which is a 3802, which takes ap3g3; there are no retries.
fn in_service_with_3802(count: u8) -> World {
    let mut world = World::with(count, |controller| {
        controller.settings.predownload_retries_max = 0;
        controller.settings.session_dead_interval = Duration::from_secs(10_000);
    });
    world.aps[usize::from(count) - 1].model = "AIR-AP3802I-B-K9";
    (0..count.into()).for_each(|ap| world.register(ap));
    world
}

fn failures(world: &World) -> Vec<PredownloadFailure> {
    let events = world.events.borrow();
    let reason = |event: &ControllerEvent| match event {
        ControllerEvent::ApPredownloadFailed { reason, .. } => Some(*reason),
        _ => None,
    };
    events.iter().filter_map(reason).collect()
}

#[test]
fn one_that_refuses_and_one_that_is_lost_hold_nobody_up() {
    let mut world = in_service_with_3802(3);
    world.aps[0].update_answer = ResultCode::MessageUnexpected;
    world.exec("ap image predownload");
    world.finish_install(Ok(image("ap1g8", NEW)));
    world.cut_off = vec![1];
    world.run_for(SECOND);
    assert_eq!(statuses(&world), [Status::Failed, Status::Initiated, Status::Initiated]);
    assert!(world.machine.poll_install().is_none(), "one still has to answer");
    world.run_for(120 * SECOND);
    let refused = PredownloadFailure::Refused(ResultCode::MessageUnexpected.into());
    assert_eq!(failures(&world), [refused, PredownloadFailure::SessionLost]);
    world.finish_install(Ok(image("ap3g3", NEW)));
    world.run_for(SECOND);
    assert_eq!(told(&world), [1, 0, 1]);
}

#[test]
fn one_that_is_lost_as_it_takes_the_image_holds_nobody_up() {
    let mut world = in_service_with_3802(2);
    world.exec("ap image predownload");
    world.finish_install(Ok(image("ap1g8", NEW)));
    world.run_for(SECOND);
    let elements = vec![cisco::image_identifier("ap1g8"), Element::InitiateDownload];
    world.request(0, MessageType::ImageDataRequest, elements);
    world.run_for(Duration::from_millis(10));
    assert_eq!(statuses(&world)[0], Status::Predownloading);
    world.cut_off = vec![0];
    world.run_for(120 * SECOND);
    assert_eq!(failures(&world), [PredownloadFailure::SessionLost]);
    // Its row is gone, and the counter has it.
    let table = world.exec("show ap image");
    assert!(table.contains("Failed to Predownload      : 1"), "{table}");
    assert!(table.contains("Total number of APs  : 1"), "{table}");
    world.finish_install(Ok(image("ap3g3", NEW)));
}

#[test]
fn an_image_for_predownloads_that_is_refused_stays_or_is_removed() {
    for keeps in [true, false] {
        let mut world = in_service_of(1, |settings| settings.keeps_refused = keeps.into());
        world.exec("ap image predownload");
        world.finish_install(Ok(image("ap1g8", NEW)));
        world.run_for(SECOND);
        take_image(&mut world, 0, "ap1g8");
        world.request(0, MessageType::ImageDataRequest, vec![cisco::image_identifier("ap1g8")]);
        world.run_for(SECOND);
        assert_eq!(failures(&world), [PredownloadFailure::GivenUp]);
        // The next attempt fetches what is not held.
        world.run_for(61 * SECOND);
        assert_eq!(world.machine.poll_install().is_none(), keeps);
        assert_eq!(told(&world), [if keeps { 2 } else { 1 }]);
    }
}

#[test]
fn one_that_says_nothing_is_given_up() {
    let mut world = in_service_with_3802(2);
    world.exec("ap image predownload");
    world.finish_install(Ok(image("ap1g8", NEW)));
    world.run_for(SECOND);
    take_image(&mut world, 0, "ap1g8");
    world.run_for(590 * SECOND);
    assert_eq!(statuses(&world), [Status::Predownloading, Status::Initiated], "it may be writing");
    world.run_for(10 * SECOND);
    assert_eq!(statuses(&world), [Status::Failed, Status::Initiated]);
    // The other one never requests the image that it was asked to predownload.
    world.finish_install(Ok(image("ap3g3", NEW)));
    world.run_for(601 * SECOND);
    assert_eq!(failures(&world), [PredownloadFailure::NoReport; 2]);
    let told_of = "Predownload Error: AP1: no report from the AP";
    assert!(world.exec("show wireless ewc-ap predownload status").contains(told_of));
    // It did write the image, and reports it late: the next command finds nothing to do.
    report(&mut world, 0);
    assert_eq!(world.snapshot().aps[0].backup.to_string(), NEW);
    world.exec("ap name AP0 image predownload");
    world.run_for(SECOND);
    assert_eq!((statuses(&world)[0], told(&world)), (Status::Complete, vec![1, 1]));
}

#[test]
fn a_report_may_come_before_the_answer_to_the_last_block() {
    let mut world = in_service(1);
    world.exec("ap image predownload");
    world.finish_install(Ok(image("ap1g8", NEW)));
    world.run_for(SECOND);
    world.aps[0].loses_last_answer = true;
    take_image(&mut world, 0, "ap1g8");
    report(&mut world, 0);
    assert_eq!(
        statuses(&world),
        [Status::Predownloading],
        "the controller does not know yet that it has all blocks"
    );
    // The block is sent again after three seconds, and answered.
    world.run_for(3 * SECOND);
    assert_eq!(statuses(&world), [Status::Complete]);
    assert!(
        world.happened().ends_with(&["ap_predownload_delivered".into(), "ap_predownload_complete".into()])
    );
}

#[test]
fn another_path_makes_what_was_fetched_before_worthless() {
    let mut world = in_service(1);
    world.exec("ap image predownload");
    world.finish_install(Ok(image("ap1g8", "17.3.3.26")));
    world.exec("ap image predownload");
    assert!(world.machine.poll_install().is_none(), "it is held");
    let other = super::world::PROFILE.replace("17_9_4a", "17_12_1");
    world.machine.configure(crate::ControllerConfig::parse(&other).unwrap());
    world.exec("ap image predownload");
    world.finish_install(Ok(image("ap1g8", NEW)));
    world.run_for(SECOND);
    assert_eq!(told(&world), [1]);
}

#[test]
fn swap_and_reset_reach_the_access_point() {
    let mut world = in_service(2);
    world.exec("ap name AP1 image swap");
    world.exec("ap name AP1 image swap");
    world.exec("ap image swap completed");
    world.run_for(SECOND);
    assert_eq!(told(&world), [0, 2]);
    assert_eq!(world.aps[1].requests[0].elements[..], [cisco::image_swap()]);
    let versions = |world: &World| {
        let row = world.snapshot().aps[1].clone();
        [row.primary.to_string(), row.backup.to_string()]
    };
    assert_eq!(versions(&world), ["17.3.3.26", "8.10.130.0"], "twice is not at all");
    world.exec("ap image swap");
    world.exec("ap name AP0 reset");
    world.run_for(SECOND);
    assert_eq!(versions(&world), ["8.10.130.0", "17.3.3.26"]);
    assert_eq!(world.snapshot().aps[1].running.to_string(), "17.3.3.26");
    // A new session starts without a reload: the access point reports that its images are swapped.
    world.aps[1].swapped = true;
    world.register(1);
    assert_eq!(versions(&world), ["8.10.130.0", "17.3.3.26"]);
    assert_eq!(world.aps[0].requests.last().unwrap().message_type, MessageType::ResetRequest);
    world.aps[0].update_answer = ResultCode::ImageDataOtherError;
    world.exec("ap name AP0 image swap");
    world.run_for(SECOND);
    assert_eq!(world.happened().last().unwrap(), "ap_swap_refused");
}

#[test]
fn what_is_typed_wrong_is_answered_as_ios_does() {
    let mut world = in_service(1);
    assert_eq!(
        world.exec("ap image perdownload"),
        "                   ^\n% Invalid input detected at '^' marker.\n\n"
    );
    assert_eq!(world.exec("ap name AP7 reset"), "% Error: AP name AP7 not found\n");
    let now = world.time;
    assert!(world.machine.exec(now, "reload").reloads);
}

#[test]
fn a_terminal_filters_helps_and_refuses() {
    let mut world = World::new(1);
    let whole = world.exec("show ap image");
    let filtered = world.exec("sh ap im | include ^Total");
    assert_eq!(whole.lines().next().map(|line| format!("{line}\n")), Some(filtered));
    assert_eq!(world.exec("clear ap ?"), "  predownload  Predownload of images\n");
    assert_eq!(world.exec("s?"), "show\n");
    assert_eq!(world.exec("show ap x?"), "% Unrecognized command\n");
    assert_eq!(world.exec("show ap image | "), "% Incomplete command.\n\n");
    assert!(world.exec("reload | include x").ends_with("% Invalid input detected at '^' marker.\n\n"));
}
