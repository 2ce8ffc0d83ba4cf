//! `defaults`: values that each entry of a list inherits.

use super::merge::merge_entry;
use crate::diagnostic::Diagnostic;
use crate::language::{AccessPoint, Firewall, Link, Record, Server, Table};
use crate::reader::{Reader, items_max};
use crate::yaml::{COPIES_MAX, Kind, NODES_MAX, Node, Size};

/// Lays each entry of the lists over the defaults of its kind. Mistakes in the defaults are reported when the tree is read.
pub(super) fn apply(root: &mut Node, reader: &mut Reader) {
    let Some(defaults) = root.value("defaults").cloned() else { return };
    lay(root, &["access_points"], defaults.value("access_points"), AccessPoint::TABLE, reader);
    lay(root, &["servers"], defaults.value("servers"), Server::TABLE, reader);
    lay(root, &["network", "links"], defaults.value("links"), Link::TABLE, reader);
    lay(root, &["network", "firewalls"], defaults.value("firewalls"), Firewall::TABLE, reader);
}

fn lay(root: &mut Node, path: &[&str], default: Option<&Node>, table: &'static Table, reader: &mut Reader) {
    let Some(default) = default.filter(|default| matches!(default.kind, Kind::Mapping(_))) else { return };
    let list = path.iter().try_fold(root, |node, key| match &mut node.kind {
        Kind::Mapping(entries) => {
            entries.iter_mut().find(|entry| entry.key == *key).map(|entry| &mut entry.value)
        }
        _ => None,
    });
    let Some(Node { kind: Kind::Sequence(items), .. }) = list else { return };
    // Further entries are not read.
    let entries = items.len().min(items_max(table));
    let Size { values, bytes } = Size::of(default);
    if values.saturating_mul(entries) > NODES_MAX || bytes.saturating_mul(entries) > COPIES_MAX {
        let problem = Diagnostic::error(format!("these defaults are too large for {entries} entries"));
        let label = format!("more than {NODES_MAX} values or {COPIES_MAX} bytes in all entries together");
        return reader.report(problem.at(default.span, label));
    }
    for item in items.iter_mut().take(entries).filter(|item| matches!(item.kind, Kind::Mapping(_))) {
        *item = merge_entry(default.clone(), item.clone(), table);
    }
}
