//! Durations, spreads, times and verdicts in the words that all formats share.

use std::collections::BTreeMap;

use text::numbers::count;

use crate::clock::Clock;
use crate::{Alternative, Answer, Assumption, Defect, PlanVerdict, PlannedAp, Spread, Step};

/// The number of seconds from which on tenths of a second are of no interest.
const WHOLE_FROM_S: f64 = 10.0;
/// The longest time that is shown: a hundred years.
const LONGEST_S: f64 = 100.0 * 365.0 * 86_400.0;

/// Returns a duration for people, in two units: `4.2s`, `12m05s`, `3h05m`, `4d02h`. One that is no number is `?`.
pub(crate) fn duration(seconds: f64) -> String {
    if !seconds.is_finite() {
        return "?".to_owned();
    }
    let seconds = seconds.clamp(0.0, LONGEST_S);
    if seconds < WHOLE_FROM_S {
        let tenths = (seconds * 10.0).round() / 10.0;
        return format!("{tenths}s");
    }
    let whole = seconds.round() as u64;
    if whole < 60 {
        return format!("{whole}s");
    }
    if whole < 3600 {
        return format!("{}m{:02}s", whole / 60, whole % 60);
    }
    let minutes = (seconds / 60.0).round() as u64;
    match minutes / 60 {
        hours @ 0..72 => format!("{hours}h{:02}m", minutes % 60),
        hours => format!("{}d{:02}h", hours / 24, hours % 24),
    }
}

/// Returns the change of a duration: `+3m05s`, `-40s`, or `no change`.
pub(crate) fn change(seconds: f64) -> String {
    if !seconds.is_finite() {
        return "?".to_owned();
    }
    if seconds.abs() < 0.05 {
        return "no change".to_owned();
    }
    format!("{}{}", if seconds < 0.0 { '-' } else { '+' }, duration(seconds.abs()))
}

/// Returns the range of 90 % of the nights, `11m02s to 14m00s`; nothing if its ends look the same.
pub(crate) fn range(spread: &Spread) -> Option<String> {
    let (least, most) = (duration(spread.p5_s), duration(spread.p95_s));
    (least != most).then(|| format!("{least} to {most}"))
}

/// Returns the median with the range of 90 % of the nights: `12m30s (11m02s to 14m00s)`.
pub(crate) fn spread(spread: &Spread) -> String {
    let median = duration(spread.median_s);
    match range(spread) {
        Some(range) => format!("{median} ({range})"),
        None => median,
    }
}

/// Returns the times of day of 90 % of the nights, `23:05 to 23:12`; nothing if its ends look the same or there is no clock.
pub(crate) fn time_range(clock: &Clock, spread: &Spread) -> Option<String> {
    let (least, most) = (clock.time(spread.p5_s)?, clock.time(spread.p95_s)?);
    (least != most).then(|| format!("{least} to {most}"))
}

/// Returns a time of day, and how long it is after the beginning: `23:05 (+1h05m)`.
pub(crate) fn at(clock: &Clock, seconds: f64) -> String {
    let elapsed = format!("+{}", duration(seconds));
    match clock.time(seconds) {
        Some(time) => format!("{time} ({elapsed})"),
        None => elapsed,
    }
}

/// Says when a step without a time comes: before the night, as long as no step has one, and else after the one before it.
pub(crate) fn untimed(runbook: &[Step], index: usize) -> &'static str {
    if runbook[..index].iter().all(|step| step.at_s.is_none()) { "before" } else { "then" }
}

/// Returns the time of the median with the range of 90 % of the nights: `23:05 (+1h05m; 23:01 to 23:12)`.
pub(crate) fn at_spread(clock: &Clock, spread: &Spread) -> String {
    let median = duration(spread.median_s);
    match (clock.time(spread.median_s), time_range(clock, spread)) {
        (Some(time), Some(range)) => format!("{time} (+{median}; {range})"),
        (Some(time), None) => format!("{time} (+{median})"),
        (None, _) => format!("+{}", self::spread(spread)),
    }
}

/// Returns the verdict as the beginning of a sentence: `Cannot tell`.
pub(crate) fn capitalised(verdict: PlanVerdict) -> &'static str {
    match verdict {
        PlanVerdict::Yes => "Yes",
        PlanVerdict::CannotTell => "Cannot tell",
        PlanVerdict::AtRisk => "At risk",
        PlanVerdict::No => "No",
    }
}

/// Returns a text that stands by itself: its first word is capitalised, unless that is a name such as `ap-1`.
pub(crate) fn sentence(text: &str) -> String {
    let first = text.split(' ').next().unwrap_or_default();
    if first.is_empty() || !first.chars().all(|character| character.is_ascii_lowercase()) {
        return text.to_owned();
    }
    format!("{}{}", text[..1].to_ascii_uppercase(), &text[1..])
}

/// Returns the verdict of an access point, with the nights that fail: `at risk: 4 of 50 nights`.
pub(crate) fn ap_verdict(ap: &PlannedAp, seeds: u64) -> String {
    match ap.verdict {
        PlanVerdict::AtRisk => format!("at risk: {} of {}", ap.failed, nights(seeds)),
        PlanVerdict::Yes | PlanVerdict::CannotTell | PlanVerdict::No => ap.verdict.to_string(),
    }
}

/// Returns a number of nights: `1 night`, `50 nights`.
pub(crate) fn nights(number: u64) -> String {
    count(usize::try_from(number).unwrap_or(usize::MAX), "night")
}

/// Returns the number of access points of each verdict, the worst first: `3 no, 1 at risk, 196 yes`.
pub(crate) fn tally(answer: &Answer) -> String {
    let mut parts = Vec::new();
    for verdict in WORST_FIRST {
        match answer.access_points.iter().filter(|ap| ap.verdict == verdict).count() {
            0 => {}
            number => parts.push(format!("{number} {verdict}")),
        }
    }
    parts.join(", ")
}

/// All verdicts, the worst first.
pub(crate) const WORST_FIRST: [PlanVerdict; 4] =
    [PlanVerdict::No, PlanVerdict::AtRisk, PlanVerdict::CannotTell, PlanVerdict::Yes];

/// Returns the access points, the worst verdict first, otherwise in their order.
pub(crate) fn worst_first(answer: &Answer) -> impl Iterator<Item = &PlannedAp> {
    WORST_FIRST
        .into_iter()
        .flat_map(|verdict| answer.access_points.iter().filter(move |ap| ap.verdict == verdict))
}

/// Returns names in a row: all if there are at most `most`, otherwise the first of them and the number of the others.
pub(crate) fn named<'a>(names: impl ExactSizeIterator<Item = &'a str>, most: usize) -> String {
    let left_out = names.len().saturating_sub(most);
    let listed = names.take(most).collect::<Vec<_>>().join(", ");
    if left_out > 0 { format!("{listed} and {left_out} more") } else { listed }
}

/// Returns a share in per cent: `87 %`.
pub(crate) fn per_cent(share: f64) -> String {
    format!("{:.0} %", if share.is_finite() { share * 100.0 } else { 0.0 })
}

/// Returns a size in megabytes: `70.5 MB`.
pub(crate) fn megabytes(bytes: u64) -> String {
    format!("{:.1} MB", bytes as f64 / 1e6)
}

/// Returns each verdict and cause once, the worst verdict first, with the names of the access points that have them.
pub(crate) fn causes(answer: &Answer) -> Vec<(PlanVerdict, &str, Vec<&str>)> {
    let mut found: Vec<(PlanVerdict, &str, Vec<&str>)> = Vec::new();
    for verdict in WORST_FIRST {
        let mut index = BTreeMap::new();
        for ap in answer.access_points.iter().filter(|ap| ap.verdict == verdict) {
            let Some(cause) = ap.cause.as_deref() else { continue };
            let at = *index.entry(cause).or_insert(found.len());
            match found.get_mut(at) {
                Some((_, _, names)) => names.push(&ap.name),
                None => found.push((verdict, cause, vec![&ap.name])),
            }
        }
    }
    found
}

/// Returns the outcome of another way: `yes; all on target at 23:20 (+1h20m), images at 22:50 (+50m00s)`.
pub(crate) fn alternative(alternative: &Alternative, clock: &Clock) -> String {
    let mut parts = Vec::new();
    if let Some(all) = alternative.all_on_target_s {
        parts.push(format!("all on the target at {}", at(clock, all)));
    }
    if let Some(images) = alternative.predownloaded_s {
        parts.push(format!("all images at {}", at(clock, images)));
    }
    match parts.is_empty() {
        true => alternative.verdict.to_string(),
        false => format!("{}; {}", alternative.verdict, parts.join(", ")),
    }
}

/// Returns the nights in which a defect had an effect: `an effect in 3 of 50 nights`.
pub(crate) fn defect_met(defect: &Defect, seeds: u64) -> String {
    match defect.met {
        0 => format!("no effect in {}", nights(seeds)),
        met => format!("an effect in {met} of {}", nights(seeds)),
    }
}

/// Returns the nights in which a defect had an effect, what decides it, and the hosts that it applies to, at most `most` by name.
pub(crate) fn defect_reach(defect: &Defect, seeds: u64, most: usize) -> String {
    let hosts = named(defect.hosts.iter().map(String::as_str), most);
    let met = defect_met(defect, seeds);
    match &defect.missing {
        Some(missing) => {
            format!("{met}; the lab does not state what decides it: {missing}; applies to {hosts}")
        }
        None => format!("{met}; applies to {hosts}"),
    }
}

/// Returns the range over which an assumption was varied: `varied from 5s to 20s`.
pub(crate) fn assumed_range(assumption: &Assumption) -> Option<String> {
    assumption.range.as_ref().map(|[least, most]| format!("varied from {least} to {most}"))
}

/// Returns how much depends on an assumption, in words.
pub(crate) fn effect(assumption: &Assumption) -> String {
    if assumption.range.is_none() {
        return "not varied".to_owned();
    }
    let end = |effect: Option<f64>| effect.map_or_else(|| "not all come to the target".to_owned(), change);
    let [least, most] = assumption.effect_s.map(end);
    match least == most {
        true => format!("at both ends: {least}"),
        false => format!("at the lower end: {least}; at the upper end: {most}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_two_units() {
        let printed = [0.0, 4.23, 9.96, 59.6, 725.0, 3599.7, 11_100.0, 100.0 * 3600.0, f64::NAN, -3.0];
        let expected = ["0s", "4.2s", "10s", "1m00s", "12m05s", "1h00m", "3h05m", "4d04h", "?", "0s"];
        assert_eq!(printed.map(duration), expected);
        assert_eq!(duration(f64::MAX), "36500d00h");
        assert_eq!([185.0, -40.0, 0.01].map(change), ["+3m05s", "-40s", "no change"]);
    }

    #[test]
    fn a_spread_without_width_is_its_median() {
        let spread_of = |p5_s, p95_s| Spread { p5_s, median_s: 750.0, p95_s };
        assert_eq!(spread(&spread_of(662.0, 840.0)), "12m30s (11m02s to 14m00s)");
        assert_eq!(spread(&spread_of(749.9, 750.1)), "12m30s");
        let clock = Clock::new("2024-01-30T22:00:00Z");
        assert_eq!(at_spread(&clock, &spread_of(662.0, 840.0)), "22:12 (+12m30s; 22:11 to 22:14)");
        assert_eq!(at_spread(&clock, &spread_of(749.0, 751.0)), "22:12 (+12m30s)");
        assert_eq!(at_spread(&Clock::new(""), &spread_of(662.0, 840.0)), "+12m30s (11m02s to 14m00s)");
    }

    #[test]
    fn sentences_begin_with_a_capital_but_names_stay() {
        let texts = ["all are", "ap-1 is", "", "\u{e9}t\u{e9} is", "3 are"];
        assert_eq!(texts.map(sentence), ["All are", "ap-1 is", "", "\u{e9}t\u{e9} is", "3 are"]);
    }

    #[test]
    fn many_names_are_counted() {
        assert_eq!(named(["a", "b", "c"].into_iter(), 3), "a, b, c");
        assert_eq!(named(["a", "b", "c"].into_iter(), 1), "a and 2 more");
    }
}
