//! Names of things, and what becomes of the places where they stand if the things are removed or called otherwise.

use std::collections::{BTreeMap, BTreeSet};

use scenario::{Form, Shape, Table, Tree, Value, members};

use crate::walk::{is_name, written};

/// The tables in which `name` names the entry itself, and does not refer to another one.
const OWNERS: [&str; 9] = [
    "controller",
    "own access point",
    "server",
    "idle client",
    "access point",
    "link",
    "firewall",
    "site translation",
    "user",
];

/// The names that stand in place of a name: none if the thing is gone.
pub(crate) type Renames = BTreeMap<String, Vec<String>>;

/// Returns the names of all things of a scenario that others can refer to.
pub(crate) fn names(tree: &Tree) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let named = |tree: &Tree| tree.get("name").and_then(Tree::as_text).map(str::to_owned);
    let list = |keys: &[&str]| {
        let found = keys.iter().try_fold(tree, |tree, key| tree.get(key));
        found.map(Tree::items).unwrap_or_default().iter()
    };
    for controller in tree.get("controller").into_iter().chain(list(&["controllers"])) {
        let own = controller.get("access_point").and_then(named);
        names.extend(own.or_else(|| Some(format!("{}-ap", named(controller)?))));
        names.extend(named(controller));
    }
    for keys in [&["servers"][..], &["idle_clients"], &["network", "firewalls"], &["network", "nat"]] {
        names.extend(list(keys).filter_map(named));
    }
    for point in list(&["access_points"]) {
        names.extend(named(point));
        names.extend(members(point).into_iter().flatten().filter_map(|member| named(&member)));
    }
    names.extend(list(&["network", "links"]).filter_map(|link| named(link).or_else(|| ends(link))));
    names.extend(
        tree.get("images").map(Tree::entries).unwrap_or_default().iter().map(|(name, _)| name.clone()),
    );
    names
}

/// Returns the name of a link that has none of its own: its ends.
fn ends(link: &Tree) -> Option<String> {
    let ends: Option<Vec<&str>> = link.get("between")?.items().iter().map(Tree::as_text).collect();
    Some(ends?.join("--"))
}

/// Returns `after`, in which things of `before` are missing, without what names them; what is removed so may be named, too.
pub(crate) fn without_dependents(before: &Tree, mut after: Tree) -> Tree {
    let mut known = names(before);
    let sets = versions(before);
    loop {
        let left = names(&after);
        let lost: Renames = known.difference(&left).map(|name| (name.clone(), Vec::new())).collect();
        if lost.is_empty() {
            return after;
        }
        rename(&mut after, &lost, &sets);
        known = left;
    }
}

/// Returns the versions of image sets, which stand in their place where a version may.
pub(crate) fn versions(tree: &Tree) -> BTreeMap<String, String> {
    let sets = tree.get("images").map(Tree::entries).unwrap_or_default();
    let version = |(name, set): &(String, Tree)| Some((name.clone(), set.get("ap")?.as_text()?.to_owned()));
    sets.iter().filter_map(version).collect()
}

/// Replaces names. Where no name is left, the entry that needs it is removed: an event, an expectation, a rule, a link.
pub(crate) fn rename(tree: &mut Tree, renames: &Renames, sets: &BTreeMap<String, String>) {
    let Value::Map(entries) = &mut tree.value else { return };
    let language = scenario::language();
    entries.retain_mut(|(name, value)| {
        if name == "snapshot"
            && let Value::List(items) = &mut value.value
        {
            items.retain(|item| {
                item.as_text().and_then(|name| renames.get(name)).is_none_or(|names| !names.is_empty())
            });
        }
        language.key(name).is_none_or(|key| stays(value, &key.shape, &Change { renames, sets, owner: None }))
    });
}

struct Change<'a> {
    renames: &'a Renames,
    sets: &'a BTreeMap<String, String>,
    /// The table of which this is the `name`.
    owner: Option<&'static Table>,
}

/// Replaces names in a value, and returns false if it cannot be without one that is gone.
fn stays(tree: &mut Tree, shape: &'static Shape, change: &Change<'_>) -> bool {
    let list = matches!(shape, Shape::Either([_, Shape::List(_)]));
    match written(shape, tree) {
        shape if is_name(shape) && change.owner.is_none() => {
            let Some(names) = tree.as_text().and_then(|name| change.renames.get(name)) else { return true };
            if let Shape::Text(Form::Any("version or image set")) = shape
                && let Some(version) = tree.as_text().and_then(|name| change.sets.get(name))
            {
                tree.value = Value::Text(version.clone());
                return true;
            }
            match &names[..] {
                [] => return false,
                [one] => tree.value = Value::Text(one.clone()),
                several if list => tree.value = Value::List(several.iter().map(Tree::text).collect()),
                // Whether one of them does is for the trial to say.
                [one, ..] => tree.value = Value::Text(one.clone()),
            }
            true
        }
        Shape::Table(table) => of_table(tree, table, change),
        Shape::List(of) => of_list(tree, of, change),
        Shape::Pair(of) => {
            let Value::List(items) = &mut tree.value else { return true };
            items.iter_mut().all(|item| stays(item, of, change))
        }
        Shape::Map(of) => {
            if let Value::Map(entries) = &mut tree.value {
                entries.retain_mut(|(_, value)| stays(value, of, change));
            }
            true
        }
        Shape::Text(_)
        | Shape::Number(_)
        | Shape::Bounds(_)
        | Shape::True
        | Shape::Choice(_)
        | Shape::Facts
        | Shape::Either(_)
        | Shape::Part(_) => true,
    }
}

fn of_table(tree: &mut Tree, table: &'static Table, change: &Change<'_>) -> bool {
    let unnamed = if table.name == "link" && tree.get("name").is_none() { ends(tree) } else { None };
    let Value::Map(entries) = &mut tree.value else { return true };
    let stay = entries.iter_mut().all(|(name, value)| {
        let owner = (name == "name" && OWNERS.contains(&table.name)).then_some(table);
        table.key(name).is_none_or(|key| stays(value, &key.shape, &Change { owner, ..*change }))
    });
    // The timeline may name it by its ends.
    if let Some(name) = unnamed.filter(|name| stay && ends(tree).as_ref() != Some(name))
        && let Value::Map(entries) = &mut tree.value
    {
        entries.insert(0, ("name".to_owned(), Tree::text(name)));
    }
    stay
}

fn of_list(tree: &mut Tree, of: &'static Shape, change: &Change<'_>) -> bool {
    let Value::List(items) = &mut tree.value else { return true };
    let number = items.len();
    if is_name(of) {
        let old = std::mem::take(items);
        for item in old {
            match item.as_text().and_then(|name| change.renames.get(name)) {
                None => items.push(item),
                Some(names) => items.extend(names.iter().map(Tree::text)),
            }
        }
        return number == 0 || !items.is_empty();
    }
    items.retain_mut(|item| stays(item, of, change));
    // An order of no events says nothing.
    let is_order = matches!(of, Shape::Table(table) if table.name == "event pattern");
    number == 0 || !items.is_empty() || !is_order
}
