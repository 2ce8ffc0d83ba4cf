//! What runs that did not fail say of those that were not made.

/// Returns the largest share of failures with which `runs` independent runs without one are not unlikely: at 95 % confidence.
pub(crate) fn at_most(runs: usize) -> f64 {
    // With a share p of failures, none shows in n runs with probability (1 - p)^n.
    1.0 - 0.05_f64.powf(1.0 / runs.max(1) as f64)
}

#[cfg(test)]
mod tests {
    use super::at_most;

    #[test]
    fn three_divided_by_the_number_is_nearly_it() {
        assert!((at_most(1) - 0.95).abs() < 1e-12);
        assert!((at_most(300) - 0.01).abs() < 1e-4 && (at_most(10_000) - 0.0003).abs() < 1e-6);
        assert!((at_most(0) - 0.95).abs() < 1e-12);
    }
}
