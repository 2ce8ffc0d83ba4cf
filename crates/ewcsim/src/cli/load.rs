//! The scenarios that a command line names: files, or `-` for standard input.

use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use scenario::{Choices, Diagnostics, Files};

use super::{AllowArgs, color_on_stderr, complain};
use crate::allowed::Allowed;
use crate::ending::Ending;
use crate::lab::WithText;
use crate::world::{Loaded, Prepared, load_any, load_with};

/// The path that stands for standard input.
const STANDARD_INPUT: &str = "-";

/// The maximum size of a scenario in bytes; one byte more is read, so that a longer one is reported.
const SIZE_MAX: u64 = 1 << 20;

/// The scenarios of a command line, and the files that they may read.
pub(super) struct Sources {
    pub(super) allowed: Allowed,
    /// The text on standard input, if a scenario is read from there.
    standard_input: Option<Vec<u8>>,
}

impl Sources {
    /// Reads standard input if one of `paths` stands for it. If that fails, or `allow` is wrong, tells so.
    pub(super) fn open(paths: &[PathBuf], allow: &AllowArgs) -> Result<Self, Ending> {
        let allowed = allow.allowed(paths)?;
        let mut standard_input = None;
        if paths.iter().any(|path| is_standard_input(path)) {
            let mut text = Vec::new();
            let read = io::stdin().take(SIZE_MAX + 1).read_to_end(&mut text);
            read.map_err(|error| complain(&format!("cannot read standard input: {error}")))?;
            standard_input = Some(text);
        }
        Ok(Self { allowed, standard_input })
    }

    /// Loads the scenario at `path`.
    ///
    /// # Errors
    /// Every problem, each with its place.
    pub(super) fn load(&self, path: &Path, choices: &Choices) -> Result<Prepared, Diagnostics> {
        self.with_files(path, |files| load_with(path, files, choices))
    }

    /// Loads the scenario or the lab at `path`.
    ///
    /// # Errors
    /// Every problem, each with its place.
    pub(super) fn load_any(&self, path: &Path, choices: &Choices) -> Result<Loaded, Diagnostics> {
        self.with_files(path, |files| load_any(path, files, choices))
    }

    fn with_files<T>(&self, path: &Path, load: impl FnOnce(&dyn Files) -> T) -> T {
        let files = self.allowed.files(path);
        match &self.standard_input {
            // It counts as a file of the current directory, so its relative paths start there.
            Some(text) if is_standard_input(path) => load(&WithText::new(&files, path, text.clone())),
            _ => load(&files),
        }
    }
}

/// Returns true if the path stands for standard input.
pub(super) fn is_standard_input(path: &Path) -> bool {
    path.as_os_str() == STANDARD_INPUT
}

/// Loads the one scenario of a command line. Its problems, or its warnings, are printed to standard error.
pub(super) fn load_one(
    path: &Path,
    choices: &Choices,
    allow: &AllowArgs,
    verbose: bool,
) -> Result<(Prepared, Allowed), Ending> {
    let sources = Sources::open(&[path.to_owned()], allow)?;
    let (found, loaded) = match sources.load(path, choices) {
        Ok(prepared) => (prepared.scenario.diagnostics(prepared.warnings.clone()), Ok(prepared)),
        Err(problems) => (problems, Err(Ending::InvalidInput)),
    };
    // Nothing can be told if standard error is closed.
    let _ = write!(io::stderr(), "{}", found.verbose(verbose).render(color_on_stderr()));
    loaded.map(|prepared| (prepared, sources.allowed))
}
