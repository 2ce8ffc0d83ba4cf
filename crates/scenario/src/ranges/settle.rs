//! Ranges on the tree: each becomes one value, drawn by the seed and the path of its key, or one of its ends.

use std::collections::BTreeSet;

use catalogue::{Catalogue, Value};
use rand::RngExt;
use text::units::{self, UnitError};

use super::draw::{Archive, BitRate, ByteRate, Bytes, Count, Draw, generator};
use crate::diagnostic::Diagnostic;
use crate::language::{AccessPoint, Record, Shape, Table, Unit};
use crate::model::DrawnValue;
use crate::reader::{Reader, offset};
use crate::source::Span;
use crate::variation::Faults;
use crate::yaml::{Kind, Node, pair_name};

/// The way in which ranges are settled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Settle {
    /// One value is drawn.
    Seed(u64),
    /// One value is drawn, or an end of the range is taken, or the value is left out.
    Swarm(u64),
    /// The lower end is taken.
    Low,
    /// The higher end is taken; for `until` the lower one, as it bounds the others.
    High,
}

impl Settle {
    /// Returns the way in which a run with this seed settles the ranges of a variant.
    pub(crate) fn of(seed: u64, faults: Faults) -> Self {
        match faults {
            Faults::All | Faults::None => Self::Seed(seed),
            Faults::Swarm => Self::Swarm(seed),
        }
    }
}

/// A range that was settled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Settled {
    /// The place where it is written.
    pub(crate) span: Span,
    /// The range as written.
    pub(crate) range: String,
    /// The value that replaces it.
    pub(crate) value: String,
}

/// Settles the ranges of a tree, and records the results.
#[derive(Debug)]
pub(crate) struct Settler {
    how: Settle,
    /// True if the ranges of counted groups wait for [`Settler::member`].
    members_later: bool,
    /// The paths of the values that were drawn.
    paths: BTreeSet<String>,
    pub(crate) drawn: Vec<DrawnValue>,
    pub(crate) settled: Vec<Settled>,
}

impl Settler {
    pub(crate) fn new(how: Settle) -> Self {
        Self { how, members_later: true, paths: BTreeSet::new(), drawn: Vec::new(), settled: Vec::new() }
    }

    /// Makes a settler that settles the ranges of groups, too, for callers that do not read their members.
    pub(crate) fn at_once(how: Settle) -> Self {
        Self { members_later: false, ..Self::new(how) }
    }

    /// Returns the seed for drawing values, if they are drawn.
    pub(crate) fn seed(&self) -> Option<u64> {
        match self.how {
            Settle::Seed(seed) | Settle::Swarm(seed) => Some(seed),
            Settle::Low | Settle::High => None,
        }
    }

    /// Settles the ranges in a map of `table`; `path` is that of the map, empty for the outermost.
    ///
    /// In a counted group only `count` is settled: members' values are drawn one by one, when their number is known.
    pub(crate) fn table(&mut self, reader: &mut Reader, node: &mut Node, table: &Table, path: &str) {
        let Kind::Mapping(entries) = &mut node.kind else { return };
        let is_group = self.members_later
            && std::ptr::eq(table, AccessPoint::TABLE)
            && entries.iter().any(|entry| ["count", "addresses"].contains(&entry.key.as_str()));
        for entry in entries.iter_mut().filter(|entry| !is_group || entry.key == "count") {
            let Some(key) = table.key(&entry.key) else { continue };
            self.shape(reader, &mut entry.value, &key.shape, &join(path, &entry.key));
        }
    }

    /// Settles the value of a group's key for one of its members, which `path` names.
    pub(crate) fn member(&mut self, reader: &mut Reader, key: &str, node: &mut Node, path: &str) {
        let Some(key) = AccessPoint::TABLE.key(key) else { return };
        self.shape(reader, node, &key.shape, &join(path, key.name));
    }

    fn shape(&mut self, reader: &mut Reader, node: &mut Node, shape: &Shape, path: &str) {
        match shape {
            Shape::Number(number) if number.ranged => self.number(reader, node, number.unit, path),
            Shape::Table(table) => self.table(reader, node, table, path),
            Shape::List(item) => {
                let Kind::Sequence(items) = &mut node.kind else { return };
                for (index, node) in items.iter_mut().enumerate() {
                    let path = match name(node) {
                        Some(name) => join(path, &name),
                        None => format!("{path}[{index}]"),
                    };
                    self.shape(reader, node, item, &path);
                }
            }
            Shape::Map(value) => {
                self.map(node, path, |settler, _, node, path| settler.shape(reader, node, value, path));
            }
            Shape::Facts => self.map(node, path, |settler, key, value, path| {
                settler.fact(reader, key, value, path);
            }),
            // Of these shapes only tables have numbers.
            Shape::Either(shapes) => shapes.iter().for_each(|shape| self.shape(reader, node, shape, path)),
            // Settled where they are used: each entry draws separately.
            Shape::Part(_) => {}
            Shape::Text(_)
            | Shape::Number(_)
            | Shape::Bounds(_)
            | Shape::True
            | Shape::Choice(_)
            | Shape::Pair(_) => {}
        }
    }

    fn number(&mut self, reader: &mut Reader, node: &mut Node, unit: Unit, path: &str) {
        match unit {
            Unit::Time => self.scalar(reader, node, path, units::duration),
            Unit::Size => self.scalar(reader, node, path, |text| units::bytes(text).map(Bytes)),
            Unit::ArchiveSize => self.scalar(reader, node, path, |text| units::bytes(text).map(Archive)),
            Unit::BitRate => self.scalar(reader, node, path, |text| units::bit_rate(text).map(BitRate)),
            Unit::Share => self.scalar(reader, node, path, units::ratio),
            Unit::Count => self.scalar(reader, node, path, |text| units::number(text).map(Count)),
            Unit::Offset => self.scalar(reader, node, path, offset),
            Unit::Mode => {}
        }
    }

    fn map(&mut self, node: &mut Node, path: &str, mut settle: impl FnMut(&mut Self, &str, &mut Node, &str)) {
        let Kind::Mapping(entries) = &mut node.kind else { return };
        for entry in entries {
            settle(self, &entry.key, &mut entry.value, &join(path, &entry.key));
        }
    }

    /// Settles an overridden fact, by the kind of its value in the catalogue.
    fn fact(&mut self, reader: &mut Reader, key: &str, node: &mut Node, path: &str) {
        match Catalogue::builtin().value(key) {
            Ok(Value::Duration(_)) => self.scalar(reader, node, path, units::duration),
            Ok(Value::Bytes(_)) => {
                self.scalar(reader, node, path, |text| units::bytes(text).map(Bytes));
            }
            Ok(Value::Rate(_)) => {
                self.scalar(reader, node, path, |text| units::byte_rate(text).map(ByteRate));
            }
            Ok(Value::Number(_)) => {
                self.scalar(reader, node, path, |text| units::number(text).map(Count));
            }
            _ => {}
        }
    }

    /// Settles a value, if it is a range of two that `read` understands; otherwise reports it and marks it as reported.
    fn scalar<T: Draw + PartialOrd>(
        &mut self,
        reader: &mut Reader,
        node: &mut Node,
        path: &str,
        read: fn(&str) -> Result<T, UnitError>,
    ) {
        let span = node.span;
        let Kind::Scalar { text, .. } = &mut node.kind else { return };
        let Some((low_text, high_text)) = text.split_once("..") else { return };
        let low = reader.unit_text(low_text, side(span, text, 0..low_text.len()), read);
        let high_start = low_text.len() + "..".len();
        let high = reader.unit_text(high_text, side(span, text, high_start..text.len()), read);
        let (Some(low), Some(high)) = (low, high) else { return reader.leave(span) };
        if low > high {
            let problem = Diagnostic::error(format!("the range `{text}` is empty"))
                .at(span, "ends before it starts")
                .help(format!("write `{}..{}`", high_text.trim(), low_text.trim()));
            reader.report(problem);
            return reader.leave(span);
        }
        let value = match self.how {
            Settle::Seed(seed) => T::between(low, high, &mut generator(seed, path)),
            Settle::Swarm(seed) => swarm(seed, path, low, high, read),
            Settle::High if path != "until" => high,
            Settle::Low | Settle::High => low,
        };
        if self.seed().is_some() && self.paths.insert(path.to_owned()) {
            let range = format!("{}..{}", low.show(), high.show());
            self.drawn.push(DrawnValue { path: path.to_owned(), range, value: value.show() });
        }
        self.settled.push(Settled { span, range: text.clone(), value: value.show() });
        *text = value.write();
    }
}

/// The impairments that a link can do without, by key.
const ABSENT: [&str; 6] = ["loss", "duplication", "reordering", "corruption", "silent_corruption", "jitter"];

/// Draws a value as a swarm has it: of four ranges about two are drawn as usual, one is at its higher end, and one is at its lower end; an
/// impairment that a link can do without is absent in place of the lower end. Whether it is so does not disturb other draws.
fn swarm<T: Draw>(seed: u64, path: &str, low: T, high: T, read: fn(&str) -> Result<T, UnitError>) -> T {
    let key = path.rsplit('.').next().unwrap_or(path);
    // The end of the run is no fault.
    if path == "until" {
        return T::between(low, high, &mut generator(seed, path));
    }
    match generator(seed, &format!("swarm: {path}")).random_range(0..4) {
        0 if ABSENT.contains(&key) => ["0%", "0s"].iter().find_map(|none| read(none).ok()).unwrap_or(low),
        0 => low,
        1 => high,
        _ => T::between(low, high, &mut generator(seed, path)),
    }
}

/// Returns the name of a list's entry in paths, if it has one: links are also known by their ends.
fn name(node: &Node) -> Option<String> {
    let written = node.value("name").and_then(Node::as_text).map(str::to_owned);
    written.or_else(|| node.value("between").map(pair_name))
}

fn join(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}

/// Returns the place of a part of a value that the file has as it is; otherwise the whole.
fn side(whole: Span, text: &str, part: std::ops::Range<usize>) -> Span {
    if (whole.end - whole.start) as usize != text.len() {
        return whole;
    }
    let start = whole.start as usize;
    Span::new(whole.file, start + part.start..start + part.end)
}
