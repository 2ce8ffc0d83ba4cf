//! What a plan rests on, ordered by how much it depends on it.

use std::time::Duration;

use catalogue::{Catalogue, Confidence};
use planner::Assumption;

use super::lab::{Lab, assumed_start};
use super::outcome::Outcome;
use super::study::{Stage, Study, Varied};

/// Returns the assumptions of a plan: those that decide an answer first, then by their effect on the time.
pub(super) fn assumptions(stage: &Stage<'_>, study: &Study) -> Vec<Assumption> {
    let catalogue = stage.catalogue();
    let nominal = end_of(&study.nominal);
    let mut all: Vec<Assumption> = Vec::new();
    for varied in &study.varied {
        let Some((value, confidence, basis)) = known(stage.lab, &catalogue, varied) else { continue };
        let effect = |outcome: &Outcome| Some(end_of(outcome)?.as_secs_f64() - nominal?.as_secs_f64());
        let [low, high] = &varied.outcomes;
        let mut points = 0..study.nominal.points.len();
        all.push(Assumption {
            key: varied.key.clone(),
            value,
            range: Some(varied.ends.clone()),
            confidence,
            basis,
            effect_s: [effect(low), effect(high)],
            flips: points.any(|index| super::verdicts::flips(varied, index, &study.nominal)),
        });
    }
    // Those that had their effect and have no range that a person would name.
    for key in &study.nominal.facts {
        if study.varied.iter().any(|varied| varied.key == *key) {
            continue;
        }
        // One that is no fact is of the lab, such as a type that it does not state.
        let of_lab = || {
            (
                "as if it were stated so".to_owned(),
                "unverified".to_owned(),
                "the lab does not state it".to_owned(),
            )
        };
        let (value, confidence, basis) = of_catalogue(&catalogue, key).unwrap_or_else(of_lab);
        all.push(fixed(key, value, &confidence, basis));
    }
    all.extend(of_lab(stage.lab, study));
    all.sort_by(|a, b| b.flips.cmp(&a.flips).then(weight(b).total_cmp(&weight(a))));
    all
}

/// Returns the value of an assumption that was varied, how well it is known, and what of it.
fn known(lab: &Lab<'_>, catalogue: &Catalogue, varied: &Varied) -> Option<(String, String, String)> {
    if !varied.is_parameter {
        return of_catalogue(catalogue, &varied.key);
    }
    let [low, high] = &varied.ends;
    let parameters = lab.scenario().ranged_parameters.iter();
    let about = parameters.filter(|one| one.name == varied.key).map(|one| one.about.clone()).next();
    let about =
        about.filter(|about| !about.is_empty()).unwrap_or_else(|| "a parameter of the lab".to_owned());
    let way = format!("`--set {}=VALUE` states it", varied.key);
    Some((format!("{low}..{high}"), "stated as a range".to_owned(), format!("{about}; {way}")))
}

/// Returns the value of a fact, how well it is known, and what of it.
fn of_catalogue(catalogue: &Catalogue, key: &str) -> Option<(String, String, String)> {
    let (fact, value) = (catalogue.fact(key).ok()?, catalogue.written(key).ok()?);
    Some((value.to_owned(), word(fact.confidence).to_owned(), basis(&fact.source, fact.note.as_deref())))
}

/// Returns what is taken from the lab, or for want of it.
fn of_lab(lab: &Lab<'_>, study: &Study) -> Vec<Assumption> {
    let scenario = lab.scenario();
    let mut all = Vec::new();
    if lab.start_is_assumed {
        let start = assumed_start().map(|start| start.to_string()).unwrap_or_default();
        let basis =
            "neither the lab nor `--start` says when the night is; certificates are checked at that time";
        all.push(fixed("start", start, "assumed", basis.to_owned()));
    }
    if scenario.links.is_empty() {
        let basis = "the lab has no link: all hosts share a LAN; a WAN between controller and server would decide the time";
        all.push(fixed("network.links", "a LAN".to_owned(), "assumed", basis.to_owned()));
    }
    if scenario.firewalls.is_empty() {
        let basis = "the lab has no firewall between the controller, its servers and its access points";
        all.push(fixed("network.firewalls", "none".to_owned(), "assumed", basis.to_owned()));
    }
    for drawn in &scenario.drawn {
        let range = drawn.range.split_once("..").map(|(low, high)| [low.to_owned(), high.to_owned()]);
        let basis = format!("a range of the lab, drawn anew in each of {} nights", study.drawn.len());
        all.push(Assumption { range, ..fixed(&drawn.path, drawn.value.clone(), "stated", basis) });
    }
    all
}

fn fixed(key: &str, value: String, confidence: &str, basis: String) -> Assumption {
    Assumption {
        key: key.to_owned(),
        value,
        range: None,
        confidence: confidence.to_owned(),
        basis,
        effect_s: [None, None],
        flips: false,
    }
}

/// Returns how much the time depends on it.
fn weight(assumption: &Assumption) -> f64 {
    assumption.effect_s.iter().flatten().map(|effect| effect.abs()).fold(0.0, f64::max)
}

fn end_of(outcome: &Outcome) -> Option<Duration> {
    outcome.all_on_target()
}

fn word(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::Confirmed => "confirmed",
        Confidence::Inferred => "inferred",
        Confidence::Unverified => "unverified",
    }
}

fn basis(source: &str, note: Option<&str>) -> String {
    note.map_or_else(|| source.to_owned(), |note| format!("{source}; {note}"))
}
