//! `defaults`: what lies beneath each entry of a list.

use super::merge::merge_entry;
use crate::language::{ACCESS_POINT, FIREWALL, LINK, SERVER, Table};
use crate::yaml::{Kind, Node};

/// Lays each entry of the lists over the defaults of its kind. What is wrong with the defaults is told when the tree is read.
pub(super) fn apply(root: &mut Node) {
    let Some(defaults) = root.value("defaults").cloned() else { return };
    lay(root, &["access_points"], defaults.value("access_points"), &ACCESS_POINT);
    lay(root, &["servers"], defaults.value("servers"), &SERVER);
    lay(root, &["network", "links"], defaults.value("links"), &LINK);
    lay(root, &["network", "firewalls"], defaults.value("firewalls"), &FIREWALL);
}

fn lay(root: &mut Node, path: &[&str], default: Option<&Node>, table: &'static Table) {
    let Some(default) = default.filter(|default| matches!(default.kind, Kind::Mapping(_))) else { return };
    let list = path.iter().try_fold(root, |node, key| match &mut node.kind {
        Kind::Mapping(entries) => {
            entries.iter_mut().find(|entry| entry.key == *key).map(|entry| &mut entry.value)
        }
        _ => None,
    });
    let Some(Node { kind: Kind::Sequence(items), .. }) = list else { return };
    for item in items.iter_mut().filter(|item| matches!(item.kind, Kind::Mapping(_))) {
        *item = merge_entry(default.clone(), item.clone(), table);
    }
}
