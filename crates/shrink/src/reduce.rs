//! Removes as many things as possible from a number of them: large pieces first, then smaller ones.

use std::collections::BTreeSet;

use scenario::Tree;
use text::numbers::count;

use crate::search::{Candidate, Search};

/// Things of which some are removed.
pub(crate) struct Things<'a> {
    /// What one of them is called.
    pub(crate) noun: &'a str,
    /// Their number.
    pub(crate) number: usize,
    /// Returns the scenario without the things of these indices, in all ways that are worth a try, the best first.
    pub(crate) without: &'a dyn Fn(&BTreeSet<usize>) -> Vec<Tree>,
}

/// Removes pieces of half of them, of a quarter and so on, each from the last to the first: what came first stays, if any would do. Removing
/// everything is tried before.
pub(crate) fn reduce(search: &mut Search<'_>, things: &Things<'_>) {
    let mut removed = BTreeSet::new();
    let mut size = things.number;
    while size > 0 {
        let mut end = things.number - removed.len();
        while end > 0 && !search.is_over() {
            let kept: Vec<usize> = (0..things.number).filter(|index| !removed.contains(index)).collect();
            match remove_piece(search, things, (&removed, &kept[..end]), size) {
                Some(piece) => {
                    let first = piece.iter().next().copied();
                    end = kept.iter().take_while(|index| Some(**index) != first).count();
                    removed.extend(piece);
                }
                None => break,
            }
        }
        size /= 2;
    }
}

/// Tries to remove one of the pieces of `size`, from the last to the first, and returns it.
fn remove_piece(
    search: &mut Search<'_>,
    things: &Things<'_>,
    (removed, kept): (&BTreeSet<usize>, &[usize]),
    size: usize,
) -> Option<BTreeSet<usize>> {
    let pieces: Vec<BTreeSet<usize>> =
        kept.rchunks(size).map(|piece| piece.iter().copied().collect()).collect();
    let mut ways = Vec::new();
    let candidates = pieces.iter().enumerate().flat_map(|(number, piece)| {
        let trees = (things.without)(&removed.union(piece).copied().collect());
        let what = format!("{} removed", count(piece.len(), things.noun));
        trees.into_iter().map(move |tree| (number, Candidate { tree, what: what.clone() }))
    });
    let candidates = candidates.map(|(number, candidate)| {
        ways.push(number);
        candidate
    });
    let found = search.first(candidates)?;
    pieces.into_iter().nth(ways[found])
}
