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
    // The lines that the line before may be, of the event to go by.
    let mut before: Vec<Candidate> = Vec::new();
    for &index in indices {
        let candidates = &mut lines[index].reading.candidates;
        let goes_on = |one: &Candidate| before.iter().any(|other| one.follows(other));
        let begins = |one: &Candidate| one.line == 0;
        let ways: [&dyn Fn(&Candidate) -> bool; 3] = [&goes_on, &begins, &|_| true];
        let found = ways.iter().find_map(|way| Some((candidates.iter().position(way)?, way)));
        let Some((chosen, way)) = found else { continue };
        let kind = candidates[chosen].kind;
        let possible = candidates.iter().filter(|one| one.kind == kind && way(one)).cloned().collect();
        candidates[..=chosen].rotate_right(1);
        before = possible;
    }
}

/// A line goes before the line behind it, if that is one in the middle of an event.
fn backwards(lines: &mut [ReadLine], indices: &[usize]) {
    for pair in indices.windows(2).rev() {
        let next = lines[pair[1]].reading.first().clone();
        let candidates = &mut lines[pair[0]].reading.candidates;
        if let Some(chosen) = candidates.iter().position(|one| next.follows(one)) {
            candidates[..=chosen].rotate_right(1);
        }
    }
}
