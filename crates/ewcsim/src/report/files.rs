//! The files that `--out` writes: `run.json`, `events.jsonl`, `logs/`, `show/`.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use scenario::Scenario;

use crate::report::RunReport;
use crate::report::json;
use crate::verdict::Finished;

/// Returns the files of a run: each path below their directory, and its text.
pub fn files(scenario: &Scenario, finished: &Finished) -> Vec<(PathBuf, String)> {
    let report = RunReport::new(scenario, finished);
    let run = serde_json::to_string_pretty(&report).expect("reports serialize") + "\n";
    let mut files =
        vec![("run.json".into(), run), ("events.jsonl".into(), json::events(scenario, &finished.record))];
    for (index, host) in finished.record.hosts().iter().enumerate() {
        files.push((Path::new("logs").join(format!("{host}.log")), finished.logs.text(index)));
    }
    for show in &finished.shows {
        let name = format!("{}.txt", show.command.replace(' ', "-"));
        files.push((Path::new("show").join(&show.host).join(name), show.output.clone()));
    }
    files
}

/// Writes the files of a run below `directory`, which is created if it is missing. Files of an earlier run are overwritten.
///
/// # Errors
/// The first error of the operating system, with the path.
pub fn write_files(directory: &Path, scenario: &Scenario, finished: &Finished) -> io::Result<()> {
    files(scenario, finished).iter().try_for_each(|(path, text)| write(&directory.join(path), text))
}

fn write(path: &Path, text: &str) -> io::Result<()> {
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).map_err(|error| with_path(path, error))?;
    }
    fs::write(path, text).map_err(|error| with_path(path, error))
}

/// Prefixes an error with the path it is about.
pub(crate) fn with_path(path: &Path, error: io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}
