//! The files that `--out` writes: `run.json`, `events.jsonl`, `logs/`, `show/`.

use std::fs;
use std::io;
use std::path::Path;

use scenario::Scenario;

use crate::report::RunReport;
use crate::report::json;
use crate::verdict::Finished;

/// Writes the files of a run below `directory`, which is created if it is missing. Files of an earlier run are overwritten.
///
/// # Errors
/// The first error of the operating system, with the path.
pub fn write_files(directory: &Path, scenario: &Scenario, finished: &Finished) -> io::Result<()> {
    let report = RunReport::new(scenario, finished);
    let mut run = serde_json::to_string_pretty(&report).map_err(io::Error::other)?;
    run.push('\n');
    write(&directory.join("run.json"), &run)?;
    write(&directory.join("events.jsonl"), &json::events(scenario, &finished.record))?;
    for (index, host) in finished.record.hosts().iter().enumerate() {
        write(&directory.join("logs").join(format!("{host}.log")), &finished.logs.text(index))?;
    }
    for show in &finished.shows {
        let name = format!("{}.txt", show.command.replace(' ', "-"));
        write(&directory.join("show").join(&show.host).join(name), &show.output)?;
    }
    Ok(())
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
