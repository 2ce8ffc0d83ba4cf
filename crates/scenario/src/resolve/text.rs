//! Reading the files a scenario names.

use std::path::Path;

use crate::diagnostic::Diagnostic;
use crate::files::FileError;
use crate::resolve::Loader;
use crate::source::{FileId, Span};

/// The largest text that is read.
const TEXT_MAX: u64 = 1 << 20;
/// How many texts one scenario reads.
const FILES_MAX: usize = 64;

impl Loader<'_> {
    /// A text file named in the scenario at `named`, relative to the scenario; each is read once.
    pub(super) fn named_text(&mut self, path: &str, named: Span) -> Option<FileId> {
        let path = self.directory.join(path);
        if let Some(known) = self.read.get(&path) {
            return *known;
        }
        if self.read.len() == FILES_MAX {
            let message = format!("more than {FILES_MAX} files");
            self.reader.report(Diagnostic::error(message).at(named, "this one is not read"));
            return None;
        }
        let file = self.read_text(&path, Some(named));
        self.read.insert(path, file);
        file
    }

    /// What may have been meant by a path that cannot be read.
    fn nearest(&self, path: &Path) -> String {
        let wanted = path.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
        let neighbours = self.files.list(path.parent().unwrap_or(Path::new("."))).unwrap_or_default();
        match catalogue::closest(&wanted, neighbours.iter().map(|(name, _)| name.as_str())).first() {
            Some(name) => format!("did you mean `{name}`?"),
            None => "paths start at the scenario's directory".to_owned(),
        }
    }

    /// A text file, as UTF-8.
    pub(super) fn read_text(&mut self, path: &Path, named: Option<Span>) -> Option<FileId> {
        let shown = path.display().to_string();
        match self.files.read(path, TEXT_MAX) {
            Ok(bytes) => match String::from_utf8(bytes) {
                Ok(text) => Some(self.sources.add(&shown, text)),
                Err(error) => {
                    let at = error.utf8_error().valid_up_to();
                    let byte = error.as_bytes()[at];
                    // What is shown ends in a replacement character where the text ends to be UTF-8.
                    let file =
                        self.sources.add(&shown, String::from_utf8_lossy(error.as_bytes()).into_owned());
                    let mut problem = Diagnostic::error(format!("`{shown}` is not UTF-8")).at(
                        Span::new(file, at..at + '\u{fffd}'.len_utf8()),
                        format!("byte 0x{byte:02x} is out of place"),
                    );
                    if let Some(named) = named {
                        problem = problem.at(named, "read from here");
                    }
                    self.reader.report(problem);
                    None
                }
            },
            Err(error) => {
                let mut problem = match error {
                    FileError::TooLarge { size, limit } => Diagnostic::error(format!(
                        "`{shown}` has {size} bytes, more than the {limit} that are read"
                    )),
                    error => Diagnostic::error(format!("`{shown}` cannot be read: {error}")),
                };
                if let Some(named) = named {
                    problem = problem.at(named, "named here").help(self.nearest(path));
                }
                self.reader.report(problem);
                None
            }
        }
    }
}
