//! Prepares a scenario to run: reads the device configurations, which are not part of the scenario language.

use std::sync::Arc;

use scenario::{
    Action, Check, Choices, Diagnostic, Diagnostics, EventPattern, Expectation, Faults, Files, Scenario,
    Server, Severity, Software, Template, Tree, Trigger,
};

use super::device::Hosts;
use super::not_modelled::{NotModelled, accept};
use super::{impossible, pattern, plan, shown_fields};

/// A scenario that can run.
#[derive(Clone, Debug)]
pub struct Prepared {
    /// The scenario.
    pub scenario: Scenario,
    /// Its hosts, with their configurations read.
    pub hosts: Hosts,
    /// The problems that do not keep it from running, in the order of the text.
    pub warnings: Vec<Diagnostic>,
    /// What may matter and is not modelled, as far as the scenario accepts it.
    pub not_modelled: Vec<NotModelled>,
    template: Arc<Template>,
}

impl Prepared {
    /// Returns true if a translation of addresses may stand between two ends of a TCP connection.
    pub fn translates_tcp(&self) -> bool {
        let scenario = &self.scenario;
        let is_sftp = |server: &&Server| server.software == Software::OpenSsh;
        let is_point = |host: &String| scenario.access_points.iter().any(|point| point.name == *host);
        let connects = |host: &String| !is_point(host);
        scenario.servers.iter().filter(is_sftp).any(|server| {
            server.nat.is_some() || scenario.nats.iter().any(|site| site.hosts.iter().any(connects))
        })
    }

    /// Returns the scenario in one text, as it is drawn for its seed; see [`Template::written_out`].
    pub fn written_out(&self, listings: bool) -> Option<Tree> {
        self.template.written_out(Some(self.scenario.seed), self.scenario.variant, listings)
    }

    /// Returns the same scenario for another seed. No file is read again.
    ///
    /// # Errors
    /// The problems of this seed only.
    pub fn reseeded(&self, seed: u64) -> Result<Self, Diagnostics> {
        self.varied(seed, self.scenario.variant)
    }

    /// Returns the same scenario for another seed, with this choice of its faults and ranges.
    ///
    /// # Errors
    /// The problems of this seed only.
    pub fn varied(&self, seed: u64, faults: Faults) -> Result<Self, Diagnostics> {
        prepare(&self.template, Some(seed), faults)
    }
}

/// Loads the scenario at `path` and checks everything that `run` checks before it starts.
///
/// # Errors
/// Every problem, each with its place.
pub fn load(path: &std::path::Path, files: &dyn Files) -> Result<Prepared, Diagnostics> {
    load_with(path, files, &Choices::default())
}

/// Does the same as [`load`] with another seed than the scenario's, or with parameters set.
///
/// # Errors
/// Every problem, each with its place; a lab is a problem too.
pub fn load_with(
    path: &std::path::Path,
    files: &dyn Files,
    choices: &Choices,
) -> Result<Prepared, Diagnostics> {
    prepare(&Arc::new(Template::load_with(path, files, &choices.set)?), choices.seed, choices.faults)
}

/// The content of a file.
#[derive(Clone, Debug)]
pub enum Loaded {
    /// A scenario that can run.
    Scenario(Box<Prepared>),
    /// A lab, only for scenarios to extend. It is correct as far as that can be checked.
    Lab,
}

/// Loads a scenario or a lab.
///
/// # Errors
/// Every problem, each with its place.
pub fn load_any(path: &std::path::Path, files: &dyn Files, choices: &Choices) -> Result<Loaded, Diagnostics> {
    let template = Arc::new(Template::load_with(path, files, &choices.set)?);
    if template.is_lab() {
        return Ok(Loaded::Lab);
    }
    Ok(Loaded::Scenario(Box::new(prepare(&template, choices.seed, choices.faults)?)))
}

/// Draws the scenario with `seed`, and reads the configurations of its devices.
fn prepare(template: &Arc<Template>, seed: Option<u64>, faults: Faults) -> Result<Prepared, Diagnostics> {
    let mut scenario = template.draw_variant(seed, faults)?;
    let mut found = scenario.warnings.clone();
    let hosts = Hosts::read(&scenario, &mut found);
    plan::check(&scenario, &hosts, &mut found);
    for event in &scenario.timeline {
        if let Trigger::After(after) = &event.trigger {
            pattern::check(&hosts, &after.pattern, &mut found);
        }
        match &event.action {
            Action::Configure { controller, config } => {
                if let Some(host) = hosts.get(controller) {
                    host.check_config(config, &mut found);
                }
            }
            Action::Web(web) => {
                if let Some(host) = hosts.get(&web.controller) {
                    host.check_page(&scenario, web, &mut found);
                }
            }
            Action::Exec(exec) => {
                if let Some(host) = hosts.get(&exec.host) {
                    host.check_command(&scenario, exec, &mut found);
                }
            }
            _ => {}
        }
    }
    for expectation in &scenario.expect {
        check_expectation(&hosts, expectation, &mut found);
        impossible::check(&scenario, &hosts, expectation, &mut found);
    }
    shown_fields::complete(&mut scenario, &hosts, &mut found);
    let not_modelled = accept(&scenario, &mut found);
    if found.iter().any(|problem| problem.severity() != Severity::Warning) {
        return Err(scenario.diagnostics(found));
    }
    found.sort_by_key(Diagnostic::span);
    Ok(Prepared { scenario, hosts, warnings: found, not_modelled, template: Arc::clone(template) })
}

/// Checks that the events, show commands and fields that an expectation names exist.
fn check_expectation(hosts: &Hosts, expectation: &Expectation, found: &mut Vec<Diagnostic>) {
    let mut patterns: Vec<&EventPattern> = expectation.since.iter().collect();
    match &expectation.check {
        Check::Events { pattern, .. } => patterns.push(pattern),
        Check::Order(order) => patterns.extend(order),
        Check::Takes { from, to, .. } => {
            patterns.extend([from, to]);
            pattern::check_duration(hosts, from, to, found);
        }
        Check::Show { host, command, row, has, count } => {
            let fields = [row.as_slice(), has.as_slice()];
            shown_fields::check(hosts, host, command, fields, count.is_some(), expectation.span, found);
        }
        Check::AccessPoints { .. } | Check::Controller { .. } | Check::Log { .. } | Check::Link { .. } => {}
    }
    patterns.into_iter().for_each(|pattern| pattern::check(hosts, pattern, found));
}
