//! A run, from the files of `--out`: its access points, its controllers, its expectations and, from its events, its phases.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;
use std::time::Duration;

use indexmap::IndexMap;
use serde_json::{Map, Value};
use text::durations::short;

use super::facts::{Facts, Section};

/// The longest line of `events.jsonl` that is read, in bytes; the rest of it is ignored.
const LINE_MAX: u64 = 1 << 20;

/// The keys of an access point that are compared, and whether they are times in seconds.
const AP_KEYS: [(&str, bool); 11] = [
    ("model", false),
    ("image_type", false),
    ("state", false),
    ("running", false),
    ("backup", false),
    ("boots_nothing", false),
    ("boots", false),
    ("downloads_requested", false),
    ("downloads_failed", false),
    ("download_s", true),
    ("in_service_at_s", true),
];

/// Returns the facts of a run.
///
/// # Errors
/// It is no `run.json`, or its events cannot be read.
pub(super) fn facts(run: &Value, events: Option<&Path>) -> Result<Facts, String> {
    let mut facts = Facts::default();
    if !run["verdict"].is_string() {
        return Err("it has no verdict".to_owned());
    }
    for key in ["scenario", "seed", "start", "verdict"] {
        facts.set(Section::Whole, "run", key, word(&run[key]));
    }
    facts.set(Section::Whole, "run", "end", seconds(&run["end_s"]));
    for setting in list(&run["set"]) {
        facts.set(Section::Whole, "set", &word(&setting["name"]), word(&setting["value"]));
    }
    for drawn in list(&run["drawn"]) {
        facts.set(Section::Whole, "drawn", &word(&drawn["path"]), word(&drawn["value"]));
    }
    for point in list(&run["access_points"]) {
        let values = facts.of(Section::AccessPoint, word(&point["name"]));
        for (key, is_time) in AP_KEYS {
            if !point[key].is_null() {
                let value = if is_time { seconds(&point[key]) } else { word(&point[key]) };
                values.insert(key.trim_end_matches("_s").replace('_', " "), value);
            }
        }
    }
    for controller in list(&run["controllers"]) {
        let values = facts.of(Section::Controller, word(&controller["name"]));
        values.insert("upgrade".to_owned(), word(&controller["upgrade"]));
        let releases = list(&controller["releases"]);
        let releases = releases.map(|it| format!("{} ({})", word(&it["version"]), word(&it["state"])));
        values.insert("releases".to_owned(), releases.collect::<Vec<_>>().join(", "));
    }
    for expectation in list(&run["expectations"]) {
        let outcome = word(&expectation["outcome"]);
        let cause = |cause: &Value| format!("{} {}", word(&cause["host"]), word(&cause["text"]));
        let causes: Vec<String> = list(&expectation["causes"]).map(cause).collect();
        let because = if causes.is_empty() { String::new() } else { format!(": {}", causes.join("; ")) };
        facts.set(Section::Expectation, &word(&expectation["expected"]), "outcome", outcome + &because);
    }
    for violation in list(&run["violations"]) {
        let name = format!("{}: {}", word(&violation["host"]), word(&violation["invariant"]));
        facts.set(Section::Expectation, &name, "violated", word(&violation["actual"]));
    }
    if let Some(events) = events {
        phases(events, &mut facts).map_err(|error| format!("events.jsonl: {error}"))?;
    }
    Ok(facts)
}

/// Adds the phases: the states of the upgrade of each controller, the fetches of images, and the time that each access point was in each
/// of its states.
fn phases(path: &Path, facts: &mut Facts) -> io::Result<()> {
    let mut upgrade: IndexMap<String, (String, f64)> = IndexMap::new();
    let mut states: IndexMap<String, (String, f64)> = IndexMap::new();
    let mut spent: IndexMap<(String, String), f64> = IndexMap::new();
    let mut fetches: IndexMap<String, f64> = IndexMap::new();
    let mut phases = Phases::default();
    let mut last = 0.0;
    each_event(path, |event| {
        let (at, host) = (event["at_s"].as_f64().unwrap_or(0.0), word(&event["host"]));
        last = at;
        let state = word(&event["state"]);
        match event["event"].as_str().unwrap_or_default() {
            "state_changed" => {
                if let Some((before, since)) = states.insert(host.clone(), (state, at)) {
                    *spent.entry((host, before)).or_default() += at - since;
                }
            }
            "upgrade_state_changed" => {
                let before = upgrade.insert(host.clone(), (state.clone(), at));
                if let Some((before, since)) = before {
                    phases.add(&format!("{host}: {before}"), since, at, false);
                }
            }
            "install_started" => {
                fetches.insert(word(&event["image"]), at);
            }
            kind @ ("install_completed" | "install_failed") => {
                let image = word(&event["image"]);
                if let Some(since) = fetches.shift_remove(&image) {
                    let has_failed = kind == "install_failed";
                    phases.add(&format!("{host}: fetch of {image}"), since, at, has_failed);
                }
            }
            _ => {}
        }
    })?;
    for (host, (state, since)) in upgrade {
        phases.add(&format!("{host}: {state}"), since, last, false);
    }
    phases.write(facts);
    for (host, (state, since)) in states {
        *spent.entry((host, state)).or_default() += last - since;
    }
    for ((host, state), time) in spent {
        // The last state lasts until the end of the run.
        if state != "run" {
            facts.set(Section::AccessPoint, &host, &format!("in {}", state.replace('_', " ")), time_of(time));
        }
    }
    Ok(())
}

/// A phase of a run, which may come again.
#[derive(Debug)]
struct Phase {
    begins: f64,
    takes: f64,
    times: u64,
    failed: u64,
}

/// The phases by their names, in the order in which they first end.
#[derive(Debug, Default)]
struct Phases(IndexMap<String, Phase>);

impl Phases {
    fn add(&mut self, name: &str, from: f64, to: f64, has_failed: bool) {
        let new = Phase { begins: from, takes: 0.0, times: 0, failed: 0 };
        let phase = self.0.entry(name.replace('_', " ")).or_insert(new);
        phase.takes += to - from;
        phase.times += 1;
        phase.failed += u64::from(has_failed);
    }

    fn write(self, facts: &mut Facts) {
        for (name, phase) in self.0 {
            let values = facts.of(Section::Phase, name);
            values.insert("begins".to_owned(), time_of(phase.begins));
            values.insert("takes in all".to_owned(), time_of(phase.takes));
            values.insert("times".to_owned(), phase.times.to_string());
            values.insert("failed".to_owned(), phase.failed.to_string());
        }
    }
}

/// Calls `each` with every event.
fn each_event(path: &Path, mut each: impl FnMut(&Value)) -> io::Result<()> {
    let mut lines = Lines::open(path)?;
    while let Some(line) = lines.next()? {
        if let Ok(event) = serde_json::from_slice::<Value>(line) {
            each(&event);
        }
    }
    Ok(())
}

/// Returns the first event in which two runs differ, apart from the wall clock.
pub(super) fn first_difference(a: &Path, b: &Path) -> io::Result<Option<[Option<String>; 2]>> {
    let (mut a, mut b) = (Lines::open(a)?, Lines::open(b)?);
    loop {
        let pair = [a.next()?.map(event_line), b.next()?.map(event_line)];
        match &pair {
            [None, None] => return Ok(None),
            [here, there] if here == there => {}
            _ => return Ok(Some(pair)),
        }
    }
}

/// Returns an event in words: time, host, event and its fields.
fn event_line(line: &[u8]) -> String {
    let event: Map<String, Value> = serde_json::from_slice(line).unwrap_or_default();
    let of = |key: &str| event.get(key).cloned().unwrap_or(Value::Null);
    let fields = event.iter().filter(|(key, _)| !["at_s", "time", "host", "event"].contains(&key.as_str()));
    let fields: Vec<String> = fields.map(|(key, value)| format!("{key} {}", word(value))).collect();
    let head = format!("{} {} {}", seconds(&of("at_s")), word(&of("host")), word(&of("event")));
    if fields.is_empty() { head } else { format!("{head}: {}", fields.join(", ")) }
}

/// The lines of a file, none of which is kept beyond the limit.
struct Lines {
    file: BufReader<File>,
    line: Vec<u8>,
}

impl Lines {
    fn open(path: &Path) -> io::Result<Self> {
        Ok(Self { file: BufReader::new(File::open(path)?), line: Vec::new() })
    }

    fn next(&mut self) -> io::Result<Option<&[u8]>> {
        self.line.clear();
        let read = (&mut self.file).take(LINE_MAX).read_until(b'\n', &mut self.line)?;
        if read as u64 == LINE_MAX && !self.line.ends_with(b"\n") {
            self.file.skip_until(b'\n')?;
        }
        Ok((read > 0).then_some(self.line.as_slice()))
    }
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

/// Returns a value as a word: a text without quotes.
pub(super) fn word(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => value.to_string(),
    }
}

/// Returns a number of seconds as a time.
pub(super) fn seconds(value: &Value) -> String {
    value.as_f64().map_or_else(String::new, time_of)
}

fn time_of(seconds: f64) -> String {
    let millis = (seconds.clamp(0.0, 1e9) * 1e3).round();
    short(Duration::from_millis(millis as u64))
}
