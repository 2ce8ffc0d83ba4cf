//! Known defects: the same access point with and without each.

use std::time::Duration;

use crate::common::{Controller, Lab, access_point, bundle};
use ap::{AccessPoint, ApEvent, Dialect, Partition, ReloadReason, State};
use catalogue::{Catalogue, Hardware, Switch};
use image::Content;

const NEW: &str = "17.9.4.27";
const MINUTE: Duration = Duration::from_secs(60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// The access point of the samples, which has this quirk whatever it runs.
fn unit_with(quirk: &str) -> AccessPoint {
    let catalogue = Catalogue::builtin().with_switch(quirk, Switch::On).expect("a quirk");
    AccessPoint {
        quirks: catalogue.access_point_quirks(&Hardware::default()),
        ..access_point(Dialect::Newer, "8.10.130.0")
    }
}

fn damaged() -> Content {
    let mut bytes = bundle("ap1g8", NEW, 40).bytes().to_vec();
    bytes[200_000] ^= 1;
    Content::from_vec(bytes)
}

fn sound() -> Controller {
    Controller::new(NEW, Some(bundle("ap1g8", NEW, 40)))
}

#[test]
fn an_image_that_does_not_verify_is_booted_in_a_loop() {
    let mut lab = Lab::new(unit_with("CSCvx32806"), Controller::new(NEW, Some(damaged())));
    lab.drive_to(State::Reload);
    lab.advance(10 * MINUTE, |_| ());
    let loops = lab.events().into_iter().filter(|event| {
        matches!(event, ApEvent::BootRepeated { quirk, partition: Partition::Part1 } if quirk == "CSCvx32806")
    });
    assert!(loops.count() > 3);
    assert_eq!(lab.state(), State::Boot);
    assert!(lab.access_point.flash.borrow().verify(Partition::Part2).is_ok(), "which would boot");
}

/// The first of the two codes: what is no archive, or another's, is not installed.
#[test]
fn what_is_no_image_is_refused_all_the_same() {
    let other = bundle("ap1g7", NEW, 40);
    for wrong in [Content::from_vec(vec![7; 10_240]), other] {
        let mut lab = Lab::new(unit_with("CSCvx32806"), Controller::new(NEW, Some(wrong)));
        lab.advance(5 * MINUTE, |_| ());
        assert!(lab.has(|event| matches!(event, ApEvent::ImageRefused { .. })));
        assert!(!lab.has(|event| matches!(event, ApEvent::Untarring { .. })));
    }
}

/// The software that is installed in its place has the defect no longer: what it downloads is refused.
#[test]
fn an_upgrade_takes_a_quirk_away() {
    let mut with = unit_with("CSCvx32806");
    let catalogue = Catalogue::builtin().with_switch("CSCvx32806", Switch::ByVersion).expect("a quirk");
    let hardware = Hardware { model: "C9105AXI", image_type: "ap1g8", ..Hardware::default() };
    with.quirks = catalogue.access_point_quirks(&hardware);
    let mut lab = Lab::new(with, sound());
    lab.drive_to(State::Run);
    assert_eq!(lab.running(), NEW);
    let next = "17.12.1.5";
    let mut bytes = bundle("ap1g8", next, 40).bytes().to_vec();
    bytes[200_000] ^= 1;
    lab.controller = Controller::new(next, Some(Content::from_vec(bytes)));
    lab.advance(lab.now + 10 * MINUTE, |_| ());
    assert!(lab.has(|event| matches!(event, ApEvent::ImageRefused { .. })));
    assert!(!lab.has(|event| matches!(event, ApEvent::VerificationErrorIgnored { .. })));
}

#[test]
fn a_log_grows_by_the_day_also_across_a_reload() {
    let mut lab = Lab::new(unit_with("CSCwf25731"), sound());
    lab.controller.version = "17.3.3.26".parse().expect("a version");
    lab.advance(3 * DAY + MINUTE * 10, |_| ());
    let used =
        |lab: &Lab| Partition::BOTH.map(|partition| lab.access_point.flash.borrow().other_use(partition));
    assert_eq!(used(&lab), [0, 15_000_000]);
    lab.power_cut(1);
    lab.power_on();
    lab.advance(lab.now + DAY + MINUTE * 10, |_| ());
    assert_eq!(used(&lab), [0, 20_000_000]);
}

#[test]
fn an_access_point_that_was_up_for_long_has_no_room_for_an_image() {
    let mut old = unit_with("CSCwe97901");
    old.settings.tmp_fills_after = MINUTE;
    let mut lab = Lab::new(old, sound());
    lab.advance(30 * MINUTE, |_| ());
    let status = lab.access_point.status.borrow().clone();
    assert_eq!((status.downloads_completed, status.boots), (0, 1));
    let failed =
        |event: &ApEvent| matches!(event, ApEvent::PrecheckFailed { available: 376, required: 50_000 });
    assert!(lab.has(failed));
    let mut young = Lab::new(unit_with("CSCwe97901"), sound());
    young.drive_to(State::Run);
    assert_eq!(young.running(), NEW);
}

fn version_of(lab: &Lab) -> String {
    let output = ap::show(&lab.access_point, lab.now, "show version", |_, _| String::new());
    output.expect("it is known").text
}

/// What was before the run counts until the next boot.
#[test]
fn an_uptime_that_is_stated_ends_with_the_next_boot() {
    let mut old = unit_with("CSCwe97901");
    old.uptime = 100 * DAY;
    let mut lab = Lab::new(old, sound());
    lab.advance(10 * MINUTE, |_| ());
    let filled =
        |event: &ApEvent| matches!(event, ApEvent::TmpFilled { uptime_s, .. } if *uptime_s / 86_400 == 100);
    assert!(lab.has(filled));
    assert!(version_of(&lab).contains(" uptime is 100 days, 0 hours, 10 minutes"));
    lab.power_cut(1);
    lab.power_on();
    lab.drive_to(State::Run);
    assert_eq!(lab.running(), NEW);
    assert!(version_of(&lab).contains(" uptime is 0 days, 0 hours, "));
}

/// One that is in service when the run begins has not booted in it; its first boot ends the time before.
#[test]
fn an_uptime_ends_with_the_first_boot_of_what_was_up() {
    let mut old = unit_with("CSCwe97901");
    old.uptime = 100 * DAY;
    old.status.apply(Duration::ZERO, &ApEvent::WasUp);
    assert_eq!(old.up_for(10 * MINUTE), 100 * DAY + 10 * MINUTE);
    old.status.apply(20 * MINUTE, &ApEvent::Booting { reason: ReloadReason::Power });
    assert_eq!(old.up_for(30 * MINUTE), 10 * MINUTE);
    // One that is switched on during the run was off before.
    let mut off = unit_with("CSCwe97901");
    off.uptime = 100 * DAY;
    off.status.apply(MINUTE, &ApEvent::Booting { reason: ReloadReason::Power });
    assert_eq!(off.up_for(3 * MINUTE), 2 * MINUTE);
}

#[test]
fn a_log_has_grown_in_the_days_before_the_run() {
    let mut old = unit_with("CSCwf25731");
    old.uptime = 3 * DAY + MINUTE;
    let mut lab = Lab::new(old, sound());
    lab.advance(2 * MINUTE, |_| ());
    assert_eq!(lab.access_point.flash.borrow().other_use(Partition::Part2), 15_000_000);
}

/// The clock is that of the run.
#[test]
fn a_certificate_expires_at_its_second() {
    for (clock, upgraded) in [(1_670_190_226 - 600, true), (1_670_190_226, false)] {
        let mut access_point = unit_with("FN72524");
        access_point.clock = Duration::from_secs(clock);
        let mut lab = Lab::new(access_point, sound());
        lab.advance(5 * MINUTE, |_| ());
        assert_eq!(lab.running() == NEW, upgraded, "{clock}");
        let told = lab.has(|event| matches!(event, ApEvent::SigningCertificateExpired { .. }));
        assert_eq!(told, !upgraded);
    }
}
