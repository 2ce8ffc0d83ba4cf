//! The answer of a plan, as data: what every format of it says.
//!
//! Times are seconds since the beginning of the night: the moment of the first command.

use serde::{Deserialize, Serialize};

use crate::PlanVerdict;

/// The answer of a plan.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// The version, the commit and the target of the program.
    pub tool: String,
    /// The lab, as given.
    pub lab: String,
    /// The digest of all that the lab consists of: the same digest and the same tool give the same answer.
    pub lab_digest: String,
    /// The version or the digest of the facts that the rehearsals rest on, with those that the lab replaces.
    pub data: String,
    /// The title of the lab.
    pub title: String,
    /// The release to which the network is taken.
    pub target: Target,
    /// The wall clock at the beginning of the night, RFC 3339.
    pub start: String,
    /// The length of the window.
    pub window_s: f64,
    /// The number of nights that were rehearsed with drawn values.
    pub seeds: u64,
    /// The worst verdict of all access points.
    pub verdict: PlanVerdict,
    /// The answer in one sentence, with the cause if it is not yes.
    pub sentence: String,
    /// What the rehearsed nights say of the share of nights that fail, in a sentence.
    pub statistics: String,
    /// The configuration lines, links and rules that a check of the lab complains about, as shown to people.
    pub problems: Vec<String>,
    /// The smallest change of those tried that gives yes.
    pub remedy: Option<Remedy>,
    /// The time from which the last access point is in service with the target, over the nights in which all come to it.
    pub all_on_target: Option<Spread>,
    /// Each access point.
    pub access_points: Vec<PlannedAp>,
    /// Each image type.
    pub types: Vec<PlannedType>,
    /// The phases of the night, in order.
    pub phases: Vec<Phase>,
    /// What the time of the longest phase goes into.
    pub limits: Vec<Limit>,
    /// Other ways to do it, as `--compare` asks.
    pub alternatives: Vec<Alternative>,
    /// Known defects that apply by model, version and uptime.
    pub defects: Vec<Defect>,
    /// What the answer rests on, ordered by how much it depends on it.
    pub assumptions: Vec<Assumption>,
    /// What is not modelled and may matter.
    pub not_modelled: Vec<NotModelledHere>,
    /// The night, step by step.
    pub runbook: Vec<Step>,
    /// How to go back, by the point from which.
    pub ways_back: Vec<WayBack>,
    /// The command that repeats the plan.
    pub again: String,
}

/// A release.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Target {
    /// The image set of the lab.
    pub images: String,
    /// The version of its AP images.
    pub version: String,
    /// The version of the controller.
    pub controller: String,
}

/// A duration over the rehearsed nights, in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Spread {
    /// Of 5 % of the nights it is at most this.
    pub p5_s: f64,
    /// The median.
    pub median_s: f64,
    /// Of 95 % of the nights it is at most this.
    pub p95_s: f64,
}

/// The answer for one access point.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlannedAp {
    /// Its host name.
    pub name: String,
    /// Its model.
    pub model: String,
    /// Its image type.
    pub image_type: String,
    /// The version that it runs before the night.
    pub running: String,
    /// True if the controller runs on it.
    pub runs_controller: bool,
    /// Whether it runs the target in the end.
    pub verdict: PlanVerdict,
    /// The reason, if the verdict is not yes.
    pub cause: Option<String>,
    /// The number of rehearsed nights in which it does not.
    pub failed: u64,
    /// The end of its predownload, in the nights that have one.
    pub predownloaded: Option<Spread>,
    /// The time from which it is in service with the target.
    pub on_target: Option<Spread>,
    /// How long it is out of service, all together.
    pub outage: Option<Spread>,
}

/// The answer for the access points of one image type.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlannedType {
    /// The image type.
    pub image_type: String,
    /// Models that have it.
    pub models: Vec<String>,
    /// The number of access points.
    pub access_points: u64,
    /// The size of the target's image, in bytes; nothing if the release has none.
    pub image_bytes: Option<u64>,
    /// The worst verdict.
    pub verdict: PlanVerdict,
    /// How long the controller fetches the image.
    pub fetch: Option<Spread>,
    /// From the first request to predownload until all have the image.
    pub predownload: Option<Spread>,
}

/// A phase of the night.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Phase {
    /// Its name.
    pub name: String,
    /// Its beginning, at the median.
    pub begins_s: f64,
    /// How long it takes; nothing if no night came to its end.
    pub takes: Option<Spread>,
    /// The number of nights that did not come to its end.
    pub unfinished: u64,
}

/// A part of the time that images take.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Limit {
    /// What takes the time: `fetching from images over wan`.
    pub what: String,
    /// Seconds of it.
    pub takes_s: f64,
    /// Its share of the time from the first command to the end of the predownloads.
    pub share: f64,
}

/// Another way to do it, rehearsed once with the most likely values.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Alternative {
    /// What differs.
    pub what: String,
    /// Whether all access points run the target in the end.
    pub verdict: PlanVerdict,
    /// The time until the last one does, if all do.
    pub all_on_target_s: Option<f64>,
    /// The time until all have their images.
    pub predownloaded_s: Option<f64>,
    /// The lines to configure.
    pub commands: Vec<String>,
    /// What has to be there for it, or why it was not rehearsed.
    pub note: Option<String>,
}

/// A change that gives yes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Remedy {
    /// What to do.
    pub what: String,
    /// The lines to configure, if that does it.
    pub commands: Vec<String>,
    /// The time until the last access point is on target with it.
    pub all_on_target_s: Option<f64>,
}

/// A known defect.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Defect {
    /// Its number.
    pub id: String,
    /// What it is.
    pub title: String,
    /// The hosts that have it.
    pub hosts: Vec<String>,
    /// The number of rehearsed nights in which it had an effect.
    pub met: u64,
    /// What decides it and the lab does not state.
    pub missing: Option<String>,
}

/// An assumption, and how much depends on it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Assumption {
    /// The fact of the catalogue, or the value of the lab.
    pub key: String,
    /// The value that was assumed.
    pub value: String,
    /// The range over which it was varied; nothing if it was not.
    pub range: Option<[String; 2]>,
    /// How well it is known: `inferred`, `unverified`, `stated`.
    pub confidence: String,
    /// What is known of it.
    pub basis: String,
    /// The change of the time until all are on target, in seconds, at the lower and the upper end; nothing if not all come to it there.
    pub effect_s: [Option<f64>; 2],
    /// True if the answer for an access point differs at one of the ends.
    pub flips: bool,
}

/// What is not modelled.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NotModelledHere {
    /// Its name.
    pub name: String,
    /// Why it may matter.
    pub why: String,
}

/// A step of the night.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// When it comes, at the median, in seconds; nothing if it depends on the step before alone.
    pub at_s: Option<f64>,
    /// What to do.
    pub what: String,
    /// The command to type at the controller.
    pub command: Option<String>,
    /// How long it takes.
    pub takes: Option<Spread>,
    /// What has to be seen before the next step.
    pub check: String,
    /// What to do if it is not seen.
    pub otherwise: Option<String>,
}

/// The way back from a point of the night.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WayBack {
    /// The point.
    pub from: String,
    /// What to type.
    pub commands: Vec<String>,
    /// How long it takes until all are in service with the release before, if that was rehearsed.
    pub takes_s: Option<f64>,
    /// What it costs.
    pub costs: String,
}
