//! Makes the patterns from the specimens.
//!
//! A value that is a mark becomes a hole wherever its line shows it. A word, a flag or a small number tells itself by the literal text: it
//! is told if all specimens with the same pattern have the same value, and others of the kind have another.

use std::collections::{BTreeMap, BTreeSet};

use host::{Outcome, Samples};
use serde_json::Value;

use super::printed::{Printed, printed};
use super::{Book, Entry, Voice};
use crate::pattern::{Form, Leaf, Match, Pattern, Segment, leaves, pattern};
use crate::{Candidate, Told};

/// Patterns with fewer literal letters would match anything.
const LETTERS_MIN: usize = 4;

/// Fields that a line never tells by its text.
const OUTSIDE: [&str; 5] = ["event", "logged", "pid", "program", "transfer"];

/// Returns the patterns of all voices.
pub(super) fn books() -> BTreeMap<Voice, Book> {
    Voice::ALL.into_iter().map(|voice| (voice, book(voice))).collect()
}

/// The specimens that print one pattern as the same line of the same kind of event.
struct Origin {
    kind: String,
    line: usize,
    of: usize,
    outcome: Option<Outcome>,
    /// The values of each specimen that are no marks.
    values: Vec<BTreeMap<String, Value>>,
}

fn book(voice: Voice) -> Book {
    let mut samples = Samples::marks();
    let mut all = printed(voice, &mut samples);
    all.retain(|printed| !printed.lines.is_empty());
    // A specimen with small numbers makes a pattern only if those with marks do not read its line.
    all.sort_by_key(|printed| small_numbers(&printed.record));
    let mut patterns: Vec<(Pattern, Vec<Origin>)> = Vec::new();
    for one in &all {
        for (index, line) in one.lines.iter().enumerate() {
            add(&mut patterns, one, index, line, &samples);
        }
    }
    let varied = varied(&all);
    let mut book = Book::default();
    let mut names: BTreeMap<String, &'static str> = BTreeMap::new();
    for (pattern, origins) in patterns {
        let candidate = |origin: &Origin| Candidate {
            // The table lives as long as the program, and there are as many names as kinds.
            kind: names.entry(origin.kind.clone()).or_insert_with(|| origin.kind.clone().leak()),
            line: origin.line,
            of: origin.of,
            told: told(origin, &varied[&origin.kind]),
            outcome: origin.outcome,
        };
        let candidates: Vec<Candidate> = origins.iter().map(candidate).collect();
        file(&mut book, pattern, candidates);
    }
    book.kinds = names.into_values().collect();
    book
}

/// Puts a pattern into its place.
fn file(book: &mut Book, pattern: Pattern, candidates: Vec<Candidate>) {
    if pattern.segments.is_empty() {
        book.empty.extend(candidates);
        return;
    }
    let weight = pattern.weight();
    let is_dots =
        pattern.segments.iter().all(|segment| !matches!(segment, Segment::Hole(form) if *form != Form::Dots));
    if weight < LETTERS_MIN && !is_dots {
        return;
    }
    let index = book.entries.len();
    match pattern.beginning().bytes().next() {
        Some(first) => book.by_first.entry(first).or_default().push(index),
        None => book.open.push(index),
    }
    book.entries.push(Entry { pattern, weight, candidates });
}

fn add(
    patterns: &mut Vec<(Pattern, Vec<Origin>)>,
    printed: &Printed,
    index: usize,
    line: &str,
    samples: &Samples,
) {
    let kind = printed.record["event"].as_str().unwrap_or_default();
    let of = printed.lines.len();
    let is_same = |origin: &Origin| (&*origin.kind, origin.line, origin.of) == (kind, index, of);
    let values = values(&printed.record);
    if small_numbers(&printed.record) > 0 {
        let reads = |(pattern, origins): &(Pattern, Vec<Origin>)| {
            let all_agree =
                |found: Match| crate::told::all_agree(&found.told(pattern, line), &printed.record);
            origins.iter().any(is_same) && pattern.whole(line).is_some_and(all_agree)
        };
        if let Some((pattern, origins)) = patterns.iter_mut().find(|one| reads(one)) {
            let captured = |leaf: &&Leaf| pattern.captures.iter().any(|capture| capture.path == leaf.path);
            let plain = values.iter().filter(|leaf| !leaf.is_marked(samples) && !captured(leaf));
            let plain: BTreeMap<String, Value> =
                plain.map(|leaf| (leaf.path.clone(), leaf.value.clone())).collect();
            origins
                .iter_mut()
                .filter(|origin| is_same(origin))
                .for_each(|origin| origin.values.push(plain.clone()));
            return;
        }
    }
    let made = pattern(line, &values, samples);
    let plain = values.iter().filter(|leaf| !leaf.is_marked(samples));
    let plain = plain.map(|leaf| (leaf.path.clone(), leaf.value.clone())).collect();
    let index_of = patterns.iter().position(|(pattern, _)| *pattern == made);
    let place = index_of.unwrap_or_else(|| {
        patterns.push((made, Vec::new()));
        patterns.len() - 1
    });
    let origins = &mut patterns[place].1;
    match origins.iter_mut().find(|origin| is_same(origin)) {
        Some(origin) => origin.values.push(plain),
        None => origins.push(Origin {
            kind: kind.to_owned(),
            line: index,
            of,
            outcome: printed.outcome,
            values: vec![plain],
        }),
    }
}

/// Returns the values of a record that its text may tell.
fn values(record: &Value) -> Vec<Leaf> {
    let mut all = leaves(record);
    all.retain(|leaf| !OUTSIDE.contains(&leaf.path.as_str()));
    all
}

/// Returns the number of numbers that are no marks.
fn small_numbers(record: &Value) -> usize {
    values(record).iter().filter(|leaf| leaf.value.as_u64().is_some_and(|number| number <= 1)).count()
}

/// Returns for each kind the paths that have different values in its specimens, or are missing in some.
fn varied(all: &[Printed]) -> BTreeMap<String, BTreeSet<String>> {
    let mut records: BTreeMap<String, Vec<BTreeMap<String, Value>>> = BTreeMap::new();
    for printed in all {
        let kind = printed.record["event"].as_str().unwrap_or_default().to_owned();
        let values = values(&printed.record).into_iter().map(|leaf| (leaf.path, leaf.value));
        records.entry(kind).or_default().push(values.collect());
    }
    let paths = |records: &[BTreeMap<String, Value>]| {
        let all: BTreeSet<&String> = records.iter().flat_map(BTreeMap::keys).collect();
        let varies =
            |path: &&&String| records.iter().any(|values| values.get(**path) != records[0].get(**path));
        all.iter().filter(varies).map(|path| (*path).clone()).collect()
    };
    records.iter().map(|(kind, records)| (kind.clone(), paths(records))).collect()
}

/// Returns the values that all specimens of an origin share, of those that vary.
fn told(origin: &Origin, varied: &BTreeSet<String>) -> BTreeMap<String, Told> {
    let [first, others @ ..] = &origin.values[..] else { return BTreeMap::new() };
    let shared = |(path, value): &(&String, &Value)| {
        varied.contains(*path) && others.iter().all(|other| other.get(*path) == Some(*value))
    };
    let told = first.iter().filter(shared);
    told.map(|(path, value)| (path.clone(), Told::Value(value.clone()))).collect()
}
