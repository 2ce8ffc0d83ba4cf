//! Logs that were cropped, wrapped, quoted, relayed and mixed are read as well as can be, and never as something else.

use logs::{File, Read, read};
use proptest::prelude::*;
use test_support::damage::{ALL, Damage, damaged, drawn};

use crate::field::SAMPLES;

pub(crate) fn of(bytes: &[u8]) -> Read {
    read(&[File { name: "damaged.log", bytes }]).expect("small")
}

/// Returns what is read: the kinds to go by, and what they tell.
pub(crate) fn said(read: &Read) -> Vec<String> {
    let said = |line: &logs::ReadLine| format!("{} {:?}", line.reading.kind(), line.reading.first().told);
    read.lines.iter().map(said).collect()
}

/// Returns true if all of `few` stand in `many`, in order.
fn is_part(few: &[String], many: &[String]) -> bool {
    let mut rest = many.iter();
    few.iter().all(|one| rest.any(|other| other == one))
}

#[test]
fn harmless_damage_changes_nothing() {
    let harmless = [
        Damage::Clock(5),
        Damage::Rfc3164,
        Damage::Rfc5424,
        Damage::Rsyslog,
        Damage::Numbers,
        Damage::Quote,
        Damage::More,
        Damage::Colours,
        Damage::CrLf,
        Damage::Bom,
        Damage::Utf16,
        Damage::Utf16Be,
        Damage::Prompt,
    ];
    for (name, text) in SAMPLES {
        let whole = of(text.as_bytes());
        for kind in harmless {
            let read = of(&damaged(text, &[kind], 1));
            assert_eq!(read.unknown, [], "{name}, {kind:?}");
            assert_eq!(said(&read), said(&whole), "{name}, {kind:?}");
            assert!(read.lines.iter().all(|line| line.set_back.is_none()), "{name}, {kind:?}");
            let elapsed = |read: &Read| read.lines.last().and_then(|line| line.since);
            assert_eq!(elapsed(&read), elapsed(&whole), "{name}, {kind:?}");
        }
    }
}

#[test]
fn a_console_behind_a_syslog_server_is_read_without_its_own_time() {
    for (name, text) in &SAMPLES[..2] {
        let whole = said(&of(text.as_bytes()));
        let read = of(&damaged(text, &[Damage::NoYear], 1));
        // Empty lines could be of anybody.
        let is_bare = |line: &logs::UnknownLine| {
            line.text.rsplit("ap1").next().is_some_and(|text| text.trim().is_empty())
        };
        assert!(read.unknown.iter().all(is_bare), "{name}: {:?}", read.unknown);
        let other: Vec<String> = said(&read).into_iter().filter(|one| !whole.contains(one)).collect();
        assert_eq!(other, Vec::<String>::new(), "{name}");
        assert_eq!(read.speakers[0].host.as_deref(), Some("ap1"), "{name}");
    }
}

#[test]
fn wrapped_lines_are_put_together() {
    for (name, text) in SAMPLES {
        let whole = of(text.as_bytes());
        for width in [40, 50, 60, 80, 100, 132] {
            let read = of(&damaged(text, &[Damage::Wrap(width)], 1));
            assert_eq!(read.unknown, [], "{name}, {width}");
            assert_eq!(said(&read), said(&whole), "{name}, {width}");
        }
    }
}

#[test]
fn noise_is_not_understood_and_changes_nothing_else() {
    for (name, text) in SAMPLES {
        let whole = said(&of(text.as_bytes()));
        for seed in 0..20 {
            let bytes = damaged(text, &[Damage::Noise], seed);
            let read = of(&bytes);
            let (noise, lines) = (String::from_utf8_lossy(&bytes).lines().count(), text.lines().count());
            // Behind a cropped line, noise stands in for its rest.
            assert!(read.unknown.len() + 4 >= noise - lines, "{name}, {seed}: {:?}", read.unknown);
            let kept = said(&read).iter().filter(|one| whole.contains(one)).count();
            assert!(kept + 4 >= whole.len(), "{name}, {seed}: {:?}", said(&read));
        }
    }
}

#[test]
fn what_is_left_is_read() {
    for (name, text) in SAMPLES {
        let kinds =
            |read: &Read| read.lines.iter().map(|line| line.reading.kind().to_owned()).collect::<Vec<_>>();
        let whole = of(text.as_bytes());
        for seed in 0..20 {
            let lost = of(&damaged(text, &[Damage::Lose], seed));
            let can_be = |line: &logs::ReadLine| kinds(&whole).iter().any(|kind| line.reading.can_be(kind));
            assert!(lost.lines.iter().all(can_be), "{name}, {seed}");
            assert!(
                lost.unknown.iter().all(|line| line.text.starts_with("Image Download")),
                "{name}, {seed}"
            );
            let doubled = of(&damaged(text, &[Damage::Double], seed));
            // But for lines that an event prints twice itself.
            let more = doubled.lines.len() - whole.lines.len();
            assert!(more <= 3, "{name}, {seed}: {more}, {}", doubled.doubled);
        }
    }
}

#[test]
fn a_cropped_line_is_never_of_another_event() {
    for (name, text) in SAMPLES {
        for line in text.lines() {
            let whole = of(line.as_bytes());
            let Some(first) = whole.lines.first().filter(|line| !line.reading.cropped) else { continue };
            for end in (0..line.len()).filter(|end| line.is_char_boundary(*end)) {
                let read = of(&line.as_bytes()[..end]);
                for one in read.lines.iter().filter(|one| one.reading.cropped) {
                    let other = whole.lines.iter().any(|whole| one.reading.can_be(whole.reading.kind()));
                    assert!(
                        other,
                        "{name}: {:?}: {:?} of {}",
                        &line[..end],
                        one.reading,
                        first.reading.kind()
                    );
                }
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: test_support::enlarged(64) as u32, max_shrink_iters: 20, ..ProptestConfig::default() })]

    #[test]
    fn any_damage_is_survived_and_adds_no_speaker(seed: u64, sample in 0..SAMPLES.len()) {
        let text = SAMPLES[sample].1;
        let kinds = drawn(seed);
        let bytes = damaged(text, &kinds, seed);
        let damaged = of(&bytes);
        prop_assert_eq!(&damaged, &of(&bytes));
        if !kinds.contains(&Damage::Noise) {
            let roles = |read: &Read| read.speakers.iter().map(|speaker| speaker.role).collect::<Vec<_>>();
            let whole = roles(&of(text.as_bytes()));
            prop_assert!(roles(&damaged).iter().all(|role| whole.contains(role)), "{:?} {:?}", kinds, damaged);
        }
    }

    #[test]
    fn any_bytes_are_read_without_panic(bytes: Vec<u8>, seed: u64, sample in 0..SAMPLES.len()) {
        let _ = of(&bytes);
        // A log with arbitrary bytes in the middle.
        let log = damaged(SAMPLES[sample].1, &ALL[usize::from(seed % 2 == 0)..], seed);
        let at = usize::try_from(seed).unwrap_or_default() % log.len();
        let mixed = [&log[..at], &bytes, &log[at..]].concat();
        let read = of(&mixed);
        let lines = mixed.iter().filter(|byte| matches!(byte, b'\n' | b'\r')).count() + 1;
        prop_assert!(read.unknown.len() + read.passed_over <= lines + bytes.len());
    }
}

#[test]
fn nothing_is_lost_on_the_way() {
    let text = SAMPLES[0].1;
    let whole = said(&of(text.as_bytes()));
    assert!(is_part(&whole[3..7], &whole));
    let without: String = text.lines().skip(5).flat_map(|line| [line, "\n"]).collect();
    assert!(is_part(&said(&of(without.as_bytes()))[1..], &whole));
}

/// Cropped before ` [preauth]`, a line is a whole one of another event: both are told, and the whole one goes first.
#[test]
fn a_line_that_is_whole_where_it_was_cropped_may_be_another() {
    let line = |pid: u32, port: u16| {
        let text = format!(
            "Jan  5 22:02:21 sftp-10 sshd[{pid}]: Connection closed by authenticating user calo 10.9.4.2 port {port} [preauth]"
        );
        text[..103].to_owned()
    };
    let readings = |text: &str| -> Vec<usize> {
        of(text.as_bytes()).lines.iter().map(|line| line.reading.candidates.len()).collect()
    };
    let cropped = format!("{}\n{}\n", line(292_613, 32_768), line(292_616, 32_769));
    assert_eq!(readings(&cropped), [2, 2]);
    // A longer line shows that nothing is cropped here.
    let longer = format!(
        "{cropped}Jan  5 22:02:20 sftp-10 sshd[292613]: Failed password for calo from 10.9.4.2 port 32768 ssh2, which is no more\n"
    );
    assert_eq!(readings(&longer)[..2], [1, 1]);
}
