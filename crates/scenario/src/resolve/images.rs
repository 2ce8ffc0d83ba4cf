//! Image sets, from listings, maps of sizes, directories.

use image::{Listing, Version};
use indexmap::IndexMap;

use crate::diagnostic::Diagnostic;
use crate::files::normal;
use crate::language::IMAGES;
use crate::model::{AccessPoint, Controller, FileSource, ImageFile, ImageSet, Server};
use crate::reader::Fields;
use crate::resolve::Loader;
use crate::source::Span;
use crate::texts::nearest_directory;
use crate::yaml::{Entry, Node};

/// Releases in one scenario.
const SETS_MAX: usize = 64;
/// Ten times the largest file of a release.
const SIZE_MAX: u64 = 4 << 30;

/// A file, and where its size is written.
type Sized = (ImageFile, Span);

impl Loader<'_> {
    pub(super) fn images(&mut self, root: &Fields<'_>) -> IndexMap<String, ImageSet> {
        let mut sets = IndexMap::new();
        let Some(node) = root.node("images") else { return sets };
        let entries = self.reader.map(node);
        if let Some(entry) = entries.get(SETS_MAX) {
            let problem = Diagnostic::error(format!("more than {SETS_MAX} image sets"));
            self.reader.report(problem.at(entry.key_span, "one too many"));
        }
        for entry in entries.iter().take(SETS_MAX) {
            match self.image_set(entry) {
                Some(set) => _ = sets.insert(entry.key.clone(), set),
                None => _ = self.broken_sets.insert(entry.key.clone()),
            }
        }
        sets
    }

    fn image_set(&mut self, entry: &Entry) -> Option<ImageSet> {
        let fields = self.reader.fields(&entry.value, &IMAGES)?;
        let ap = fields.node("ap").and_then(|node| self.plain_version(node));
        let controller = fields.node("controller").and_then(|node| self.reader.text(node)).map(str::to_owned);
        let source = fields.one_of()?;
        let mut files = match source.key.as_str() {
            "listing" => self.listing(&source.value)?,
            "files" => self.inline_files(&source.value),
            _ => self.directory(&source.value)?,
        };
        for (file, span) in &mut files {
            file.ap_image = self.catalogue.models().any(|model| model.image_type == file.name);
            if file.source == FileSource::Synthetic
                && file.ap_image
                && !file.size.is_multiple_of(image::BLOCKING)
            {
                let message = format!("the size of `{}` is not a multiple of {}", file.name, image::BLOCKING);
                let problem =
                    Diagnostic::error(message).at(*span, "AP images are tar archives of whole records");
                self.reader.report(
                    problem.help(format!("the next one is {}", file.size.next_multiple_of(image::BLOCKING))),
                );
            }
        }
        let files = files.into_iter().map(|(file, _)| file).collect();
        Some(ImageSet { name: entry.key.clone(), ap: ap?, controller, files })
    }

    fn listing(&mut self, node: &Node) -> Option<Vec<Sized>> {
        let path = self.reader.text(node)?;
        let file = self.named_text(path, node.span)?;
        let lines = self.texts.sources.lines(file);
        let line_span = |line: usize| lines.get(line - 1).copied().unwrap_or(Span::new(file, 0..0));
        let listing = match Listing::parse(self.texts.sources.text(file)) {
            Ok(listing) => listing,
            Err(error) => {
                let problem = Diagnostic::error("this is no output of `ls -l`")
                    .at(line_span(error.line), error.problem.to_string())
                    .at(node.span, "named here");
                self.reader.report(problem);
                return None;
            }
        };
        let sized = listing.entries.into_iter().map(|entry| {
            let line = lines.iter().find(|line| self.texts.sources.slice(**line).ends_with(&entry.name));
            let span = line.copied().unwrap_or(node.span);
            (ImageFile { listed: Some(entry.clone()), ..synthetic(entry.name, entry.size) }, span)
        });
        Some(sized.collect())
    }

    fn inline_files(&mut self, node: &Node) -> Vec<Sized> {
        let mut files = Vec::new();
        for entry in self.reader.map(node) {
            let Some(size) = self.reader.unit(&entry.value, text::units::bytes) else { continue };
            if entry.key.contains('/') || matches!(entry.key.as_str(), "" | "." | "..") {
                self.reader.wrong_value(&entry.key, entry.key_span, "a file name without directory");
            } else if size > SIZE_MAX {
                let problem = Diagnostic::error(format!("`{}` is larger than {SIZE_MAX} bytes", entry.key));
                self.reader.report(problem.at(entry.value.span, ""));
            } else {
                files.push((synthetic(entry.key.clone(), size), entry.value.span));
            }
        }
        files
    }

    fn directory(&mut self, node: &Node) -> Option<Vec<Sized>> {
        let name = self.reader.text(node)?;
        let path = self.path_of(name, node.span);
        match self.texts.list(&path, self.files) {
            Ok(files) => {
                let on_disk = |(name, size): (String, u64)| {
                    let source = FileSource::Disk(path.join(&name));
                    (ImageFile { name, size, ap_image: false, source, listed: None }, node.span)
                };
                Some(files.into_iter().map(on_disk).collect())
            }
            Err(error) => {
                let shown = normal(&path).display().to_string();
                let problem = Diagnostic::error(format!("`{shown}` cannot be read: {error}"));
                let problem = problem.at(node.span, "named here");
                self.reader.report(problem.help(nearest_directory(&path, self.files)));
                None
            }
        }
    }

    /// The image set of that name.
    pub(super) fn set_name(&mut self, node: &Node, images: &IndexMap<String, ImageSet>) -> Option<String> {
        let name = self.reader.text(node)?;
        if images.contains_key(name) {
            return Some(name.to_owned());
        }
        if self.broken_sets.contains(name) {
            return None; // Its own problem was reported.
        }
        let problem =
            Diagnostic::error(format!("no image set is called `{name}`")).at(node.span, "not found");
        self.reader.report_near(problem, name, images.keys().map(String::as_str));
        None
    }

    /// A version, or that of an image set.
    pub(super) fn version(&mut self, node: &Node, images: &IndexMap<String, ImageSet>) -> Option<Version> {
        let text = self.reader.text(node)?;
        match images.get(text) {
            Some(set) => Some(set.ap),
            None if self.broken_sets.contains(text) => None,
            None => self.plain_version(node),
        }
    }

    fn plain_version(&mut self, node: &Node) -> Option<Version> {
        let text = self.reader.text(node)?;
        text.parse().map_err(|_| self.reader.wrong_value(text, node.span, "a version such as 17.9.4.27")).ok()
    }

    /// An access point whose image no server has will never get it; that may be the point, so it is a warning.
    pub(super) fn warn_of_missing_images(
        &mut self,
        controller: &Controller,
        servers: &[Server],
        access_points: &[AccessPoint],
        images: &IndexMap<String, ImageSet>,
    ) {
        let mounted: Vec<&str> =
            servers.iter().flat_map(|server| &server.files).map(|mount| mount.images.as_str()).collect();
        let serves = |image: &str| {
            mounted.iter().any(|set| images.get(*set).is_some_and(|set| set.file(image).is_some()))
        };
        let target = images.get(&controller.running).map(|set| set.ap);
        let mut told = std::collections::BTreeSet::new();
        for ap in access_points {
            let needs = Some(ap.running) != target
                && ap.backup != target
                && ap.image_type != controller.image_type
                && !controller.images.contains(&ap.image_type);
            if needs && !mounted.is_empty() && !serves(&ap.image_type) && told.insert(ap.image_type.as_str())
            {
                let message = format!("no server has an image for model {}", ap.model);
                let problem = Diagnostic::warning(message).at(ap.span, format!("needs `{}`", ap.image_type));
                self.reader.report(problem);
            }
        }
    }
}

fn synthetic(name: String, size: u64) -> ImageFile {
    ImageFile { name, size, ap_image: false, source: FileSource::Synthetic, listed: None }
}
