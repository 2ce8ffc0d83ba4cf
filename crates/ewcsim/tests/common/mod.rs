//! Shared parts of the integration tests: scenarios from the disk or edited in memory, runs, logs, snapshots.
#![allow(dead_code, reason = "the tests of the scenarios are a program of its own and uses its part of this")]

pub(crate) mod samples;

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use ewcsim::{Finished, Options, Prepared, Progress};
use scenario::{DiskFiles, FileError, Files};

/// A capture in memory.
pub(crate) struct Written(pub(crate) Arc<Mutex<Vec<u8>>>);

impl Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("no thread panicked").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Returns the root of the repository.
pub(crate) fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .canonicalize()
        .expect("the crate lies two levels down")
}

/// Loads a scenario from the disk; `path` is relative to the root of the repository.
pub(crate) fn load(path: &str) -> Prepared {
    ewcsim::load(&workspace().join(path), &DiskFiles)
        .unwrap_or_else(|problems| panic!("{path} is wrong:\n{}", problems.render(false)))
}

/// Loads a scenario of the field samples: `tftp-join`.
pub(crate) fn field(name: &str) -> Prepared {
    load(&format!("scenarios/field/{name}.yaml"))
}

/// Runs to the end with the scenario's seed, or another one.
pub(crate) fn run(prepared: &Prepared, seed: Option<u64>) -> Finished {
    let reseeded = seed.map(|seed| prepared.reseeded(seed).expect("no seed makes it wrong"));
    run_with(reseeded.as_ref().unwrap_or(prepared), Options::default())
}

/// Runs to the end.
pub(crate) fn run_with(prepared: &Prepared, options: Options) -> Finished {
    ewcsim::run(prepared, options, &mut Progress::none(), &AtomicBool::new(false)).expect("it runs")
}

/// Returns the log of a host: each line with its time.
pub(crate) fn log(finished: &Finished, host: &str) -> Vec<(Duration, String)> {
    let host = finished.record.host(host).unwrap_or_else(|| panic!("no host is called {host}"));
    finished.logs.of(host).iter().map(|line| (line.at, line.text.clone())).collect()
}

/// Returns the log of a host without the times.
pub(crate) fn lines(finished: &Finished, host: &str) -> Vec<String> {
    log(finished, host).into_iter().map(|(_, line)| line).collect()
}

/// A scenario with changes in its text. Its access points boot in 75 s, unless it says how long they take.
#[derive(Clone)]
pub(crate) struct Edited {
    /// Its path: its files are read relative to it.
    path: PathBuf,
    /// The text up to the end of the timeline.
    text: String,
    /// The entries below `expect:`.
    expect: String,
}

impl Edited {
    /// Reads a scenario of `scenarios/` unchanged: `field/tftp-join`.
    pub(crate) fn scenario(name: &str) -> Self {
        let path = workspace().join(format!("scenarios/{name}.yaml"));
        let text =
            std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let (kept, rest) = text.split_once("\nexpect:\n").expect("a scenario expects something");
        let (expect, _) = rest.split_once("\nsnapshot:").expect("a scenario has snapshots");
        Self { path, text: kept.to_owned(), expect: expect.to_owned() }
    }

    /// Takes the text of a scenario up to the end of its timeline, as if it stood in `scenarios/`.
    pub(crate) fn from_text(text: String) -> Self {
        Self { path: workspace().join("scenarios/edited.yaml"), text, expect: String::new() }
    }

    /// Replaces `from` with `to`. `from` must occur exactly once: an edit that finds nothing would test nothing.
    #[must_use]
    pub(crate) fn replace(mut self, from: &str, to: &str) -> Self {
        assert_eq!(self.text.matches(from).count(), 1, "`{from}` stands once in\n{}", self.text);
        self.text = self.text.replacen(from, to, 1);
        self
    }

    /// Returns the line that begins with `start`.
    pub(crate) fn line(&self, start: &str) -> String {
        let mut lines = self.text.lines();
        let line = lines.find(|line| line.starts_with(start));
        line.unwrap_or_else(|| panic!("no line begins with `{start}`")).to_owned()
    }

    /// Sets a later `until`.
    #[must_use]
    pub(crate) fn until(self, until: &str) -> Self {
        let line = self.line("until: ");
        self.replace(&line, &format!("until: {until}"))
    }

    /// Draws the time of each boot.
    #[must_use]
    pub(crate) fn with_drawn_boots(mut self) -> Self {
        self.text += "\n\ncatalogue: { ap.boot.duration: 150s, ap.boot.duration-min: 75s }";
        self
    }

    /// Adds an entry at the end of the timeline, which is the last section.
    #[must_use]
    pub(crate) fn then(mut self, event: &str) -> Self {
        self.text = format!("{}\n  - {event}", self.text.trim_end());
        self
    }

    /// Runs it with only these expectations.
    pub(crate) fn expecting(&self, expectation: &str) -> Finished {
        self.run(&format!("  - {expectation}"))
    }

    /// Runs it with its own expectations.
    pub(crate) fn run_as_it_is(&self) -> Finished {
        self.run(&self.expect)
    }

    /// Loads it with its own expectations.
    pub(crate) fn load(&self) -> Prepared {
        self.load_expecting(&self.expect)
    }

    /// Returns the text without expectations.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Loads it with only these expectations, each on a line of its own.
    pub(crate) fn load_expecting(&self, expect: &str) -> Prepared {
        let text = format!("{}\n\nexpect:\n{expect}\n", with_boots(self.text.trim_end()));
        let files = Overlaid { path: &self.path, text: &text };
        ewcsim::load(&self.path, &files)
            .unwrap_or_else(|problems| panic!("{}\n{text}", problems.render(false)))
    }

    fn run(&self, expect: &str) -> Finished {
        run(&self.load_expecting(expect), None)
    }
}

/// Returns the text of a scenario with the time that a boot takes.
fn with_boots(text: &str) -> String {
    const BOOT: &str = "ap.boot.duration: 75s";
    match text {
        text if text.contains("ap.boot.") => text.to_owned(),
        text if text.contains("\ncatalogue: {") => {
            text.replacen("\ncatalogue: {", &format!("\ncatalogue: {{ {BOOT},"), 1)
        }
        text if text.contains("\ncatalogue:\n") => {
            text.replacen("\ncatalogue:\n", &format!("\ncatalogue:\n  {BOOT}\n"), 1)
        }
        text => format!("{text}\n\ncatalogue: {{ {BOOT} }}"),
    }
}

/// The disk, except for one file.
struct Overlaid<'a> {
    path: &'a Path,
    text: &'a str,
}

impl Files for Overlaid<'_> {
    fn read(&self, path: &Path, limit: u64) -> Result<Vec<u8>, FileError> {
        if path == self.path { Ok(self.text.as_bytes().to_vec()) } else { DiskFiles.read(path, limit) }
    }

    fn list(&self, directory: &Path) -> Result<Vec<(String, u64)>, FileError> {
        DiskFiles.list(directory)
    }
}

/// Returns settings for snapshots in the repository's `snapshots/` below `directory`, which `ewcsim test` reads too.
pub(crate) fn snapshots(directory: &str) -> insta::Settings {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(workspace().join("snapshots").join(directory));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings
}

/// Creates a directory for a test's files, which is removed when dropped.
pub(crate) fn temporary() -> tempfile::TempDir {
    tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("cargo makes its directory for tests")
}
