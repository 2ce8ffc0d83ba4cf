//! The text files that a scenario names.

use std::path::{Path, PathBuf};

use crate::diagnostic::Diagnostic;
use crate::files::Files;
use crate::resolve::Loader;
use crate::source::{FileId, Span};
use crate::texts::Texts;

/// The maximum number of them in one scenario.
const FILES_MAX: usize = 64;

impl Loader<'_> {
    /// Reads a text file named at `named`, relative to the file that names it; each is read once.
    pub(super) fn named_text(&mut self, path: &str, named: Span) -> Option<FileId> {
        self.named_file(path, named, |texts, path, files| texts.read(path, files, Some(named)))
    }

    /// Reads a text file as [`Loader::named_text`] does, in whatever encoding.
    pub(super) fn named_listing(&mut self, path: &str, named: Span) -> Option<FileId> {
        self.named_file(path, named, |texts, path, files| texts.read_loosely(path, files, named))
    }

    fn named_file(
        &mut self,
        path: &str,
        named: Span,
        read: impl FnOnce(&mut Texts, &Path, &dyn Files) -> Result<FileId, Diagnostic>,
    ) -> Option<FileId> {
        let path = self.path_of(path, named);
        if let Some(known) = self.texts.named.get(&path) {
            return *known;
        }
        if self.texts.named.len() == FILES_MAX {
            let message = format!("more than {FILES_MAX} files");
            self.reader.report(Diagnostic::error(message).at(named, "this one is not read"));
            return None;
        }
        let file = read(&mut self.texts, &path, self.files);
        let file = file.map_err(|problem| self.reader.report(problem)).ok();
        self.texts.named.insert(path, file);
        file
    }

    /// Returns the path of a file named at `named`: it is relative to the directory of the file that contains the name.
    pub(super) fn path_of(&self, path: &str, named: Span) -> PathBuf {
        self.texts.sources.directory(named.file).join(path)
    }
}
