//! Where the snapshots of a scenario are stored.

use std::io;
use std::path::{Path, PathBuf};

use crate::report::shell_word;

/// The directory that has its snapshots beside it.
const SCENARIOS: &str = "scenarios";
/// What that one is called, and the one beside any other scenario.
pub(super) const SNAPSHOTS: &str = "snapshots";

/// Where the snapshots of scenarios are: `scenarios/field/x.yaml` has `snapshots/field/x/*.snap`, and a scenario that lies in no
/// directory called `scenarios` has `snapshots/x/*.snap` beside it.
#[derive(Clone, Debug)]
pub struct Layout {
    /// Where paths are relative to.
    here: PathBuf,
    /// All are here instead.
    root: Option<PathBuf>,
}

/// The place of one scenario's snapshots.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The directory of its `.snap` files; relative if it is below the current one.
    pub directory: PathBuf,
    /// How the heads of those files name the scenario: `scenarios/field/x.yaml`.
    pub input_file: String,
}

impl Layout {
    /// The layout seen from the current directory. With `root`, all snapshots are below that: those of `scenarios/field/x.yaml` in
    /// `ROOT/field/x`, those of another scenario by its path from the current directory.
    ///
    /// # Errors
    /// If there is no current directory.
    pub fn new(root: Option<PathBuf>) -> io::Result<Self> {
        Ok(Self { here: std::env::current_dir()?, root })
    }

    /// Where the snapshots of `scenario` are.
    pub fn of(&self, scenario: &Path) -> Place {
        let absolute = self.here.join(scenario);
        let (base, below) = self.split(&absolute);
        let store = match &self.root {
            Some(root) => self.shown(root),
            None => self.shown(&base.join(SNAPSHOTS)),
        };
        let name = absolute.strip_prefix(&base).unwrap_or(&absolute);
        Place { directory: store.join(below.with_extension("")), input_file: with_slashes(name) }
    }

    /// The directory that mirrors `directory`: where the snapshots of the scenarios at and below it are, gone ones included. None if
    /// every directory there has its own.
    pub(super) fn mirror(&self, directory: &Path) -> Option<PathBuf> {
        let absolute = self.here.join(directory);
        // As of a file in it.
        let file = absolute.join("any");
        let (base, below) = self.split(&file);
        let below = below.parent().unwrap_or(Path::new(""));
        match &self.root {
            Some(root) => Some(self.shown(root).join(below)),
            None => {
                let within = absolute.ancestors().any(is_scenarios);
                within.then(|| self.shown(&base.join(SNAPSHOTS).join(below)))
            }
        }
    }

    /// The command that runs and compares one scenario.
    pub(super) fn test_command(&self, scenario: &Path) -> String {
        let scenario = shell_word(&scenario.to_string_lossy());
        match &self.root {
            Some(root) => {
                format!("ewcsim test {scenario} --snapshots {}", shell_word(&root.to_string_lossy()))
            }
            None => format!("ewcsim test {scenario}"),
        }
    }

    /// Whether all snapshots are below one directory that was named.
    pub(super) fn has_root(&self) -> bool {
        self.root.is_some()
    }

    /// Whether a snapshot with this `input_file` in its head, stored in `directory`, is one of a scenario's: of other tests it lies elsewhere.
    pub(super) fn is_at_home(directory: &Path, input_file: &str) -> bool {
        let scenario = Path::new(input_file).with_extension("");
        directory.ends_with(scenario.strip_prefix(SCENARIOS).unwrap_or(&scenario))
    }

    /// What names of a scenario start from, and its path below what its snapshots mirror.
    fn split<'a>(&self, absolute: &'a Path) -> (PathBuf, &'a Path) {
        let directory = absolute.parent().unwrap_or(Path::new(""));
        if let Some(scenarios) = directory.ancestors().find(|path| is_scenarios(path)) {
            let below = absolute.strip_prefix(scenarios).expect("an ancestor is the start of a path");
            return (scenarios.parent().unwrap_or(Path::new("")).to_owned(), below);
        }
        if self.root.is_some()
            && let Ok(below) = absolute.strip_prefix(&self.here)
        {
            return (self.here.clone(), below);
        }
        (directory.to_owned(), absolute.strip_prefix(directory).unwrap_or(absolute))
    }

    /// The one name of a file: relative to where the command runs, if it is below.
    pub(super) fn shown(&self, path: &Path) -> PathBuf {
        path.strip_prefix(&self.here).unwrap_or(path).to_owned()
    }
}

fn is_scenarios(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name == SCENARIOS)
}

/// As insta writes paths, on every system.
fn with_slashes(path: &Path) -> String {
    let parts: Vec<_> = path.components().map(|part| part.as_os_str().to_string_lossy()).collect();
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layout(root: Option<&str>) -> Layout {
        Layout { here: "/home/me/net".into(), root: root.map(PathBuf::from) }
    }

    fn of(layout: &Layout, scenario: &str) -> (String, String) {
        let place = layout.of(Path::new(scenario));
        (place.directory.display().to_string(), place.input_file)
    }

    #[test]
    fn scenarios_have_their_snapshots_beside_the_directory_of_that_name() {
        let plain = layout(None);
        let want = |directory: &str, input: &str| (directory.to_owned(), input.to_owned());
        assert_eq!(of(&plain, "scenarios/a.yaml"), want("snapshots/a", "scenarios/a.yaml"));
        assert_eq!(of(&plain, "scenarios/f/a.b.yaml"), want("snapshots/f/a.b", "scenarios/f/a.b.yaml"));
        assert_eq!(of(&plain, "x/scenarios/f/a.yml"), want("x/snapshots/f/a", "scenarios/f/a.yml"));
        assert_eq!(of(&plain, "/etc/scenarios/a.yaml"), want("/etc/snapshots/a", "scenarios/a.yaml"));
        let inside = Layout { here: "/home/me/net/scenarios/f".into(), root: None };
        assert_eq!(of(&inside, "a.yaml"), want("/home/me/net/snapshots/f/a", "scenarios/f/a.yaml"));
    }

    #[test]
    fn other_scenarios_have_them_beside_themselves() {
        let want = |directory: &str, input: &str| (directory.to_owned(), input.to_owned());
        assert_eq!(of(&layout(None), "a.yaml"), want("snapshots/a", "a.yaml"));
        assert_eq!(of(&layout(None), "plans/a.yaml"), want("plans/snapshots/a", "a.yaml"));
    }

    #[test]
    fn a_root_takes_all() {
        let rooted = layout(Some("kept"));
        let want = |directory: &str, input: &str| (directory.to_owned(), input.to_owned());
        assert_eq!(of(&rooted, "scenarios/f/a.yaml"), want("kept/f/a", "scenarios/f/a.yaml"));
        assert_eq!(of(&rooted, "plans/a.yaml"), want("kept/plans/a", "plans/a.yaml"));
        assert_eq!(of(&rooted, "/etc/a.yaml"), want("kept/a", "a.yaml"));
    }

    #[test]
    fn directories_are_mirrored() {
        let mirror = |layout: &Layout, directory: &str| layout.mirror(Path::new(directory));
        assert_eq!(mirror(&layout(None), "scenarios"), Some("snapshots".into()));
        assert_eq!(mirror(&layout(None), "scenarios/bugs"), Some("snapshots/bugs".into()));
        assert_eq!(mirror(&layout(None), "plans"), None);
        assert_eq!(mirror(&layout(Some("kept")), "scenarios/bugs"), Some("kept/bugs".into()));
        assert_eq!(mirror(&layout(Some("kept")), "plans"), Some("kept/plans".into()));
    }
}
