//! Listings of directories of images.

use image::{FILE_MAX, Listing, ListingError, ListingProblem, PassedOver};

use super::images::{Sized, synthetic};
use crate::diagnostic::Diagnostic;
use crate::model::ImageFile;
use crate::resolve::Loader;
use crate::source::{FileId, Span};
use text::numbers::count;

impl Loader<'_> {
    /// Reads the listing at `path`, which is named at `named`.
    pub(super) fn listing(&mut self, path: &str, named: Span) -> Option<Vec<Sized>> {
        let file = self.named_listing(path, named)?;
        let lines = self.texts.sources.lines(file);
        let line_span = |line: usize| lines.get(line - 1).copied().unwrap_or(Span::new(file, 0..0));
        let listing = match Listing::parse(self.texts.sources.text(file)) {
            Ok(listing) => listing,
            Err(error) => {
                let problem = self.no_listing(&error, file, line_span(error.line), named);
                self.reader.report(problem);
                return None;
            }
        };
        let mut sized: Vec<Sized> = Vec::new();
        let mut passed_over = listing.passed_over;
        for entry in listing.entries {
            let span = line_span(entry.line);
            if entry.size <= FILE_MAX {
                let file = synthetic(entry.name.clone(), entry.size);
                sized.push((ImageFile { listed: Some(entry), ..file }, span));
            } else if image::may_be_image(&entry.name) {
                let problem = Diagnostic::error(format!("`{}` is larger than {FILE_MAX} bytes", entry.name));
                self.reader.report(problem.at(span, "").at(named, "named here"));
            } else {
                passed_over.push(PassedOver { line: entry.line, what: "a file too large to be simulated" });
            }
        }
        self.tell_passed_over(&passed_over, file, &line_span);
        Some(sized)
    }

    /// Returns the problem of a text that is no listing. Of a file that lists nothing, no line is shown: it may be any file.
    fn no_listing(&self, error: &ListingError, file: FileId, line: Span, named: Span) -> Diagnostic {
        let shown = self.texts.sources.path(file);
        let problem = match error.problem {
            ListingProblem::NoFile => {
                return Diagnostic::error(format!("`{shown}` is not a listing of a directory"))
                    .at(named, "named here")
                    .note("no line of it is that of a file")
                    .help("a listing is what `ls -l` prints, or `dir`, `Get-ChildItem`, `unzip -l`");
            }
            _ => Diagnostic::error("this listing cannot be read").at(line, error.problem.to_string()),
        };
        problem.at(named, "named here")
    }

    /// Tells, if asked, which lines are no files that a server has.
    fn tell_passed_over(&mut self, lines: &[PassedOver], file: FileId, line_span: &dyn Fn(usize) -> Span) {
        if lines.is_empty() {
            return;
        }
        let shown = self.texts.sources.path(file);
        let lines_are = count(lines.len(), "line");
        let message = format!("`{shown}`: {lines_are} passed over, as not a file of the directory");
        let details = lines.iter().map(|line| (line_span(line.line), line.what.to_owned())).collect();
        self.reader.report(Diagnostic::warning(message).counting(details).if_verbose());
    }
}
