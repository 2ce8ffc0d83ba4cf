//! The alignment of two logs: which line of the run each line of the field log is.

/// The price of going back to an earlier place of the run, or of starting over in the middle. A pair must be worth more, or a log that
/// repeats what a run shows once would be explained in part.
pub(crate) const JUMP: f64 = 0.25;

/// What aligning asks of the lines.
pub(crate) trait Lines {
    /// Returns the number of lines of the field log, and of the run.
    fn lengths(&self) -> (usize, usize);

    /// Visits the lines of the run that line `field` may be, in order, with the worth of each.
    fn alike(&self, field: usize, visit: &mut dyn FnMut(usize, f64));

    /// Returns the price of a line that the run prints and the log lacks.
    fn price(&self, run: usize) -> f64;
}

/// The best pairs of lines, in order of the field log, and what they are worth.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Alignment {
    pub(crate) pairs: Vec<(usize, usize)>,
    pub(crate) worth: f64,
}

/// A pair of lines, with the best pair before it.
struct Node {
    pair: (usize, usize),
    before: Option<usize>,
}

/// The best way to end with a line of the run.
#[derive(Clone, Copy)]
struct Best {
    worth: f64,
    node: usize,
}

/// Finds the alignment of the highest worth: the worth of all pairs, less the price of the lines of the run that were passed over, less
/// the price of each jump. Time is the product of both lengths; memory is that of the pairs that are possible.
pub(crate) fn align(lines: &dyn Lines) -> Alignment {
    let (field, run) = lines.lengths();
    // The price of all lines of the run before this one.
    let mut passed = Vec::with_capacity(run + 1);
    let mut sum = 0.0;
    for line in 0..run {
        passed.push(sum);
        sum += lines.price(line);
    }
    passed.push(sum);
    let mut nodes: Vec<Node> = Vec::new();
    let mut ends: Vec<Option<Best>> = vec![None; run];
    let mut best: Option<Best> = None;
    for at in 0..field {
        let mut new: Vec<(usize, Best)> = Vec::new();
        // The best end before `next`, as if the price of all lines were paid from the beginning of the run on.
        let (mut next, mut ahead) = (0, None::<Best>);
        lines.alike(at, &mut |line, worth| {
            while next < line {
                if let Some(end) = ends[next] {
                    let worth = end.worth + passed[next + 1];
                    if ahead.is_none_or(|ahead| worth > ahead.worth) {
                        ahead = Some(Best { worth, node: end.node });
                    }
                }
                next += 1;
            }
            let forward = ahead.map(|ahead| (ahead.worth - passed[line], ahead.node));
            let jump = best.map(|best| (best.worth - JUMP, best.node));
            let before = match (forward, jump) {
                (Some(forward), Some(jump)) if forward.0 >= jump.0 => Some(forward),
                (forward, jump) => jump.or(forward),
            };
            // Starting here is always possible.
            let (before_worth, before) = match before {
                Some((worth, node)) if worth > 0.0 => (worth, Some(node)),
                _ => (0.0, None),
            };
            nodes.push(Node { pair: (at, line), before });
            new.push((line, Best { worth: before_worth + worth, node: nodes.len() - 1 }));
        });
        for (line, end) in new {
            if ends[line].is_none_or(|known| end.worth > known.worth) {
                ends[line] = Some(end);
            }
            if best.is_none_or(|best| end.worth > best.worth) {
                best = Some(end);
            }
        }
    }
    let mut alignment = Alignment { pairs: Vec::new(), worth: best.map_or(0.0, |best| best.worth) };
    let mut node = best.map(|best| best.node);
    while let Some(index) = node {
        alignment.pairs.push(nodes[index].pair);
        node = nodes[index].before;
    }
    alignment.pairs.reverse();
    alignment
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lines are letters; each is worth 1, and costs a tenth if it is missing.
    struct Letters(&'static [u8], &'static [u8]);

    impl Lines for Letters {
        fn lengths(&self) -> (usize, usize) {
            (self.0.len(), self.1.len())
        }

        fn alike(&self, field: usize, visit: &mut dyn FnMut(usize, f64)) {
            let letter = self.0[field];
            self.1
                .iter()
                .enumerate()
                .filter(|(_, run)| **run == letter)
                .for_each(|(line, _)| visit(line, 1.0));
        }

        fn price(&self, _run: usize) -> f64 {
            0.1
        }
    }

    fn pairs(field: &'static str, run: &'static str) -> Vec<(usize, usize)> {
        align(&Letters(field.as_bytes(), run.as_bytes())).pairs
    }

    #[test]
    fn an_excerpt_has_its_place_in_the_run() {
        assert_eq!(pairs("cde", "abcdefg"), [(0, 2), (1, 3), (2, 4)]);
        assert_eq!(pairs("", "abc"), []);
        assert_eq!(pairs("xyz", "abc"), []);
    }

    #[test]
    fn what_is_missing_is_passed_over_and_what_is_foreign_is_left_out() {
        assert_eq!(pairs("acd", "abcd"), [(0, 0), (1, 2), (2, 3)]);
        assert_eq!(pairs("axb", "ab"), [(0, 0), (2, 1)]);
    }

    #[test]
    fn a_repetition_goes_back() {
        assert_eq!(pairs("abcabc", "abcd"), [(0, 0), (1, 1), (2, 2), (3, 0), (4, 1), (5, 2)]);
    }

    /// Of two places the one with the fewest missing lines is taken.
    #[test]
    fn the_nearest_place_is_taken() {
        assert_eq!(pairs("ab", "axxxbab"), [(0, 5), (1, 6)]);
    }

    #[test]
    fn the_worth_is_that_of_the_pairs_less_what_is_missing() {
        let worth = align(&Letters(b"ad", b"abcd")).worth;
        assert!((worth - 1.8).abs() < 1e-9, "{worth}");
    }
}
