//! The places where the snapshots of scenarios are stored.

use std::io;
use std::path::{Component, Path, PathBuf};

use scenario::normal;

/// The name of the directory with snapshots beside it.
const SCENARIOS: &str = "scenarios";
/// The name of that directory of snapshots, and of the one beside any other scenario.
const SNAPSHOTS: &str = "snapshots";

/// The layout of snapshots: `scenarios/field/x.yaml` has `snapshots/field/x/*.snap`, and a scenario that is not in a
/// directory called `scenarios` has `snapshots/x/*.snap` beside it.
#[derive(Clone, Debug)]
pub struct Layout {
    /// The current directory, which paths are relative to.
    here: PathBuf,
    /// The directory of all snapshots, if it was set.
    root: Option<PathBuf>,
}

/// The place of one scenario's snapshots.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The directory of its `.snap` files; relative if it is below the current directory.
    pub directory: PathBuf,
    /// The name of the scenario in the heads of those files: `scenarios/field/x.yaml`.
    pub input_file: String,
    /// The directory of all snapshots, which is kept even if it is empty.
    pub top: PathBuf,
    /// The directory that names in heads are relative to.
    base: PathBuf,
}

impl Place {
    /// Returns true if a snapshot found here with this name in its head belongs to this scenario: by its present name, or by the
    /// name of a scenario that no longer exists. Other tests may have their snapshots here, too.
    pub(super) fn has(&self, input_file: &str) -> bool {
        let is_scenario = [".yaml", ".yml"].iter().any(|end| input_file.ends_with(end));
        input_file == self.input_file || (is_scenario && is_gone(&self.base.join(input_file)))
    }
}

impl Layout {
    /// Creates the layout for the current directory. With `root`, all snapshots are below that: those of `scenarios/field/x.yaml`
    /// in `ROOT/field/x`, those of another scenario by its path from the current directory.
    ///
    /// # Errors
    /// If there is no current directory.
    pub fn new(root: Option<PathBuf>) -> io::Result<Self> {
        Ok(Self { here: std::env::current_dir()?, root })
    }

    /// Returns the place of the snapshots of `scenario`.
    pub fn of(&self, scenario: &Path) -> Place {
        let absolute = self.resolved(scenario);
        let (base, below) = self.split(&absolute);
        let (top, base) = match &self.root {
            // With one directory for all, only names relative to the current directory are unique.
            Some(root) => (self.shown(root), self.here.clone()),
            None => (self.shown(&base.join(SNAPSHOTS)), base),
        };
        let name = absolute.strip_prefix(&base).unwrap_or(&absolute);
        Place { directory: top.join(below.with_extension("")), input_file: with_slashes(name), top, base }
    }

    /// Returns the scenario of a snapshot, by the name in its head. `None` if that scenario has its snapshots elsewhere, as for
    /// other tests.
    pub(super) fn scenario_of(&self, snapshot: &Path, input_file: &str) -> Option<PathBuf> {
        let directory = self.resolved(snapshot.parent()?);
        let beside = |path: &&Path| path.file_name().is_some_and(|name| name == SNAPSHOTS);
        let bases: Vec<&Path> = match &self.root {
            Some(_) => vec![&self.here],
            None => directory.ancestors().filter(beside).filter_map(Path::parent).collect(),
        };
        let mut scenarios = bases.into_iter().map(|base| normal(&base.join(input_file)));
        scenarios.find(|scenario| self.resolved(&self.of(scenario).directory) == directory)
    }

    /// Returns the directory of all snapshots that contains this one.
    pub(super) fn top_of(&self, snapshot: &Path) -> PathBuf {
        let beside = |path: &&Path| path.file_name().is_some_and(|name| name == SNAPSHOTS);
        match &self.root {
            Some(root) => self.shown(root),
            None => snapshot.ancestors().find(beside).unwrap_or(snapshot).to_owned(),
        }
    }

    /// Returns the directory that mirrors `directory`, with the snapshots of all scenarios at and below it, including deleted
    /// ones. `None` if every directory there has its own snapshots.
    pub(super) fn mirror(&self, directory: &Path) -> Option<PathBuf> {
        let absolute = self.resolved(directory);
        // The same as for a file in it.
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

    /// Returns the directory of all snapshots, if it was set.
    pub(super) fn root(&self) -> Option<&Path> {
        self.root.as_deref()
    }

    /// Returns the normalized absolute path.
    pub(super) fn resolved(&self, path: &Path) -> PathBuf {
        normal(&self.here.join(path))
    }

    /// Returns the directory that names of a scenario are relative to, and its path below the directory that its snapshots
    /// mirror.
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

    /// Returns the unique name of a file: relative to the current directory, if it is below that.
    pub(super) fn shown(&self, path: &Path) -> PathBuf {
        path.strip_prefix(&self.here).unwrap_or(path).to_owned()
    }
}

/// Returns true if there is certainly no such file.
pub(super) fn is_gone(path: &Path) -> bool {
    path.symlink_metadata().is_err_and(|error| error.kind() == io::ErrorKind::NotFound)
}

fn is_scenarios(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name == SCENARIOS)
}

/// Writes a path as insta does on every system.
fn with_slashes(path: &Path) -> String {
    let named = path.components().filter(|part| *part != Component::RootDir);
    let parts: Vec<_> = named.map(|part| part.as_os_str().to_string_lossy()).collect();
    let root = if path.has_root() { "/" } else { "" };
    format!("{root}{}", parts.join("/"))
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
        // A scenario elsewhere has a unique name, too.
        assert_eq!(of(&rooted, "/etc/a.yaml"), want("kept/a", "/etc/a.yaml"));
        assert_eq!(of(&rooted, "/x/scenarios/f/a.yaml"), want("kept/f/a", "/x/scenarios/f/a.yaml"));
    }

    #[test]
    fn a_path_is_the_same_however_it_is_written() {
        for layout in [layout(None), layout(Some("kept"))] {
            let place = layout.of(Path::new("scenarios/f/a.yaml"));
            for path in ["x/../scenarios/f/a.yaml", "../net/./scenarios/g/../f/a.yaml"] {
                assert_eq!(layout.of(Path::new(path)), place, "{path}");
            }
        }
        // Nothing is written outside the root.
        let outside = layout(Some("kept")).of(Path::new("../../b.yaml"));
        assert_eq!((outside.directory, outside.input_file.as_str()), ("kept/b".into(), "/home/b.yaml"));
        assert_eq!(normal(Path::new("/../a/..//b/.")), Path::new("/b"));
    }

    #[test]
    fn snapshots_lead_back_to_their_scenarios() {
        let scenario_of = |root, snapshot: &str, input_file: &str| {
            let found = layout(root).scenario_of(Path::new(snapshot), input_file);
            found.map(|path| path.strip_prefix("/home/me/net").map_or(path.clone(), Path::to_owned))
        };
        for (root, scenario, snapshot, input_file) in [
            (None, "scenarios/f/a.yaml", "snapshots/f/a/timeline.snap", "scenarios/f/a.yaml"),
            (None, "plans/a.yaml", "plans/snapshots/a/timeline.snap", "a.yaml"),
            (
                None,
                "scenarios/snapshots/a.yaml",
                "snapshots/snapshots/a/x.snap",
                "scenarios/snapshots/a.yaml",
            ),
            (Some("kept"), "scenarios/f/a.yaml", "kept/f/a/timeline.snap", "scenarios/f/a.yaml"),
            (Some("kept"), "plans/a.yaml", "kept/plans/a/timeline.snap", "plans/a.yaml"),
            (Some("kept"), "/etc/a.yaml", "kept/a/timeline.snap", "/etc/a.yaml"),
        ] {
            assert_eq!(scenario_of(root, snapshot, input_file), Some(scenario.into()), "{snapshot}");
        }
        for (root, snapshot, input_file) in [
            (None, "snapshots/f/a/timeline.snap", "scenarios/f.yaml"),
            (None, "snapshots/f/a/timeline.snap", "tests/inputs/a.txt"),
            (None, "kept/f/a/timeline.snap", "scenarios/f/a.yaml"),
            (Some("kept"), "kept/plans/a/timeline.snap", "a.yaml"),
        ] {
            assert_eq!(scenario_of(root, snapshot, input_file), None, "{snapshot}");
        }
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
