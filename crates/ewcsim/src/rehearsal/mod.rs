//! `ewcsim plan`: the upgrade of a lab's network is rehearsed over many nights, and the answer is what they have shown.
//!
//! `lab` reads the network, `night` writes the scenario of an upgrade, `study` runs it over seeds and with each assumption varied,
//! `outcome` reads what a run has shown; `verdicts`, `sentence`, `phases`, `assumptions`, `runbook` and `remedy` make the [`Answer`] of it.
//! How that is told is in the crate `planner`.

mod assumptions;
mod change;
mod failure;
mod lab;
mod night;
mod outcome;
mod phases;
mod remedy;
mod runbook;
mod sentence;
mod study;
mod times;
mod verdicts;
mod ways;

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use jiff::Timestamp;
use planner::{Alternative, Answer, Defect, NotModelledHere, PlanVerdict, SharedServer, Target};
use scenario::{Diagnostic, Diagnostics, Files, Severity};

pub use self::ways::Way;

use self::lab::Lab;
use self::night::LEAD;
use self::outcome::Outcome;
use self::study::{Stage, Study};
use crate::chance::at_most;
use crate::clock::WallClock;
use crate::progress::Progress;

/// What is asked of a plan.
#[derive(Clone, Debug)]
pub struct Request {
    /// The lab: a file.
    pub lab: PathBuf,
    /// The image set to which the network is taken, if it is named.
    pub to: Option<String>,
    /// The number of nights with drawn values.
    pub seeds: u64,
    /// The length of the window.
    pub window: Duration,
    /// The wall clock at the first command.
    pub start: Option<Timestamp>,
    /// The alternatives to rehearse.
    pub compare: Vec<Way>,
    /// Parameters of the lab.
    pub set: Vec<(String, String)>,
    /// Facts that were measured, by key.
    pub facts: Vec<(String, String)>,
    /// The number of nights at a time; that of the processors if there is none.
    pub jobs: Option<usize>,
    /// The command that repeats it, but for the parameters.
    pub again: String,
}

/// The reason why there is no plan.
#[derive(Debug)]
pub enum PlanError {
    /// The lab is wrong.
    Lab(Diagnostics),
    /// The call is wrong.
    Call {
        /// The problem.
        message: String,
        /// What to write instead.
        help: String,
    },
    /// A signal.
    Interrupted,
}

impl PlanError {
    fn call(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self::Call { message: message.into(), help: help.into() }
    }
}

/// A plan: the answer, and the scenario that it is the answer of.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The answer.
    pub answer: Answer,
    /// The scenario of its nights, which stands beside the lab: `ewcsim run` with one of the seeds repeats that night.
    pub scenario: String,
    /// The server of the images, if the lab has it.
    pub server: Option<IpAddr>,
    /// The beginning and the end of the window.
    pub window: [Timestamp; 2],
}

/// Returns the servers that several plans fetch from at the same time.
pub fn shared_servers(plans: &[Plan]) -> Vec<SharedServer> {
    let overlaps = |a: &Plan, b: &Plan| a.window[0] < b.window[1] && b.window[0] < a.window[1];
    let mut shared: BTreeMap<IpAddr, Vec<String>> = BTreeMap::new();
    for (index, plan) in plans.iter().enumerate() {
        let Some(server) = plan.server else { continue };
        let others = plans.iter().enumerate().filter(|(other, _)| *other != index).map(|(_, other)| other);
        if others.clone().any(|other| other.server == Some(server) && overlaps(plan, other)) {
            shared.entry(server).or_default().push(plan.answer.lab.clone());
        }
    }
    shared.into_iter().map(|(address, labs)| SharedServer { address: address.to_string(), labs }).collect()
}

/// Plans the upgrade of a lab's network.
///
/// # Errors
/// See [`PlanError`].
pub fn plan(
    request: &Request,
    files: &dyn Files,
    progress: &mut Progress,
    stop: &AtomicBool,
) -> Result<Plan, PlanError> {
    let lab = Lab::read(request, files)?;
    let stage = Stage { lab: &lab, stop, jobs: request.jobs.unwrap_or_else(crate::pool::processors) };
    let study = stage.study(request.seeds, &request.compare, progress)?;
    let access_points = verdicts::access_points(&lab, &study);
    let verdict = phases::worst(&access_points);
    let remedy = remedy::remedy(&stage, &study, verdict)?;
    let scenario = lab.scenario();
    let images = lab.images();
    let path = crate::report::path_word(&request.lab.to_string_lossy());
    let answer = Answer {
        tool: crate::cli::VERSION.to_owned(),
        lab: request.lab.display().to_string(),
        lab_digest: lab_digest(scenario),
        data: data(scenario),
        title: lab.title().to_owned(),
        target: Target {
            images: lab.target.clone(),
            version: lab.version().to_string(),
            controller: images.controller_version(),
        },
        start: WallClock::new(lab.start()).rfc3339(Duration::ZERO),
        window_s: request.window.as_secs_f64(),
        seeds: request.seeds,
        verdict,
        sentence: sentence::sentence(&lab, &study, &access_points, verdict),
        statistics: statistics(&study),
        problems: problems(&lab)?,
        remedy,
        all_on_target: times::spread(
            study.drawn.iter().filter_map(Outcome::all_on_target).map(|at| at.saturating_sub(LEAD)),
        ),
        types: phases::types(&lab, &study, &access_points),
        phases: phases::phases(&study),
        limits: phases::limits(&lab, &study),
        alternatives: alternatives(&study, request.window),
        defects: defects(&lab, &study),
        assumptions: assumptions::assumptions(&stage, &study),
        not_modelled: verdicts::not_modelled(&lab, &study)
            .into_iter()
            .map(|(name, why)| NotModelledHere { name, why })
            .collect(),
        runbook: runbook::runbook(&lab, &study, &path),
        ways_back: runbook::ways_back(&lab, &study, &path),
        again: again(request, scenario),
        access_points,
    };
    let begin = lab.start();
    let window = [begin, begin.checked_add(request.window).unwrap_or(begin)];
    let server = lab.server().map(|server| server.known_address());
    Ok(Plan { answer, scenario: study.scenario, server, window })
}

/// Returns the digest of the files of a lab. The plan's own scenario, which is among its sources, is not.
fn lab_digest(scenario: &scenario::Scenario) -> String {
    let is_ours = |path: &str| path == scenario.path;
    let texts = scenario.sources.texts().filter(|(path, _)| !is_ours(path)).map(|(_, text)| text);
    crate::report::digest(texts)
}

/// Says which facts the nights rest on.
fn data(scenario: &scenario::Scenario) -> String {
    let replaced: Vec<&str> = scenario.catalogue.overrides().map(|(key, _)| key).collect();
    match replaced.as_slice() {
        [] => "the catalogue of this version".to_owned(),
        replaced => format!("the catalogue of this version, with other values of {}", replaced.join(", ")),
    }
}

/// Returns the command that repeats the plan. Passwords are starred in it.
fn again(request: &Request, scenario: &scenario::Scenario) -> String {
    let mut again = request.again.clone();
    for setting in &scenario.set {
        let word = crate::report::path_word(&format!("{}={}", setting.name, setting.value));
        again.push_str(&format!(" --set {word}"));
    }
    again
}

/// Says what the rehearsed nights say of the nights that are not.
fn statistics(study: &Study) -> String {
    let nights = study.drawn.len();
    let failed = study.drawn.iter().filter(|night| !night.is_all_good()).count();
    if nights == 0 {
        return "no night was rehearsed with drawn values".to_owned();
    }
    let ends = text::numbers::count(nights, "night");
    if failed == 0 {
        let most = at_most(nights);
        return format!(
            "none of {ends} failed: at most {:.0} % of all do, at 95 % confidence",
            (most * 100.0).ceil()
        );
    }
    format!("{failed} of {ends} failed")
}

/// Returns the problems of the lab that a check reports, as shown to people.
fn problems(lab: &Lab<'_>) -> Result<Vec<String>, PlanError> {
    // Those of the lab's own timeline and expectations are about another run.
    let (_, night) = lab.load(&lab.night()).map_err(PlanError::Lab)?;
    let sources = &night.scenario.sources;
    let shown = scenario::Diagnostics::new(sources.clone(), night.warnings.clone());
    let is_warning = |problem: &&Diagnostic| problem.severity() == Severity::Warning;
    Ok(shown.shown().filter(is_warning).map(|problem| problem.render(sources, false)).collect())
}

fn alternatives(study: &Study, window: Duration) -> Vec<Alternative> {
    let tell = |rehearsed: &study::Rehearsed| match (&rehearsed.change, &rehearsed.outcome) {
        (Ok(change), Some(night)) => {
            let since = |at: Duration| at.saturating_sub(LEAD);
            let all = night.all_on_target().map(since).filter(|_| night.is_all_good());
            let fits = all.is_some_and(|all| all <= window);
            Alternative {
                what: change.what.clone(),
                verdict: if fits { PlanVerdict::Yes } else { PlanVerdict::No },
                all_on_target_s: all.map(|all| all.as_secs_f64()),
                predownloaded_s: night.predownloads_ended().map(|at| since(at).as_secs_f64()),
                commands: change.commands(),
                note: change.note.clone().or_else(|| cause_of(night)),
            }
        }
        (Ok(change), None) => not_rehearsed(&change.what, "it was not rehearsed"),
        (Err(refused), _) => not_rehearsed(&refused.what, &refused.why),
    };
    study.alternatives.iter().map(tell).collect()
}

fn not_rehearsed(what: &str, why: &str) -> Alternative {
    Alternative {
        what: what.to_owned(),
        verdict: PlanVerdict::CannotTell,
        all_on_target_s: None,
        predownloaded_s: None,
        commands: Vec::new(),
        note: Some(why.to_owned()),
    }
}

/// Returns the first cause of a night that did not go well.
fn cause_of(night: &Outcome) -> Option<String> {
    let bad =
        (0..night.points.len()).find(|index| !night.is_good(*index)).map(|index| &night.points[index])?;
    Some(if bad.causes.is_empty() { bad.actual.clone()? } else { bad.causes.join("; ") })
}

fn defects(lab: &Lab<'_>, study: &Study) -> Vec<Defect> {
    let in_force = crate::verdict::quirks_in_force(&lab.prepared);
    let tell = |quirk: crate::verdict::InForce| {
        let met = study.drawn.iter().filter(|night| night.defects.contains(&quirk.id)).count() as u64;
        let missing = study.nominal.undecided.iter().find(|(defect, ..)| *defect == quirk.id);
        let missing = missing.map(|(_, missing, _)| missing.clone());
        Defect { id: quirk.id, title: quirk.title, hosts: quirk.hosts, met, missing }
    };
    in_force.into_iter().map(tell).collect()
}
