//! "Did you mean": the candidates nearest to a misspelt name.

/// The maximum length of a name: the comparison takes time in the square of the length, and the text is untrusted.
const NAME_MAX: usize = 100;

/// Returns at most three candidates nearest to `name` (ignoring case), best first; none that differ in more than a third of it.
pub fn closest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let wanted = name.to_lowercase();
    let length = wanted.chars().count();
    if length > NAME_MAX {
        return Vec::new();
    }
    let limit = (length / 3).max(1);
    let mut near: Vec<(usize, &str)> = candidates
        .into_iter()
        .filter(|candidate| candidate.chars().count().abs_diff(length) <= limit)
        .map(|candidate| (strsim::damerau_levenshtein(&wanted, &candidate.to_lowercase()), candidate))
        .filter(|(distance, _)| *distance <= limit)
        .collect();
    near.sort();
    near.into_iter().take(3).map(|(_, candidate)| candidate).collect()
}

#[cfg(test)]
mod tests {
    use super::closest;

    #[test]
    fn nearest_first_and_nothing_far() {
        assert_eq!(closest("tftp-2", ["sftp-1", "tftp-1", "9120-EWC"]), ["tftp-1", "sftp-1"]);
        assert_eq!(closest("latencyy", ["bandwidth", "latency"]), ["latency"]);
        assert!(closest("xyz", ["bandwidth", "latency"]).is_empty());
        assert!(closest(&"x".repeat(101), [&*"x".repeat(101)]).is_empty());
    }
}
