//! A shorter run.

use std::time::Duration;

use scenario::{Tree, Value};
use text::{durations, units};

use crate::search::{Candidate, Search};
use crate::walk::{Part, with};

/// Round lengths of runs, in seconds.
const LENGTHS: [u64; 26] = [
    1, 5, 10, 20, 30, 60, 120, 180, 240, 300, 360, 420, 480, 600, 720, 900, 1_200, 1_800, 2_700, 3_600,
    5_400, 7_200, 10_800, 14_400, 21_600, 43_200,
];

/// Tries shorter lengths, the shortest first: their runs are short, and mostly refused before.
pub(super) fn until(search: &mut Search<'_>) {
    let tree = search.tree().clone();
    let Some(known) = tree.get("until").and_then(Tree::as_text).and_then(|text| units::duration(text).ok())
    else {
        return;
    };
    let lengths =
        LENGTHS.iter().map(|seconds| Duration::from_secs(*seconds)).filter(|length| *length < known);
    let candidates = lengths.map(|length| {
        let text = durations::short(length);
        let what = format!("until {text}");
        Candidate { tree: with(&tree, &[Part::Key("until".to_owned())], Value::Text(text)), what }
    });
    search.first(candidates);
}
