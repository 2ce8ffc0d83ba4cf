//! Selects scenarios by their paths and titles.

use std::path::Path;
use std::str::FromStr;

use glob::Pattern;
use scenario::{DiskFiles, Files as _, Tree};

/// The number of bytes read to find a title: the maximum size of a scenario.
const READ_MAX: u64 = 1 << 20;

/// A text, or a glob, that selects scenarios.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Filter {
    /// Selects scenarios with this text in their path or their title.
    Part(String),
    /// Selects scenarios whose whole path, file name without its ending, or title matches.
    Glob(Pattern),
}

impl Filter {
    /// Returns true if the scenario at `path` is selected. Its file is read only if its path does not decide.
    pub(super) fn selects(&self, path: &Path) -> bool {
        let shown = path.to_string_lossy();
        let stem = path.file_stem().unwrap_or_default().to_string_lossy();
        let by_path = match self {
            Self::Part(text) => shown.contains(text.as_str()),
            Self::Glob(pattern) => pattern.matches(&shown) || pattern.matches(&stem),
        };
        by_path || title(path).is_some_and(|title| self.is_of_title(&title))
    }

    fn is_of_title(&self, title: &str) -> bool {
        match self {
            Self::Part(text) => title.contains(text.as_str()),
            Self::Glob(pattern) => pattern.matches(title),
        }
    }

    /// Returns it as it was written.
    pub(super) fn text(&self) -> &str {
        match self {
            Self::Part(text) => text,
            Self::Glob(pattern) => pattern.as_str(),
        }
    }
}

impl FromStr for Filter {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if !text.contains(['*', '?', '[']) {
            return Ok(Self::Part(text.to_owned()));
        }
        let pattern =
            Pattern::new(text).map_err(|error| format!("no glob at byte {}: {}", error.pos, error.msg));
        pattern.map(Self::Glob)
    }
}

/// Returns the title of a scenario; `None` if its file cannot be read as one.
pub(super) fn title(path: &Path) -> Option<String> {
    let bytes = DiskFiles.read(path, READ_MAX).ok()?;
    let tree = Tree::parse(std::str::from_utf8(&bytes).ok()?).ok()?;
    tree.get("scenario")?.as_text().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_parts_and_globs_are_whole() {
        let selects = |filter: &str, path: &str| {
            filter.parse::<Filter>().expect("it is right").selects(Path::new(path))
        };
        for (filter, path, expected) in [
            ("own", "s/stuck-downloading.yaml", true),
            ("own*", "s/stuck-downloading.yaml", false),
            ("own*", "s/own-image.yaml", true),
            ("s/*", "s/a/b.yaml", true),
            ("*/b.yaml", "s/a/b.yaml", true),
            ("[ab]", "s/a/b.yaml", true),
            ("?", "s/a/bb.yaml", false),
            ("s/a", "s/a/b.yaml", true),
            ("s/a?", "s/a/b.yaml", false),
        ] {
            assert_eq!(selects(filter, path), expected, "{filter} {path}");
        }
        assert!("[a".parse::<Filter>().is_err_and(|error| error.starts_with("no glob at byte 0: ")));
    }

    #[test]
    fn titles_are_those_of_yaml() {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("x.yaml");
        std::fs::write(&path, "# scenario: no\nscenario: 'One: of \"two\"' # three\n").expect("it is ours");
        assert_eq!(title(&path).as_deref(), Some("One: of \"two\""));
        let selects = |filter: &str| filter.parse::<Filter>().expect("it is right").selects(&path);
        assert_eq!(
            [selects("of \"t"), selects("One*"), selects("two*"), selects("three")],
            [true, true, false, false]
        );
        std::fs::write(&path, "scenario: [").expect("it is ours");
        assert_eq!(title(&path), None);
    }
}
