//! Expectations about lines of logs.

use std::time::Duration;

use scenario::{Amount, LinePattern, When};

use super::happened::how_many;
use super::window::counted;
use super::{Finding, Outcome, Run};
use crate::clock::elapsed;
use crate::world::Line;

/// Judges the number of matching lines in a host's log.
pub(super) fn log(
    run: &Run<'_>,
    host: &str,
    pattern: &LinePattern,
    count: &Amount,
    (when, start, after): (When, Duration, Option<usize>),
) -> Finding {
    let never = 0..=0;
    let count = if when == When::Never { &never } else { count };
    let (from, to) = counted(run, when, start);
    let lines = run.record.host(host).map(|host| run.logs.of(host)).unwrap_or_default();
    // Lines printed by the `since` event itself do not count.
    let is_after = |line: &&Line| after.is_none_or(|after| line.entry > after);
    let looked_at: Vec<&Line> =
        lines.iter().filter(|line| from <= line.at && line.at <= to).filter(is_after).collect();
    let found: Vec<&Line> = looked_at.iter().copied().filter(|line| pattern.selects(&line.text)).collect();
    let hosts = [host.to_owned()];
    if let ([line, ..], 0) = (&found[..], *count.end()) {
        let actual = format!("at {} it printed: {}", elapsed(line.at), line.text);
        return Finding::failed(line.at, &hosts, actual).unmet(["too many"]);
    }
    let times: Vec<Duration> = found.iter().map(|line| line.at).collect();
    let mut finding = how_many(run, &times, count, to, &hosts, "was printed");
    if found.is_empty() && !matches!(finding.outcome, Outcome::Passed { .. }) {
        if let Outcome::Failed { actual } | Outcome::Inconclusive { actual } = &mut finding.outcome {
            *actual = match looked_at.last() {
                Some(last) => format!("no such line; the last line is: {}", last.text),
                None => "it printed nothing".to_owned(),
            };
        }
        finding.near = match pattern {
            LinePattern::Text(text) => nearest(text, &looked_at),
            LinePattern::Pattern(_) => None,
        };
    }
    finding
}

/// Returns the line that shares the most words with a text, if it has at least half of them; the last of several.
fn nearest(text: &str, lines: &[&Line]) -> Option<String> {
    let wanted: Vec<String> = words(text).collect();
    let score = |line: &str| {
        let there: Vec<String> = words(line).collect();
        wanted.iter().filter(|word| there.contains(word)).count()
    };
    let (best, line) =
        lines.iter().map(|line| (score(&line.text), *line)).max_by_key(|(score, line)| (*score, line.at))?;
    let is_near = best * 2 >= wanted.len() && best > 0;
    is_near.then(|| format!("nearest line, at {}: {}", elapsed(line.at), line.text))
}

fn words(text: &str) -> impl Iterator<Item = String> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_lowercase)
}
