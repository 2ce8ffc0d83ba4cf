//! Lines of logs.

use std::time::Duration;

use scenario::{Amount, LinePattern, When};

use super::happened::how_many;
use super::window::counted;
use super::{Finding, Outcome, Run};
use crate::clock::elapsed;

/// So many lines of a host's log are such.
pub(super) fn log(
    run: &Run<'_>,
    host: &str,
    pattern: &LinePattern,
    count: &Amount,
    (when, start): (When, Duration),
) -> Finding {
    let never = 0..=0;
    let count = if when == When::Never { &never } else { count };
    let (from, to) = counted(run, when, start);
    let lines = run.record.host(host).map(|host| run.logs.of(host)).unwrap_or_default();
    let looked_at: Vec<&(Duration, String)> =
        lines.iter().filter(|(at, _)| from <= *at && *at <= to).collect();
    let is_such = |line: &str| match pattern {
        LinePattern::Text(text) => line.contains(text.as_str()),
        LinePattern::Pattern(pattern) => pattern.is_found_in(line),
    };
    let found: Vec<&(Duration, String)> =
        looked_at.iter().copied().filter(|(_, line)| is_such(line)).collect();
    let hosts = [host.to_owned()];
    if let ([(at, line), ..], 0) = (&found[..], *count.end()) {
        return Finding::failed(*at, &hosts, format!("at {} it printed: {line}", elapsed(*at)));
    }
    let times: Vec<Duration> = found.iter().map(|(at, _)| *at).collect();
    let mut finding = how_many(run, &times, count, to, &hosts, "it is printed");
    if found.is_empty() && !matches!(finding.outcome, Outcome::Held { .. }) {
        if let Outcome::Failed { actual } | Outcome::Open { actual } = &mut finding.outcome {
            *actual = match looked_at.last() {
                Some((_, last)) => format!("no such line; the last one is: {last}"),
                None => "it printed nothing".to_owned(),
            };
        }
        finding.near = match pattern {
            LinePattern::Text(text) => nearest(text, &looked_at),
            LinePattern::Pattern(_) => None,
        };
    } else if let (Outcome::Held { .. }, 0) = (&finding.outcome, *count.end()) {
        finding.outcome = Outcome::Held { at: to.min(run.end) };
    }
    finding
}

/// The line that has most of a text's words, if it has half of them: the last of several.
fn nearest(text: &str, lines: &[&(Duration, String)]) -> Option<String> {
    let wanted: Vec<String> = words(text).collect();
    let score = |line: &str| {
        let there: Vec<String> = words(line).collect();
        wanted.iter().filter(|word| there.contains(word)).count()
    };
    let (best, (at, line)) =
        lines.iter().map(|line| (score(&line.1), *line)).max_by_key(|(score, (at, _))| (*score, *at))?;
    (best * 2 >= wanted.len() && best > 0).then(|| format!("nearest line, at {}: {line}", elapsed(*at)))
}

fn words(text: &str) -> impl Iterator<Item = String> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_lowercase)
}
