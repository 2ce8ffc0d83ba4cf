//! The text of a scenario that was made smaller.

use std::fmt::Write;
use std::path::Path;

use ::shrink::Tree;
use scenario::{Faults, Scenario, members};
use text::numbers::count;
use text::visible;

use crate::verdict::FailureKey;

/// The number of columns of the comment.
const COLUMNS: usize = 118;

/// Returns the scenario with a comment on top: where it comes from, how it fails, what is left.
pub(super) fn text(
    path: &Path,
    original: &Scenario,
    (before, after): (&Tree, &Tree),
    found: &::shrink::Shrunk,
    failure: &FailureKey,
) -> String {
    let file = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let mut head = format!("Shrunk from {file} with seed {}", original.seed);
    if original.variant == Faults::Swarm {
        head.push_str(" and `--swarm`");
    }
    for (index, setting) in original.set.iter().enumerate() {
        let _ = write!(head, "{} {}={}", if index == 0 { ", and" } else { "," }, setting.name, setting.value);
    }
    let _ = write!(head, ". It fails in the same way: {failure}.");
    let left = left(before, after);
    let _ = write!(
        head,
        "\n\nLeft of it: {left}. {} tried.",
        count(usize::try_from(found.tries).unwrap_or(usize::MAX), "smaller one")
    );
    if !found.complete {
        head.push_str(" It was not shrunk to the end: there was no time.");
    }
    head.push_str(" A comment behind an entry says where the original has it.");
    let mut out = String::new();
    for paragraph in head.split('\n').map(visible) {
        let mut line = "#".to_owned();
        for word in paragraph.split(' ').filter(|word| !word.is_empty()) {
            if line.len() + 1 + word.len() > COLUMNS && line.len() > 1 {
                let _ = writeln!(out, "{line}");
                line = "#".to_owned();
            }
            line.push(' ');
            line.push_str(word);
        }
        let _ = writeln!(out, "{line}");
    }
    out + &after.to_string()
}

/// Says how many things of each kind are left.
fn left(before: &Tree, after: &Tree) -> String {
    let points = |tree: &Tree| -> usize {
        let entries = tree.get("access_points").map(Tree::items).unwrap_or_default();
        entries.iter().map(|entry| members(entry).map_or(1, |members| members.len())).sum()
    };
    let list = |tree: &Tree, keys: &[&str]| {
        keys.iter().try_fold(tree, |tree, key| tree.get(key)).map_or(0, |list| list.items().len())
    };
    let kinds: [(&str, &[&str]); 6] = [
        ("event", &["timeline"]),
        ("expectation", &["expect"]),
        ("link", &["network", "links"]),
        ("firewall", &["network", "firewalls"]),
        ("server", &["servers"]),
        ("idle client", &["idle_clients"]),
    ];
    let lists = kinds.iter().map(|(noun, keys)| (*noun, list(before, keys), list(after, keys)));
    let all = [("access point", points(before), points(after))].into_iter().chain(lists);
    let parts = all.filter(|(_, before, _)| *before > 0).map(|(noun, before, after)| match before == after {
        true => count(after, noun),
        false => format!("{after} of {}", count(before, noun)),
    });
    parts.collect::<Vec<_>>().join(", ")
}

/// Returns the listings and directories that a scenario names.
pub(super) fn files(tree: &Tree) -> Vec<String> {
    let sets = tree.get("images").map(Tree::entries).unwrap_or_default().iter();
    let named = sets.flat_map(|(_, set)| ["listing", "directory"].map(|key| set.get(key)));
    named.flatten().filter_map(Tree::as_text).map(str::to_owned).collect()
}
