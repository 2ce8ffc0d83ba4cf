//! The directories that one listing shows, and the lines that stand between them.

use super::words::{Words, names_image};

/// The commands that list files, as they are typed.
const COMMANDS: [&str; 14] = [
    "ls",
    "ll",
    "dir",
    "vdir",
    "get-childitem",
    "gci",
    "unzip",
    "7z",
    "7za",
    "tar",
    "cd",
    "show",
    "sudo",
    "zipinfo",
];
/// The most words in front of the mark at the end of a prompt.
const PROMPT_WORDS_MAX: usize = 4;
/// The marks at the end of a prompt.
const MARKS: [char; 4] = ['$', '#', '>', '%'];

/// A directory: the heading that it stands below, and the path in front of the name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    heading: usize,
    path: String,
}

/// The directories of a listing so far.
#[derive(Default)]
pub(super) struct Places {
    /// The number of headings so far that files stand below.
    heading: usize,
    /// True if no file was read since the last heading: several headings in a row are one.
    is_empty: bool,
}

impl Places {
    /// Returns the directory of a file, and its name in that.
    pub(super) fn of(&mut self, name: &str) -> (Place, String) {
        self.is_empty = false;
        let (path, name) = name.rsplit_once(['/', '\\']).unwrap_or(("", name));
        // An absolute path is the same below any heading.
        let heading = if path.starts_with('/') { 0 } else { self.heading };
        let path = path.trim_start_matches("./").trim_matches('/');
        let path = if path == "." { "" } else { path };
        (Place { heading, path: path.to_owned() }, name.to_owned())
    }

    /// Returns true for a heading of a directory, or a command with or without its prompt: what follows is another directory.
    pub(super) fn begins(&mut self, line: &str) -> bool {
        let begins = is_heading(line) || is_prompt(line);
        if begins && !self.is_empty {
            self.heading += 1;
            self.is_empty = true;
        }
        begins
    }
}

/// Returns true for `/srv/tftp:`, `Directory of C:\TFTP-Root`, `Directory of flash:/` and `Archive:  release.zip`, in any language.
fn is_heading(line: &str) -> bool {
    let line = line.trim();
    let has_drive = line.contains(":\\") || line.contains(" \\\\");
    let begins = ["Directory of ", "Directory: ", "Archive: ", "Listing archive: ", "Path = "];
    line.ends_with(':') || has_drive || begins.iter().any(|start| line.starts_with(start))
}

/// Returns true for a prompt, with or without what was typed after it, and for one of [`COMMANDS`]. What names an image and is none of
/// them may be an image.
fn is_prompt(line: &str) -> bool {
    if is_command(line) {
        return true;
    }
    let Some(mark) = line.find(MARKS) else { return false };
    let (before, typed) = (&line[..mark], line[mark + 1..].trim_start());
    before.split_whitespace().take(PROMPT_WORDS_MAX + 1).count() <= PROMPT_WORDS_MAX
        && !before.starts_with(['-', '<'])
        && (typed.is_empty() || is_command(typed) || !names_image(line))
}

fn is_command(line: &str) -> bool {
    COMMANDS.contains(&Words::of(line).get(0).to_ascii_lowercase().as_str())
}
