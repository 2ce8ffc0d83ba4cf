//! The documents match the program: sample outputs, examples, tables and the schema are compared with it.

use std::collections::BTreeSet;
use std::fs;

use crate::common::{load, run, workspace};
use catalogue::{Catalogue, Confidence};
use ewcsim::Verdict;
use ewcsim::report::human;
use ewcsim::vocabulary;
use serde_json::Value;

fn document(path: &str) -> String {
    fs::read_to_string(workspace().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Returns the first block of `language` in a Markdown text.
fn block<'a>(text: &'a str, language: &str) -> &'a str {
    let (_, rest) = text.split_once(&format!("```{language}\n")).expect("the block begins");
    rest.split_once("```").expect("the block ends").0
}

#[test]
fn the_picture_in_the_readme_is_of_a_real_run() {
    let readme = document("README.md");
    let prepared = load("scenarios/field/tftp-join.yaml");
    let printed = human(&prepared.scenario, &run(&prepared, None), &[], false);
    // The test runs the scenario by another path.
    let printed = printed.replace(&format!("{}/", workspace().display()), "");
    let mut lines = printed.lines();
    for line in block(&readme, "text").lines().filter(|line| *line != "..." && !line.is_empty()) {
        assert!(lines.any(|printed| printed == line), "not printed, or not in this order: {line}");
    }
}

#[test]
fn the_scenario_in_the_readme_is_the_first_example() {
    let (readme, example) = (document("README.md"), document("docs/examples/first.yaml"));
    let shown = block(&readme, "yaml");
    assert!(example.ends_with(shown), "docs/examples/first.yaml differs");
    assert!(shown.lines().count() <= 30);
}

#[test]
fn the_examples_hold() {
    let directory = workspace().join("docs/examples");
    let mut names: Vec<_> = fs::read_dir(directory)
        .expect("there are examples")
        .map(|entry| entry.expect("it is read").file_name().into_string().expect("plain names"))
        .filter(|name| name.ends_with(".yaml"))
        .collect();
    names.sort();
    assert!(!names.is_empty());
    for name in names {
        let prepared = load(&format!("docs/examples/{name}"));
        let finished = run(&prepared, None);
        assert_eq!(finished.verdict(), Verdict::Passed, "{name}: {:?}", finished.judgements);
    }
}

#[test]
fn the_schema_in_the_documents_is_the_one_that_is_printed() {
    let stored: Value = serde_json::from_str(&document("docs/scenario.schema.json")).expect("it is JSON");
    assert_eq!(stored, vocabulary::schema(), "write it anew: ewcsim schema > docs/scenario.schema.json");
}

#[test]
fn the_reference_names_every_key() {
    let reference = document("docs/scenarios.md");
    let mut keys = BTreeSet::new();
    collect_keys(&vocabulary::schema(), &mut keys);
    assert!(keys.contains("access_points") && keys.contains("latency"));
    for key in keys {
        assert!(reference.contains(&format!("`{key}`")), "docs/scenarios.md does not name `{key}`");
    }
}

/// Returns the names of all properties of `schema`, including nested ones.
fn collect_keys(schema: &Value, keys: &mut BTreeSet<String>) {
    let Value::Object(object) = schema else { return };
    for (name, value) in object {
        match (name.as_str(), value) {
            ("properties", Value::Object(properties)) => {
                keys.extend(properties.keys().cloned());
                properties.values().for_each(|property| collect_keys(property, keys));
            }
            // The names here are those of parts of the schema.
            ("$defs", Value::Object(parts)) => parts.values().for_each(|part| collect_keys(part, keys)),
            (_, Value::Array(choices)) => choices.iter().for_each(|choice| collect_keys(choice, keys)),
            _ => collect_keys(value, keys),
        }
    }
}

/// Returns the table of the facts with this confidence.
fn facts(confidence: Confidence) -> String {
    let catalogue = Catalogue::builtin();
    let rows = catalogue.facts().filter(|fact| fact.confidence == confidence).map(|fact| {
        let note = fact.note.as_ref().map_or_else(String::new, |note| format!("; {note}"));
        let later: String =
            fact.releases.iter().map(|it| format!("; from {}: {}", it.from, it.value)).collect();
        format!("| `{}` | {}{later} | {}{note} |\n", fact.key, fact.value, fact.source)
    });
    format!("| key | value | basis |\n|---|---|---|\n{}", rows.collect::<String>())
}

/// `INSTA_UPDATE=always` writes the tables anew.
#[test]
fn the_tables_of_facts_are_those_of_the_catalogue() {
    let path = workspace().join("docs/fidelity.md");
    let mut page = document("docs/fidelity.md");
    for (title, confidence) in
        [("Unverified facts", Confidence::Unverified), ("Inferred facts", Confidence::Inferred)]
    {
        let section = page.find(&format!("\n## {title}\n")).expect("the section is there");
        let start = section + page[section..].find("| key |").expect("it has a table");
        let end = start + page[start..].find("\n\n").expect("something follows it") + 1;
        page.replace_range(start..end, &facts(confidence));
    }
    if std::env::var("INSTA_UPDATE").is_ok_and(|update| update == "always") {
        std::fs::write(path, &page).expect("the page can be written");
    }
    assert!(
        document("docs/fidelity.md") == page,
        "docs/fidelity.md differs from the catalogue; `INSTA_UPDATE=always` writes it anew"
    );
}

/// `INSTA_UPDATE=always` writes the table anew.
#[test]
fn the_directives_of_sshd_are_listed_with_their_class() {
    let path = workspace().join("docs/openssh.md");
    let mut page = document("docs/openssh.md");
    let rows = openssh::directives()
        .map(|it| format!("| `{}` | {} | {} | {} |\n", it.name, it.since, it.class, it.why));
    let table =
        format!("| directive | since | class | reason |\n|---|---|---|---|\n{}", rows.collect::<String>());
    let start = page.find("| directive |").expect("it has the table");
    let end = start + page[start..].find("\n\n").expect("something follows it") + 1;
    page.replace_range(start..end, &table);
    if std::env::var("INSTA_UPDATE").is_ok_and(|update| update == "always") {
        std::fs::write(path, &page).expect("the page can be written");
    }
    assert!(
        document("docs/openssh.md") == page,
        "docs/openssh.md differs; `INSTA_UPDATE=always` writes it anew"
    );
}

/// `INSTA_UPDATE=always` writes the table anew.
#[test]
fn the_settings_of_in_tftpd_are_listed_with_their_class() {
    let rows =
        tftpd::tftpd_hpa::settings().map(|it| format!("| `{}` | {} | {} |\n", it.name, it.class, it.why));
    keep_table("docs/tftp.md", "setting", &rows.collect::<String>());
}

/// `INSTA_UPDATE=always` writes the table anew.
#[test]
fn the_keys_of_tftpd64_are_listed_with_their_class() {
    let rows = tftpd::tftpd64::keys().map(|it| format!("| `{}` | {} | {} |\n", it.name, it.class, it.why));
    keep_table("docs/tftpd64.md", "key", &rows.collect::<String>());
}

/// Compares the table of classes in a page with `rows`.
fn keep_table(path: &str, first: &str, rows: &str) {
    let mut page = document(path);
    let head = format!("| {first} | class | reason |\n");
    let start = page.find(&head).expect("it has the table");
    let end = start + page[start..].find("\n\n").expect("something follows it") + 1;
    page.replace_range(start..end, &format!("{head}|---|---|---|\n{rows}"));
    if std::env::var("INSTA_UPDATE").is_ok_and(|update| update == "always") {
        std::fs::write(workspace().join(path), &page).expect("the page can be written");
    }
    assert!(document(path) == page, "{path} differs; `INSTA_UPDATE=always` writes it anew");
}

/// An override of an unused fact would silently change nothing.
#[test]
fn every_fact_is_read_by_a_device() {
    let read: BTreeSet<String> = [ap::Settings::keys(), ewc::Settings::keys()].concat().into_iter().collect();
    let facts: BTreeSet<String> = Catalogue::builtin().facts().map(|fact| fact.key.clone()).collect();
    assert_eq!(facts, read);
}
