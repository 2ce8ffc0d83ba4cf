//! The choice among events that print the same line: which candidate comes first.

use crate::{Candidate, ReadLine};

/// Puts the candidate to go by first in each line.
pub(super) fn choose(lines: &mut [ReadLine], speakers: usize) {
    let mut of: Vec<Vec<usize>> = vec![Vec::new(); speakers];
    for (index, line) in lines.iter().enumerate() {
        of[line.speaker].push(index);
    }
    for indices in of {
        forwards(lines, &indices);
        backwards(lines, &indices);
    }
}

/// A line goes on with the event of the line before; else it begins an event.
fn forwards(lines: &mut [ReadLine], indices: &[usize]) {
    let mut before: Vec<Candidate> = Vec::new();
    for &index in indices {
        let candidates = &mut lines[index].reading.candidates;
        let goes_on = candidates.iter().position(|one| before.iter().any(|other| follows(one, other)));
        let begins = || candidates.iter().position(|one| one.line == 0);
        let chosen = goes_on.or_else(begins).unwrap_or_default();
        candidates[..=chosen].rotate_right(1);
        let kind = candidates[0].kind;
        before = candidates.iter().filter(|one| one.kind == kind).cloned().collect();
    }
}

/// A line goes before the line behind it, if that is one in the middle of an event.
fn backwards(lines: &mut [ReadLine], indices: &[usize]) {
    for pair in indices.windows(2).rev() {
        let next = lines[pair[1]].reading.first().clone();
        let candidates = &mut lines[pair[0]].reading.candidates;
        if let Some(chosen) = candidates.iter().position(|one| follows(&next, one)) {
            candidates[..=chosen].rotate_right(1);
        }
    }
}

fn follows(one: &Candidate, before: &Candidate) -> bool {
    (one.kind, one.of) == (before.kind, before.of) && one.line == before.line + 1
}
