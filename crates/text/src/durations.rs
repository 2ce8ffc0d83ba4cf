//! Durations for people.

use std::time::Duration;

/// Formats a duration in whole units where possible: `18m`, `2h30m`, `1.5s`, `120d`.
pub fn short(duration: Duration) -> String {
    let (seconds, nanos) = (duration.as_secs(), duration.subsec_nanos());
    let (days, hours) = (seconds / 86_400, seconds / 3600 % 24);
    let (minutes, rest) = (seconds / 60 % 60, seconds % 60);
    let mut out = String::new();
    for (number, unit) in [(days, "d"), (hours, "h"), (minutes, "m")] {
        if number > 0 {
            out.push_str(&format!("{number}{unit}"));
        }
    }
    if nanos > 0 {
        out.push_str(&format!("{}s", rest as f64 + f64::from(nanos / 1_000_000) / 1000.0));
    } else if rest > 0 || out.is_empty() {
        out.push_str(&format!("{rest}s"));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_whole_where_they_can_be() {
        let printed = |ms| short(Duration::from_millis(ms));
        assert_eq!(printed(0), "0s");
        assert_eq!(printed(1_500), "1.5s");
        assert_eq!(printed(18 * 60_000), "18m");
        assert_eq!(printed(90_061_000), "1d1h1m1s");
        assert_eq!(printed(9_000_250), "2h30m0.25s");
    }
}
