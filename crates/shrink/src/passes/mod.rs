//! The ways of making a scenario smaller, from coarse to fine.
//!
//! Each takes away something, or makes a value simpler by a measure of its own that only falls: they come to an end. What is expected stays
//! as it is written; only whole expectations are removed.

mod access_points;
mod images;
mod keys;
mod lines;
mod lists;
mod numbers;
mod one_controller;
mod until;

use crate::search::Search;

/// A pass over the scenario.
type Pass = fn(&mut Search<'_>);

/// The passes, in order. The first ones make the runs of the others short.
const PASSES: [Pass; 12] = [
    until::until,
    access_points::access_points,
    lists::expectations,
    keys::sections,
    lists::events,
    lists::lists,
    images::images,
    lists::maps,
    lists::names,
    keys::keys,
    lines::lines,
    last,
];

/// Repeats all passes until none of them finds anything.
pub(crate) fn repeat(search: &mut Search<'_>) {
    loop {
        let before = search.tree().clone();
        for pass in PASSES {
            if search.is_over() {
                return;
            }
            pass(search);
        }
        if *search.tree() == before {
            return;
        }
    }
}

/// The finest ones: they remove nothing, and make what is left simpler.
fn last(search: &mut Search<'_>) {
    one_controller::one_controller(search);
    numbers::numbers(search);
}
