//! What all reports say.

use std::collections::BTreeMap;

use text::durations::short;
use text::numbers::count;

use super::super::Seeds;
use super::super::found::Found;
use super::super::row::RowOutcome;
use crate::chance::at_most;

/// The maximum number of facts or entries that are named.
const NAMED_MAX: usize = 8;

/// Says which seeds there were, and how many runs had each outcome: `seeds 1..200: 198 passed, 2 failed`.
pub(super) fn counts(found: &Found) -> String {
    let parts: Vec<String> =
        found.counts().iter().map(|(outcome, number)| format!("{number} {outcome}")).collect();
    let all = if parts.is_empty() { "none run".to_owned() } else { parts.join(", ") };
    let seeds = match found.plan.seeds {
        Seeds::Range { from, to } => format!("seeds {from}..{to}"),
        Seeds::For { from, time } => {
            format!("seeds from {from} on, as many as {} of real time allow", short(time))
        }
    };
    let runs = count(found.rows.len(), "run");
    let interrupted = if found.interrupted { "; interrupted, the other seeds did not run" } else { "" };
    let enough = if found.is_enough() { "; ended after the last failure that was asked for" } else { "" };
    format!("{seeds}, {runs}: {all}{interrupted}{enough}")
}

/// Says what runs without a failure say of others; nothing if there was a failure, or nothing passed.
pub(super) fn bound(found: &Found) -> Option<String> {
    let passed = found.passed();
    if found.failed() > 0 || passed == 0 {
        return None;
    }
    let what = if found.plan.swarm { "variants" } else { "seeds" };
    let judged = if passed == found.rows.len() { "" } else { " that could be judged" };
    let none = match passed {
        1 => format!("the only run{judged} did not fail"),
        _ => format!("none of {}{judged} failed", count(passed, "run")),
    };
    Some(format!("{none}: at most {} of all {what} do, at 95 % confidence", percent(at_most(passed))))
}

/// Formats a share, rounded up to two digits.
fn percent(share: f64) -> String {
    let percent = share * 100.0;
    let digits = (1 - percent.log10().floor() as i32).max(0);
    let scale = 10_f64.powi(digits);
    format!("{} %", (percent * scale).ceil() / scale)
}

/// Returns the number of runs that had all faults, and how many of them passed.
pub(super) fn whole_runs(found: &Found) -> (usize, usize) {
    let is_whole = |row: &&super::super::row::Row| {
        row.faults.len() == found.plan.faults.len() && row.faults.iter().all(|kept| *kept)
    };
    let whole: Vec<_> = found.rows.iter().filter(is_whole).collect();
    let passed = whole.iter().filter(|row| row.outcome == RowOutcome::Passed).count();
    (whole.len(), passed)
}

/// Says what the runs of a swarm are.
pub(super) fn swarm(found: &Found) -> Option<String> {
    if !found.plan.swarm {
        return None;
    }
    let faults = count(found.plan.faults.len(), "fault");
    let (runs, passed) = whole_runs(found);
    let ranges = count(found.plan.drawn.len(), "range");
    Some(format!(
        "swarm: each run is a variant, with some of {faults} and some of {ranges} at an end; \
         the whole scenario, with all faults, ran {}, and passed {}",
        times(runs),
        times(passed)
    ))
}

fn times(number: usize) -> String {
    match number {
        0 => "never".to_owned(),
        1 => "once".to_owned(),
        number => format!("{number} times"),
    }
}

/// Counts the runs that say each of some things.
fn counted<'a>(all: impl IntoIterator<Item = &'a String>) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for one in all {
        *counts.entry(one.clone()).or_default() += 1;
    }
    counts
}

/// Returns the reasons why recovery was not judged, with the number of runs.
pub(super) fn not_judged(found: &Found) -> BTreeMap<String, usize> {
    counted(found.rows.iter().filter_map(|row| row.recovery_not_judged.as_ref()))
}

/// Returns the entries of the timeline that never happened, with the number of runs.
pub(super) fn never_happened(found: &Found) -> BTreeMap<String, usize> {
    counted(found.rows.iter().flat_map(|row| &row.never_happened))
}

/// Returns the unverified facts that had their effect, with the number of runs.
pub(super) fn unverified_facts(found: &Found) -> BTreeMap<String, usize> {
    counted(found.rows.iter().flat_map(|row| &row.unverified_facts))
}

/// Says what the runs rest on, and what they have not shown.
pub(super) fn caveats(found: &Found) -> Vec<String> {
    let told = |what: &str, all: &BTreeMap<String, usize>| {
        let each = all.iter().take(NAMED_MAX).map(|(one, runs)| match *runs {
            runs if runs == found.rows.len() => one.clone(),
            runs => format!("{one} (in {})", count(runs, "run")),
        });
        let each: Vec<String> = each.collect();
        let more = all.len().saturating_sub(NAMED_MAX);
        let more = if more > 0 { format!(", and {more} more") } else { String::new() };
        (!all.is_empty()).then(|| format!("{what}: {}{more}", each.join(", ")))
    };
    let facts = told("unverified facts that had their effect", &unverified_facts(found));
    let never = told(
        "entries of the timeline that never happened, as what they wait for did not",
        &never_happened(found),
    );
    never.into_iter().chain(facts).collect()
}

/// Says for how many access points recovery was judged, within which time, and in how many runs it was not.
pub(super) fn recovery(found: &Found) -> String {
    let Some((number, bound)) = found.plan.able else {
        return "recovery is not judged: the run without faults did not end".to_owned();
    };
    let of = count(found.plan.access_points, "access point");
    let mut out = format!(
        "recovery: {number} of {of} must be in service within {} of the last change of the timeline, once nothing is worse than at the start",
        short(bound)
    );
    let reasons = not_judged(found);
    if !reasons.is_empty() {
        let each: Vec<String> = reasons.iter().map(|(reason, runs)| format!("{reason} ({runs})")).collect();
        let all: usize = reasons.values().sum();
        out.push_str(&format!("; not judged in {}: {}", count(all, "run"), each.join(", ")));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_rounded_up_to_two_digits() {
        for (share, text) in
            [(0.95, "95 %"), (0.0149, "1.5 %"), (0.010_01, "1.1 %"), (0.000_299_5, "0.03 %"), (1.0, "100 %")]
        {
            assert_eq!(percent(share), text);
        }
    }
}
