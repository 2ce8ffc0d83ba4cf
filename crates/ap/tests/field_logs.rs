//! Every line of the field samples comes out of the state machine, in order and at its time.

use std::time::Duration;

use crate::common::{Controller, Lab, access_point, bundle};
use ap::{ApEvent, Dialect, State};

const SUCCESS: &str = include_str!("field/ap-join-download-success.log");
const CANNOT_START: &str = include_str!("field/ap-image-download-cannot-start.log");

/// A line of a console: seconds since the first one if it has a time, and its text.
type Stamped = (Option<f64>, String);

fn sample(text: &str) -> Vec<Stamped> {
    let start = text.lines().find_map(|line| split(line).0).expect("a time");
    text.lines().map(|line| (split(line).0.map(|time| time - start), split(line).1.to_owned())).collect()
}

/// The time of day in seconds, if there is one, and the text of a line such as `[*01/30/2024 21:41:35.1120] text`.
fn split(line: &str) -> (Option<f64>, &str) {
    let Some((stamp, text)) = line.strip_prefix("[*").and_then(|line| line.split_once(']')) else {
        return (None, line);
    };
    let time = stamp.split_once(' ').expect("date and time").1;
    let seconds = time.split(':').fold(0.0, |sum, part| sum * 60.0 + part.parse::<f64>().expect("a number"));
    (Some(seconds), text.strip_prefix(' ').unwrap_or(text))
}

/// What the console printed from the last entry into Image Data on.
fn printed(lab: &Lab) -> Vec<Stamped> {
    let console = lab.console();
    let start =
        console.iter().rposition(|(_, line)| line.text == "CAPWAP State: Image Data").expect("entered");
    let zero = console[start].0;
    let stamped = |(at, line): &(Duration, ap::Line)| {
        (line.stamped.then(|| (*at - zero).as_secs_f64()), line.text.clone().into_owned())
    };
    console[start..].iter().map(stamped).collect()
}

/// Without what differs from one download to the next: discarded events, the number of dots, the file descriptor.
fn normal(lines: Vec<Stamped>) -> Vec<Stamped> {
    let normal = |(at, text): Stamped| {
        let undotted = text.trim_start_matches(['<', '.']);
        let dots = undotted.len() < text.len();
        let discards = undotted.starts_with("Discarding msg") || (dots && undotted.is_empty());
        let text = match undotted.split_once("fd(") {
            Some((before, after)) => format!("{before}fd{}", after.split_once(')').expect("closed").1),
            None => undotted.to_owned(),
        };
        (!discards).then_some((at, text))
    };
    lines.into_iter().filter_map(normal).collect()
}

fn assert_same(expected: &[Stamped], actual: &[Stamped], tolerance: f64) {
    for (expected, actual) in expected.iter().zip(actual) {
        assert_eq!(expected.1, actual.1);
        let off = match (expected.0, actual.0) {
            (Some(expected), Some(actual)) => (expected - actual).abs(),
            (None, None) => 0.0,
            _ => panic!("stamped or not: {expected:?}, {actual:?}"),
        };
        assert!(off < tolerance, "{off} s off: {expected:?}, {actual:?}");
    }
    assert!(actual.len() >= expected.len(), "{} lines of {}", actual.len(), expected.len());
}

#[test]
fn a_download_that_cannot_start_prints_the_older_sample() {
    let mut lab = Lab::new(access_point(Dialect::Older, "8.10.130.0"), Controller::new("17.9.4.27", None));
    lab.drive_to(State::DtlsTeardown);
    assert!(lab.drive(Duration::from_secs(1), |lab| {
        lab.has(|event| *event == ApEvent::WtpEventDiscarded { state: State::DtlsTeardown })
    }));
    let (expected, actual) = (sample(CANNOT_START), printed(&lab));

    // The sample ends with a discarded event, cropped at 103 characters.
    let (last, cropped) = (actual.last().expect("lines"), expected.last().expect("lines"));
    let stamp = "[*07/12/2023 07:41:30.1590] ".len();
    assert_eq!(last.1[..103 - stamp], cropped.1);
    assert!((last.0.expect("stamped") - cropped.0.expect("stamped")).abs() < 0.0005);

    let (expected, actual) = (normal(expected), normal(actual));
    assert_eq!(expected.len(), actual.len());
    assert_same(&expected, &actual, 0.0005);
    // The second request, with status 1, is what tells the controller.
    assert_eq!(lab.controller.image_requests, [Some(0), Some(1)]);
}

#[test]
fn a_download_prints_the_newer_sample() {
    // The sample's request has status 1, so an attempt before it was given up.
    let mut lab = Lab::new(access_point(Dialect::Newer, "8.10.130.0"), Controller::new("17.9.4.27", None));
    lab.drive_to(State::DtlsTeardown);
    lab.controller.image = Some(bundle("ap1g8", "17.9.4.27", 6886));
    lab.drive_to(State::ImageData);
    lab.drive_to(State::Run);
    assert_eq!(lab.running(), "17.9.4.27");

    let console = lab.console();
    let end = console.iter().position(|(_, line)| line.text == "status 'Image signing verify success.'");
    let start = console[..end.expect("verified")]
        .iter()
        .rposition(|(_, line)| line.text == "CAPWAP State: Image Data")
        .expect("entered");
    let zero = console[start].0;
    let actual: Vec<Stamped> = console[start..]
        .iter()
        .map(|(at, line)| (line.stamped.then(|| (*at - zero).as_secs_f64()), line.text.clone().into_owned()))
        .collect();
    let (mut expected, mut actual) = (normal(sample(SUCCESS)), normal(actual));

    // The transfer itself takes as long as network and controller let it: times start anew at its end.
    let transferred = |lines: &[Stamped]| {
        lines
            .iter()
            .position(|(_, text)| text == "> 70512640 bytes, 51208 msgs, 601 last")
            .expect("transferred")
    };
    let (a, b) = (transferred(&expected), transferred(&actual));
    for (lines, from) in [(&mut expected, a), (&mut actual, b)] {
        let zero = lines[from].0.expect("stamped");
        lines[from..].iter_mut().for_each(|(at, _)| *at = at.map(|at| at - zero));
    }
    // The rate of the signature check is known to three digits.
    assert_same(&expected, &actual, 0.002);
    assert_eq!(lab.controller.image_requests, [Some(0), Some(1), Some(1)]);
    assert!(lab.has(|event| matches!(event, ApEvent::ImageDataProgress { first: true, dots: 5 })));
    assert!(lab.has(|event| matches!(event, ApEvent::ImageDataComplete { dots: 5, first: false, .. })));
}
