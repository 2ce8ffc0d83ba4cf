//! Any file is read; every line is understood, told as unknown or passed over, and the events have all lines that were understood.
#![no_main]

use libfuzzer_sys::fuzz_target;
use logs::{File, read};

fuzz_target!(|bytes: &[u8]| {
    let Ok(read) = read(&[File { name: "x", bytes }]) else { return };
    assert!(read.lines.iter().all(|line| !line.reading.candidates.is_empty() && line.speaker < read.speakers.len()));
    assert!(read.unknown.iter().all(|line| line.place.line > 0 && line.place.column > 0));
    let of_events: usize = read.events().iter().map(|event| event.lines.len()).sum();
    assert_eq!(of_events, read.lines.len());
});
