//! Hypotheses on a lab: the network that the logs are of, as it is, and with each known cause brought about in it.
//!
//! `causes.yaml` says for each cause what it needs, and what is laid over the lab. A cause whose server or access point the lab lacks is
//! left out, and so is one whose run prints the same as that of the lab itself: it makes no difference there.

mod recipe;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

use scenario::{Choices, Diagnostics, Files, Scenario};

pub(super) use self::recipe::{Needed, recipe};
use super::observed::Observed;
use crate::lab::{WithText, free_image_sets, load_lab};
use crate::world::{Prepared, load_with};

/// The cause that stands for the lab as it is, if its access points do not all come to the release.
pub(super) const LAB_ITSELF: &str = "lab-itself";

/// The name under which the scenarios are read, beside the lab.
const BESIDE: &str = ".diagnosis-of-the-lab.yaml";
/// The pace of a slow fetch in bytes a second: SFTP of releases before 17.10.1.
const FETCHED_PER_SECOND: u64 = 120_000;

/// The times of a lab that states none.
const TIMES: [&str; 2] = ["until: UNTIL\n", "start: 2026-01-05T22:00:00Z\nuntil: UNTIL\n"];

/// A lab, and the ways in which it is run.
pub(crate) struct Lab<'a> {
    path: &'a Path,
    files: &'a dyn Files,
    choices: Choices,
    prepared: Prepared,
    /// True if what the logs show is an upgrade that was ordered, and not a download at a join.
    upgrades: bool,
}

/// The reason why a cause is not among the hypotheses on a lab.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub(crate) struct NotOnLab {
    /// The cause.
    pub(crate) cause: String,
    /// The reason.
    pub(crate) why: String,
}

/// A scenario of a lab, ready to run.
pub(super) struct OnLab {
    pub(super) cause: String,
    /// The scenario, which stands beside the lab.
    pub(super) text: String,
    pub(super) prepared: Prepared,
}

impl<'a> Lab<'a> {
    /// Reads a lab.
    ///
    /// # Errors
    /// Every problem of it.
    pub(crate) fn read(
        path: &'a Path,
        files: &'a dyn Files,
        set: Vec<(String, String)>,
    ) -> Result<Self, Diagnostics> {
        let choices = Choices { set, ..Choices::default() };
        let prepared = load_lab(path, files, &choices, "")?;
        Ok(Self { path, files, choices, prepared, upgrades: false })
    }

    /// Chooses what is run: the joins of all access points after they boot, or the upgrade to the release that nobody runs.
    #[must_use]
    pub(super) fn observed_in(self, observed: &Observed) -> Self {
        let upgrades = observed.upgrades && free_image_sets(self.scenario()).len() == 1;
        Self { upgrades, ..self }
    }

    pub(super) fn scenario(&self) -> &Scenario {
        &self.prepared.scenario
    }

    /// Returns the configuration of its controller.
    fn config(&self) -> Option<&ewc::ControllerConfig> {
        let controller = self.scenario().controllers.first()?;
        self.prepared.hosts.get(&controller.name)?.configuration()
    }

    /// Returns the file of the lab, for messages.
    pub(super) fn name(&self) -> String {
        self.path.display().to_string()
    }

    /// Returns the lab as it is.
    ///
    /// # Errors
    /// The problems of the scenario that runs it.
    pub(super) fn itself(&self) -> Result<OnLab, String> {
        let expected = self.expected().map(|expected| format!("expect: [{expected}]\n")).unwrap_or_default();
        self.load(LAB_ITSELF, "The lab as it is", &expected, &[])
    }

    /// Brings a cause about on the lab.
    ///
    /// # Errors
    /// The reason why it does not apply.
    pub(super) fn with(&self, cause: &str, recipe: &recipe::Recipe) -> Result<OnLab, String> {
        let needed = Needed::of(self, recipe)?;
        let overlay = needed.fill(recipe.overlay.as_deref().unwrap_or_default());
        let mut timeline: Vec<String> = recipe.timeline.iter().map(|entry| needed.fill(entry)).collect();
        if !recipe.config.is_empty() {
            let lines: String =
                recipe.config.iter().map(|line| format!("          {}\n", needed.fill(line))).collect();
            let controller = needed.fill("{controller}");
            let typed =
                format!("at: 1s\n    configure:\n      controller: {controller}\n      config: |\n{lines}");
            timeline.push(typed.trim_end().to_owned());
        }
        let is_filled = |text: &str| !["{case}", "{path}"].iter().any(|hole| text.contains(hole));
        if !is_filled(&overlay) || !timeline.iter().all(|entry| is_filled(entry)) {
            return Err("the path of the lab's profile has no letters".into());
        }
        self.load(
            cause,
            &format!("The lab with the cause {cause}"),
            &format!("{overlay}expect: []\n"),
            &timeline,
        )
    }

    /// Returns the expectation that all access points come to the release that they are to run.
    fn expected(&self) -> Option<String> {
        let scenario = self.scenario();
        let controller = scenario.controllers.first()?;
        let version = match free_image_sets(scenario).as_slice() {
            [only] if self.upgrades => only.ap,
            _ => scenario.images.get(&controller.running)?.ap,
        };
        let own = scenario.access_points.iter().filter(|point| point.runs_controller);
        let own: String = own.map(|point| format!(", {}", recipe::quoted(&point.name))).collect();
        Some(format!("{{ access_points: [all{own}], running: {version}, state: registered }}"))
    }

    /// Writes and reads the scenario of a cause.
    fn load(&self, cause: &str, title: &str, overlay: &str, timeline: &[String]) -> Result<OnLab, String> {
        let has_own_timeline = !self.scenario().timeline.is_empty();
        if has_own_timeline && !timeline.is_empty() {
            return Err("the lab has a timeline of its own, to which nothing can be added".into());
        }
        let name = self.path.file_name().unwrap_or_default().to_string_lossy();
        let mut entries = String::new();
        if !has_own_timeline {
            entries.push_str("timeline:\n");
            for entry in timeline.iter().map(String::as_str).chain(self.operator().iter().map(String::as_str))
            {
                entries.push_str("  - ");
                // An entry of one line is a map in braces.
                let is_block = entry.contains('\n');
                entries.push_str(&if is_block { entry.to_owned() } else { format!("{{ {entry} }}") });
                entries.push('\n');
            }
        }
        let until = self.until();
        let path: PathBuf = self.path.with_file_name(BESIDE);
        let mut problems = None;
        for times in TIMES.iter().map(|times| times.replace("UNTIL", &until)) {
            let text = format!(
                "scenario: {}\nextends: {}\n{times}{overlay}{entries}",
                recipe::quoted(title),
                recipe::quoted(&name)
            );
            match load_with(&path, &WithText::new(self.files, &path, text.clone()), &self.choices) {
                Ok(prepared) => return Ok(OnLab { cause: cause.to_owned(), text, prepared }),
                // A lab that states its start has other problems.
                Err(found) => problems = problems.or(Some(found)),
            }
        }
        Err(problems
            .as_ref()
            .and_then(first_problem)
            .unwrap_or_else(|| "it cannot be laid over the lab".into()))
    }

    /// Returns the length of a run: boots, a failed attempt or two, and the fetch of each image that some access point runs.
    fn until(&self) -> String {
        let scenario = self.scenario();
        let release =
            scenario.controllers.first().and_then(|controller| scenario.images.get(&controller.running));
        let is_needed = |name: &str| scenario.access_points.iter().any(|point| point.image_type == name);
        let files = release.into_iter().flat_map(|set| &set.files).filter(|file| is_needed(file.base_name()));
        let bytes: u64 = files.map(|file| file.size).sum();
        let hour = if self.upgrades { 3_600 } else { 0 };
        format!("{}s", 780 + hour + bytes / FETCHED_PER_SECOND)
    }

    /// Returns what the operator does: powers the access points on, or orders the upgrade.
    fn operator(&self) -> Vec<String> {
        let Some(controller) = self.scenario().controllers.first() else { return Vec::new() };
        let controller = recipe::quoted(&controller.name);
        let exec = |when: &str, command: &str| {
            format!("{when}, exec: {{ controller: {controller}, command: {command} }}")
        };
        let mut entries = vec!["at: 0s, power_on: all".to_owned()];
        if self.upgrades {
            let after = |event: &str, with: &str, delay: &str| {
                format!("after: {{ host: {controller}, event: {event}{with}, delay: {delay} }}")
            };
            let complete = ", with: { state: controller_predownload_complete }";
            entries.push(exec("at: 20m", "install add profile default"));
            entries.push(exec(&after("upgrade_state_changed", complete, "1m"), "install activate"));
            entries.push(exec(&after("activation_started", "", "30m"), "install commit"));
        }
        entries
    }
}

/// Returns the first problem of a scenario in one line.
fn first_problem(problems: &Diagnostics) -> Option<String> {
    let shown = problems.render(false);
    let line = shown.lines().next()?.trim();
    Some(line.strip_prefix("error: ").unwrap_or(line).to_owned())
}
