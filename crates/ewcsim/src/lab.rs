//! Labs as commands take them: a scenario, or a lab, which cannot be drawn by itself.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use scenario::{Choices, Diagnostics, FileError, FileTree, Files, ImageSet, Scenario, normal};

use crate::world::{Loaded, Prepared, load_any, load_with};

/// The name of the scenario that extends a lab. It is in memory, beside the lab; a file of this name is not read.
const MADE_UP: &str = ".of-the-lab.yaml";

/// What a lab may leave out, one of the two or both: they are tried in this order.
const TIMES: [&str; 3] =
    ["until: 1h\n", "start: 2026-01-05T22:00:00Z\n", "start: 2026-01-05T22:00:00Z\nuntil: 1h\n"];

/// Loads the scenario or the lab at `path`. `more` is the text of further keys of the language, such as `timeline:`, which are laid over
/// it; empty for none. A lab need not say when it is, and how long.
///
/// # Errors
/// Every problem, each with its place.
pub(crate) fn load_lab(
    path: &Path,
    files: &dyn Files,
    choices: &Choices,
    more: &str,
) -> Result<Prepared, Diagnostics> {
    if more.is_empty()
        && let Loaded::Scenario(prepared) = load_any(path, files, choices)?
    {
        return Ok(*prepared);
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    // A JSON string is a string of YAML, whatever is in the name.
    let name = serde_json::to_string(&name).expect("a string is JSON");
    let path = path.with_file_name(OsStr::new(MADE_UP));
    let load = |times: &str| {
        let text = format!("scenario: A scenario of a lab\nextends: {name}\n{times}{more}");
        load_with(&path, &WithText::new(files, &path, text), choices)
    };
    load("").or_else(|problems| TIMES.iter().find_map(|times| load(times).ok()).ok_or(problems))
}

/// Returns the image set called `name`.
///
/// # Errors
/// There is none: a message, and what to write instead.
pub(crate) fn image_set<'a>(scenario: &'a Scenario, name: &str) -> Result<&'a ImageSet, (String, String)> {
    let names = || scenario.images.keys().map(String::as_str);
    scenario.images.get(name).ok_or_else(|| {
        let known = names().collect::<Vec<_>>().join(", ");
        let help = match text::closest(name, names()).first() {
            Some(near) => format!("did you mean `{near}`? The lab has {known}"),
            None => format!("the lab has {known}"),
        };
        (format!("the lab has no image set `{name}`"), help)
    })
}

/// Returns the image sets that neither a controller nor an access point runs: where an upgrade can lead.
pub(crate) fn free_image_sets(scenario: &Scenario) -> Vec<&ImageSet> {
    let is_run = |set: &ImageSet| {
        scenario.controllers.iter().any(|controller| controller.running == set.name)
            || scenario.access_points.iter().any(|point| point.running == set.ap)
    };
    scenario.images.values().filter(|set| !is_run(set)).collect()
}

/// Files with one more, which is in memory, and hides one of the same path.
pub(crate) struct WithText<'a> {
    files: &'a dyn Files,
    path: PathBuf,
    text: Vec<u8>,
}

impl<'a> WithText<'a> {
    /// Lays a text over `files`, as if it stood at `path`.
    pub(crate) fn new(files: &'a dyn Files, path: &Path, text: impl Into<Vec<u8>>) -> Self {
        Self { files, path: normal(path), text: text.into() }
    }
}

impl Files for WithText<'_> {
    fn read(&self, path: &Path, limit: u64) -> Result<Vec<u8>, FileError> {
        if normal(path) != self.path {
            return self.files.read(path, limit);
        }
        let size = self.text.len() as u64;
        if size > limit { Err(FileError::TooLarge { size, limit }) } else { Ok(self.text.clone()) }
    }

    fn list(&self, directory: &Path) -> Result<Vec<(String, u64)>, FileError> {
        self.files.list(directory)
    }

    fn tree(&self, directory: &Path) -> Result<FileTree, FileError> {
        self.files.tree(directory)
    }

    fn directories(&self, directory: &Path) -> Vec<String> {
        self.files.directories(directory)
    }
}

#[cfg(test)]
mod tests {
    use scenario::MemoryFiles;

    use super::*;

    const LAB: &str = "lab: A site
start: 2026-03-05T22:00:00Z
until: 1h
images: { 17.9.4a: { ap: 17.9.4.27, files: { ap1g7: 1024000 } } }
controller: { name: ewc, model: C9120AXI, address: 10.20.0.2, running: 17.9.4a }
access_points:
  - { name: desk, model: C9120AXI, address: 10.20.1.81, running: 17.9.4a, uptime: 20d }
";

    fn loaded(name: &str, text: &str, more: &str) -> Result<Prepared, Diagnostics> {
        let files = MemoryFiles::default().with(name, text);
        load_lab(Path::new(name), &files, &Choices::default(), more)
    }

    #[test]
    fn a_lab_is_drawn_as_a_scenario_is() {
        let lab = loaded("site \"A\": 1.yaml", LAB, "").expect("it is right");
        assert_eq!(lab.scenario.access_points.len(), 2);
        let scenario = LAB.replace("lab:", "scenario:");
        assert_eq!(loaded("site.yaml", &scenario, "").expect("it is right").scenario.title, "A site");
    }

    #[test]
    fn a_lab_need_not_say_when_it_is() {
        let untimed = LAB.replace("start: 2026-03-05T22:00:00Z\nuntil: 1h\n", "");
        assert!(loaded("site.yaml", &untimed, "").is_ok());
        // What it says counts.
        let started =
            loaded("site.yaml", &LAB.replace("until: 1h\n", ""), "").expect("it is right").scenario.start;
        assert_eq!(started.to_string(), "2026-03-05T22:00:00Z");
        // What is wrong with it is told as if it were asked for nothing else.
        let wrong = untimed.replace("model: C9120AXI, address: 10.20.0.2", "model: C9120AXI");
        assert!(loaded("site.yaml", &wrong, "").expect_err("no address").render(false).contains("address"));
    }

    #[test]
    fn more_is_laid_over_it() {
        let prepared = loaded("lab.yaml", LAB, "until: 2h\n").expect("it is right");
        assert_eq!(prepared.scenario.until.as_secs(), 7_200);
        let wrong = loaded("lab.yaml", LAB, "untill: 2h\n").expect_err("no such key");
        assert!(wrong.render(false).contains("untill"));
    }
}
