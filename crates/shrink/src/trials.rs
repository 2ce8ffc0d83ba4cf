//! Who says whether a scenario fails.

/// Tries candidates.
pub trait Trials {
    /// Returns the index of the first of these texts that fails in the same way; nothing if none does, or if it was stopped before that was
    /// known. It may try several at once, as long as the answer is that of trying one after the other.
    fn first_failing(&mut self, texts: &[String]) -> Option<usize>;

    /// Returns true if no more should be tried: the time is over, or someone does not want to wait.
    fn should_stop(&mut self) -> bool;

    /// Takes note of a step: how many candidates were tried, and the text that is the smallest so far.
    fn progress(&mut self, tries: u64, step: &crate::Step) {
        let _ = (tries, step);
    }
}

/// Tries one candidate after the other, by two closures.
#[derive(Debug)]
pub struct Each<F, S> {
    /// Returns true if a text fails in the same way.
    pub still_fails: F,
    /// Returns true if no more should be tried.
    pub should_stop: S,
}

impl<F: FnMut(&str) -> bool, S: FnMut() -> bool> Trials for Each<F, S> {
    fn first_failing(&mut self, texts: &[String]) -> Option<usize> {
        for (index, text) in texts.iter().enumerate() {
            if (self.should_stop)() {
                return None;
            }
            if (self.still_fails)(text) {
                return Some(index);
            }
        }
        None
    }

    fn should_stop(&mut self) -> bool {
        (self.should_stop)()
    }
}
