//! The tables of keys: everything that may be written, and where.
//!
//! A key's kind, default, bounds, words and sentence are declared once, in [`table!`]. The typed structs for the resolver, their
//! readers, the JSON schema, ranges, and the tables of docs/scenarios.md follow from that.

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
pub use table::{Key, Table};
pub(crate) use table::{Place, Record, Written, join, length, table};
pub(crate) use timeline::*;

/// The form of a key's value. Forms that hold others compose.
#[derive(Clone, Copy)]
pub enum Shape {
    /// A text.
    Text(Form),
    /// A number, with a unit or without.
    Number(Number),
    /// A number with or without a unit, or bounds of one: `2`, `1..3`, `2..`, `..5`. Times have bounds only.
    Bounds(Unit),
    /// `true`.
    True,
    /// One of several words.
    Choice(&'static [&'static str]),
    /// Two values of the same form.
    Pair(&'static Self),
    /// A list.
    List(&'static Self),
    /// A map whose keys the user chooses.
    Map(&'static Self),
    /// A map from keys of the catalogue to values of the kinds it has there, or ranges.
    Facts,
    /// One of several forms.
    Either(&'static [Self]),
    /// A map with a fixed set of keys.
    Table(&'static Table),
    /// A table in which required keys may be missing.
    Part(&'static Table),
}

/// The form of a text.
#[derive(Clone, Copy)]
pub enum Form {
    /// Any text; the noun says what it is, as the reference does: `name`, `image set`, `file or text`.
    Any(&'static str),
    /// Any text, `true` and `false` included.
    AnyWord,
    /// `true` or `false`, as texts.
    Boolean,
    /// A model of access points. Editors propose the catalogue's, all or those that can run EWC.
    Model {
        /// True if it must be able to run EWC.
        ewc: bool,
    },
    /// The name of an event.
    Event,
    /// A time as in RFC 3339.
    Timestamp,
    /// An IP address.
    Address,
}

/// A number with a unit.
#[derive(Clone, Copy)]
pub struct Number {
    /// Its unit.
    pub unit: Unit,
    /// The minimum and the maximum.
    pub within: Option<(u64, u64)>,
    /// True if it may be a range `a..b`.
    pub ranged: bool,
}

impl Number {
    const fn of(unit: Unit) -> Self {
        Self { unit, within: None, ranged: false }
    }

    const fn within(self, least: u64, most: u64) -> Self {
        Self { within: if most == u64::MAX { None } else { Some((least, most)) }, ..self }
    }
}

/// The unit of a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// A count.
    Count,
    /// `250us`.
    Time,
    /// `1h` or `-5h48m35s`.
    Offset,
    /// Bytes.
    Size,
    /// Bytes of an image file: a draw between sizes of tar archives is such a size, too.
    ArchiveSize,
    /// Bits per second.
    BitRate,
    /// A share from 0 to 1.
    Share,
    /// Permissions, in octal digits.
    Mode,
}

/// Returns the table of a whole scenario, from which all others are reached: the language as data, for programs that change scenarios.
pub fn language() -> &'static Table {
    Scenario::TABLE
}

/// Returns every table that can be reached from the first.
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
