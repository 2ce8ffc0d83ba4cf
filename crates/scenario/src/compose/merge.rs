//! Laying one tree over another: maps key by key, lists of named things by name, everything else as a whole.

use crate::language::{ACCESS_POINT, FIREWALL, LINK, SCENARIO, SERVER, STRANGER, Shape, Table, USER};
use crate::yaml::{Entry, Kind, Node, pair_name};

/// What a node is by the tables of keys.
#[derive(Clone, Copy)]
enum Is {
    Table(&'static Table),
    Shape(&'static Shape),
    Unknown,
}

/// Lists whose entries are laid over the inherited entries of the same name.
static NAMED: [&Table; 6] = [&SERVER, &ACCESS_POINT, &STRANGER, &FIREWALL, &LINK, &USER];

/// One file over another that it extends. Titles are not inherited: whoever extends a lab is no lab.
pub(super) fn merge_roots(mut base: Node, own: Node) -> Node {
    if let Kind::Mapping(entries) = &mut base.kind {
        entries.retain(|entry| !["scenario", "lab", "extends"].contains(&entry.key.as_str()));
    }
    merge(base, own, Is::Table(&SCENARIO))
}

/// An entry of a list over the defaults of such entries.
pub(super) fn merge_entry(base: Node, own: Node, table: &'static Table) -> Node {
    merge(base, own, Is::Table(table))
}

fn merge(base: Node, own: Node, is: Is) -> Node {
    let span = own.span;
    let kind = match (base.kind, own.kind) {
        (Kind::Mapping(base), Kind::Mapping(own)) => Kind::Mapping(merge_maps(base, own, is)),
        (Kind::Sequence(base), Kind::Sequence(own)) => match is {
            Is::Shape(Shape::Tables(table)) if NAMED.iter().any(|named| std::ptr::eq(*named, *table)) => {
                Kind::Sequence(merge_named(base, own, table))
            }
            _ => Kind::Sequence(own),
        },
        (_, own) => own,
    };
    Node { span, kind }
}

fn merge_maps(mut base: Vec<Entry>, own: Vec<Entry>, is: Is) -> Vec<Entry> {
    if let Is::Table(table) = is
        && let Some(chosen) = own.iter().find(|entry| table.one_of.contains(&entry.key.as_str()))
    {
        // Of keys that exclude one another the own one counts, and the others are no contradiction.
        base.retain(|entry| entry.key == chosen.key || !table.one_of.contains(&entry.key.as_str()));
    }
    for entry in own {
        match base.iter().position(|known| known.key == entry.key) {
            Some(index) if matches!(entry.value.kind, Kind::Null) => _ = base.remove(index),
            Some(index) => {
                let known = base[index].value.clone();
                base[index] = Entry { value: merge(known, entry.value, is.of(&entry.key)), ..entry };
            }
            None => base.push(entry),
        }
    }
    base
}

/// Entries that are there already are changed in place. New links come first, as of two hosts the first link counts; other new
/// entries come last.
fn merge_named(mut base: Vec<Node>, own: Vec<Node>, table: &'static Table) -> Vec<Node> {
    let inherited = base.len();
    let mut new = Vec::new();
    for node in own {
        match base[..inherited].iter().position(|known| same(known, &node)) {
            Some(index) => {
                let known = base[index].clone();
                base[index] = merge(known, node, Is::Table(table));
            }
            None => new.push(node),
        }
    }
    if std::ptr::eq(table, &LINK) {
        new.append(&mut base);
        return new;
    }
    base.append(&mut new);
    base
}

/// Whether an entry means an inherited one: by its name, or, as links may have none, by its ends.
fn same(known: &Node, own: &Node) -> bool {
    let name = |node: &Node| node.value("name").and_then(Node::as_text).map(str::to_owned);
    let ends = |node: &Node| node.value("between").map(pair_name);
    match (name(known).or_else(|| ends(known)), name(own)) {
        (Some(known), Some(own)) => known == own,
        _ => ends(own).is_some() && ends(known) == ends(own),
    }
}

impl Is {
    /// What stands behind a key.
    fn of(self, key: &str) -> Self {
        match self {
            Self::Table(table) => table.key(key).map_or(Self::Unknown, |key| match &key.shape {
                Shape::Table(table) => Self::Table(table),
                shape => Self::Shape(shape),
            }),
            Self::Shape(Shape::TableMap(table) | Shape::TextOrTableMap(table)) => Self::Table(table),
            Self::Shape(_) | Self::Unknown => Self::Unknown,
        }
    }
}
