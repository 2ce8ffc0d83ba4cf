//! Lists what a suite would run, without running it.

use std::path::PathBuf;

use indexmap::IndexMap;
use scenario::Choices;
use serde::Serialize;
use text::numbers::count;

use super::filter::title;
use super::find::Found;
use super::whole::{Suite, SuiteError};
use crate::world::load_with;

/// The scenarios that a suite would run.
#[derive(Clone, Debug, Serialize)]
pub struct Listing {
    scenarios: Vec<Listed>,
    /// The number of runs.
    runs: usize,
    /// The number of files that are only extended.
    labs: usize,
}

/// A scenario that a suite would run.
#[derive(Clone, Debug, Serialize)]
struct Listed {
    scenario: String,
    title: Option<String>,
    seeds: Vec<u64>,
    /// False if it is wrong.
    valid: bool,
}

/// Lists the scenarios that `suite` would run, in its order, with their seeds.
///
/// # Errors
/// See [`SuiteError`]; a scenario that is wrong is listed as such.
pub fn list(suite: &Suite) -> Result<Listing, SuiteError> {
    let (Found { labs, .. }, chosen) = suite.choose()?;
    let runs = chosen.len();
    let mut seeds: IndexMap<PathBuf, Vec<u64>> = IndexMap::new();
    for one in chosen {
        seeds.entry(one.path).or_default().extend(one.seed);
    }
    let scenarios = seeds.into_iter().map(|(path, seeds)| listed(suite, path, seeds)).collect();
    Ok(Listing { scenarios, runs, labs: labs.len() })
}

fn listed(suite: &Suite, path: PathBuf, mut seeds: Vec<u64>) -> Listed {
    let judge = &suite.judge;
    let choices = Choices { seed: seeds.first().copied().or(judge.choices.seed), ..judge.choices.clone() };
    let loaded = load_with(&path, &judge.allowed.files(&path), &choices);
    let scenario = path.display().to_string();
    match loaded {
        Ok(prepared) => {
            if seeds.is_empty() {
                seeds.push(prepared.scenario.seed);
            }
            Listed { scenario, title: Some(prepared.scenario.title), seeds, valid: true }
        }
        Err(_) => {
            seeds.extend(judge.choices.seed.filter(|_| seeds.is_empty()));
            Listed { scenario, title: title(&path), seeds, valid: false }
        }
    }
}

impl Listing {
    /// Returns it for people: a line for each scenario, and the counts.
    pub fn human(&self) -> String {
        let width = self.scenarios.iter().map(|listed| listed.scenario.chars().count()).max().unwrap_or(0);
        let mut out = String::new();
        for listed in &self.scenarios {
            let title = text::printable(&listed.title.as_deref().unwrap_or_default());
            let wrong = if listed.valid { "" } else { " (wrong)" };
            out.push_str(&format!("{:<width$}  {}  {title}{wrong}\n", listed.scenario, seeds(&listed.seeds)));
        }
        out.push_str(&count(self.scenarios.len(), "scenario"));
        if self.runs != self.scenarios.len() {
            out.push_str(&format!(", {}", count(self.runs, "run")));
        }
        if self.labs > 0 {
            out.push_str(&format!("; {} left out", count(self.labs, "lab")));
        }
        out.push('\n');
        out
    }

    /// Returns it for programs: one object, followed by a line feed.
    pub fn json(&self) -> String {
        serde_json::to_string_pretty(self).expect("reports serialize") + "\n"
    }
}

/// Writes seeds as they are typed, where they follow one another.
fn seeds(seeds: &[u64]) -> String {
    match seeds {
        [] => "no seed".to_owned(),
        [one] => format!("seed {one}"),
        [first, .., last] if last - first == seeds.len() as u64 - 1 => format!("seeds {first}..{last}"),
        some => {
            let some: Vec<String> = some.iter().map(u64::to_string).collect();
            format!("seeds {}", some.join(","))
        }
    }
}
