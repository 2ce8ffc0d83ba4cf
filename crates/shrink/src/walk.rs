//! Walks over a scenario with the tables of the language beside it.

use scenario::{Form, Key, Shape, Table, Tree, Value};

/// A step from a value to one inside of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Part {
    Key(String),
    Index(usize),
}

/// The place of a value in a tree.
pub(crate) type Path = Vec<Part>;

/// A value of a scenario, and what the language says about it.
pub(crate) struct Spot {
    pub(crate) path: Path,
    /// The form in which it is written.
    pub(crate) shape: &'static Shape,
    /// The table, and the key in it, whose value it is; nothing for an item of a list or an entry of a map.
    pub(crate) key: Option<(&'static Table, &'static Key)>,
}

/// Returns every value of a scenario whose form the language knows, outer ones before those inside of them.
pub(crate) fn spots(tree: &Tree) -> Vec<Spot> {
    let mut found = Vec::new();
    of_table(tree, scenario::language(), &mut Vec::new(), &mut found);
    found
}

fn of_table(tree: &Tree, table: &'static Table, path: &mut Path, found: &mut Vec<Spot>) {
    for (name, value) in tree.entries() {
        let Some(key) = table.key(name) else { continue };
        path.push(Part::Key(name.clone()));
        of_shape(value, &key.shape, Some((table, key)), path, found);
        path.pop();
    }
}

fn of_shape(
    tree: &Tree,
    shape: &'static Shape,
    key: Option<(&'static Table, &'static Key)>,
    path: &mut Path,
    found: &mut Vec<Spot>,
) {
    let shape = written(shape, tree);
    found.push(Spot { path: path.clone(), shape, key });
    match shape {
        Shape::Table(table) => of_table(tree, table, path, found),
        Shape::List(of) | Shape::Pair(of) => {
            for (index, item) in tree.items().iter().enumerate() {
                path.push(Part::Index(index));
                of_shape(item, of, None, path, found);
                path.pop();
            }
        }
        Shape::Map(of) => {
            for (name, value) in tree.entries() {
                path.push(Part::Key(name.clone()));
                of_shape(value, of, None, path, found);
                path.pop();
            }
        }
        Shape::Text(_)
        | Shape::Number(_)
        | Shape::Bounds(_)
        | Shape::True
        | Shape::Choice(_)
        | Shape::Facts
        | Shape::Either(_)
        | Shape::Part(_) => {}
    }
}

/// Returns the one of several forms in which a value is written.
pub(crate) fn written(shape: &'static Shape, tree: &Tree) -> &'static Shape {
    let Shape::Either(shapes) = shape else { return shape };
    let fits = |shape: &&Shape| match tree.value {
        Value::Map(_) => matches!(shape, Shape::Table(_) | Shape::Map(_)),
        Value::List(_) => matches!(shape, Shape::List(_) | Shape::Pair(_)),
        Value::Nothing | Value::Text(_) | Value::Block(_) => {
            !matches!(shape, Shape::Table(_) | Shape::Map(_) | Shape::List(_) | Shape::Pair(_))
        }
    };
    shapes.iter().find(fits).unwrap_or(shape)
}

/// Returns true for a text that names a thing of the scenario: a host, a group, a link, a firewall, an image set.
pub(crate) fn is_name(shape: &Shape) -> bool {
    const NOUNS: [&str; 4] = ["name", "name, address, prefix", "image set", "version or image set"];
    matches!(shape, Shape::Text(Form::Any(noun)) if NOUNS.contains(noun))
}

/// Returns the value at a path.
pub(crate) fn at<'a>(tree: &'a Tree, path: &[Part]) -> Option<&'a Tree> {
    path.iter().try_fold(tree, |tree, part| match part {
        Part::Key(key) => tree.get(key),
        Part::Index(index) => tree.items().get(*index),
    })
}

/// Returns the value at a path, to change it.
pub(crate) fn at_mut<'a>(tree: &'a mut Tree, path: &[Part]) -> Option<&'a mut Tree> {
    path.iter().try_fold(tree, |tree, part| match (part, &mut tree.value) {
        (Part::Key(key), Value::Map(entries)) => {
            entries.iter_mut().find(|(name, _)| name == key).map(|(_, value)| value)
        }
        (Part::Index(index), Value::List(items)) => items.get_mut(*index),
        (Part::Key(_) | Part::Index(_), _) => None,
    })
}

/// Returns the scenario with another value at a path.
pub(crate) fn with(tree: &Tree, path: &[Part], value: Value) -> Tree {
    let mut tree = tree.clone();
    if let Some(place) = at_mut(&mut tree, path) {
        place.value = value;
    }
    tree
}

/// Returns true for a place below one of these keys of the scenario.
pub(crate) fn is_below(path: &[Part], keys: &[&str]) -> bool {
    matches!(path.first(), Some(Part::Key(key)) if keys.contains(&key.as_str()))
}
