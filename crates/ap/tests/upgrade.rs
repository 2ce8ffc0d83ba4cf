//! Upgrades from power to Run, and what stands in their way.

use std::time::Duration;

use crate::common::{Controller, Fault, Lab, access_point, bundle, version};
use ap::{ApEvent, Dialect, GiveUpReason, Partition, RefusedImage, ReloadReason, State};
use capwap::{ImageDataLayout, ImageInformation, ResultCode};
use image::Content;
use proptest::prelude::*;

const NEW: &str = "17.9.4.27";
const MINUTE: Duration = Duration::from_secs(60);

fn lab(image: Option<Content>) -> Lab {
    Lab::new(access_point(Dialect::Newer, "8.10.130.0"), Controller::new(NEW, image))
}

fn image() -> Content {
    bundle("ap1g8", NEW, 4)
}

fn given_up(lab: &Lab) -> Vec<GiveUpReason> {
    let reason = |event| match event {
        ApEvent::GivingUp { reason } => Some(reason),
        _ => None,
    };
    lab.events().into_iter().filter_map(reason).collect()
}

#[test]
fn a_download_ends_in_run_on_the_new_version() {
    let mut lab = lab(Some(image()));
    lab.drive_to(State::Run);
    let status = lab.access_point.status.borrow().clone();
    assert_eq!((status.running, status.backup), (Some(version(NEW)), Some(version("17.3.3.26"))));
    assert_eq!((status.active, status.boot), (Some(Partition::Part1), Partition::Part1));
    assert_eq!((status.reload_reason, status.boots), (ReloadReason::ImageUpgrade, 2));
    assert_eq!((status.downloads_requested, status.downloads_completed, status.downloads_failed), (1, 1, 0));
    let download = status.download.expect("there was one");
    assert_eq!((download.bytes, download.msgs), (40_960, 30));
    assert_eq!(lab.controller.image_requests, [Some(0)]);
    assert_eq!(lab.controller.backup_reported.as_deref(), Some("17.3.3.26"));
    let text =
        ap::show(&lab.access_point, lab.now, "show version", |_, _| String::new()).expect("known").text;
    assert!(text.contains("Backup Boot Image    : 17.3.3.26"), "{text}");
    // What lies in flash is what was sent, stored once.
    let written = lab.access_point.flash.borrow().files(Partition::Part1);
    assert_eq!(written, image::inspect(&image()).expect("sound").members);
}

#[test]
fn equal_versions_need_no_image() {
    let mut lab = Lab::new(access_point(Dialect::Newer, "8.10.130.0"), Controller::new("17.3.3.26", None));
    lab.drive_to(State::Run);
    assert!(lab.has(|event| matches!(event, ApEvent::VersionMatch { .. })));
    assert_eq!(lab.controller.image_requests, []);
    assert_eq!(lab.access_point.status.borrow().boots, 1);
}

#[test]
fn a_backup_that_is_the_controllers_is_started_without_a_download() {
    let mut lab = Lab::new(access_point(Dialect::Newer, NEW), Controller::new(NEW, None));
    lab.drive_to(State::Run);
    let status = lab.access_point.status.borrow().clone();
    assert_eq!((status.running, status.backup), (Some(version(NEW)), Some(version("17.3.3.26"))));
    assert_eq!(lab.controller.image_requests, []);
    assert!(lab.has(|event| *event == ApEvent::Activated { partition: Partition::Part1 }));
}

#[test]
fn without_an_image_it_tries_again_and_again() {
    let mut lab = lab(None);
    lab.drive(5 * MINUTE, |_| false);
    let reasons = given_up(&lab);
    assert!(reasons.len() >= 5 && reasons.iter().all(|reason| *reason == GiveUpReason::CannotStart));
    // Two requests for each attempt; the first of all says 0.
    let requests = &lab.controller.image_requests;
    assert_eq!(requests[0], Some(0));
    assert!(requests[1..].iter().all(|status| *status == Some(1)));
    assert_eq!(lab.access_point.status.borrow().downloads_failed as usize, reasons.len());
    assert_eq!(lab.running(), "17.3.3.26");
}

#[test]
fn a_wrong_checksum_is_answered_and_the_block_sent_again() {
    let mut lab = lab(Some(image()));
    lab.controller.fault = Some(Fault::ChecksumOnce(7));
    lab.drive_to(State::Run);
    assert_eq!(lab.controller.refusals, [ResultCode::ImageDataInvalidChecksum]);
    assert!(lab.has(|event| *event == ApEvent::ImageDataChecksumWrong { offset: 7 * 1377 }));
    assert_eq!((lab.running().as_str(), given_up(&lab)), (NEW, vec![]));
}

#[test]
fn a_window_of_blocks_arrives_in_order() {
    let mut lab = lab(Some(bundle("ap1g8", NEW, 40)));
    lab.controller.window = 20;
    lab.drive_to(State::Run);
    assert_eq!((lab.running().as_str(), given_up(&lab)), (NEW, vec![]));
}

#[test]
fn blocks_in_the_rfc_s_layout_are_taken() {
    let mut lab = lab(Some(image()));
    lab.access_point.settings.image_data_layout = ImageDataLayout::Rfc5415;
    lab.controller.layout = ImageDataLayout::Rfc5415;
    lab.power_on();
    lab.drive_to(State::Run);
    assert_eq!((lab.running().as_str(), given_up(&lab)), (NEW, vec![]));
    let download = lab.access_point.status.borrow().download.expect("there was one");
    assert_eq!((download.bytes, download.msgs), (40_960, 40));
}

#[test]
fn an_image_that_is_not_what_was_announced_is_given_up() {
    let (size, md5) = (40_960, image().md5());
    for (information, result, reason) in [
        (ImageInformation { size, md5 }, None, None),
        (
            ImageInformation { size: 40_961, md5 },
            Some(ResultCode::ImageDataInvalidLength),
            Some(GiveUpReason::BadLength),
        ),
        (
            ImageInformation { size, md5: [7; 16] },
            Some(ResultCode::ImageDataInvalidChecksum),
            Some(GiveUpReason::BadDigest),
        ),
    ] {
        let mut lab = lab(Some(image()));
        lab.access_point.settings.image_data_layout = ImageDataLayout::Rfc5415;
        lab.controller.layout = ImageDataLayout::Rfc5415;
        lab.controller.information = Some(information);
        lab.power_on();
        lab.drive_to(if reason.is_some() { State::DtlsTeardown } else { State::Run });
        assert_eq!(given_up(&lab), Vec::from_iter(reason));
        assert_eq!(lab.controller.refusals, Vec::from_iter(result));
        assert_eq!(lab.controller.image_requests[0], None, "no vendor element in the RFC's layout");
    }
}

#[test]
fn a_transfer_that_breaks_off_is_given_up() {
    for (fault, reason) in [
        (Fault::StopAt(9), GiveUpReason::Stalled),
        (Fault::ErrorAt(9), GiveUpReason::Refused),
        (Fault::OpcodeAt(9), GiveUpReason::BadOpcode),
    ] {
        let mut lab = lab(Some(image()));
        lab.controller.fault = Some(fault);
        lab.drive_to(State::DtlsTeardown);
        assert_eq!(given_up(&lab), [reason]);
        lab.controller.fault = None;
        lab.drive_to(State::Run);
        assert_eq!(lab.running(), NEW);
        assert_eq!(lab.access_point.status.borrow().downloads_failed, 1);
    }
}

#[test]
fn a_damaged_image_is_refused_and_flash_stays_as_it_was() {
    let mut bytes = image().bytes().to_vec();
    bytes[20_000] ^= 1;
    let mut lab = lab(Some(Content::from_vec(bytes)));
    let before = lab.access_point.flash.borrow().files(Partition::Part1);
    lab.drive_to(State::DtlsTeardown);
    assert!(
        lab.has(|event| matches!(event, ApEvent::ImageRefused { reason: RefusedImage::Signature, error }
        if error.contains("digest")))
    );
    assert_eq!(given_up(&lab), [GiveUpReason::NotVerified]);
    assert_eq!(lab.access_point.flash.borrow().files(Partition::Part1), before);
    assert_eq!(lab.controller.image_requests, [Some(0), Some(1)]);
}

#[test]
fn an_image_for_other_models_is_refused() {
    let mut lab = lab(Some(bundle("ap1g7", NEW, 4)));
    lab.drive_to(State::DtlsTeardown);
    assert!(lab.has(|event| matches!(event, ApEvent::ImageRefused { reason: RefusedImage::WrongType, .. })));
    lab.drive(MINUTE, |_| false);
    assert_eq!((lab.running().as_str(), lab.access_point.status.borrow().boots), ("17.3.3.26", 1));
}

#[test]
fn an_image_larger_than_tmp_or_the_partition_is_refused() {
    let mut small = access_point(Dialect::Newer, "8.10.130.0");
    small.settings.tmp_available.newer = 40_000;
    small.settings.tmp_required.newer = 10_000;
    let mut lab = Lab::new(small, Controller::new(NEW, Some(image())));
    lab.drive_to(State::DtlsTeardown);
    assert_eq!(given_up(&lab), [GiveUpReason::NoSpace]);
    assert_eq!(lab.controller.refusals, [ResultCode::ImageDataOtherError]);

    let mut small = access_point(Dialect::Newer, "8.10.130.0");
    small.flash.borrow_mut().set_capacity(30_000);
    small.settings.tmp_available.newer = 96 << 20;
    let mut lab = Lab::new(small, Controller::new(NEW, Some(image())));
    lab.drive_to(State::DtlsTeardown);
    assert!(lab.has(|event| matches!(event, ApEvent::PartitionFull { room: 30_000, .. })));
    assert_eq!(given_up(&lab), [GiveUpReason::PartitionFull]);
    let flash = lab.access_point.flash.borrow();
    assert!(flash.verify(Partition::Part1).is_err(), "the old image made room");
    assert_eq!(flash.verify(Partition::Part2).expect("it runs").version, version("17.3.3.26"));
}

#[test]
fn too_little_room_in_tmp_asks_for_nothing() {
    let mut small = access_point(Dialect::Newer, "8.10.130.0");
    small.settings.tmp_available.newer = small.settings.tmp_required.newer - 1024;
    let mut lab = Lab::new(small, Controller::new(NEW, Some(image())));
    lab.drive_to(State::DtlsTeardown);
    assert!(lab.has(|event| *event == ApEvent::PrecheckFailed { available: 49_999, required: 50_000 }));
    assert_eq!(lab.controller.image_requests, []);
}

#[test]
fn in_run_it_echoes_and_reports_events_until_the_controller_is_lost() {
    let mut lab = Lab::new(access_point(Dialect::Newer, "8.10.130.0"), Controller::new("17.3.3.26", None));
    lab.drive_to(State::Run);
    lab.drive(10 * MINUTE, |_| false);
    assert_eq!(lab.state(), State::Run);
    assert!((19..=21).contains(&lab.controller.echoes), "{} echoes", lab.controller.echoes);
    assert!((29..=32).contains(&lab.controller.wtp_events), "{} events", lab.controller.wtp_events);

    lab.controller.alive = false;
    lab.drive_to(State::DtlsTeardown);
    assert!(lab.has(|event| matches!(event, ApEvent::ControllerLost { .. })));
    let texts: Vec<_> = lab.console().into_iter().map(|(_, line)| line.text.into_owned()).collect();
    assert!(
        texts.ends_with(
            &[
                "status 'upgrade.sh: Script called with args:[CANCEL]'",
                "do CANCEL, part2 is active part",
                "status 'upgrade.sh: Cleanup tmp files ...'",
                "GOING BACK TO DISCOVER MODE",
                "",
                "CAPWAP State: DTLS Teardown",
            ]
            .map(str::to_owned)
        )
    );
    lab.drive(MINUTE, |_| false);
    assert_eq!(lab.state(), State::Discovery);
    lab.controller.alive = true;
    lab.drive_to(State::Run);
}

#[test]
fn a_refused_join_is_tried_again() {
    let mut lab = Lab::new(access_point(Dialect::Newer, "8.10.130.0"), Controller::new("17.3.3.26", None));
    lab.controller.fault = Some(Fault::RefuseJoin);
    lab.drive_to(State::DtlsTeardown);
    lab.controller.fault = None;
    lab.drive_to(State::Run);
}

#[test]
fn the_controller_may_reset_it() {
    let mut lab = Lab::new(access_point(Dialect::Newer, "8.10.130.0"), Controller::new("17.3.3.26", None));
    lab.drive_to(State::Run);
    lab.controller.send_reset(lab.now);
    lab.drive_to(State::Reload);
    lab.drive_to(State::Run);
    assert_eq!(lab.access_point.status.borrow().reload_reason, ReloadReason::ControllerReload);
}

#[test]
fn without_a_bootable_partition_it_halts() {
    let access_point = access_point(Dialect::Newer, "8.10.130.0");
    for partition in Partition::BOTH {
        access_point.flash.borrow_mut().store(partition, Vec::new());
    }
    let mut lab = Lab::new(access_point, Controller::new(NEW, None));
    assert!(lab.drive(5 * MINUTE, |lab| lab.state() == State::Halted));
    assert!(!lab.step(), "nothing happens any more");
    assert!(lab.has(|event| *event == ApEvent::BootFailed));
}

#[test]
fn a_torn_partition_is_not_booted() {
    let mut lab = lab(Some(image()));
    assert!(lab.drive(5 * MINUTE, |lab| lab.has(|event| *event == ApEvent::Syncing)));
    lab.power_cut(3);
    // As if ACTIVATE had been there.
    lab.access_point.flash.borrow_mut().write_boot(lab.now, Partition::Part1, Duration::ZERO);
    lab.access_point.flash.borrow_mut().sync();
    lab.power_on();
    lab.drive_to(State::Discovery);
    assert!(
        lab.console()
            .iter()
            .any(|(_, line)| line.text.starts_with("verify signature failed for /bootpart/part1/"))
    );
    assert_eq!(lab.access_point.status.borrow().active, Some(Partition::Part2));
}

#[test]
fn what_was_verified_survives_a_power_cut() {
    for seed in 0..20 {
        let mut lab = lab(Some(image()));
        assert!(
            lab.drive(5 * MINUTE, |lab| lab.has(|event| matches!(event, ApEvent::PartitionVerified { .. })))
        );
        lab.power_cut(seed);
        let flash = lab.access_point.flash.borrow();
        assert_eq!(flash.verify(Partition::Part1).expect("whole").version, version(NEW));
        assert_eq!(flash.boot(), Partition::Part2, "it was not activated yet");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Power fails at any instant of an upgrade: it boots again and ends on the new version.
    #[test]
    fn a_power_cut_at_any_time_leaves_a_partition_that_boots(after_ms in 75_000_u64..82_000, seed in any::<u64>()) {
        let mut lab = lab(Some(image()));
        lab.drive(Duration::from_millis(after_ms), |_| false);
        lab.power_cut(seed);
        prop_assert!(Partition::BOTH.iter().any(|partition| lab.access_point.flash.borrow().verify(*partition).is_ok()));
        lab.power_on();
        lab.drive_to(State::Run);
        prop_assert_eq!(lab.running(), NEW);
        prop_assert!(!lab.has(|event| *event == ApEvent::BootFailed));
    }

    /// Bytes that no controller would send change nothing.
    #[test]
    fn arbitrary_datagrams_are_answered(
        datagrams in prop::collection::vec((0_u64..100_000, prop::collection::vec(any::<u8>(), 0..80)), 0..20),
    ) {
        let mut lab = lab(Some(image()));
        for (after_ms, datagram) in datagrams {
            lab.drive(Duration::from_millis(after_ms), |_| false);
            let now = lab.now;
            if let Some(machine) = &mut lab.machine {
                machine.handle_datagram(now, datagram);
            }
        }
        lab.drive_to(State::Run);
        prop_assert_eq!(lab.running(), NEW);
    }
}
