//! The report of a run for people.

use std::fmt::Write as _;
use std::time::Duration;

use scenario::{Faults, Scenario};

use crate::clock::{WallClock, elapsed};
use crate::report::again::again;
use crate::report::json::caveat;
use crate::report::shortened::{Row, shortened};
use crate::verdict::{
    Asked, Finished, InForce, Outcome, Show, Stated, Undecided, Unmet, UnverifiedFact, UnverifiedText,
    Verdict, named, quirks_met,
};
use crate::world::milestones;
use text::durations::short;
use text::numbers::{count, grouped};
use text::printable;

/// The maximum number of rules of firewalls that the report names.
const DROPS_MAX: usize = 8;

/// Returns the report. `asked` are the requested `show` commands, beside `show ap image`.
pub fn human(scenario: &Scenario, finished: &Finished, asked: &[Asked], color: bool) -> String {
    let mut out = String::new();
    // Writing to a String does not fail.
    let _ = header(&mut out, scenario, finished);
    let _ = timeline(&mut out, scenario, finished);
    let _ = shows(&mut out, finished, asked);
    let _ = verdict(&mut out, scenario, finished, color);
    out
}

fn header(out: &mut String, scenario: &Scenario, finished: &Finished) -> std::fmt::Result {
    writeln!(out, "{}", printable(&scenario.title))?;
    let named =
        |controller: &scenario::Controller| format!("controller {} ({})", controller.name, controller.model);
    let controllers: Vec<String> = scenario.controllers.iter().map(named).collect();
    let servers: Vec<&str> = scenario.servers.iter().map(|server| server.name.as_str()).collect();
    writeln!(
        out,
        "{}, {}, servers: {}; seed {}",
        controllers.join(", "),
        access_points(scenario),
        if servers.is_empty() { "none".to_owned() } else { servers.join(", ") },
        finished.seed,
    )?;
    if let Some(caveat) = caveat(finished) {
        writeln!(out, "note: {caveat}")?;
    }
    match finished.stated().len() {
        0 => {}
        number => writeln!(out, "it must fail: the scenario states {}", count(number, "failure"))?,
    }
    for quirk in known_defects(scenario, finished).0 {
        writeln!(out, "known defect: {quirk}")?;
    }
    for setting in &scenario.set {
        writeln!(out, "set: {} = {}", setting.name, printable(&setting.value))?;
    }
    for drawn in &finished.drawn {
        writeln!(out, "drawn: {} = {} of {}", drawn.path, drawn.value, drawn.range)?;
    }
    if scenario.variant == Faults::Swarm {
        let left_out = scenario.fault_choices.iter().filter(|choice| !choice.is_kept);
        let left_out: Vec<&str> = left_out.map(|choice| choice.name.as_str()).collect();
        let without = if left_out.is_empty() {
            "all faults".to_owned()
        } else {
            format!("without {}", left_out.join(", "))
        };
        writeln!(out, "variant of this seed, not the whole scenario: {without}")?;
    }
    for file in &finished.unreadable {
        writeln!(out, "warning: served as an empty file, because it cannot be read: {}", printable(file))?;
    }
    Ok(())
}

/// Returns the number of access points in words: those that the scenario lists, and those of the controllers.
pub(crate) fn access_points(scenario: &Scenario) -> String {
    let listed = count(scenario.listed_access_points().count(), "access point");
    let whose = if scenario.controllers.len() == 1 { "the controller's" } else { "the controllers'" };
    format!("{listed} and {whose} own")
}

/// Returns the known defects that had an effect or are switched by the scenario, and then those that are only in force.
fn known_defects(scenario: &Scenario, finished: &Finished) -> (Vec<InForce>, Vec<InForce>) {
    let catalogue = &scenario.catalogue;
    let met = quirks_met(&finished.record);
    let is_switched =
        |id: &str| catalogue.quirks().any(|quirk| quirk.id == id && catalogue.switch(quirk).is_some());
    finished.quirks.iter().cloned().partition(|quirk| met.contains(&quirk.id) || is_switched(&quirk.id))
}

fn timeline(out: &mut String, scenario: &Scenario, finished: &Finished) -> std::fmt::Result {
    let clock = WallClock::new(scenario.start);
    let milestones = milestones(&finished.record);
    let width = milestones.iter().map(|milestone| milestone.host.chars().count()).max().unwrap_or(0);
    writeln!(out, "\ntimeline, from {}", clock.rfc3339(Duration::ZERO))?;
    let rows = shortened(&milestones);
    for row in &rows {
        let milestone = match row {
            Row::Line(milestone) => milestone,
            Row::Repeated(number) => {
                writeln!(out, "  … {} like the ones above", count(*number, "line"))?;
                continue;
            }
            Row::LeftOut(number) => {
                writeln!(out, "  … {}", count(*number, "more line"))?;
                continue;
            }
        };
        let at = elapsed(milestone.at);
        writeln!(
            out,
            "  {}  {at:>10}  {:<width$}  {}",
            clock.time_of_day(milestone.at),
            milestone.host,
            milestone.text
        )?;
    }
    for never in &finished.untriggered {
        writeln!(out, "  note: {}", never.sentence(scenario))?;
    }
    if rows.len() < milestones.len() {
        writeln!(out, "  (`--out DIR` writes everything to DIR/events.jsonl)")?;
    }
    Ok(())
}

fn shows(out: &mut String, finished: &Finished, asked: &[Asked]) -> std::fmt::Result {
    let always = Asked { command: "show ap image".to_owned(), at: None };
    for show in finished.shows.iter().filter(|show| show.asked == always || asked.contains(&show.asked)) {
        let Show { host, asked: Asked { command, at }, output } = show;
        let time = at.map_or(String::new(), |at| format!("  ({})", elapsed(at)));
        writeln!(out, "\n{host}# {command}{time}\n{}", output.trim_end_matches('\n'))?;
    }
    for asked in asked {
        if asked.at.is_some_and(|at| at > finished.end) {
            writeln!(out, "\nthe run ended before `{asked}`")?;
        } else if !finished.shows.iter().any(|show| show.asked == *asked) {
            writeln!(out, "\nno host with power has the command `{asked}`")?;
        }
    }
    Ok(())
}

/// Writes the rules of firewalls that dropped packets, one line each.
fn drops(out: &mut String, finished: &Finished) -> std::fmt::Result {
    for drops in finished.drops.iter().take(DROPS_MAX) {
        let packets = count(drops.packets as usize, "packet");
        let [first, last] = [drops.first_ns, drops.last_ns].map(|at| elapsed(Duration::from_nanos(at)));
        let (what, rule) = (drops.what(), &drops.rule);
        writeln!(out, "  dropped       by {what}, {rule}: {packets}, {first} to {last}")?;
    }
    match finished.drops.len().saturating_sub(DROPS_MAX) {
        0 => Ok(()),
        more => writeln!(out, "  dropped       by {}", count(more, "more rule")),
    }
}

/// Writes the directions of links that damaged frames, and the number of packets that were altered, one line each.
fn damage(out: &mut String, finished: &Finished) -> std::fmt::Result {
    for errors in finished.fcs_errors.iter().take(DROPS_MAX) {
        let frames = count(errors.frames as usize, "frame");
        let [first, last] = [errors.first_ns, errors.last_ns].map(|at| elapsed(Duration::from_nanos(at)));
        let (link, way) = (&errors.link, errors.way);
        writeln!(out, "  FCS errors    on link {link}, {way}: {frames} dropped, {first} to {last}")?;
    }
    match finished.fcs_errors.len().saturating_sub(DROPS_MAX) {
        0 => (),
        more => writeln!(out, "  FCS errors    on {}", count(more, "more direction"))?,
    }
    match finished.stats.altered {
        0 => Ok(()),
        altered => {
            let packets = count(altered as usize, "packet");
            writeln!(out, "  altered       {packets} on the way, with checksums that fit")
        }
    }
}

/// Writes what the run leans on without evidence.
fn unverified(out: &mut String, finished: &Finished) -> std::fmt::Result {
    let (facts, texts) = (&finished.unverified_facts, &finished.unverified_texts);
    if facts.is_empty() && texts.is_empty() {
        return Ok(());
    }
    writeln!(out, "unverified, and this run leans on it (docs/fidelity.md):")?;
    for UnverifiedFact { key, value, basis } in facts {
        writeln!(out, "  {key} = {value}  ({basis})")?;
    }
    for UnverifiedText { host, text } in texts {
        writeln!(out, "  a text that an expectation matches, of {host}: {text}")?;
    }
    Ok(())
}

/// Writes how the failures compare with those that the scenario states.
fn as_stated(out: &mut String, finished: &Finished) -> std::fmt::Result {
    let stated = finished.stated();
    if stated.is_empty() {
        return Ok(());
    }
    for Stated { what, why, result } in &stated {
        let must = if matches!(*result, "waived" | "violated" | "held") { "be violated" } else { "fail" };
        writeln!(out, "{result}, must {must}: {what}; {why}")?;
    }
    for unmet in finished.unmet() {
        if let Unmet::Unstated(what) = unmet {
            writeln!(out, "failed, and nothing says that it must: {what}")?;
        }
    }
    let test = match finished.verdict_as_test() {
        Verdict::Passed => "exactly that failed, so that `ewcsim test` passes it",
        Verdict::Failed => "that is not what failed, so that it fails in `ewcsim test`",
        Verdict::Inconclusive | Verdict::Interrupted => "that could not be judged",
    };
    writeln!(out, "the scenario must fail: {test}")
}

fn verdict(out: &mut String, scenario: &Scenario, finished: &Finished, color: bool) -> std::fmt::Result {
    writeln!(out)?;
    let mut problems = Vec::new();
    for judgement in &finished.judgements {
        match &judgement.outcome {
            Outcome::Passed { at } => {
                writeln!(out, "  passed        {}  ({})", judgement.expected, elapsed(*at))?;
            }
            Outcome::Failed { .. } => writeln!(out, "  failed        {}", judgement.expected)?,
            Outcome::Inconclusive { .. } => writeln!(out, "  inconclusive  {}", judgement.expected)?,
        }
        problems.extend(judgement.diagnostic(finished.interrupted));
    }
    for violation in &finished.violations {
        let (at, host) = (elapsed(violation.at), &violation.host);
        writeln!(out, "  violated      {}: {host} at {at}: {}", violation.invariant, violation.actual)?;
    }
    for waived in &finished.waived {
        let (at, host) = (elapsed(waived.at), &waived.host);
        writeln!(out, "  waived        {}: {host} at {at}: {}", waived.invariant, waived.actual)?;
    }
    for missing in &finished.not_modelled {
        writeln!(out, "  not modelled  {}: {}", missing.name, missing.why)?;
    }
    for Undecided { defect, missing, hosts, .. } in &finished.undecided {
        writeln!(
            out,
            "  not decided   {defect}: the {missing} of {hosts} is not stated",
            hosts = named(hosts)
        )?;
    }
    drops(out, finished)?;
    damage(out, finished)?;
    if !problems.is_empty() {
        write!(out, "\n{}", scenario.diagnostics(problems).render(color))?;
    }
    let packets = grouped(finished.stats.sent);
    let expectations = count(finished.judgements.len(), "expectation");
    let summary = match finished.verdict() {
        Verdict::Passed if finished.judgements.is_empty() => {
            "no expectations; the invariants held".to_owned()
        }
        Verdict::Passed => format!("{expectations} and the invariants held"),
        Verdict::Failed => "an expectation or invariant failed".to_owned(),
        Verdict::Inconclusive if finished.not_modelled.is_empty() => {
            "not all expectations could be judged".to_owned()
        }
        Verdict::Inconclusive => "something that may matter is not modelled".to_owned(),
        Verdict::Interrupted => "stopped by a signal".to_owned(),
    };
    writeln!(
        out,
        "\nverdict: {} — {summary}, after {} with {packets} packets",
        finished.verdict(),
        short(finished.end)
    )?;
    as_stated(out, finished)?;
    let idle = known_defects(scenario, finished).1.into_iter().map(|quirk| quirk.id);
    let undecided: Vec<String> = finished.undecided.iter().map(|one| one.defect.clone()).collect();
    let idle: Vec<String> = idle.filter(|id| !undecided.contains(id)).collect();
    if !idle.is_empty() {
        writeln!(out, "known defects in force without effect in this run: {}", idle.join(", "))?;
    }
    unverified(out, finished)?;
    writeln!(out, "again: {}", again(scenario, finished))
}
