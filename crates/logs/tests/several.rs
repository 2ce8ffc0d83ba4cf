//! Consoles of several access points in one file, and encodings.

use logs::{File, Read, read};
use test_support::damage::{Damage, damaged};

use crate::field::SAMPLES;

fn of(text: &[u8]) -> Read {
    read(&[File { name: "consoles.log", bytes: text }]).expect("small")
}

/// Puts the lines of two consoles in turn, some at a time.
fn in_turn(first: &str, second: &str, at_a_time: usize) -> String {
    let parts = |text: &str| {
        let lines: Vec<&str> = text.lines().collect();
        lines.chunks(at_a_time).map(|part| part.join("\n")).collect::<Vec<_>>()
    };
    let (first, second) = (parts(first), parts(second));
    let both = (0..first.len().max(second.len())).flat_map(|index| [first.get(index), second.get(index)]);
    both.flatten().map(|part| format!("{part}\n")).collect()
}

/// The samples have clocks that are half a year apart.
#[test]
fn consoles_with_other_clocks_are_told_apart() {
    let (success, cannot_start) = (SAMPLES[0].1, SAMPLES[1].1);
    for at_a_time in [1, 2, 4] {
        let read = of(in_turn(success, cannot_start, at_a_time).as_bytes());
        let clocks: Vec<Option<usize>> = read.speakers.iter().map(|speaker| speaker.clock).collect();
        assert_eq!(clocks, [Some(0), Some(1)], "{at_a_time}");
        for (number, alone) in [success, cannot_start].into_iter().enumerate() {
            let own = of(alone.as_bytes());
            let stamps = |read: &Read, speaker: usize| {
                let lines = read.lines.iter().filter(|line| line.speaker == speaker);
                lines.filter_map(|line| line.stamp.clone()).map(|stamp| stamp.text).collect::<Vec<_>>()
            };
            assert_eq!(stamps(&read, number), stamps(&own, 0), "{at_a_time}");
            let set_back = read.lines.iter().filter(|line| line.set_back.is_some()).count();
            assert_eq!(set_back, 0, "{at_a_time}");
        }
    }
}

#[test]
fn consoles_one_after_the_other_are_one_whose_clock_was_set() {
    let read = of([SAMPLES[0].1, SAMPLES[1].1].concat().as_bytes());
    assert_eq!(read.speakers.len(), 1);
    assert_eq!(read.lines.iter().filter(|line| line.set_back.is_some()).count(), 1);
}

#[test]
fn models_that_nothing_tells_apart_are_named() {
    let other = SAMPLES[0].1.replace("ap1g8", "ap3g3");
    let read = of(in_turn(SAMPLES[0].1, &other, 1).as_bytes());
    assert_eq!(read.speakers.len(), 1);
    assert_eq!(read.mixed, [(0, vec!["ap1g8".to_owned(), "ap3g3".to_owned()])]);
    assert_eq!(of(SAMPLES[0].1.as_bytes()).mixed, []);
}

#[test]
fn a_line_is_told_as_it_was_shown() {
    for (name, text) in SAMPLES {
        let texts = |bytes: &[u8]| of(bytes).lines.into_iter().map(|line| line.text).collect::<Vec<_>>();
        let whole = texts(text.as_bytes());
        assert!(whole.iter().all(|line| text.contains(line.as_str())), "{name}");
        for kind in [Damage::Utf16, Damage::Utf16Be, Damage::Quote, Damage::Colours, Damage::CrLf] {
            assert_eq!(texts(&damaged(text, &[kind], 1)), whole, "{name}, {kind:?}");
        }
    }
}

#[test]
fn a_doubled_line_is_read_once() {
    let text = SAMPLES[2].1;
    let doubled: String = text.lines().flat_map(|line| [line, "\n", line, "\n"]).collect();
    let (read, whole) = (of(doubled.as_bytes()), of(text.as_bytes()));
    assert_eq!((read.lines.len(), read.doubled), (whole.lines.len(), whole.lines.len()));
    // The same text at another time is another line.
    let later = text.replace("20:5", "21:5");
    assert_eq!(of([text, &later].concat().as_bytes()).doubled, 0);
}

#[test]
fn the_head_of_show_logging_is_no_log() {
    let head = "ewc#show logging\nSyslog logging: enabled (0 messages dropped, 3 messages rate-limited)\n\n\
                No Active Message Discriminator.\n\n    Console logging: level debugging, 112 messages logged, xml disabled,\n\
                \u{20}                    filtering disabled\nLog Buffer (102400 bytes):\n\n";
    let read = of(format!("{head}{}", SAMPLES[2].1).as_bytes());
    assert_eq!((read.unknown.len(), read.lines.len()), (0, of(SAMPLES[2].1.as_bytes()).lines.len()));
}

#[test]
fn stamps_of_a_clock_that_is_not_set_and_uptimes_are_read() {
    let text = SAMPLES[2].1;
    let message = |line: &str| line.split_once(": ").map(|(_, rest)| rest.to_owned()).expect("a message");
    let lines: Vec<String> = text.lines().filter(|line| line.starts_with('*')).map(message).collect();
    for stamps in [["*Mar  1 00:00:12.345", "*Mar  1 00:00:22.345"], ["00:00:12", "00:00:22"]] {
        let log = format!("{}: {}\n{}: {}\n", stamps[0], lines[0], stamps[1], lines[0]);
        let read = of(log.as_bytes());
        let since: Vec<Option<u64>> =
            read.lines.iter().map(|line| line.since.map(|since| since.as_secs())).collect();
        assert_eq!((since, read.unknown.len()), (vec![Some(0), Some(10)], 0), "{log}");
    }
    let read = of(format!("3d04h: {}\n", lines[0]).as_bytes());
    assert_eq!((read.lines.len(), read.lines[0].since), (1, None));
}
