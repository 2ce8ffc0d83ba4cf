//! What the log calls the hosts, versions and files of the run.

use std::collections::{BTreeMap, BTreeSet};

use crate::said::Said;

/// A renaming: each name of the run has at most one name in the field log, and the other way round.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Names {
    of_run: BTreeMap<String, String>,
    of_field: BTreeMap<String, String>,
}

impl Names {
    /// Takes the renaming on which most pairs of lines agree.
    pub(crate) fn agreed<'a>(pairs: impl Iterator<Item = (&'a Said, &'a Said)>) -> Self {
        let mut votes: BTreeMap<(&str, &str), usize> = BTreeMap::new();
        for (field, run) in pairs {
            field.each_name(run, |field, run| *votes.entry((run, field)).or_default() += 1);
        }
        let mut votes: Vec<((&str, &str), usize)> = votes.into_iter().collect();
        // Of equal votes the one for the same name comes first, then the order of the alphabet decides.
        votes.sort_by_key(|((run, field), count)| (std::cmp::Reverse(*count), run != field, *run, *field));
        let mut names = Self::default();
        let mut taken: BTreeSet<&str> = BTreeSet::new();
        for ((run, field), _) in votes {
            if !names.of_run.contains_key(run) && taken.insert(field) {
                names.of_run.insert(run.to_owned(), field.to_owned());
                names.of_field.insert(field.to_owned(), run.to_owned());
            }
        }
        names
    }

    /// Returns what the field log calls this name of the run.
    pub fn in_field(&self, run: &str) -> Option<&str> {
        self.of_run.get(run).map(String::as_str)
    }

    /// Returns the names of the run with those of the field log, in the order of the alphabet.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.of_run.iter().map(|(run, field)| (run.as_str(), field.as_str()))
    }

    /// Returns true if no name of the two lines contradicts the renaming.
    pub(crate) fn agree(&self, field: &Said, run: &Said) -> bool {
        let mut agree = true;
        field.each_name(run, |field, run| {
            agree &= self.of_run.get(run).is_none_or(|known| known == field);
            agree &= self.of_field.get(field).is_none_or(|known| known == run);
        });
        agree
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Reading, Value};

    fn said(names: &[&str]) -> Said {
        let named = |(index, name): (usize, &&str)| (index.to_string(), Value::Name((*name).to_owned()));
        let reading = Reading { kind: "line".into(), values: names.iter().enumerate().map(named).collect() };
        Said::new(reading, Vec::new(), None)
    }

    #[test]
    fn the_majority_names_the_hosts() {
        let pairs = [(["a", "b"], ["x", "y"]), (["a", "b"], ["x", "y"]), (["b", "a"], ["x", "y"])];
        let pairs: Vec<(Said, Said)> = pairs.iter().map(|(field, run)| (said(field), said(run))).collect();
        let names = Names::agreed(pairs.iter().map(|(field, run)| (field, run)));
        assert_eq!(names.iter().collect::<Vec<_>>(), [("x", "a"), ("y", "b")]);
        assert!(names.agree(&said(&["a"]), &said(&["x"])));
        assert!(!names.agree(&said(&["b"]), &said(&["x"])));
        // A name that was never seen may be any other, but not one that is taken.
        assert!(names.agree(&said(&["c"]), &said(&["z"])));
        assert!(!names.agree(&said(&["a"]), &said(&["z"])));
    }

    /// A backup that equals the controller's version cannot be two versions of the run.
    #[test]
    fn two_names_of_the_run_are_not_one_of_the_log() {
        let (field, run) = (said(&["17.9", "17.9"]), said(&["17.3", "17.9"]));
        let names = Names::agreed([(&field, &run)].into_iter());
        assert_eq!(names.iter().collect::<Vec<_>>(), [("17.9", "17.9")]);
        assert!(!names.agree(&field, &run));
    }
}
