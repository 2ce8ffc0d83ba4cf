//! Entries of lists and of maps: events, rules, links, servers, files.

use std::collections::BTreeSet;

use scenario::{Shape, Tree, Value};

use crate::names::without_dependents;
use crate::reduce::{Things, reduce};
use crate::search::Search;
use crate::walk::{Part, Path, at, at_mut, is_below, is_name, spots};

/// Removes expectations, and invariants that must be violated: all but what fails.
pub(super) fn expectations(search: &mut Search<'_>) {
    entries(search, &[Part::Key("expect".to_owned())], "expectation");
    entries(search, &[Part::Key("must_violate".to_owned())], "stated violation");
}

/// Removes events of the timeline.
pub(super) fn events(search: &mut Search<'_>) {
    entries(search, &[Part::Key("timeline".to_owned())], "event");
}

/// Removes entries of all other lists, with what names them.
pub(super) fn lists(search: &mut Search<'_>) {
    let is_meant = |shape: &Shape| match shape {
        Shape::List(Shape::Table(table)) => Some(table.name),
        _ => None,
    };
    each(search, &["expect", "access_points"], is_meant);
}

/// Removes entries of maps: image sets, files, users of facts, with what names them.
pub(super) fn maps(search: &mut Search<'_>) {
    let is_meant = |shape: &Shape| match shape {
        Shape::Map(_) | Shape::Facts => Some("entry"),
        _ => None,
    };
    each(search, &["expect"], is_meant);
}

/// Removes names from lists of names: hosts that lose power, links that go down.
pub(super) fn names(search: &mut Search<'_>) {
    let is_meant = |shape: &Shape| match shape {
        Shape::List(of) if is_name(of) => Some("name"),
        _ => None,
    };
    each(search, &["expect", "must_violate"], is_meant);
}

/// Removes entries of each list or map whose form has a noun. Its entries may hold further ones, which come after it.
fn each(search: &mut Search<'_>, left_out: &[&str], noun: fn(&Shape) -> Option<&'static str>) {
    let mut done: Vec<Path> = Vec::new();
    loop {
        let found = spots(search.tree()).into_iter().find_map(|spot| {
            let noun =
                noun(spot.shape).filter(|_| !is_below(&spot.path, left_out) && !done.contains(&spot.path))?;
            Some((spot.path, noun))
        });
        let Some((path, noun)) = found else { return };
        entries(search, &path, noun);
        done.push(path);
    }
}

fn entries(search: &mut Search<'_>, path: &[Part], noun: &str) {
    let tree = search.tree().clone();
    let Some(list) = at(&tree, path) else { return };
    let number = list.items().len().max(list.entries().len());
    let without = |removed: &BTreeSet<usize>| vec![without_dependents(&tree, remove(&tree, path, removed))];
    reduce(search, &Things { noun, number, without: &without });
}

fn remove(tree: &Tree, path: &[Part], removed: &BTreeSet<usize>) -> Tree {
    let mut tree = tree.clone();
    let mut index = 0;
    let mut stays = || {
        index += 1;
        !removed.contains(&(index - 1))
    };
    match at_mut(&mut tree, path).map(|list| &mut list.value) {
        Some(Value::List(items)) => items.retain(|_| stays()),
        Some(Value::Map(entries)) => entries.retain(|_| stays()),
        Some(Value::Nothing | Value::Text(_) | Value::Block(_)) | None => {}
    }
    tree
}
