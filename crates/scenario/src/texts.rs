//! The text files that make up a scenario, each read once.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use indexmap::IndexMap;

use crate::diagnostic::Diagnostic;
use crate::files::{FileError, FileTree, Files, normal};
use crate::source::{FileId, Sources, Span};

/// The size of the largest text that is read.
const TEXT_MAX: u64 = 1 << 20;

/// The names and sizes of the files in a directory.
type Listed = Result<Vec<(String, u64)>, FileError>;

/// The texts read so far. Cheap to clone, so that a scenario is read once for all its seeds.
#[derive(Debug, Clone, Default)]
pub(crate) struct Texts {
    pub(crate) sources: Sources,
    /// The files that scenarios name; nothing for one that cannot be read.
    pub(crate) named: IndexMap<PathBuf, Option<FileId>>,
    listed: BTreeMap<PathBuf, Listed>,
    trees: BTreeMap<PathBuf, Result<FileTree, FileError>>,
}

impl Texts {
    /// Reads a text file as UTF-8, or as UTF-16 if it begins with the byte order mark of that. `named` is the place where its name is
    /// written.
    ///
    /// # Errors
    /// The reason that it cannot be read.
    pub(crate) fn read(
        &mut self,
        path: &Path,
        files: &dyn Files,
        named: Option<Span>,
    ) -> Result<FileId, Diagnostic> {
        let bytes = read_bytes(path, files, named)?;
        if let Some(what) = foreign(&bytes) {
            let shown = normal(path).display().to_string();
            let problem = Diagnostic::error(format!("`{shown}` is {what}, and none of its lines is shown"));
            return Err(match named {
                Some(named) => problem.at(named, "named here"),
                None => problem,
            });
        }
        String::from_utf8(bytes).map(|text| self.sources.add_file(path, text)).map_err(|error| {
            let at = error.utf8_error().valid_up_to();
            let byte = error.as_bytes()[at];
            // The text shown ends in a replacement character where the UTF-8 ends.
            let file = self.sources.add_file(path, String::from_utf8_lossy(error.as_bytes()).into_owned());
            let shown = normal(path).display().to_string();
            let problem = Diagnostic::error(format!("`{shown}` is not UTF-8"))
                .at(Span::new(file, at..at + '\u{fffd}'.len_utf8()), format!("invalid byte 0x{byte:02x}"));
            match named {
                Some(named) => problem.at(named, "read from here"),
                None => problem,
            }
        })
    }

    /// Reads a text file of which only the ASCII characters matter, in whatever encoding: `dir` of Windows has that of the console.
    ///
    /// # Errors
    /// The reason that it cannot be read.
    pub(crate) fn read_loosely(
        &mut self,
        path: &Path,
        files: &dyn Files,
        named: Span,
    ) -> Result<FileId, Diagnostic> {
        let bytes = read_bytes(path, files, Some(named))?;
        let text = bytes.utf8_chunks().fold(String::new(), |mut text, chunk| {
            text.push_str(chunk.valid());
            text.extend(chunk.invalid().iter().map(|byte| match byte {
                // The blank that does not break, in the code pages of Windows and of its console.
                0xa0 | 0xff => '\u{a0}',
                _ => char::REPLACEMENT_CHARACTER,
            }));
            text
        });
        Ok(self.sources.add_file(path, text))
    }

    /// Lists the files of a directory.
    pub(crate) fn list(&mut self, directory: &Path, files: &dyn Files) -> Listed {
        let known = self.listed.entry(directory.to_owned());
        known.or_insert_with(|| files.list(directory)).clone()
    }

    /// Lists the files of a directory and of those below it.
    pub(crate) fn tree(&mut self, directory: &Path, files: &dyn Files) -> Result<FileTree, FileError> {
        let known = self.trees.entry(directory.to_owned());
        known.or_insert_with(|| files.tree(directory)).clone()
    }
}

/// Returns a path as messages show it.
fn shown(path: &Path) -> String {
    let shown = normal(path);
    if shown.as_os_str().is_empty() { ".".to_owned() } else { shown.display().to_string() }
}

/// Describes why a file or a directory cannot be read; `near` suggests another one.
pub(crate) fn unreadable(
    path: &Path,
    error: FileError,
    named: Option<Span>,
    near: impl FnOnce() -> String,
) -> Diagnostic {
    let shown = shown(path);
    let at = |message: String| match named {
        Some(named) => Diagnostic::error(message).at(named, "named here"),
        None => Diagnostic::error(message),
    };
    let problem = match error {
        FileError::Outside { root, leads_to, help } => {
            let is = leads_to.map_or_else(|| "is".to_owned(), |file| format!("leads to `{file}`,"));
            let problem = at(format!("`{shown}` {is} outside of `{root}`"));
            return problem.note("a scenario reads only the files below that directory").help(help);
        }
        FileError::TooLarge { size, limit } => {
            at(format!("`{shown}` has {size} bytes, more than the limit of {limit}"))
        }
        error => at(format!("`{shown}` cannot be read: {error}")),
    };
    if named.is_some() { problem.help(near()) } else { problem }
}

/// Reads the bytes of a text: without a byte order mark, which is redundant in UTF-8 and would count as a column; in UTF-8 if it is UTF-16.
fn read_bytes(path: &Path, files: &dyn Files, named: Option<Span>) -> Result<Vec<u8>, Diagnostic> {
    let bytes = files.read(path, TEXT_MAX);
    let bytes = bytes
        .map_err(|error| unreadable(path, error, named, || nearest(path, &files_beside(path, files))))?;
    let utf16 = |text: &[u8], number: fn([u8; 2]) -> u16| {
        let units = text.chunks(2).map(|pair| number([pair[0], *pair.get(1).unwrap_or(&0)]));
        char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect::<String>()
    };
    Ok(match bytes.as_slice() {
        [0xef, 0xbb, 0xbf, text @ ..] => text.to_vec(),
        // The `>` of PowerShell, and Notepad's "Unicode".
        [0xff, 0xfe, text @ ..] => utf16(text, u16::from_le_bytes).into_bytes(),
        [0xfe, 0xff, text @ ..] => utf16(text, u16::from_be_bytes).into_bytes(),
        _ => bytes,
    })
}

/// Returns what a file is that no scenario can mean and whose lines are secret: a private key, or accounts with hashes of passwords.
fn foreign(bytes: &[u8]) -> Option<&'static str> {
    let text = String::from_utf8_lossy(bytes);
    let lines = || text.lines().map(str::trim).filter(|line| !line.is_empty());
    if lines()
        .next()
        .is_some_and(|line| line.starts_with("-----BEGIN ") || line.starts_with("PuTTY-User-Key-File-"))
    {
        return Some("a key or a certificate");
    }
    let accounts = lines().filter(|line| is_account(line)).count();
    (accounts > 0 && accounts * 2 >= lines().count()).then_some("a file of accounts")
}

/// Returns true for a line of passwd(5), shadow(5), gshadow(5) or htpasswd: a name and fields between colons, the first of which is a
/// hash, or of which there are as many as an account has.
fn is_account(line: &str) -> bool {
    let mut fields = line.split(':');
    let name = fields.next().unwrap_or_default();
    let is_name =
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.$+".contains(&byte));
    let hash = fields.next().unwrap_or_default();
    let is_hash = hash.starts_with('$') && hash.matches('$').count() >= 2 || hash.starts_with("{SHA}");
    // `name: value` is YAML.
    is_name && !hash.starts_with(' ') && (is_hash || matches!(fields.count(), 5 | 7))
}

/// Suggests a directory in place of one that cannot be read.
pub(crate) fn nearest_directory(path: &Path, files: &dyn Files) -> String {
    nearest(path, &files.directories(parent(path)))
}

/// Suggests one of the neighbours of a path that cannot be read.
fn nearest(path: &Path, neighbours: &[String]) -> String {
    let wanted = path.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
    match text::closest(&wanted, neighbours.iter().map(String::as_str)).first() {
        Some(name) if *name != wanted => format!("did you mean `{name}`?"),
        _ => "paths are relative to the directory of the file that states them".to_owned(),
    }
}

fn files_beside(path: &Path, files: &dyn Files) -> Vec<String> {
    files.list(parent(path)).unwrap_or_default().into_iter().map(|(name, _)| name).collect()
}

/// Returns the directory of a file; for a bare name, the one in which the command runs.
fn parent(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}
