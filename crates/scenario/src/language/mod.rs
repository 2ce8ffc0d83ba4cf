//! The tables of keys: what may be written where.
//!
//! A key's kind, default, bounds, words and sentence are declared once, in [`table!`]. From that follow the typed structs that the
//! resolver works with and how they are read, the JSON schema, ranges, and the tables of docs/scenarios.md.

mod choice;
mod devices;
mod expect;
mod kinds;
mod network;
#[cfg(test)]
mod page;
mod scenario;
mod servers;
mod table;
mod timeline;

pub(crate) use choice::choice;
pub(crate) use devices::*;
pub(crate) use expect::*;
pub(crate) use kinds::*;
pub(crate) use network::*;
pub(crate) use scenario::*;
pub(crate) use servers::*;
pub(crate) use table::*;
pub(crate) use timeline::*;

/// What may stand behind a key. Those that hold others compose.
#[derive(Clone, Copy)]
pub(crate) enum Shape {
    Text(Form),
    Number(Number),
    /// A number with or without a unit, or bounds of one: `2`, `1..3`, `2..`, `..5`. Of times bounds alone.
    Bounds(Unit),
    /// `true`.
    True,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// Two of them.
    Pair(&'static Self),
    List(&'static Self),
    /// A map with keys of the user's.
    Map(&'static Self),
    /// A map with keys of the catalogue, to values of the kinds it has there, or ranges.
    Facts,
    /// One of several.
    Either(&'static [Self]),
    Table(&'static Table),
    /// A table in which required keys may be missing.
    Part(&'static Table),
}

/// What a text says.
#[derive(Clone, Copy)]
pub(crate) enum Form {
    /// Anything; the noun is for the reference.
    Any(#[cfg_attr(not(test), allow(dead_code, reason = "the reference is written by a test"))] &'static str),
    /// Anything, `true` and `false` included.
    AnyWord,
    /// `true` or `false`, as texts.
    Boolean,
    /// A model of access points. Editors propose the catalogue's, all or those that can run EWC.
    Model { ewc: bool },
    /// The name of an event.
    Event,
    /// RFC 3339.
    Timestamp,
    /// An IP address.
    Address,
}

/// A number with a unit.
#[derive(Clone, Copy)]
pub(crate) struct Number {
    pub(crate) unit: Unit,
    /// The least and the most.
    pub(crate) within: Option<(u64, u64)>,
    /// Whether it may be a range `a..b`.
    pub(crate) ranged: bool,
}

impl Number {
    const fn of(unit: Unit) -> Self {
        Self { unit, within: None, ranged: false }
    }

    const fn within(self, least: u64, most: u64) -> Self {
        Self { within: if most == u64::MAX { None } else { Some((least, most)) }, ..self }
    }
}

/// What a number counts.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unit {
    /// Things.
    Count,
    /// `250us`.
    Time,
    /// `1h` or `-5h48m35s`.
    Offset,
    /// Bytes.
    Size,
    /// Bytes of an image file: between sizes of tar archives lie sizes of tar archives.
    ArchiveSize,
    /// Bits per second.
    BitRate,
    /// From 0 to 1.
    Share,
    /// Permissions, in octal digits.
    Mode,
}

/// Every table, by what can be reached from the first.
#[cfg(test)]
pub(crate) fn every_table() -> Vec<&'static Table> {
    let mut all = Vec::new();
    tables(Scenario::TABLE, &mut all);
    all
}

#[cfg(test)]
fn tables(table: &'static Table, seen: &mut Vec<&'static Table>) {
    if seen.iter().any(|known| known.name == table.name) {
        return;
    }
    seen.push(table);
    for key in table.keys {
        tables_of(&key.shape, seen);
    }
}

#[cfg(test)]
fn tables_of(shape: &Shape, seen: &mut Vec<&'static Table>) {
    match shape {
        Shape::Table(table) | Shape::Part(table) => tables(table, seen),
        Shape::Pair(of) | Shape::List(of) | Shape::Map(of) => tables_of(of, seen),
        Shape::Either(shapes) => shapes.iter().for_each(|shape| tables_of(shape, seen)),
        Shape::Text(_)
        | Shape::Number(_)
        | Shape::Bounds(_)
        | Shape::True
        | Shape::Choice(_)
        | Shape::Facts => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reader::Reader;
    use crate::source::{Sources, Span};
    use crate::yaml::{Kind as NodeKind, Node};

    fn reads_its_defaults<T: Record>() {
        let file = Sources::default().add("t.yaml", String::new());
        let nothing = Node { span: Span::new(file, 0..0), kind: NodeKind::Mapping(Vec::new()) };
        let mut reader = Reader::default();
        check_part::<T>(&mut reader, &nothing);
        assert!(reader.problems.is_empty(), "{}: {:?}", T::TABLE.name, reader.problems);
        assert!(T::TABLE.keys.iter().any(|key| key.default.is_some()), "{}", T::TABLE.name);
    }

    #[test]
    fn defaults_are_values() {
        reads_its_defaults::<Impairments>();
        reads_its_defaults::<Firewall>();
        reads_its_defaults::<Flash>();
        reads_its_defaults::<Capwap>();
        reads_its_defaults::<User>();
        reads_its_defaults::<IdleClient>();
        reads_its_defaults::<Trigger>();
        reads_its_defaults::<FlashChange>();
    }

    #[test]
    fn any_state_is_one_of_an_access_point_or_of_a_controller() {
        let words = |shape: Shape| match shape {
            Shape::Choice(words) => words.to_vec(),
            _ => Vec::new(),
        };
        let mut all = [words(crate::model::ApState::SHAPE), words(Power::SHAPE)].concat();
        let mut any = words(AnyState::SHAPE);
        all.sort_unstable();
        all.dedup();
        any.sort_unstable();
        assert_eq!(any, all);
    }
}
