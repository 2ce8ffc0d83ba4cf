//! What `show` commands print.

use std::time::Duration;

use ap::{
    ApEvent, Dialect, FactoryImages, Flash, FlashHandle, Partition, ReloadReason, State, Status, StatusHandle,
};

use crate::common::{access_point, version};

/// A C9105AXI that was upgraded to 17.15.0.10 and is in service.
fn upgraded() -> ap::AccessPoint {
    let mut access_point = access_point(Dialect::Newer, "8.10.130.0");
    access_point.name = "AP5C5A.C752.01DC".into();
    let running = version("17.15.0.10");
    let images = FactoryImages::default();
    access_point.flash =
        FlashHandle::new(Flash::factory(&images, "ap1g8", running, None, Partition::Part2, 1 << 20));
    access_point.status = StatusHandle::new(Status::factory(running, None, Partition::Part2));
    for event in [
        ApEvent::Booting { reason: ReloadReason::ImageUpgrade },
        ApEvent::Booted { partition: Partition::Part2, version: running },
        ApEvent::StateChanged { state: State::Run },
    ] {
        access_point.status.apply(Duration::ZERO, &event);
    }
    access_point
}

fn shown(command: &str) -> Option<String> {
    let now = Duration::from_secs(2 * 86_400 + 3 * 3600 + 4 * 60 + 5);
    ap::show(&upgraded(), now, command, |_, _| "Tue Jan 23 19:26:02 UTC 2024".into())
        .map(|output| output.text)
}

#[test]
fn show_version_has_the_lines_that_upgrades_are_judged_by() {
    let text = shown("show version").expect("known");
    for line in [
        "AP5C5A.C752.01DC uptime is 2 days, 3 hours, 4 minutes",
        "Last reload time   : Tue Jan 23 19:26:02 UTC 2024",
        "Last reload reason : Image Upgrade",
        "AP Running Image     : 17.15.0.10",
        "Primary Boot Image   : 17.15.0.10",
        "Backup Boot Image    : 0.0.0.0",
    ] {
        assert!(text.lines().any(|l| l == line), "{line} not in\n{text}");
    }
    for label in ["Primary Boot Image Hash: ", "Backup  Boot Image Hash: "] {
        let hash = text.lines().find_map(|line| line.strip_prefix(label)).expect(label);
        assert!(hash.len() == 128 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()), "{hash}");
    }
}

#[test]
fn show_boot_and_rcb() {
    assert_eq!(shown("show  boot").as_deref(), Some("BOOT path-list:      part2\n"));
    let rcb = shown("show capwap client rcb").expect("known");
    assert!(rcb.contains("OperationState                     : UP\n"), "{rcb}");
    assert_eq!(shown("show clock"), None);
    assert_eq!(shown("sh cap cl rcb"), shown("show capwap client rcb"));
}

#[test]
fn labels_are_there_without_a_device() {
    for command in ap::show_commands() {
        let labels = ap::show_labels(command).expect("known").fields;
        let output = ap::show(&upgraded(), Duration::ZERO, command, |_, _| String::new()).expect("known");
        assert!(labels.labels().eq(output.fields.labels()), "{command}");
    }
    assert_eq!(ap::show_labels("show clock"), None);
}

#[test]
fn each_word_of_a_command_has_its_help() {
    assert_eq!(ap::COMMANDS.without_help(), Vec::<String>::new());
}

fn typed(line: &str) -> Option<String> {
    ap::exec(&upgraded(), Duration::ZERO, line, |_, _| String::new())
}

// `show boot | inc BOOT` is typed by genielibs before and after an upgrade.
#[test]
fn an_output_modifier_leaves_lines() {
    assert_eq!(shown("show boot | inc BOOT").as_deref(), Some("BOOT path-list:      part2\n"));
    assert_eq!(shown("show boot | i boot").as_deref(), Some(""));
    assert_eq!(
        shown("show version | count Boot Image").as_deref(),
        Some("Number of lines which match regexp = 4\n")
    );
    assert_eq!(shown("show version | foo x"), None);
}

#[test]
fn what_is_typed_is_answered() {
    assert_eq!(typed("sh boot"), shown("show boot"));
    assert_eq!(typed("show b?").as_deref(), Some("boot\n"));
    assert_eq!(typed("show x?").as_deref(), Some("% Unrecognized command\n"));
    let prompt = "AP5C5A.C752.01DC#".len();
    let refused = format!("{:width$}^\n% Invalid input detected at '^' marker.\n\n", "", width = prompt + 6);
    assert_eq!(typed("show boat"), Some(refused.replacen(' ', "  ", 1)));
    assert_eq!(typed("reload"), None);
}
