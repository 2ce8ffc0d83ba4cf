//! A shorter run.

use std::time::Duration;

use scenario::{Tree, Value};
use text::{durations, units};

use crate::names::without_dependents;
use crate::search::{Candidate, Search};

/// Round lengths of runs, in seconds.
const LENGTHS: [u64; 26] = [
    1, 5, 10, 20, 30, 60, 120, 180, 240, 300, 360, 420, 480, 600, 720, 900, 1_200, 1_800, 2_700, 3_600,
    5_400, 7_200, 10_800, 14_400, 21_600, 43_200,
];

/// Tries shorter lengths, the shortest first: their runs are short. What would happen after the end is taken away.
pub(super) fn until(search: &mut Search<'_>) {
    let tree = search.tree().clone();
    let Some(known) = time(&tree, "until") else { return };
    let lengths =
        LENGTHS.iter().map(|seconds| Duration::from_secs(*seconds)).filter(|length| *length < known);
    let candidates = lengths.map(|length| {
        let text = durations::short(length);
        let what = format!("until {text}");
        let mut shorter = tree.clone();
        shorter.set("until", Tree { value: Value::Text(text), place: String::new() });
        if let Some(Value::List(events)) = shorter.get_mut("timeline").map(|timeline| &mut timeline.value) {
            events.retain(|event| time(event, "at").is_none_or(|at| at <= length));
        }
        Candidate { tree: without_dependents(&tree, shorter), what }
    });
    search.first(candidates);
}

fn time(tree: &Tree, key: &str) -> Option<Duration> {
    units::duration(tree.get(key)?.as_text()?).ok()
}
