//! Shrinking, without runs: whether a scenario fails is decided by its text.

mod fixed_point;
