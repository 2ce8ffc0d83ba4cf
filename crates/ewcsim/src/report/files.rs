//! The files that `--out` writes: `run.json`, `events.jsonl`, `logs/`, `show/`.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use scenario::Scenario;
use text::durations::short;

use crate::report::{RunReport, digest, json};
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
        let at = show.asked.at.map_or(String::new(), |at| format!("@{}", short(at)));
        let name = format!("{}{at}.txt", show_name(&show.asked.command));
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
