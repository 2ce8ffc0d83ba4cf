//! The scenarios of the repository load from disk, and resolve to what they say.

use std::path::{Path, PathBuf};
use std::time::Duration;

use catalogue::Dialect;
use network::{Impairments, Protocol, RuleAction};
use scenario::{Action, Check, DiskFiles, Members, Scenario, Snapshot, Wanted, When};

fn load(name: &str) -> Scenario {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scenarios").join(name);
    Scenario::load(&path, &DiskFiles).unwrap_or_else(|problems| panic!("{problems}"))
}

#[test]
fn tftp_join() {
    let scenario = load("field/tftp-join.yaml");
    assert_eq!(scenario.start.to_string(), "2024-01-30T21:38:00Z");
    assert_eq!(scenario.until, Duration::from_secs(1200));
    assert!(scenario.warnings.is_empty());

    let set = &scenario.images["17.9.4a"];
    assert_eq!((set.files.len(), set.ap.to_string().as_str()), (11, "17.9.4.27"));
    let ap1g8 = set.file("ap1g8").expect("it is listed");
    assert_eq!((ap1g8.size, ap1g8.ap_image), (70_512_640, true));
    assert!(!set.file("readme.txt").expect("it is listed").ap_image);

    let ap = &scenario.access_points[0];
    assert_eq!(
        (ap.image_type.as_str(), ap.platform.as_str(), ap.console),
        ("ap1g8", "ax-bcm32", Dialect::Newer)
    );
    assert_eq!(ap.mac.to_string(), "0200.ac10.041e");
    assert_eq!(scenario.controllers[0].image_type, "ap1g7");
    assert_eq!(scenario.servers[0].files[0].path, "/EWC/17_9_4a");
    let config = scenario.servers[0].config.as_ref().expect("it has one");
    assert!(config.text.contains("TFTP_OPTIONS=\"--secure --create --verbose\""));

    assert_eq!(scenario.powered, ["9120-EWC", "9120-EWC-ap", "CXLabs-UBUNTU22"]);
    assert_eq!(scenario.snapshot[0], Snapshot::Events);
    assert!(matches!(&scenario.snapshot[1], Snapshot::Show { command, .. } if command == "show ap image"));
    assert_eq!(scenario.snapshot[2], Snapshot::Log("9105-emorenoa".to_owned()));
    assert_eq!(scenario.expect[0].when, When::Within(Duration::from_secs(18 * 60)));

    assert_eq!(scenario.links[0].forward, Impairments::default());
    assert!(matches!(&scenario.timeline[0].action, Action::PowerOn(hosts) if *hosts == ["9105-emorenoa"]));
    assert_eq!((scenario.seed, scenario.drawn.len()), (1, 0));
}

#[test]
fn the_lines_of_a_config_point_into_the_scenario() {
    let scenario = load("field/tftp-wrong-path.yaml");
    let config = scenario.controllers[0].config.as_ref().expect("it has one");
    for (index, line) in config.text.lines().enumerate() {
        assert_eq!(scenario.sources.slice(config.line_span(index + 1)), line);
    }
    assert_eq!(scenario.sources.slice(config.part_span(4, 1..16)), "tftp-image-path");
    let location = scenario.sources.location(config.part_span(4, 17..28));
    assert_eq!((location.line, location.column), (33, 22));
}

#[test]
fn tftp_blocked() {
    let scenario = load("field/tftp-blocked.yaml");
    let firewall = &scenario.firewalls[0];
    assert_eq!(firewall.between[1], Members::Hosts(["tftp-199".to_owned()].into()));
    let rule = &firewall.policy.rules[0];
    assert_eq!((rule.action, rule.matches.protocol), (RuleAction::Deny, Some(Protocol::Udp)));
    assert_eq!((rule.matches.ports.clone(), firewall.policy.default), (Some(69..=69), RuleAction::Permit));
    assert!(matches!(&scenario.expect[1].check, Check::Log { count, .. } if *count == (0..=0)));
}

#[test]
fn tftp_cannot_start() {
    let scenario = load("field/tftp-cannot-start.yaml");
    assert_eq!(scenario.access_points[0].console, Dialect::Older);
    let Check::AccessPoints { names, is, is_not } = &scenario.expect[0].check else {
        panic!("of access points")
    };
    assert_eq!(names[..], ["9105-emorenoa"]);
    let Wanted::Version(version) = is_not["running"] else { panic!("a version") };
    assert_eq!((is.get("running"), version.to_string().as_str()), (None, "17.9.4.27"));
}

#[test]
fn every_scenario_of_the_repository_loads() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../scenarios");
    let mut directories = vec![root];
    let mut loaded = 0;
    while let Some(directory) = directories.pop() {
        for entry in std::fs::read_dir(&directory).expect("it is there") {
            let path = entry.expect("it can be read").path();
            if path.is_dir() {
                directories.push(path);
            } else if path.ends_with("lab.yaml") {
                // Scenarios beside it extend it.
            } else if path.extension().is_some_and(|extension| extension == "yaml") {
                Scenario::load(&path, &DiskFiles).unwrap_or_else(|problems| panic!("{problems}"));
                loaded += 1;
            }
        }
    }
    assert!(loaded > 55, "{loaded}");
}
