//! Checking a tree against the tables of keys alone: of labs and defaults, which are parts of scenarios and name what others state.

use catalogue::Catalogue;
use text::units;

use crate::bounds::TAKES;
use crate::language::{Shape, Table};
use crate::ranges::{Settle, Settler};
use crate::reader::{Reader, offset};
use crate::resolve::overrides;
use crate::yaml::{Kind, Node};

/// Reports unknown keys and values that are not what they should be. Keys may be missing.
pub(crate) fn check_part(reader: &mut Reader, node: &Node, table: &'static Table) {
    let mut settled = node.clone();
    Settler::at_once(Settle::Low).table(reader, &mut settled, table, "");
    let was_partial = std::mem::replace(&mut reader.partial, true);
    check_table(reader, &settled, table);
    reader.partial = was_partial;
}

fn check_table(reader: &mut Reader, node: &Node, table: &'static Table) {
    let Some(fields) = reader.fields(node, table) else { return };
    for key in table.keys {
        if let Some(node) = fields.node(key.name) {
            check_shape(reader, node, &key.shape);
        }
    }
}

fn check_shape(reader: &mut Reader, node: &Node, shape: &'static Shape) {
    match shape {
        Shape::Text | Shape::Model { .. } | Shape::Event => _ = reader.text(node),
        Shape::Number | Shape::Numbers => _ = reader.number(node),
        Shape::Duration | Shape::Durations => _ = reader.duration(node),
        Shape::Sizes => _ = reader.unit(node, units::bytes),
        Shape::Rates => _ = reader.unit(node, units::bit_rate),
        Shape::Shares => _ = reader.unit(node, units::ratio),
        Shape::Offsets => _ = reader.unit(node, offset),
        Shape::Address => _ = reader.host_address(node),
        Shape::Timestamp => _ = reader.timestamp(node),
        Shape::Mode => _ = reader.mode(node),
        Shape::True => _ = reader.choice(node, &[("true", ())]),
        Shape::Choice(words) => check_choice(reader, node, words),
        Shape::ChoiceMap(words) => {
            reader.map(node).iter().for_each(|entry| check_choice(reader, &entry.value, words));
        }
        Shape::Count => _ = reader.amount(node),
        Shape::Bytes => _ = reader.bytes(node),
        Shape::Period => _ = reader.period(node, TAKES),
        Shape::TextMap => check_texts(reader, node),
        Shape::TextOrTextMap => match node.kind {
            Kind::Mapping(_) => check_texts(reader, node),
            _ => _ = reader.text(node),
        },
        Shape::Names => _ = reader.names(node),
        Shape::Pair => _ = reader.pair(node),
        Shape::Texts => {
            for item in reader.list(node) {
                reader.text(item);
            }
        }
        Shape::SizeMap => {
            for entry in reader.map(node) {
                reader.unit(&entry.value, units::bytes);
            }
        }
        Shape::Facts => {
            overrides(reader, &mut Catalogue::builtin().clone(), node);
        }
        Shape::TableMap(table) => {
            reader.map(node).iter().for_each(|entry| check_table(reader, &entry.value, table));
        }
        Shape::TextOrTableMap(table) => {
            let maps = reader.map(node).iter().filter(|entry| entry.value.as_text().is_none());
            maps.for_each(|entry| check_table(reader, &entry.value, table));
        }
        Shape::Table(table) => check_table(reader, node, table),
        Shape::Partial(table) => check_part(reader, node, table),
        Shape::Tables(table) => {
            reader.list_of(table, node).iter().for_each(|item| check_table(reader, item, table));
        }
    }
}

fn check_choice(reader: &mut Reader, node: &Node, words: &[&str]) {
    let choices: Vec<(&str, ())> = words.iter().map(|word| (*word, ())).collect();
    reader.choice(node, &choices);
}

/// A map with keys of the user's, to texts.
fn check_texts(reader: &mut Reader, node: &Node) {
    reader.map(node).iter().for_each(|entry| _ = reader.text(&entry.value));
}
