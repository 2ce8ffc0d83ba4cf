//! The tables of keys: what may be written where.
//!
//! One table serves three: the reader (unknown and missing keys), the JSON schema, and the reference in the docs. A key that
//! is read but not in its table is a bug, and panics in the first test that reads it.

mod expect;
mod servers;
mod tables;
mod timeline;

pub(crate) use expect::*;
pub(crate) use servers::*;
pub(crate) use tables::*;
pub(crate) use timeline::*;

/// A map with a fixed set of keys.
pub(crate) struct Table {
    /// Its name in the schema, and in messages: "in a link".
    pub(crate) name: &'static str,
    /// What it is.
    pub(crate) about: &'static str,
    pub(crate) keys: &'static [Key],
    /// Keys of which exactly one is written.
    pub(crate) one_of: &'static [&'static str],
}

/// A key of a table.
pub(crate) struct Key {
    pub(crate) name: &'static str,
    pub(crate) required: bool,
    pub(crate) shape: Shape,
    /// What it means, for people: one sentence or two.
    pub(crate) about: &'static str,
    /// For editors.
    pub(crate) examples: &'static [&'static str],
    /// The least and the most, where it is a number; the reader has them of its own.
    pub(crate) within: Option<(u64, u64)>,
}

/// What may stand behind a key.
pub(crate) enum Shape {
    /// Any text.
    Text,
    /// A model of access points. Editors propose the catalogue's, all or those that can run EWC.
    Model { ewc: bool },
    /// The name of an event.
    Event,
    /// A whole number.
    Number,
    /// A whole number, or a range `2..5`.
    Numbers,
    /// `250us`.
    Duration,
    /// `250us`, or a range `1ms..5ms`.
    Durations,
    /// `64KiB`, or a range.
    Sizes,
    /// `10Mbit`, or a range.
    Rates,
    /// `0.1%`, or a range.
    Shares,
    /// RFC 3339.
    Timestamp,
    /// An IP address.
    Address,
    /// `1h` or `-5h48m35s`, or a range.
    Offsets,
    /// `0644`.
    Mode,
    /// `true`.
    True,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// A name, or a list of names.
    Names,
    /// A list of texts.
    Texts,
    /// Two names.
    Pair,
    /// A map with keys of the catalogue, to values of the kinds it has there, or ranges.
    Facts,
    /// How many: `2`, or bounds `1..3`, `2..`, `..5`. Bounds are no ranges: nothing is drawn from them.
    Count,
    /// How much: `1MB`, or bounds.
    Bytes,
    /// Bounds of a time: `70s..95s`, `..95s`, `70s..`.
    Period,
    /// A map with keys of the user's, to texts that are taken as they are.
    TextMap,
    /// A text, or such a map.
    TextOrTextMap,
    /// A map with keys of the user's, to one of these words.
    ChoiceMap(&'static [&'static str]),
    /// A map with keys of the user's, to sizes, or ranges.
    SizeMap,
    /// A map with keys of the user's, to maps.
    TableMap(&'static Table),
    /// A map with keys of the user's, to texts or to maps.
    TextOrTableMap(&'static Table),
    /// A map.
    Table(&'static Table),
    /// A list of maps.
    Tables(&'static Table),
    /// A map in which required keys may be missing.
    Partial(&'static Table),
}

impl Table {
    pub(crate) fn key(&self, name: &str) -> Option<&'static Key> {
        self.keys.iter().find(|key| key.name == name)
    }
}

impl Key {
    /// With values as they may be written.
    const fn like(self, examples: &'static [&'static str]) -> Self {
        Self { examples, ..self }
    }

    /// With the least and the most it can be.
    const fn within(self, least: u64, most: u64) -> Self {
        Self { within: Some((least, most)), ..self }
    }
}

const fn required(name: &'static str, shape: Shape, about: &'static str) -> Key {
    Key { name, required: true, shape, about, examples: &[], within: None }
}

const fn optional(name: &'static str, shape: Shape, about: &'static str) -> Key {
    Key { name, required: false, shape, about, examples: &[], within: None }
}

/// Every table, by what can be reached from the first.
#[cfg(test)]
pub(crate) fn every_table() -> Vec<&'static Table> {
    let mut all = Vec::new();
    tables(&SCENARIO, &mut all);
    all
}

#[cfg(test)]
fn tables(table: &'static Table, seen: &mut Vec<&'static Table>) {
    if seen.iter().any(|known| known.name == table.name) {
        return;
    }
    seen.push(table);
    for key in table.keys {
        if let Shape::Table(next)
        | Shape::Tables(next)
        | Shape::TableMap(next)
        | Shape::TextOrTableMap(next)
        | Shape::Partial(next) = key.shape
        {
            tables(next, seen);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::every_table;

    const DOCUMENT: &str = include_str!("../../../../docs/scenarios.md");

    /// The keys in the tables of a section, and whether they are required.
    fn documented(section: &str) -> BTreeMap<String, bool> {
        let mut keys = BTreeMap::new();
        let mut in_table = false;
        for line in section.lines() {
            in_table = line.starts_with("| key |") || (in_table && line.starts_with('|'));
            if in_table && line.starts_with("| `") {
                let cells: Vec<&str> = line.split('|').map(str::trim).collect();
                let required = cells[2..4].iter().any(|cell| cell.ends_with("required"));
                let names = cells[1].split(", ").map(|name| name.trim_matches('`').to_owned());
                keys.extend(names.map(|name| (name, required)));
            }
        }
        keys
    }

    fn section(name: &str) -> &'static str {
        let mut sections = DOCUMENT.split("\n## ");
        let section = sections.find(|section| section.starts_with(&format!("{name}\n")));
        section.unwrap_or_else(|| panic!("docs/scenarios.md has no section on {name}"))
    }

    #[test]
    fn the_reference_has_the_keys_of_every_table() {
        for table in every_table() {
            let mut documented = documented(section(table.name));
            if table.name == "expectation" {
                // Properties stand beside other keys there, and have a section of their own.
                documented.extend(self::documented(section("properties")));
            }
            let keys = table.keys.iter().map(|key| (key.name.to_owned(), key.required));
            assert_eq!(documented, keys.collect(), "docs/scenarios.md on {}", table.name);
        }
    }
}
