//! Keys that need not be written.

use std::collections::BTreeSet;

use scenario::{Tree, Value};

use crate::names::without_dependents;
use crate::reduce::{Things, reduce};
use crate::search::Search;
use crate::walk::{Part, Path, at_mut, is_below, spots};

/// The section without which it would be another scenario.
const KEPT: [&str; 1] = ["seed"];

/// Removes whole sections: the network, the servers, the timeline.
pub(super) fn sections(search: &mut Search<'_>) {
    remove(search, "section", |path| path.len() == 1);
}

/// Removes keys of entries: impairments, other partitions, configurations. What stands inside of another one is removed with it, or in the
/// next round.
pub(super) fn keys(search: &mut Search<'_>) {
    remove(search, "key", |path| path.len() > 1 && !is_below(path, &["expect", "must_violate"]));
}

fn remove(search: &mut Search<'_>, noun: &str, is_meant: fn(&Path) -> bool) {
    let tree = search.tree().clone();
    let optional = spots(&tree).into_iter().filter(|spot| {
        spot.key.is_some_and(|(table, key)| !key.required && !table.one_of.contains(&key.name))
            && is_meant(&spot.path)
    });
    let keep = |path: &Path| path.len() == 1 && is_below(path, &KEPT);
    let paths: Vec<Path> = optional.map(|spot| spot.path).filter(|path| !keep(path)).collect();
    let without = |removed: &BTreeSet<usize>| {
        let mut smaller = tree.clone();
        removed.iter().filter_map(|index| paths.get(*index)).for_each(|path| take(&mut smaller, path));
        vec![without_dependents(&tree, smaller)]
    };
    reduce(search, &Things { noun, number: paths.len(), without: &without });
}

/// Removes the key at a path, if it is still there.
fn take(tree: &mut Tree, path: &[Part]) {
    let Some((Part::Key(key), above)) = path.split_last() else { return };
    if let Some(Value::Map(entries)) = at_mut(tree, above).map(|tree| &mut tree.value) {
        entries.retain(|(name, _)| name != key);
    }
}
