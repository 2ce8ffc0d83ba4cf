//! Draws of a random comparison, which the seed decides.

use std::ops::RangeInclusive;

use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

/// A source of draws. The same seed gives the same ones.
#[derive(Debug)]
pub struct Draw(ChaCha8Rng);

impl Draw {
    /// Begins with a seed.
    pub fn new(seed: u64) -> Self {
        Self(ChaCha8Rng::seed_from_u64(seed))
    }

    /// Returns true in so many of a hundred draws.
    pub fn chance(&mut self, percent: u32) -> bool {
        self.0.random_range(0..100) < percent
    }

    /// Returns a number of a range.
    pub fn number(&mut self, range: RangeInclusive<usize>) -> usize {
        self.0.random_range(range)
    }

    /// Returns one of these; one that is listed twice comes twice as often.
    ///
    /// # Panics
    /// If there are none.
    pub fn pick<'a, T: ?Sized>(&mut self, from: &[&'a T]) -> &'a T {
        from[self.0.random_range(0..from.len())]
    }

    /// Returns a number of them, which may repeat.
    pub fn several<'a>(&mut self, count: RangeInclusive<usize>, from: &[&'a str]) -> Vec<&'a str> {
        let count = self.number(count);
        (0..count).map(|_| self.pick(from)).collect()
    }
}
