//! Fewer access points, those of groups among them.

use std::collections::BTreeSet;

use scenario::{Tree, Value, members};

use crate::names::{Renames, rename, versions, without_dependents};
use crate::reduce::{Things, reduce};
use crate::search::Search;

/// An entry of `access_points`.
struct Entry {
    tree: Tree,
    name: String,
    /// The members of a group; the entry itself, if it is none.
    members: Vec<Tree>,
    is_group: bool,
}

/// Removes access points, and what names them. The members of a group that are left keep their names if they can; a group that others name
/// stays one, and its members may then be counted anew.
pub(super) fn access_points(search: &mut Search<'_>) {
    let tree = search.tree().clone();
    let entries: Vec<Entry> =
        tree.get("access_points").map(Tree::items).unwrap_or_default().iter().map(entry).collect();
    let number = entries.iter().map(|entry| entry.members.len()).sum();
    let without = |removed: &BTreeSet<usize>| ways(&tree, &entries, removed);
    reduce(search, &Things { noun: "access point", number, without: &without });
}

fn entry(tree: &Tree) -> Entry {
    let name = name(tree);
    match members(tree) {
        Some(members) => Entry { tree: tree.clone(), name, members, is_group: true },
        None => Entry { tree: tree.clone(), name, members: vec![tree.clone()], is_group: false },
    }
}

fn name(tree: &Tree) -> String {
    tree.get("name").and_then(Tree::as_text).unwrap_or_default().to_owned()
}

/// Returns the scenario without some of its access points: with single ones in place of groups, and with smaller groups.
fn ways(tree: &Tree, entries: &[Entry], removed: &BTreeSet<usize>) -> Vec<Tree> {
    let single = without(tree, entries, removed, false);
    let counted = without(tree, entries, removed, true);
    if counted == single { vec![single] } else { vec![single, counted] }
}

fn without(tree: &Tree, entries: &[Entry], removed: &BTreeSet<usize>, counted: bool) -> Tree {
    let mut renames = Renames::new();
    let mut left: Vec<Tree> = Vec::new();
    let mut first = 0;
    for entry in entries {
        let number = entry.members.len();
        let kept: Vec<usize> = (0..number).filter(|index| !removed.contains(&(first + index))).collect();
        first += number;
        let is_whole = kept.len() == number;
        let is_beginning = kept.last().is_none_or(|last| last + 1 == kept.len());
        if is_whole {
            left.push(entry.tree.clone());
        } else if entry.is_group && !kept.is_empty() && (counted || (is_beginning && kept.len() > 1)) {
            left.push(of_count(&entry.tree, kept.len()));
            for (index, member) in entry.members.iter().enumerate() {
                let new = kept.iter().position(|kept| *kept == index);
                let new = new.map(|new| format!("{}-{}", entry.name, new + 1));
                renames.insert(name(member), new.into_iter().collect());
            }
        } else {
            let gone = |index: &usize| !kept.contains(index);
            renames.extend((0..number).filter(gone).map(|index| (name(&entry.members[index]), Vec::new())));
            if entry.is_group {
                renames.insert(
                    entry.name.clone(),
                    kept.iter().map(|index| name(&entry.members[*index])).collect(),
                );
            }
            left.extend(kept.iter().map(|index| entry.members[*index].clone()));
        }
    }
    let mut smaller = tree.clone();
    if let Some(points) = smaller.get_mut("access_points") {
        points.value = Value::List(left);
    }
    rename(&mut smaller, &renames, &versions(tree));
    without_dependents(tree, smaller)
}

/// Returns a group with another number of members.
fn of_count(group: &Tree, count: usize) -> Tree {
    let mut group = group.clone();
    let count = Tree::text(count.to_string());
    match group.get_mut("count") {
        Some(known) => known.value = count.value,
        None => group.set("count", count),
    }
    group
}
