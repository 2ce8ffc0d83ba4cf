//! Selects the scenarios to run, and their seeds.

use std::path::PathBuf;

use super::filter::Filter;
use crate::seeds::Seeds;
use crate::shard::Shard;

/// The selection from a suite.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// Selects scenarios by one of these; all, if there are none.
    pub filters: Vec<Filter>,
    /// The seeds with which each scenario runs, instead of its own.
    pub seeds: Option<Seeds>,
    /// The part to run.
    pub shard: Option<Shard>,
}

/// A run that was selected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chosen {
    /// The file of the scenario.
    pub path: PathBuf,
    /// The seed; the scenario's own if there is none.
    pub seed: Option<u64>,
}

impl Selection {
    /// Returns the scenarios that the filters select, in their order.
    pub(super) fn filtered(&self, scenarios: &[PathBuf]) -> Vec<PathBuf> {
        let selects = |path: &&PathBuf| {
            self.filters.is_empty() || self.filters.iter().any(|filter| filter.selects(path))
        };
        scenarios.iter().filter(selects).cloned().collect()
    }

    /// Returns the runs of scenarios that were filtered, in their order, each with its seeds. Shards take runs in turn, so that
    /// neighbours, which take about the same time, go to different shards.
    pub(super) fn runs(&self, filtered: &[PathBuf]) -> Vec<Chosen> {
        let seeds: Vec<Option<u64>> = match self.seeds {
            None => vec![None],
            Some(seeds) => seeds.of(None).map(Some).collect(),
        };
        let runs = filtered.iter().flat_map(|path| seeds.iter().map(move |seed| (path, *seed)));
        let dealt = runs.enumerate().filter(|(index, _)| self.shard.is_none_or(|shard| shard.has(*index)));
        dealt.map(|(_, (path, seed))| Chosen { path: path.clone(), seed }).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shards_are_disjoint_and_complete() {
        let all: Vec<PathBuf> = (0..10).map(|number| format!("s/{number}.yaml").into()).collect();
        for seeds in [None, Some("3..5".parse().expect("seeds"))] {
            let whole = Selection { seeds, ..Selection::default() }.runs(&all);
            assert_eq!(whole.len(), if seeds.is_some() { 30 } else { 10 });
            for of in [1, 3, 4, 10, 13, 31] {
                let parts = (1..=of).map(|number| {
                    let shard = format!("{number}/{of}").parse().expect("a shard");
                    Selection { shard: Some(shard), seeds, ..Selection::default() }.runs(&all)
                });
                let mut together: Vec<Chosen> = parts.flatten().collect();
                together.sort_by_key(|run| (run.path.clone(), run.seed));
                assert_eq!(together, whole, "{of}");
            }
        }
    }

    #[test]
    fn what_is_no_shard_is_refused() {
        for text in ["", "1", "/", "0/2", "3/2", "1/0", "-1/2", "a/b", "1/2/3", "1/1000000000", "1 / 2"] {
            assert!(text.parse::<Shard>().is_err(), "{text}");
        }
    }

    #[test]
    fn one_filter_is_enough() {
        let all = ["a/x.yaml", "a/y.yaml", "b/x.yaml"].map(PathBuf::from);
        let chosen = |filters: &[&str]| {
            let filters = filters.iter().map(|text| text.parse().expect("a filter")).collect();
            Selection { filters, ..Selection::default() }.filtered(&all).len()
        };
        assert_eq!([chosen(&[]), chosen(&["a/"]), chosen(&["x", "y"]), chosen(&["z"])], [3, 2, 3, 0]);
    }
}
