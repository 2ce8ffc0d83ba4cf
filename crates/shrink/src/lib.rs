//! Makes a failing scenario smaller, as long as it fails.
//!
//! [`shrink()`] takes a scenario as a [`Tree`] and tries smaller ones: [`Trials`] says of each whether it still fails in the same way. This crate
//! runs nothing and reads nothing. It knows the language by its tables ([`scenario::language()`]), so that a new key is shrunk like the
//! others.
//!
//! - `search` keeps the smallest scenario so far, and asks for candidates in order;
//! - `reduce` removes parts of a list, large pieces first (delta debugging, Zeller and Hildebrandt 2002);
//! - `names` removes with a thing what names it;
//! - `passes` are the ways of making a scenario smaller, from coarse to fine. They are repeated until none finds anything.
//!
//! A candidate depends on the scenario alone, and the first one in order that fails is taken: the result depends neither on time, nor on
//! the number of candidates that are tried at once.

mod names;
mod passes;
mod reduce;
mod search;
mod secrets;
mod trials;
mod walk;

pub use scenario::Tree;
pub use search::Step;
pub use secrets::MadeUp;
pub use trials::{Each, Trials};

use search::Search;

/// A scenario that was made smaller.
#[derive(Debug, Clone)]
pub struct Shrunk {
    /// The smallest scenario that was found to fail; nothing if none of the beginnings does.
    pub tree: Option<Tree>,
    /// What was taken away, in order.
    pub steps: Vec<Step>,
    /// The number of candidates that were tried, one after the other.
    pub tries: u64,
    /// True if no pass finds anything smaller; false if the budget or the time came to its end before.
    pub complete: bool,
}

/// Makes a scenario smaller.
///
/// `beginnings` are ways to write the same scenario, of which the first that fails is made smaller. At most `budget` candidates are tried.
pub fn shrink(beginnings: Vec<Tree>, budget: u64, trials: &mut dyn Trials) -> Shrunk {
    let Some(first) = beginnings.first().cloned() else {
        return Shrunk { tree: None, steps: Vec::new(), tries: 0, complete: true };
    };
    let mut search = Search::new(first, budget, trials);
    let fails = search.begin(beginnings);
    if fails {
        passes::repeat(&mut search);
    }
    let (tree, steps, tries, complete) = search.finish();
    Shrunk { tree: fails.then_some(tree), steps, tries, complete }
}
