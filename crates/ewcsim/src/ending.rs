//! How a scenario, a suite or a call ends: one scale, from the best to the worst.

/// An ending, the worse the later. The codes are a contract (docs/reference.md).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ending {
    /// Everything held, and snapshots are as they are stored.
    Held,
    /// Nothing was selected.
    Nothing,
    /// An expectation could not be judged before the run ended.
    Open,
    /// A signal stopped it.
    Interrupted,
    /// Everything held, and a snapshot differs.
    Differs,
    /// An expectation or invariant did not hold, or a file could not be fetched.
    Failed,
    /// Two runs with the same seed were not the same.
    Unequal,
    /// The scenario or the call is wrong, or a file cannot be read or written.
    Wrong,
    /// The simulator failed: a bug of ours.
    Bug,
}

/// Each with its name for programs and the exit code of a process that ends so.
const ENDINGS: [(Ending, &str, u8); 9] = [
    (Ending::Held, "held", 0),
    (Ending::Nothing, "nothing", 4),
    (Ending::Open, "open", 7),
    // As shells number SIGINT.
    (Ending::Interrupted, "interrupted", 130),
    (Ending::Differs, "differs", 6),
    (Ending::Failed, "failed", 1),
    (Ending::Unequal, "unequal", 5),
    (Ending::Wrong, "wrong", 2),
    (Ending::Bug, "bug", 3),
];

impl Ending {
    /// The name for programs.
    pub fn name(self) -> &'static str {
        ENDINGS[self as usize].1
    }

    /// The exit code of a process that ends so.
    pub fn code(self) -> u8 {
        ENDINGS[self as usize].2
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_ending_has_its_own_row_from_the_best_to_the_worst() {
        assert!(ENDINGS.iter().enumerate().all(|(index, (ending, ..))| *ending as usize == index));
        let mut codes = ENDINGS.map(|(_, _, code)| code);
        codes.sort_unstable();
        assert_eq!(codes, [0, 1, 2, 3, 4, 5, 6, 7, 130]);
    }
}
