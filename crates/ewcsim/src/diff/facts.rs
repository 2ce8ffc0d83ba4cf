//! Named things with named values, and the differences between two sets of them.

use std::collections::BTreeSet;

use indexmap::IndexMap;
use serde::Serialize;

/// The sections of a comparison, in the order in which they are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Section {
    /// What stands above all: the verdict, the seed.
    Whole,
    Phase,
    AccessPoint,
    Controller,
    Server,
    Network,
    Images,
    Timeline,
    Expectation,
}

/// The values of one thing by their names.
pub(crate) type Values = IndexMap<String, String>;

/// One side, in the order of its text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Facts(IndexMap<(Section, String), Values>);

impl Facts {
    /// Returns the values of a thing, to add to.
    pub(crate) fn of(&mut self, section: Section, name: impl Into<String>) -> &mut Values {
        self.0.entry((section, name.into())).or_default()
    }

    /// Adds one value of a thing.
    pub(crate) fn set(&mut self, section: Section, name: &str, what: &str, value: impl ToString) {
        self.of(section, name).insert(what.to_owned(), value.to_string());
    }
}

/// A difference: things that differ in the same way are one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Difference {
    pub(crate) section: Section,
    pub(crate) names: Vec<String>,
    /// `changed`, or the side that alone has it: `only_a`, `only_b`.
    pub(crate) change: Change,
    pub(crate) values: Vec<ValueChange>,
}

/// The kind of a difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Change {
    Changed,
    OnlyA,
    OnlyB,
}

/// A value on both sides; `None` where there is none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct ValueChange {
    pub(crate) what: String,
    pub(crate) a: Option<String>,
    pub(crate) b: Option<String>,
}

/// Returns all differences, by section and then in the order of the text.
pub(crate) fn compare(a: &Facts, b: &Facts) -> Vec<Difference> {
    let nothing = Values::new();
    let keys = a.0.keys().chain(b.0.keys().filter(|key| !a.0.contains_key(*key)));
    let mut found: Vec<Difference> = Vec::new();
    for key in keys {
        let (change, here, there) = match (a.0.get(key), b.0.get(key)) {
            (Some(here), Some(there)) => (Change::Changed, here, there),
            (Some(here), None) => (Change::OnlyA, here, &nothing),
            (None, there) => (Change::OnlyB, &nothing, there.unwrap_or(&nothing)),
        };
        let values = changes(here, there);
        if change == Change::Changed && values.is_empty() {
            continue;
        }
        let (section, name) = key.clone();
        let alike = found
            .iter_mut()
            .find(|other| other.section == section && other.change == change && other.values == values);
        match alike {
            Some(alike) => alike.names.push(name),
            None => found.push(Difference { section, names: vec![name], change, values }),
        }
    }
    found.sort_by_key(|difference| difference.section);
    found
}

fn changes(a: &Values, b: &Values) -> Vec<ValueChange> {
    let mut seen = BTreeSet::new();
    let names = a.keys().chain(b.keys()).filter(|name| seen.insert(name.as_str()));
    let change = |what: &String| {
        let (a, b) = (a.get(what), b.get(what));
        (a != b).then(|| ValueChange { what: what.clone(), a: a.cloned(), b: b.cloned() })
    };
    names.filter_map(change).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(rows: &[(&str, &str, &str)]) -> Facts {
        let mut facts = Facts::default();
        for (name, what, value) in rows {
            facts.set(Section::AccessPoint, name, what, value);
        }
        facts
    }

    #[test]
    fn what_differs_in_the_same_way_is_said_once() {
        let a = facts(&[
            ("ap-1", "state", "run"),
            ("ap-2", "state", "run"),
            ("ap-3", "state", "run"),
            ("old", "state", "run"),
        ]);
        let b = facts(&[
            ("ap-3", "state", "run"),
            ("ap-2", "state", "join"),
            ("ap-1", "state", "join"),
            ("new", "state", "run"),
        ]);
        let found = compare(&a, &b);
        let shown: Vec<_> = found.iter().map(|it| (it.change, it.names.join(" "))).collect();
        assert_eq!(
            shown,
            [
                (Change::Changed, "ap-1 ap-2".into()),
                (Change::OnlyA, "old".into()),
                (Change::OnlyB, "new".into())
            ]
        );
        assert_eq!(
            found[0].values,
            [ValueChange { what: "state".into(), a: Some("run".into()), b: Some("join".into()) }]
        );
        assert_eq!(compare(&a, &a), []);
    }
}
