//! What random events print is read as these events, with their values.

use host::Samples;
use proptest::prelude::*;

use super::printed::{Printed, printed};
use super::{Voice, book};
use crate::pattern::leaves;

/// Returns a message about a line that is not read as the event that printed it.
fn misread(voice: Voice, printed: &Printed) -> Option<String> {
    for (index, line) in printed.lines.iter().enumerate() {
        let Some(found) = book(voice).whole(line, true) else {
            return Some(format!("not read: {line:?}, of {}", printed.record));
        };
        let mut right =
            found.reading.candidates.iter().filter(|one| (one.line, one.of) == (index, printed.lines.len()));
        let Some(right) = right.find(|candidate| candidate.agrees(&printed.record)) else {
            return Some(format!("{line:?}, of {}, is read as {:?}", printed.record, found.reading));
        };
        // A text that stands in the line is told.
        for leaf in leaves(&printed.record) {
            let is_shown = leaf.path != "event"
                && leaf.value.as_str().is_some_and(|text| text.len() > 6 && line.contains(text));
            if is_shown && !right.told.contains_key(&leaf.path) {
                return Some(format!("{line:?} does not tell {}, but {:?}", leaf.path, right.told));
            }
        }
    }
    None
}

proptest! {
    #![proptest_config(ProptestConfig { cases: test_support::enlarged(8) as u32, max_shrink_iters: 0, ..ProptestConfig::default() })]

    #[test]
    fn random_events_are_read_back(seed: u64) {
        let mut samples = Samples::random(seed);
        for voice in Voice::ALL {
            for one in printed(voice, &mut samples) {
                prop_assert_eq!(misread(voice, &one), None);
            }
        }
    }

    #[test]
    fn random_events_are_read_back_from_their_beginnings(seed: u64, part in 0.5..0.99) {
        let mut samples = Samples::random(seed);
        for voice in Voice::ALL {
            for one in printed(voice, &mut samples) {
                for line in &one.lines {
                    let end = line.floor_char_boundary((line.len() as f64 * part) as usize);
                    // Too short a beginning is refused; a reading is never of another event.
                    let found = book(voice).whole(&line[..end], true).or_else(|| book(voice).cropped(&line[..end], None, true));
                    let kind = one.record["event"].as_str().unwrap_or_default();
                    if let Some(found) = found.filter(|found| found.reading.cropped) {
                        prop_assert!(found.reading.can_be(kind), "{:?} of {}: {:?}", &line[..end], kind, found.reading);
                    }
                }
            }
        }
    }

    #[test]
    fn any_text_is_read_without_panic(text: String, repeated in 0_usize..300) {
        let long = text.repeat(repeated);
        for voice in Voice::ALL {
            let _ = (book(voice).whole(&text, true), book(voice).cropped(&text, None, true), book(voice).cropped(&text, Some(&text), true));
            let _ = (book(voice).whole(&long, true), book(voice).cropped(&long, None, true));
        }
    }
}

#[test]
fn no_pattern_matches_anything() {
    for voice in Voice::ALL {
        for text in ["anything", "a: b", "fatal: some words", "error: x: y", "1 2 3", "/a/b: c"] {
            assert!(book(voice).whole(text, true).is_none(), "{voice:?}: {text}");
        }
    }
}

#[test]
fn every_kind_that_prints_has_a_pattern() {
    for voice in Voice::ALL {
        let mut samples = Samples::marks();
        let all = printed(voice, &mut samples);
        for one in all.iter().filter(|one| !one.lines.is_empty()) {
            let kind = one.record["event"].as_str().unwrap_or_default();
            assert!(book(voice).kinds().contains(&kind), "{voice:?}: {kind}");
            assert_eq!(misread(voice, one), None);
        }
        println!(
            "{voice:?}: {} kinds, {} patterns of {} specimens",
            book(voice).kinds().len(),
            book(voice).entries.len(),
            all.len()
        );
    }
}
