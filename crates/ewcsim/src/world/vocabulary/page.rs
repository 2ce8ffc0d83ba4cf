//! Generates docs/events.md from the enums: every kind of event, its fields and its meaning.

use std::fmt::Write as _;
use std::path::Path;

use host::{EventField, EventKind};

use crate::world::WorldEvent;
use crate::world::device::NETWORK;
use crate::world::vocabulary::KINDS;

const HEAD: &str = "\
# Events

The events of hosts, by their names in `events.jsonl` and in patterns of the scenario language
(`{ host: branch, event: image_data_started, with: { image: ap1g8 } }`). Every event also has `at_s` (seconds since the start
of the run), `time` and `host` in `events.jsonl`. A field is matched by its value: a text or word literally, a number exactly or
within bounds; a missing field is `none`. This page is generated: a test compares it with the enums, and writes it with
`INSTA_UPDATE=always cargo nextest run -p ewcsim -E 'test(vocabulary::page)'`.
";

fn page() -> String {
    let mut out = HEAD.to_owned();
    for kind in KINDS.iter().copied().chain([&NETWORK]).filter(|kind| !kind.own_events().is_empty()) {
        section(&mut out, kind.title, &kind.own_events(), kind.common_fields);
    }
    section(&mut out, "The world, of any host", &EventKind::recorded(WorldEvent::KINDS), &[]);
    out
}

fn section(out: &mut String, title: &str, kinds: &[&EventKind], common: &[EventField]) {
    // Writing to a String does not fail.
    let _ = writeln!(out, "\n## {title}\n");
    if !common.is_empty() {
        let _ = writeln!(out, "Each also has {}.\n", listed(common));
    }
    let _ = writeln!(out, "| event | fields | meaning |\n|---|---|---|");
    for kind in kinds {
        let about = plain(kind.about);
        let _ = writeln!(out, "| `{}` | {} | {about} |", kind.name(), listed(&kind.recorded_fields()));
    }
}

fn listed(fields: &[EventField]) -> String {
    let each: Vec<String> = fields.iter().map(|field| format!("`{}` {}", field.name, field.kind)).collect();
    each.join(", ")
}

/// Formats the documentation of a variant as a table cell: rustdoc links become plain words.
fn plain(about: &str) -> String {
    let mut text = about.split_whitespace().collect::<Vec<_>>().join(" ").replace('|', "\\|");
    while let Some(start) = text.find("](") {
        let Some(length) = text[start..].find(')') else { break };
        text.replace_range(start..=start + length, "");
    }
    text.replace("[`", "`").replace("`]", "`")
}

#[test]
fn the_page_of_events_says_what_the_enums_say() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/events.md");
    if std::env::var("INSTA_UPDATE").is_ok_and(|update| update == "always") {
        std::fs::write(&path, page()).expect("the page can be written");
    }
    let stored = std::fs::read_to_string(&path).expect("docs/events.md is there");
    assert!(stored == page(), "docs/events.md differs: its first paragraph says how to write it");
}

#[test]
fn every_event_has_a_meaning() {
    for host in KINDS {
        for kind in host.events() {
            assert!(kind.about.trim().len() > 3, "{} of {}", kind.variant, host.noun);
        }
    }
}
