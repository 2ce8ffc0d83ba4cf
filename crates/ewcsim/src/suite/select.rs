//! Selects the scenarios to run.

use std::path::PathBuf;

use crate::shard::Shard;

/// The selection from a suite.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// Selects scenarios with one of these texts in their path; all, if there are none.
    pub filters: Vec<String>,
    /// The part to run.
    pub shard: Option<Shard>,
}

impl Selection {
    /// Returns the selected ones of `scenarios`, in their order. Shards take them in turn, so that neighbours, which take about
    /// the same time, go to different shards.
    pub fn choose(&self, scenarios: &[PathBuf]) -> Vec<PathBuf> {
        let matching = scenarios.iter().filter(|path| {
            let path = path.to_string_lossy();
            self.filters.is_empty() || self.filters.iter().any(|text| path.contains(text.as_str()))
        });
        let dealt =
            matching.enumerate().filter(|(index, _)| self.shard.is_none_or(|shard| shard.has(*index)));
        dealt.map(|(_, path)| path.clone()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shards_are_disjoint_and_complete() {
        let all: Vec<PathBuf> = (0..10).map(|number| format!("s/{number}.yaml").into()).collect();
        for of in [1, 3, 4, 10, 13] {
            let parts = (1..=of).map(|number| {
                let shard = format!("{number}/{of}").parse().expect("a shard");
                Selection { shard: Some(shard), ..Selection::default() }.choose(&all)
            });
            let mut together: Vec<PathBuf> = parts.flatten().collect();
            together.sort();
            assert_eq!(together, all, "{of}");
        }
    }

    #[test]
    fn what_is_no_shard_is_refused() {
        for text in ["", "1", "/", "0/2", "3/2", "1/0", "-1/2", "a/b", "1/2/3", "1/1000000000", "1 / 2"] {
            assert!(text.parse::<Shard>().is_err(), "{text}");
        }
    }

    #[test]
    fn filters_are_parts_of_paths() {
        let all = ["a/x.yaml", "a/y.yaml", "b/x.yaml"].map(PathBuf::from);
        let chosen = |filters: &[&str]| {
            let filters = filters.iter().map(|&text| text.to_owned()).collect();
            Selection { filters, shard: None }.choose(&all).len()
        };
        assert_eq!([chosen(&[]), chosen(&["a/"]), chosen(&["x", "y"]), chosen(&["z"])], [3, 2, 3, 0]);
    }
}
