//! The verdict of each access point, and its cause.

use planner::{PlanVerdict, PlannedAp};
use text::durations::short;

use super::failure::path_line;
use super::lab::Lab;
use super::night::{ADD, COMMIT_AFTER, LEAD};
use super::outcome::{Outcome, PointOutcome};
use super::study::{Study, Varied};
use super::times::spread;

/// Judges each access point, in the order of the scenario.
pub(super) fn access_points(lab: &Lab<'_>, study: &Study) -> Vec<PlannedAp> {
    let points = lab.scenario().access_points.iter().enumerate();
    let open = open_question(lab, study);
    let judge = |(index, point): (usize, &scenario::AccessPoint)| {
        let nights: Vec<&PointOutcome> = study.drawn.iter().map(|night| &night.points[index]).collect();
        let failed = study.drawn.iter().filter(|night| !night.is_good(index)).count() as u64;
        let (verdict, cause) = verdict(lab, study, index, failed, open.as_deref());
        let since_lead = |at: std::time::Duration| at.saturating_sub(LEAD);
        PlannedAp {
            name: point.name.clone(),
            model: point.model.clone(),
            image_type: point.image_type.clone(),
            running: point.running.to_string(),
            runs_controller: point.runs_controller,
            verdict,
            cause,
            failed,
            predownloaded: spread(nights.iter().filter_map(|night| night.predownloaded).map(since_lead)),
            on_target: spread(nights.iter().filter_map(|night| night.on_target).map(since_lead)),
            outage: spread(nights.iter().filter(|night| night.is_on_target).map(|night| night.outage)),
        }
    };
    let simulated = points.map(judge);
    simulated.chain(lab.scenario().unsimulated.iter().map(unsimulated)).collect()
}

/// Says that what becomes of an access point is not known.
fn unsimulated(point: &scenario::Unsimulated) -> PlannedAp {
    let model = catalogue::Catalogue::builtin().model(&point.model);
    PlannedAp {
        name: point.name.clone(),
        model: point.model.clone(),
        image_type: model.map(|model| model.image_type.clone()).unwrap_or_default(),
        running: String::new(),
        runs_controller: false,
        verdict: PlanVerdict::CannotTell,
        cause: Some(format!("its address is {}: IPv6 is not modelled", point.address)),
        failed: 0,
        predownloaded: None,
        on_target: None,
        outage: None,
    }
}

/// Judges an access point that did not come to the target in `failed` of the drawn nights; `open` keeps the whole plan from a yes.
fn verdict(
    lab: &Lab<'_>,
    study: &Study,
    index: usize,
    failed: u64,
    open: Option<&str>,
) -> (PlanVerdict, Option<String>) {
    let nominal = &study.nominal;
    let is_good = nominal.is_good(index);
    let seeds = study.drawn.len() as u64;
    let flips: Vec<&Varied> = study.varied.iter().filter(|varied| flips(varied, index, nominal)).collect();
    // Of several that decide, the one that moves the end most is named.
    let moves = |one: &&&Varied| one.moves(nominal);
    if let Some(first) = flips.iter().max_by(|a, b| moves(a).total_cmp(&moves(b))) {
        let (end, other) = deciding_end(first, index, nominal);
        let key = &first.key;
        let more = match flips.len() - 1 {
            0 => String::new(),
            1 => "; another assumption decides it as well".to_owned(),
            more => format!("; {more} more assumptions decide it as well"),
        };
        let what = if is_good {
            format!("with {key} = {end} it does not: {}", cause(lab, study, other, index))
        } else {
            format!("only with {key} = {end} it does; else: {}", cause(lab, study, &study.nominal, index))
        };
        return (PlanVerdict::CannotTell, Some(format!("{what}{more}")));
    }
    if !is_good && failed == seeds {
        return (PlanVerdict::No, Some(cause(lab, study, &study.nominal, index)));
    }
    if failed > 0 || !is_good {
        let night = study.drawn.iter().find(|night| !night.is_good(index)).unwrap_or(&study.nominal);
        let why = cause(lab, study, night, index);
        return (PlanVerdict::AtRisk, Some(format!("in {failed} of {seeds} nights: {why}")));
    }
    let name = &lab.scenario().access_points[index].name;
    if let Some(open) = open.map(str::to_owned).or_else(|| undecided(study, name)) {
        return (PlanVerdict::CannotTell, Some(open));
    }
    (PlanVerdict::Yes, None)
}

/// Returns true if one of the ends of an assumption gives another answer for an access point.
pub(super) fn flips(varied: &Varied, index: usize, nominal: &Outcome) -> bool {
    varied.outcomes.iter().any(|night| night.is_good(index) != nominal.is_good(index))
}

/// Returns the end of an assumption that gives another answer, and its night.
fn deciding_end<'a>(varied: &'a Varied, index: usize, nominal: &Outcome) -> (&'a str, &'a Outcome) {
    let [low, high] = &varied.outcomes;
    let is_other = low.is_good(index) != nominal.is_good(index);
    if is_other { (&varied.ends[0], low) } else { (&varied.ends[1], high) }
}

/// Returns what keeps the whole plan from a yes: what is not modelled, or not stated, or not rehearsed.
fn open_question(lab: &Lab<'_>, study: &Study) -> Option<String> {
    // What concerns single access points only is said of these.
    let missing = not_modelled(lab, study);
    let is_alone = |name: &str| name == "IPv6" && !lab.scenario().unsimulated.is_empty();
    if let Some((name, why)) = missing.iter().find(|(name, _)| !is_alone(name)) {
        return Some(format!("{name} is not modelled: {why}"));
    }
    let violated = study.nights().find_map(|night| night.violations.first());
    violated.map(|violated| format!("an invariant does not hold: {violated}"))
}

/// Returns what is not modelled and may matter: the name, and why.
pub(super) fn not_modelled(lab: &Lab<'_>, study: &Study) -> Vec<(String, String)> {
    let mut all: Vec<(String, String)> = Vec::new();
    let of_lab = lab.prepared.not_modelled.iter();
    for missing in study.nights().flat_map(|night| &night.not_modelled).chain(of_lab) {
        let one = (missing.name.clone(), missing.why.clone());
        if !all.contains(&one) {
            all.push(one);
        }
    }
    if let Some(first) = lab.left_out().first() {
        let sources = &lab.scenario().sources;
        let place = place_of(sources, first.span);
        let count = text::numbers::count(lab.left_out().len(), "action");
        all.push((
            "timeline".to_owned(),
            format!("{count} of the lab's own timeline, from {place} on, is not part of the night"),
        ));
    }
    all
}

/// Returns what an access point lacks in the lab and a known defect is decided by.
fn undecided(study: &Study, name: &str) -> Option<String> {
    let is_of = |one: &&(String, String, Vec<String>)| one.2.iter().any(|host| host == name);
    let (defect, missing, _) = study.nights().flat_map(|night| &night.undecided).find(is_of)?;
    Some(format!("its {missing} is not stated, and decides {defect}"))
}

/// Returns why an access point is not on target in a night.
fn cause(lab: &Lab<'_>, study: &Study, night: &Outcome, index: usize) -> String {
    let point = &night.points[index];
    let scenario = lab.scenario();
    let described = &scenario.access_points[index];
    // An image that would come in time, if there were more of it.
    if let Some(longer) = study.longer.as_ref().filter(|_| std::ptr::eq(night, &study.nominal))
        && let Some(at) = longer.points[index].on_target.filter(|_| longer.is_good(index))
    {
        let (needs, has) = (at.saturating_sub(LEAD), lab.window());
        let needs = std::time::Duration::from_secs(needs.as_secs().div_ceil(60) * 60);
        return format!(
            "the window of {} is too short: it would be on target after {}",
            short(has),
            short(needs)
        );
    }
    // Without the controller's own image nothing is handed out.
    let of_controller = night.failures.said(image::CONTROLLER_FILE);
    let image = if of_controller.is_some() { image::CONTROLLER_FILE } else { described.image_type.as_str() };
    let place = night.failures.place(lab, image);
    let nothing_began = night.states.is_empty().then(|| lab.controller().span);
    let place = place
        .or(nothing_began)
        .map(|span| format!(" ({})", place_of(&scenario.sources, span)))
        .unwrap_or_default();
    if point.is_on_target
        && night.committed.is_none()
        && !point.predownload_failed
        && point.violated.is_none()
    {
        let minutes = COMMIT_AFTER.as_secs() / 60;
        return format!(
            "it is on target, but the window of {} has no room for the commit, {minutes} minutes after the activation",
            short(lab.window())
        );
    }
    // Everything worked, with another release.
    if let Some(added) = night.added.filter(|added| *added != lab.version()) {
        let line = path_line(lab)
            .map(|span| format!(" ({})", place_of(&scenario.sources, span)))
            .unwrap_or_default();
        let (controller, target) = (&lab.controller().name, &lab.target);
        return format!(
            "{controller} finds a release with {added} in the folder of its profile, not {target}{line}"
        );
    }
    // Nothing went wrong: it only takes longer than that.
    if !point.is_on_target && !night.has_failed() && night.activated.is_none() {
        return format!("its night is not over after {}: images are still handed out", short(lab.window()));
    }
    let chain = point.causes.join("; ");
    let said = match (&point.actual, chain.is_empty()) {
        _ if of_controller.is_some() => {
            let drops = night.failures.drops.first();
            let drops = drops.map(|(firewall, rule)| format!("; the firewall {firewall} drops by `{rule}`"));
            let said = of_controller.unwrap_or_default();
            format!("{}: {said}{}", lab.controller().name, drops.unwrap_or_default())
        }
        // Nothing began.
        (_, true) if night.states.is_empty() && night.answer.is_some() => {
            let answer = night.answer.as_deref().unwrap_or_default().trim();
            format!("{} answers `{ADD}` with: {answer}", lab.controller().name)
        }
        (_, false) => chain,
        (Some(actual), true) => actual.clone(),
        (None, true) => match &point.violated {
            Some(violated) => format!("an invariant does not hold: {violated}"),
            None => "its predownload failed".to_owned(),
        },
    };
    // The release has no image of its type at all.
    if !lab.images().has_image(&described.image_type) {
        let place = place_of(&scenario.sources, described.span);
        return format!(
            "{} has no image `{}` for a {} ({place}): {said}",
            lab.target, described.image_type, described.model
        );
    }
    let before = if point.was_in_service { "" } else { "it is out of service before the night; " };
    format!("{before}{said}{place}")
}

/// Writes a place as compilers do: the file and the line.
pub(super) fn place_of(sources: &scenario::Sources, span: scenario::Span) -> String {
    format!("{}:{}", sources.path(span.file), sources.location(span).line)
}

impl Varied {
    /// Returns by how many seconds it moves the end of the night, at most; without bound if some never come to the target.
    fn moves(&self, nominal: &Outcome) -> f64 {
        let end = |night: &Outcome| night.all_on_target().map(|at| at.as_secs_f64());
        let moved = |night: &Outcome| match (end(night), end(nominal)) {
            (Some(end), Some(usual)) => (end - usual).abs(),
            _ => f64::INFINITY,
        };
        self.outcomes.iter().map(moved).fold(0.0, f64::max)
    }
}

impl Study {
    /// Returns the nights that decide the verdict.
    pub(super) fn nights(&self) -> impl Iterator<Item = &Outcome> {
        std::iter::once(&self.nominal)
            .chain(&self.drawn)
            .chain(self.varied.iter().flat_map(|varied| &varied.outcomes))
    }
}
