//! The times between the lines of the field samples: measured in the samples and in the simulation, with the same code.

use std::fmt::Write as _;
use std::time::Duration;

use crate::common::{self, samples::timed};

const JOIN: &str = include_str!("field/ap-join-download-success.log");
const CANNOT_START: &str = include_str!("field/ap-image-download-cannot-start.log");
const WRONG_PATH: &str = include_str!("field/ewc-tftp-wrong-path.log");
const TIMED_OUT: &str = include_str!("field/ewc-tftp-timed-out.log");
const AUTH_LOG: &str = include_str!("field/openssh-sftp.auth.log");
const SFTP_SUCCESS: &str = include_str!("field/ewc-sftp-success.log");
const SFTP_WRONG_PATH: &str = include_str!("field/ewc-sftp-wrong-path.log");

/// The tolerance of the simulation is a tenth of the sample's interval, or this if it is larger.
const TOLERANCE: Duration = Duration::from_millis(100);
/// The tolerance for an interval that is shorter than that.
const TOLERANCE_SHORT: Duration = Duration::from_millis(1);

/// A sample, with the scenario and host that print it.
struct Source {
    sample: &'static str,
    scenario: &'static str,
    host: &'static str,
    /// The measured intervals: name, first text, second text.
    intervals: &'static [(&'static str, &'static str, &'static str)],
}

const SOURCES: [Source; 7] = [
    Source {
        sample: JOIN,
        scenario: "tftp-join",
        host: "9105-emorenoa",
        intervals: &[
            ("Image Data Request to Response", "Image Data Request sent", "Image Data Response from"),
            ("Image Data Response to last message", "Image Data Response from", "51208 msgs, 601 last"),
            ("last message to last block stored", "51208 msgs, 601 last", "Last block stored"),
            ("PREDOWNLOAD script to verify success", "args:[PREDOWNLOAD]", "Image signing verify success."),
            ("version mismatch to PRECHECK script", "Version does not match.", "args:[PRECHECK]"),
        ],
    },
    Source {
        sample: CANNOT_START,
        scenario: "tftp-cannot-start",
        host: "9105-emorenoa",
        intervals: &[
            ("Image Data Request to giving up", "slaveStatus 0", "image download cannot start"),
            ("giving up to ABORT script", "image download cannot start", "args:[ABORT]"),
        ],
    },
    Source {
        sample: WRONG_PATH,
        scenario: "tftp-wrong-path",
        host: "9120-EWC",
        intervals: &[
            ("failure to install start (wrong path)", "Image Download Failed", "Started install add"),
            ("install start to No such file", "Started install add", "No such file or directory"),
        ],
    },
    Source {
        sample: TIMED_OUT,
        scenario: "tftp-blocked",
        host: "9120-EWC",
        intervals: &[
            ("failure to install start (no answer)", "Image Download Failed", "Started install add"),
            ("install start to Timed out", "Started install add", "Timed out"),
        ],
    },
    Source {
        sample: AUTH_LOG,
        scenario: "sftp-join",
        host: "CXLabs-UBUNTU22",
        intervals: &[("SFTP open to close (59,156,480 bytes)", "open \"", "close \"")],
    },
    Source {
        sample: SFTP_SUCCESS,
        scenario: "sftp-join",
        host: "9120-EWC",
        intervals: &[(
            "install completed to AP success (SFTP)",
            "Completed install add",
            "Image Download Success",
        )],
    },
    Source {
        sample: SFTP_WRONG_PATH,
        scenario: "sftp-wrong-path",
        host: "9120-EWC",
        intervals: &[
            ("failure to install start (SFTP, wrong path)", "Image Download Failed", "Started install add"),
            ("install start to No such file (SFTP)", "Started install add", "No such file or directory"),
        ],
    },
];

/// Returns the time from the last line with `from` before the first one with `to`, up to that one.
fn interval(lines: &[(Duration, String)], from: &str, to: &str) -> Duration {
    let end = lines.iter().position(|(_, line)| line.contains(to)).unwrap_or_else(|| panic!("no `{to}`"));
    let start = lines[..end].iter().rfind(|(_, line)| line.contains(from));
    lines[end].0 - start.unwrap_or_else(|| panic!("no `{from}` before `{to}`")).0
}

/// Returns the lines of a sample; a line without a time belongs to the line before it.
fn read(sample: &str) -> Vec<(Duration, String)> {
    let mut lines: Vec<(Duration, String)> = Vec::new();
    for line in sample.lines() {
        match (timed(line), lines.last_mut()) {
            (Some((at, text)), _) => lines.push((at, text.to_owned())),
            (None, Some((_, last))) => last.extend([" ", line]),
            (None, None) => panic!("the sample begins without a time: {line}"),
        }
    }
    lines
}

fn is_near(sample: Duration, simulated: Duration) -> bool {
    let tolerance = if sample < TOLERANCE { TOLERANCE_SHORT } else { TOLERANCE.max(sample / 10) };
    simulated.abs_diff(sample) <= tolerance
}

#[test]
fn intervals_are_those_of_the_field() {
    let mut table = String::from("interval | sample | simulation | difference\n");
    let mut near = true;
    for source in &SOURCES {
        let finished = common::run(&common::field(source.scenario), None);
        let (sample, log) = (read(source.sample), common::log(&finished, source.host));
        for (name, from, to) in source.intervals {
            let (sample, simulated) = (interval(&sample, from, to), interval(&log, from, to));
            let difference = simulated.as_secs_f64() - sample.as_secs_f64();
            let verdict = if is_near(sample, simulated) { "" } else { "  <- too far" };
            near &= verdict.is_empty();
            writeln!(
                table,
                "{name} | {:.3} s | {:.3} s | {difference:+.3} s{verdict}",
                sample.as_secs_f64(),
                simulated.as_secs_f64()
            )
            .expect("strings take any text");
        }
    }
    // With `--no-capture` this is the table of docs/fidelity.md.
    println!("{table}");
    assert!(near, "{table}");
}

/// The samples show 3.217 s, 3.152 s and 3.153 s.
#[test]
fn every_install_starts_as_long_after_a_failure_as_in_the_field() {
    for scenario in ["tftp-join", "tftp-wrong-path", "tftp-blocked", "sftp-join", "sftp-wrong-path"] {
        let finished = common::run(&common::field(scenario), None);
        let log = common::log(&finished, "9120-EWC");
        let started = log.iter().enumerate().filter(|(_, (_, line))| line.contains("Started install add"));
        let delays: Vec<Duration> = started
            .map(|(index, _)| {
                interval(&log[..=index][last_failure(&log, index)..], "Image Download Failed", "Started")
            })
            .collect();
        assert!(!delays.is_empty(), "{scenario}");
        let field = Duration::from_millis(3150)..=Duration::from_millis(3220);
        assert!(delays.iter().all(|delay| field.contains(delay)), "{scenario}: {delays:?}");
    }
}

/// Returns the index of the last failure before `index`.
fn last_failure(log: &[(Duration, String)], index: usize) -> usize {
    log[..index]
        .iter()
        .rposition(|(_, line)| line.contains("Image Download Failed"))
        .expect("one led to the install")
}

#[test]
fn samples_are_read_as_published() {
    let milliseconds = |sample, from, to| interval(&read(sample), from, to).as_millis();
    assert_eq!(milliseconds(JOIN, "Image Data Request sent", "Image Data Response from"), 4);
    assert_eq!(milliseconds(JOIN, "Image Data Response from", "51208 msgs"), 96_179);
    assert_eq!(milliseconds(CANNOT_START, "slaveStatus 0", "image download cannot start"), 28_740);
    assert_eq!(milliseconds(WRONG_PATH, "Image Download Failed", "Started"), 3_152);
    assert_eq!(milliseconds(TIMED_OUT, "Started", "Timed out"), 40_067);
    assert_eq!(milliseconds(AUTH_LOG, "open \"", "close \""), 399_000);
    assert_eq!(milliseconds(SFTP_SUCCESS, "Completed", "Image Download Success"), 83_612);
    assert_eq!(milliseconds(SFTP_WRONG_PATH, "Started", "No such file"), 8_405);
}

#[test]
fn what_is_too_far_is_noticed() {
    let seconds = Duration::from_secs_f64;
    assert!(is_near(seconds(96.18), seconds(105.0)) && is_near(seconds(96.18), seconds(87.0)));
    assert!(!is_near(seconds(96.18), seconds(106.0)) && !is_near(seconds(96.18), seconds(86.0)));
    assert!(is_near(seconds(0.5), seconds(0.6)) && !is_near(seconds(0.5), seconds(0.601)));
    assert!(is_near(seconds(0.004), seconds(0.005)) && !is_near(seconds(0.004), seconds(0.0052)));
}
