//! Writes a tree as YAML, in the layout of the scenarios of this project: small maps and lists on one line, large ones on several, and
//! an empty line between the sections.

use std::fmt::{self, Write};

use super::scalar::{block, scalar};
use super::{Tree, Value};

/// The number of columns of a line that holds a whole map or list.
const COLUMNS: usize = 120;
/// The number of columns of a map on one line, if it is a section of its own.
const SECTION_COLUMNS: usize = 80;
/// The number of columns by which a nested line is indented.
const INDENT: usize = 2;
/// The comment before the place of an entry.
const PLACE: &str = " # ";

impl fmt::Display for Tree {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = String::new();
        match &self.value {
            Value::Map(entries) if !entries.is_empty() => sections(&mut out, entries),
            _ => out = self.flow(false) + "\n",
        }
        f.write_str(&out)
    }
}

/// Writes the keys of a scenario, each a section, unless it is a single line beside single lines.
fn sections(out: &mut String, entries: &[(String, Tree)]) {
    let mut was_line = true;
    for (key, value) in entries {
        let start = out.len();
        write_key(out, key, value, 0);
        let is_line = matches!(value.value, Value::Text(_) | Value::Nothing);
        if start > 0 && !(was_line && is_line) {
            out.insert(start, '\n');
        }
        was_line = is_line;
    }
}

/// Writes a key and its value at this indentation.
fn write_key(out: &mut String, key: &str, value: &Tree, indent: usize) {
    let _ = write!(out, "{:indent$}{}:", "", scalar(key, false));
    let flow = value.flow(false);
    let room = if indent == 0 && is_collection(value) { SECTION_COLUMNS } else { COLUMNS };
    match &value.value {
        Value::Block(text) if let Some((header, lines)) = block(text) => {
            let _ = writeln!(out, " {header}");
            for line in lines {
                // Empty lines have no blanks.
                let indent = if line.is_empty() { 0 } else { indent + INDENT };
                let _ = writeln!(out, "{:indent$}{line}", "");
            }
        }
        Value::Map(entries)
            if !entries.is_empty()
                && (value.needs_lines(indent) || indent + key.len() + 2 + flow.len() > room) =>
        {
            out.push('\n');
            entries.iter().for_each(|(key, value)| write_key(out, key, value, indent + INDENT));
        }
        Value::List(items)
            if !items.is_empty()
                && (value.needs_lines(indent) || indent + key.len() + 2 + flow.len() > room) =>
        {
            out.push('\n');
            items.iter().for_each(|item| write_item(out, item, indent + INDENT));
        }
        _ => {
            let _ = writeln!(out, " {flow}");
        }
    }
}

/// Writes an item of a list at this indentation, with its place.
fn write_item(out: &mut String, item: &Tree, indent: usize) {
    let flow = item.flow(false);
    let place = if item.place.is_empty() { String::new() } else { format!("{PLACE}{}", item.place) };
    match &item.value {
        Value::Map(entries)
            if !entries.is_empty() && (item.has_block() || indent + INDENT + flow.len() > COLUMNS) =>
        {
            let start = out.len();
            entries.iter().for_each(|(key, value)| write_key(out, key, value, indent + INDENT));
            // The first key stands behind the dash.
            out.replace_range(start + indent..=start + indent, "-");
            let end = out[start..].find('\n').map_or(out.len(), |end| start + end);
            // Behind the beginning of a block a comment would be read as one, too, but a reader would wonder.
            out.insert_str(end, &place);
        }
        _ => {
            let _ = writeln!(out, "{:indent$}- {flow}{place}", "");
        }
    }
}

impl Tree {
    /// Returns it on one line.
    fn flow(&self, nested: bool) -> String {
        match &self.value {
            Value::Nothing => "~".to_owned(),
            Value::Text(text) | Value::Block(text) => scalar(text, nested),
            Value::List(items) => {
                let items: Vec<String> = items.iter().map(|item| item.flow(true)).collect();
                format!("[{}]", items.join(", "))
            }
            Value::Map(entries) if entries.is_empty() => "{}".to_owned(),
            Value::Map(entries) => {
                let entries: Vec<String> = entries
                    .iter()
                    .map(|(key, value)| format!("{}: {}", scalar(key, true), value.flow(true)))
                    .collect();
                format!("{{ {} }}", entries.join(", "))
            }
        }
    }

    /// Returns true if a section or a part of one is written on several lines, however short it is.
    fn needs_lines(&self, indent: usize) -> bool {
        let is_near_the_top = indent <= INDENT;
        let has_collections =
            |entries: &[(String, Self)]| entries.iter().any(|(_, value)| is_collection(value));
        self.has_block()
            || match &self.value {
                Value::List(items) => {
                    is_near_the_top && items.iter().any(|item| matches!(item.value, Value::Map(_)))
                }
                Value::Map(entries) => indent == 0 && has_collections(entries),
                Value::Nothing | Value::Text(_) | Value::Block(_) => false,
            }
    }

    /// Returns true if it holds a block of text.
    fn has_block(&self) -> bool {
        match &self.value {
            Value::Nothing | Value::Text(_) => false,
            Value::Block(text) => block(text).is_some(),
            Value::List(items) => items.iter().any(Self::has_block),
            Value::Map(entries) => entries.iter().any(|(_, value)| value.has_block()),
        }
    }
}

/// Returns true for a map or a list.
fn is_collection(tree: &Tree) -> bool {
    matches!(tree.value, Value::Map(_) | Value::List(_))
}
