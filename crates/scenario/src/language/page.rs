//! The tables of docs/scenarios.md are generated from the language; the prose between them is not.
//!
//! A line `<!-- keys: link -->` marks the place for the keys of a table. Keys that several tables share appear once, if they
//! have such a line of their own; otherwise with each table.

use std::path::Path;

use super::{Form, Key, Number, Shape, Table, Unit, every_table};

/// Returns the document with its tables regenerated.
fn page(document: &str) -> String {
    let mut tables = every_table();
    let parts: Vec<&Table> = tables.iter().flat_map(|table| table.parts).copied().collect();
    tables.extend(parts);
    let mut out = String::new();
    let mut lines = document.lines().peekable();
    while let Some(line) = lines.next() {
        out.push_str(line);
        out.push('\n');
        let Some(name) = line.strip_prefix(MARK).and_then(|rest| rest.strip_suffix(" -->")) else { continue };
        let table = tables.iter().find(|table| table.name == name);
        let table = table.unwrap_or_else(|| panic!("docs/scenarios.md: no table is called {name}"));
        while lines.next_if(|line| line.starts_with('|')).is_some() {}
        out.push_str("| key | kind | default | example | meaning |\n|---|---|---|---|---|\n");
        rows(table, document, &mut out);
    }
    for table in every_table() {
        assert!(is_shown(table, document), "docs/scenarios.md has no line `{MARK}{} -->`", table.name);
    }
    out
}

const MARK: &str = "<!-- keys: ";

/// Returns true if the keys of a table appear somewhere.
fn is_shown(table: &Table, document: &str) -> bool {
    let own = |table: &Table| document.contains(&format!("{MARK}{} -->", table.name));
    // A table that consists only of parts needs no place of its own.
    let is_of_a_part = |key: &Key| table.parts.iter().any(|part| part.key(key.name).is_some());
    own(table) || (table.keys.iter().all(is_of_a_part) && table.parts.iter().all(|part| own(part)))
}

fn rows(table: &Table, document: &str, out: &mut String) {
    let mut linked = None;
    for key in table.keys {
        let part = table.parts.iter().find(|part| part.key(key.name).is_some());
        match part.filter(|part| document.contains(&format!("{MARK}{} -->", part.name))) {
            None => out.push_str(&row(key)),
            Some(part) if linked == Some(part.name) => {}
            Some(part) => {
                linked = Some(part.name);
                out.push_str(&format!("| those of {} | | | | |\n", link(part)));
            }
        }
    }
}

fn row(key: &Key) -> String {
    let default = match (key.required, key.default) {
        (true, _) => "required".to_owned(),
        (false, Some(default)) => format!("`{default}`"),
        (false, None) => key.otherwise.unwrap_or_default().to_owned(),
    };
    let examples = if key.shown.is_empty() { key.examples } else { key.shown };
    let examples: Vec<String> = examples.iter().map(|example| format!("`{example}`")).collect();
    let details: String = key.details.iter().copied().collect();
    let cells = [
        format!("`{}`", key.name),
        kind(&key.shape),
        default,
        examples.join(", "),
        format!("{}{details}", key.about()),
    ];
    let cells =
        cells.map(|cell| if cell.is_empty() { cell } else { format!("{} ", cell.replace('|', "\\|")) });
    format!("| {}|\n", cells.join("| "))
}

fn kind(shape: &Shape) -> String {
    match shape {
        Shape::Text(form) => text(*form).to_owned(),
        Shape::Number(number) => self::number(number),
        Shape::Bounds(Unit::Time) => "period".to_owned(),
        Shape::Bounds(Unit::Size) => "size, or bounds".to_owned(),
        Shape::Bounds(_) => "count".to_owned(),
        Shape::True => "`true`".to_owned(),
        Shape::Choice(words) => words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", "),
        Shape::Pair(of) => format!("pair of {}s", kind(of)),
        Shape::List(of) => format!("list of {}", kind(of)),
        Shape::Map(of) => format!("map of {}", kind(of)),
        Shape::Facts => "map of values".to_owned(),
        Shape::Either([one, Shape::List(_)]) => format!("{0}, or list of {0}s", kind(one)),
        Shape::Either(shapes) => {
            let kinds = shapes.iter().filter(|shape| !matches!(shape, Shape::Text(Form::Boolean)));
            kinds.map(kind).collect::<Vec<_>>().join(" or ")
        }
        Shape::Table(table) | Shape::Part(table) => link(table),
    }
}

fn text(form: Form) -> &'static str {
    match form {
        Form::Any(noun) => noun,
        Form::AnyWord => "text",
        Form::Boolean => "`true` or `false`",
        Form::Model { .. } => "model",
        Form::Event => "name of an event",
        Form::Timestamp => "time",
        Form::Address => "IPv4 address",
    }
}

fn number(number: &Number) -> String {
    let unit = match (number.unit, number.within) {
        (Unit::Count, Some((least, most))) => format!("{least} to {most}"),
        (Unit::Size, Some((least, most))) => format!("size from {least} to {most}"),
        (Unit::Count, None) => "whole number".to_owned(),
        (Unit::Time, _) => "duration".to_owned(),
        (Unit::Offset, _) => "duration, also negative".to_owned(),
        (Unit::Size | Unit::ArchiveSize, _) => "size".to_owned(),
        (Unit::BitRate, _) => "bandwidth".to_owned(),
        (Unit::Share, _) => "share".to_owned(),
        (Unit::Mode, _) => "permissions".to_owned(),
    };
    if number.ranged { format!("{unit}, range") } else { unit }
}

fn link(table: &Table) -> String {
    format!("[{}](#{})", table.name, table.name.replace(' ', "-"))
}

#[test]
fn the_reference_has_the_keys_of_every_table() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/scenarios.md");
    let stored = std::fs::read_to_string(&path).expect("docs/scenarios.md is there");
    let page = page(&stored);
    if std::env::var("INSTA_UPDATE").is_ok_and(|update| update == "always") {
        std::fs::write(&path, &page).expect("it can be written");
        return;
    }
    assert!(stored == page, "docs/scenarios.md differs: INSTA_UPDATE=always writes its tables anew");
}

#[test]
fn links_lead_to_headings() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/scenarios.md");
    let document = std::fs::read_to_string(&path).expect("docs/scenarios.md is there");
    let headings: Vec<String> = document
        .lines()
        .filter_map(|line| line.strip_prefix("##"))
        .map(|line| line.trim_start_matches('#').trim().to_lowercase().replace(' ', "-"))
        .collect();
    for target in document.split("](#").skip(1).filter_map(|rest| rest.split(')').next()) {
        assert!(
            headings.iter().any(|heading| heading == target),
            "docs/scenarios.md has no heading #{target}"
        );
    }
}
