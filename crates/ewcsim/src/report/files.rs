//! The files that `--out` writes: `run.json`, `events.jsonl`, `logs/`, `show/`.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use scenario::Scenario;
use text::durations::short;

use crate::pending::{Pending, begin_whole};
use crate::report::{RunReport, digest, json};
use crate::verdict::Finished;

/// Returns the files of a run: each path below their directory, and its text.
pub fn files(scenario: &Scenario, finished: &Finished) -> Vec<(PathBuf, String)> {
    let report = RunReport::new(scenario, finished);
    let run = serde_json::to_string_pretty(&report).expect("reports serialize") + "\n";
    let mut files = vec![(RUN.into(), run), (EVENTS.into(), json::events(scenario, &finished.record))];
    for (index, host) in finished.record.hosts().iter().enumerate() {
        files.push((Path::new(LOGS).join(format!("{host}.log")), finished.logs.text(index)));
    }
    for show in &finished.shows {
        let at = show.asked.at.map_or(String::new(), |at| format!("@{}", short(at)));
        let name = format!("{}{at}.txt", show_name(&show.asked.command));
        files.push((Path::new(SHOW).join(&show.host).join(name), show.output.clone()));
    }
    files
}

/// Writes the files of a run below `directory`, which is created if it is missing. Files of an earlier run are overwritten.
///
/// Nothing is replaced before all is written, and `run.json` comes last, after the old one is removed: where it is, the files
/// that it lists are whole, and of the same run.
///
/// # Errors
/// The first error of the operating system, with the path. Then all files are as they were, or `run.json` is missing.
pub fn write_files(directory: &Path, scenario: &Scenario, finished: &Finished) -> io::Result<()> {
    write_files_with(directory, scenario, finished, None)
}

/// Writes them with the run's capture, if there is one.
pub(crate) fn write_files_with(
    directory: &Path,
    scenario: &Scenario,
    finished: &Finished,
    capture: Option<Pending>,
) -> io::Result<()> {
    let files = files(scenario, finished);
    let begin = |(path, text): &(PathBuf, String)| {
        let path = directory.join(path);
        match begin_whole(&path, text.as_bytes()) {
            Ok(pending) => Ok((path, pending)),
            Err(error) => Err(with_path(&path, error)),
        }
    };
    let mut written = files.iter().map(begin).collect::<io::Result<Vec<_>>>()?;
    written.extend(capture.map(|pending| (directory.join(CAPTURE), pending)));
    let summary = directory.join(RUN);
    remove_file(&summary)?;
    // It is the first of them.
    written
        .into_iter()
        .rev()
        .try_for_each(|(path, pending)| pending.keep().map_err(|error| with_path(&path, error)))
}

/// Removes the files of an earlier run below `directory`, and the directories that are empty then. Other files stay, and so does
/// everything if there was no run.
///
/// # Errors
/// The first error of the operating system, with the path.
pub(crate) fn remove_files(directory: &Path) -> io::Result<()> {
    if !directory.join(RUN).is_file() && !directory.join(EVENTS).is_file() {
        return Ok(());
    }
    [RUN, EVENTS, CAPTURE].iter().try_for_each(|name| remove_file(&directory.join(name)))?;
    let logs = directory.join(LOGS);
    remove_files_in(&logs, "log")?;
    for host in entries(&directory.join(SHOW))? {
        remove_files_in(&host, "txt")?;
    }
    // Directories that are not empty stay.
    for empty in [directory.join(SHOW), logs, directory.to_owned()] {
        let _ = fs::remove_dir(empty);
    }
    Ok(())
}

/// Removes the files with this ending in a directory, and the directory if it is empty then.
fn remove_files_in(directory: &Path, ending: &str) -> io::Result<()> {
    for path in entries(directory)? {
        if path.extension().is_some_and(|end| end == ending) {
            remove_file(&path)?;
        }
    }
    let _ = fs::remove_dir(directory);
    Ok(())
}

/// Returns the paths in a directory; none if it does not exist.
fn entries(directory: &Path) -> io::Result<Vec<PathBuf>> {
    match fs::read_dir(directory) {
        Ok(entries) => entries.map(|entry| Ok(entry?.path())).collect(),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            Ok(Vec::new())
        }
        Err(error) => Err(with_path(directory, error)),
    }
}

/// Removes a file if it exists.
pub(crate) fn remove_file(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(with_path(path, error)),
        _ => Ok(()),
    }
}

/// The names of the files and directories.
const RUN: &str = "run.json";
const EVENTS: &str = "events.jsonl";
const LOGS: &str = "logs";
const SHOW: &str = "show";
pub(crate) const CAPTURE: &str = "capture.pcapng";

/// The longest name of a file with an output, in bytes, without its extension.
const NAME_MAX: usize = 180;

/// The number of digits of the digest at the end of a name that was too long.
const DIGITS: usize = 16;

/// Returns the name of the file with the output of a show command, in full form: dashes stand for blanks, a comma for the `|` of
/// a modifier, and `%` with two digits for any other character that a file system may not take.
pub(crate) fn show_name(command: &str) -> String {
    let (words, modifier) =
        command.split_once(" | ").map_or((command, ""), |(words, modifier)| (words, modifier));
    let mut name = String::new();
    for (text, keeps_dashes) in [(words, true), (modifier, false)] {
        if !name.is_empty() && !text.is_empty() {
            name.push(',');
        }
        for byte in text.bytes() {
            match byte {
                b' ' => name.push('-'),
                b'-' if keeps_dashes => name.push('-'),
                b'.' | b'_' => name.push(char::from(byte)),
                _ if byte.is_ascii_alphanumeric() => name.push(char::from(byte)),
                _ => name += &format!("%{byte:02X}"),
            }
        }
    }
    if name.len() > NAME_MAX {
        // Its beginning, and a digest that tells it from others.
        let digest = digest([name.as_str()]);
        name.truncate(NAME_MAX - DIGITS - 1);
        name += "-";
        name += &digest[..DIGITS];
    }
    name
}

/// Prefixes an error with the path it is about.
pub(crate) fn with_path(path: &Path, error: io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_named_after_its_command() {
        for (command, name) in [
            ("show ap image", "show-ap-image"),
            ("show wireless ewc-ap predownload status", "show-wireless-ewc-ap-predownload-status"),
            ("show ap image | include branch-1 |a", "show-ap-image,include-branch%2D1-%7Ca"),
            ("show boot | include ../..", "show-boot,include-..%2F.."),
            ("show ap name ../x config general", "show-ap-name-..%2Fx-config-general"),
            ("show boot | count é", "show-boot,count-%C3%A9"),
        ] {
            assert_eq!(show_name(command), name);
        }
        let [a, b] =
            ["a", "b"].map(|last| show_name(&format!("show boot | include {}{last}", "x".repeat(300))));
        assert!(a != b && a.len() == NAME_MAX, "{a}");
    }
}
