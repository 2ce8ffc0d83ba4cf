//! How an attempt ends.

/// How an attempt ends: to fetch, to load or to install an image, to boot, to join.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It has done what it was to do.
    Succeeded,
    /// It has not.
    Failed,
}
