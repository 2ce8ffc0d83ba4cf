//! The endings of a scenario, a suite or a command: one scale, from the best to the worst.

/// An ending; later variants are worse. The exit codes are a contract (docs/reference.md).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ending {
    /// Every expectation and invariant held, and the snapshots are unchanged.
    Passed,
    /// Nothing was selected.
    NothingSelected,
    /// An expectation could not be judged before the run ended.
    Inconclusive,
    /// A signal stopped the run.
    Interrupted,
    /// Every expectation and invariant held, but a snapshot differs.
    SnapshotDiffers,
    /// An expectation or invariant failed, or a file could not be fetched.
    Failed,
    /// Two runs with the same seed differed.
    Nondeterministic,
    /// The scenario or the command line is wrong, or a file cannot be read or written.
    InvalidInput,
    /// The simulator failed: a bug in ewcsim.
    InternalError,
}

/// Each ending with its name for programs and its exit code.
const ENDINGS: [(Ending, &str, u8); 9] = [
    (Ending::Passed, "passed", 0),
    (Ending::NothingSelected, "nothing_selected", 4),
    (Ending::Inconclusive, "inconclusive", 7),
    // As shells number SIGINT.
    (Ending::Interrupted, "interrupted", 130),
    (Ending::SnapshotDiffers, "differs", 6),
    (Ending::Failed, "failed", 1),
    (Ending::Nondeterministic, "nondeterministic", 5),
    (Ending::InvalidInput, "invalid", 2),
    (Ending::InternalError, "internal_error", 3),
];

impl Ending {
    /// Returns the name for programs.
    pub fn name(self) -> &'static str {
        ENDINGS[self as usize].1
    }

    /// Returns the exit code of a process that ends in this way.
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
