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
    /// Reads a text file as UTF-8. `named` is the place where its name is written.
    ///
    /// # Errors
    /// The reason that it cannot be read.
    pub(crate) fn read(
        &mut self,
        path: &Path,
        files: &dyn Files,
        named: Option<Span>,
    ) -> Result<FileId, Diagnostic> {
        let shown = shown(path);
        let bytes = files.read(path, TEXT_MAX).map_err(|error| {
            let problem = match error {
                FileError::TooLarge { size, limit } => {
                    Diagnostic::error(format!("`{shown}` has {size} bytes, more than the limit of {limit}"))
                }
                error => Diagnostic::error(format!("`{shown}` cannot be read: {error}")),
            };
            match named {
                Some(named) => {
                    problem.at(named, "named here").help(nearest(path, &files_beside(path, files)))
                }
                None => problem,
            }
        })?;
        // A byte order mark is redundant in UTF-8, and would count as a column.
        let bytes = match bytes.strip_prefix("\u{feff}".as_bytes()) {
            Some(text) => text.to_owned(),
            None => bytes,
        };
        String::from_utf8(bytes).map(|text| self.sources.add_file(path, text)).map_err(|error| {
            let at = error.utf8_error().valid_up_to();
            let byte = error.as_bytes()[at];
            // The text shown ends in a replacement character where the UTF-8 ends.
            let file = self.sources.add_file(path, String::from_utf8_lossy(error.as_bytes()).into_owned());
            let problem = Diagnostic::error(format!("`{shown}` is not UTF-8"))
                .at(Span::new(file, at..at + '\u{fffd}'.len_utf8()), format!("invalid byte 0x{byte:02x}"));
            match named {
                Some(named) => problem.at(named, "read from here"),
                None => problem,
            }
        })
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
