//! Laying one tree over another: maps key by key, lists of named things by name, everything else as a whole.

use std::collections::BTreeMap;

use crate::language::{
    AccessPoint, Controller, Firewall, IdleClient, Link, Record, Scenario, Server, Shape, Table, User,
};
use crate::yaml::{Entry, Kind, Node, pair_name};

/// The table or shape of a node.
#[derive(Clone, Copy)]
enum Is {
    Table(&'static Table),
    Shape(&'static Shape),
    Unknown,
}

/// Lists whose entries are laid over the inherited entries of the same name.
static NAMED: [&Table; 7] = [
    Controller::TABLE,
    Server::TABLE,
    AccessPoint::TABLE,
    IdleClient::TABLE,
    Firewall::TABLE,
    Link::TABLE,
    User::TABLE,
];

/// Lays a file over one that it extends. Titles are not inherited: a file that extends a lab is not a lab.
pub(super) fn merge_roots(mut base: Node, own: Node) -> Node {
    if let Kind::Mapping(entries) = &mut base.kind {
        entries.retain(|entry| !["scenario", "lab", "extends"].contains(&entry.key.as_str()));
    }
    merge(base, own, Is::Table(Scenario::TABLE))
}

/// Lays an entry of a list over the defaults of such entries.
pub(super) fn merge_entry(base: Node, own: Node, table: &'static Table) -> Node {
    merge(base, own, Is::Table(table))
}

fn merge(base: Node, own: Node, is: Is) -> Node {
    let span = own.span;
    let kind = match (base.kind, own.kind) {
        (Kind::Mapping(base), Kind::Mapping(own)) => Kind::Mapping(merge_maps(base, own, is)),
        (Kind::Sequence(base), Kind::Sequence(own)) => match is {
            Is::Shape(Shape::List(Shape::Table(table)))
                if NAMED.iter().any(|named| std::ptr::eq(*named, *table)) =>
            {
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
        && let Some(chosen) = own.iter().find(|entry| {
            table.one_of.contains(&entry.key.as_str()) && !matches!(entry.value.kind, Kind::Null)
        })
    {
        // Among keys that exclude one another the own key wins, and the others are not a contradiction.
        base.retain(|entry| entry.key == chosen.key || !table.one_of.contains(&entry.key.as_str()));
    }
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    for (index, entry) in base.iter().enumerate() {
        places.entry(entry.key.clone()).or_insert(index);
    }
    let mut out: Vec<Option<Entry>> = base.into_iter().map(Some).collect();
    for entry in own {
        let Some(place) = places.get(&entry.key).and_then(|index| out.get_mut(*index)) else {
            // One of keys that exclude one another, of which the file below has another or none. Others may be among the defaults.
            let one_of = matches!(is, Is::Table(table) if table.one_of.contains(&entry.key.as_str()));
            let removes_nothing = one_of && matches!(entry.value.kind, Kind::Null);
            out.push((!removes_nothing).then_some(entry));
            continue;
        };
        *place = match (place.take(), &entry.value.kind) {
            (_, Kind::Null) => None,
            (Some(known), _) => {
                Some(Entry { value: merge(known.value, entry.value, is.of(&entry.key)), ..entry })
            }
            (None, _) => Some(entry),
        };
    }
    out.into_iter().flatten().collect()
}

/// Merges existing entries in place, each with the first entry that refers to it: a second one stays beside it, and is reported as
/// a duplicate name. New links come first, as the first link between two hosts applies; other new entries come last.
fn merge_named(base: Vec<Node>, own: Vec<Node>, table: &'static Table) -> Vec<Node> {
    let mut inherited = Inherited::default();
    base.iter().enumerate().for_each(|(index, node)| inherited.add(index, node));
    let mut base: Vec<(Node, bool)> = base.into_iter().map(|node| (node, false)).collect();
    let mut new = Vec::new();
    for node in own {
        match inherited.meant_by(&node).and_then(|index| base.get_mut(index)) {
            Some((known, changed)) if !*changed => {
                *changed = true;
                let inherited = std::mem::replace(known, Node { span: node.span, kind: Kind::Null });
                *known = merge(inherited, node, Is::Table(table));
            }
            _ => new.push(node),
        }
    }
    let base = base.into_iter().map(|(node, _)| node);
    if std::ptr::eq(table, Link::TABLE) {
        new.into_iter().chain(base).collect()
    } else {
        base.chain(new).collect()
    }
}

/// The entries of a list, by name, or by their ends, as links may have no names.
#[derive(Default)]
struct Inherited {
    by_name: BTreeMap<String, usize>,
    by_ends: BTreeMap<String, usize>,
}

impl Inherited {
    /// Adds an entry; if several have the same name, the first is kept.
    fn add(&mut self, index: usize, node: &Node) {
        let ends = ends(node);
        if let Some(name) = name(node).or_else(|| ends.clone()) {
            self.by_name.entry(name).or_insert(index);
        }
        if let Some(ends) = ends {
            self.by_ends.entry(ends).or_insert(index);
        }
    }

    fn meant_by(&self, own: &Node) -> Option<usize> {
        match name(own) {
            Some(name) => self.by_name.get(&name).copied(),
            None => self.by_ends.get(&ends(own)?).copied(),
        }
    }
}

fn name(node: &Node) -> Option<String> {
    node.value("name").and_then(Node::as_text).map(str::to_owned)
}

fn ends(node: &Node) -> Option<String> {
    node.value("between").map(pair_name)
}

impl Is {
    /// Returns the table or shape of the value of a key.
    fn of(self, key: &str) -> Self {
        match self {
            Self::Table(table) => table.key(key).map_or(Self::Unknown, |key| match &key.shape {
                Shape::Table(table) | Shape::Part(table) => Self::Table(table),
                shape => Self::Shape(shape),
            }),
            Self::Shape(Shape::Map(Shape::Table(table))) => Self::Table(table),
            Self::Shape(Shape::Map(Shape::Either([.., Shape::Table(table)]))) => Self::Table(table),
            Self::Shape(_) | Self::Unknown => Self::Unknown,
        }
    }
}
