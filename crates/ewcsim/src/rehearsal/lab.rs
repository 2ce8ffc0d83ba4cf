//! The lab of a plan: the network without its upgrade, and the release to which it is to be taken.

use std::path::{Path, PathBuf};
use std::time::Duration;

use ewc::config::ImageDownloadProfile;
use image::Version;
use jiff::Timestamp;
use scenario::{
    Action, Choices, Controller, Diagnostics, Files, ImageSet, Scenario, Server, Severity, TimelineEntry,
};

use super::night::{Night, NightEnd, Upgrade};
use super::{PlanError, Request};
use crate::lab::{WithText, free_image_sets, image_set};
use crate::world::{Prepared, load_with};

/// The wall clock of a night whose beginning nobody states.
const START: &str = "2026-01-05T22:00:00Z";

/// The number of times that a lab is read again to accept what is not modelled: it comes to light in layers.
const LAYERS_MAX: usize = 8;

/// A lab, read and checked.
pub(super) struct Lab<'a> {
    request: &'a Request,
    files: &'a dyn Files,
    /// The network, without an upgrade.
    pub(super) prepared: Prepared,
    /// The night without an upgrade.
    base: Night,
    /// The name of the image set to which the network is taken.
    pub(super) target: String,
    /// True if nobody states when the night is.
    pub(super) start_is_assumed: bool,
}

impl<'a> Lab<'a> {
    /// Reads the lab of a request.
    ///
    /// # Errors
    /// The problems of the lab, or of the call.
    pub(super) fn read(request: &'a Request, files: &'a dyn Files) -> Result<Self, PlanError> {
        let lab = request.lab.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let mut base = Night {
            title: format!("The night of {lab}"),
            lab,
            start: request.start,
            window: request.window,
            upgrade: None,
            set: request.set.clone(),
            facts: request.facts.clone(),
            accepted: Vec::new(),
            changes: Vec::new(),
        };
        let load = |night: &mut Night| accepting(night, &request.lab, files);
        let mut start_is_assumed = false;
        let prepared = load(&mut base).or_else(|problems| {
            // A lab need not state when it is.
            if base.start.is_some() {
                return Err(problems);
            }
            base.start = START.parse().ok();
            start_is_assumed = true;
            load(&mut base).map_err(|_| problems)
        });
        let prepared = prepared.map_err(PlanError::Lab)?;
        let scenario = &prepared.scenario;
        if let [_, second, ..] = scenario.controllers.as_slice() {
            return Err(PlanError::call(
                format!("the lab has more than one controller: {} is the second", second.name),
                "plan each controller's network in a lab of its own",
            ));
        }
        let target = target(scenario, request.to.as_deref())?;
        // The night begins when the lab's time does.
        base.start = Some(base.start.unwrap_or(scenario.start));
        base.title = format!("{}: the night to {target}", title(scenario));
        Ok(Self { request, files, prepared, base, target, start_is_assumed })
    }

    /// Returns the scenario of the network.
    pub(super) fn scenario(&self) -> &Scenario {
        &self.prepared.scenario
    }

    /// Returns the title of the lab.
    pub(super) fn title(&self) -> &str {
        title(self.scenario())
    }

    /// Returns the controller.
    pub(super) fn controller(&self) -> &Controller {
        &self.scenario().controllers[0]
    }

    /// Returns the images to which the network is taken.
    pub(super) fn images(&self) -> &ImageSet {
        &self.scenario().images[&self.target]
    }

    /// Returns the version that the access points are to run.
    pub(super) fn version(&self) -> Version {
        self.images().ap
    }

    /// Returns the image-download profile, if there is one.
    pub(super) fn profile(&self) -> Option<&ImageDownloadProfile> {
        self.config()?.image_download.as_ref()
    }

    /// Returns the configuration of the controller.
    pub(super) fn config(&self) -> Option<&ewc::ControllerConfig> {
        self.prepared.hosts.get(&self.controller().name)?.configuration()
    }

    /// Returns the server that the profile names, if the lab has it.
    pub(super) fn server(&self) -> Option<&Server> {
        let address = self.profile()?.server()?;
        self.scenario().servers.iter().find(|server| server.known_address() == address)
    }

    /// Returns the entries of the lab's own timeline that a plan does not rehearse and that may matter: all but an operator's commands,
    /// which the plan's own replace.
    pub(super) fn left_out(&self) -> Vec<&TimelineEntry> {
        let is_operators = |entry: &&TimelineEntry| match &entry.action {
            Action::Exec(_) | Action::Web(_) | Action::Configure { .. } => true,
            Action::PowerOn(_) => entry.at().is_some_and(|at| at.is_zero()),
            Action::PowerOff(_)
            | Action::AddRule { .. }
            | Action::RemoveRule { .. }
            | Action::Reload(_)
            | Action::Firewall { .. }
            | Action::Links(_)
            | Action::ServerPace { .. }
            | Action::Server { .. }
            | Action::NewHostKey { .. }
            | Action::Files { .. }
            | Action::Flash { .. } => false,
        };
        self.scenario().timeline.iter().filter(|entry| !is_operators(entry)).collect()
    }

    /// Returns the night of the upgrade.
    pub(super) fn night(&self) -> Night {
        let access_points = self.scenario().access_points.iter().map(|point| point.name.clone());
        let upgrade = Upgrade {
            controller: self.controller().name.clone(),
            access_points: access_points.collect(),
            version: self.version().to_string(),
            end: NightEnd::Commit,
        };
        Night { upgrade: Some(upgrade), ..self.base.clone() }
    }

    /// Returns the version of the AP images of the release that the controller runs.
    pub(super) fn version_before(&self) -> Option<Version> {
        self.scenario().images.get(&self.controller().running).map(|set| set.ap)
    }

    /// Loads a night, and returns it as it is then: what is not modelled is accepted in it.
    ///
    /// # Errors
    /// The problems of the night.
    pub(super) fn load(&self, night: &Night) -> Result<(Night, Prepared), Diagnostics> {
        let mut night = night.clone();
        let prepared = accepting(&mut night, &self.request.lab, self.files)?;
        Ok((night, prepared))
    }

    /// Returns the wall clock at the first command.
    pub(super) fn start(&self) -> Timestamp {
        self.base.start.unwrap_or(self.scenario().start)
    }

    /// Returns the length of the window.
    pub(super) fn window(&self) -> Duration {
        self.request.window
    }
}

/// Returns the title of the file that a night extends.
fn title(scenario: &Scenario) -> &str {
    scenario.base_title.as_ref().unwrap_or(&scenario.title)
}

/// Loads a night. What it uses and is not modelled is accepted: the verdict tells it.
fn accepting(night: &mut Night, lab: &Path, files: &dyn Files) -> Result<Prepared, Diagnostics> {
    let path = beside(lab);
    let choices = Choices { seed: None, set: night.set.clone(), ..Choices::default() };
    let mut layers = 0;
    loop {
        let problems = match load_with(&path, &WithText::new(files, &path, night.text()), &choices) {
            Ok(prepared) => return Ok(prepared),
            Err(problems) => problems,
        };
        let all = problems.items().iter();
        let is_error = |problem: &scenario::Diagnostic| problem.severity() == Severity::Error;
        let names = all.filter_map(|problem| problem.name_of_not_modelled());
        let new: Vec<String> = names
            .filter(|name| !night.accepted.iter().any(|known| known == name))
            .map(str::to_owned)
            .collect();
        layers += 1;
        if problems.items().iter().any(is_error) || new.is_empty() || layers > LAYERS_MAX {
            return Err(problems);
        }
        for name in new {
            if !night.accepted.contains(&name) {
                night.accepted.push(name);
            }
        }
    }
}

/// Returns the path at which the scenario of a night stands: in the directory of its lab.
fn beside(lab: &Path) -> PathBuf {
    let mut name = lab.file_stem().unwrap_or_default().to_os_string();
    name.push(".night.yaml");
    lab.with_file_name(name)
}

/// Returns the image set to which the network is taken: the one that is asked for, or the only one that nobody runs.
fn target(scenario: &Scenario, asked: Option<&str>) -> Result<String, PlanError> {
    if let Some(asked) = asked {
        let set = image_set(scenario, asked).map_err(|(message, help)| PlanError::call(message, help))?;
        return Ok(set.name.clone());
    }
    let free: Vec<&str> = free_image_sets(scenario).iter().map(|set| set.name.as_str()).collect();
    match free.as_slice() {
        [only] => Ok((*only).to_owned()),
        [] => Err(PlanError::call(
            "the lab has no image set that nobody runs yet",
            format!(
                "add the release to `images:`, or say which one with `--to`: {}",
                scenario.images.keys().cloned().collect::<Vec<_>>().join(", ")
            ),
        )),
        several => Err(PlanError::call(
            format!("the lab has several image sets that nobody runs: {}", several.join(", ")),
            format!("say which one with `--to {}`", several[0]),
        )),
    }
}

/// Returns the default beginning of a night.
pub(super) fn assumed_start() -> Option<Timestamp> {
    START.parse().ok()
}
