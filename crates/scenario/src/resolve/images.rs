//! Image sets, from listings, maps of sizes, directories.

use std::path::Path;

use image::{FILE_MAX, Version};
use indexmap::IndexMap;
use text::numbers::count;
use text::printable;

use crate::diagnostic::Diagnostic;
use crate::files::{FileTree, TreeFile, normal};
use crate::language::{self, MapEntry, Record as _};
use crate::model::{AccessPoint, Controller, FileSource, ImageFile, ImageSet, Server};
use crate::resolve::Loader;
use crate::source::Span;
use crate::texts::{nearest_directory, unreadable};

/// The maximum number of releases in one scenario.
const SETS_MAX: usize = 64;

/// The most files of a directory that are named because they are not served.
const LEFT_OUT_MAX: usize = 20;

/// A file, and the place where its size is written.
pub(super) type Sized = (ImageFile, Span);

impl Loader<'_> {
    pub(super) fn images(&mut self, raw: Vec<MapEntry<language::ImageSet>>) -> IndexMap<String, ImageSet> {
        let mut sets = IndexMap::new();
        if let Some(entry) = raw.get(SETS_MAX) {
            let problem = Diagnostic::error(format!("more than {SETS_MAX} image sets"));
            self.reader.report(problem.at(entry.key_span, "one too many"));
        }
        for entry in raw.into_iter().take(SETS_MAX) {
            match entry.value.and_then(|raw| self.image_set(&entry.key, raw)) {
                Some(set) => _ = sets.insert(entry.key, set),
                None => _ = self.broken_sets.insert(entry.key),
            }
        }
        sets
    }

    fn image_set(&mut self, name: &str, raw: language::ImageSet) -> Option<ImageSet> {
        let chosen = raw.chosen();
        let ap = raw.ap.and_then(|ap, span| self.plain_version(&ap, span));
        let mut files = match chosen? {
            "listing" => raw.listing.and_then(|path, span| self.listing(&path, span)).value?,
            "files" => self.inline_files(raw.files.value?),
            _ => raw.directory.and_then(|path, span| self.directory(&path, span)).value?,
        };
        for (file, span) in &mut files {
            file.ap_image = self.catalogue.models().any(|model| model.image_type == file.base_name());
            self.check_size(file, *span);
        }
        let files = files.into_iter().map(|(file, _)| file).collect();
        Some(ImageSet { name: name.to_owned(), ap: ap.value?, controller: raw.controller.value, files })
    }

    /// Checks the size of a synthetic image. In a listing, any other than that of a whole archive is that of a file that was cut; one
    /// that is written by hand is a mistake.
    fn check_size(&mut self, file: &ImageFile, span: Span) {
        let is_whole = file.size > 0 && file.size.is_multiple_of(image::BLOCKING);
        if file.source != FileSource::Synthetic || !file.ap_image || is_whole {
            return;
        }
        let message = format!("the size of `{}` is not a multiple of {}", file.name, image::BLOCKING);
        let label = "AP images are tar archives of whole records";
        let problem = if file.listed.is_some() {
            Diagnostic::warning(message).at(span, label).note(
                "this is a part of an image, as an interrupted copy leaves it: no access point accepts it",
            )
        } else if file.size == 0 {
            return;
        } else {
            let next = file.size.next_multiple_of(image::BLOCKING);
            Diagnostic::error(message).at(span, label).help(format!("the next multiple is {next}"))
        };
        self.reader.report(problem);
    }

    fn inline_files(&mut self, raw: Vec<MapEntry<u64>>) -> Vec<Sized> {
        let mut files = Vec::new();
        for entry in raw {
            let Some(size) = entry.value else { continue };
            if entry.key.contains('/') || matches!(entry.key.as_str(), "" | "." | "..") {
                self.reader.wrong_value(&entry.key, entry.key_span, "a file name without a directory");
            } else if size > FILE_MAX {
                let problem = Diagnostic::error(format!("`{}` is larger than {FILE_MAX} bytes", entry.key));
                self.reader.report(problem.at(entry.span, ""));
            } else {
                files.push((synthetic(entry.key, size), entry.span));
            }
        }
        files
    }

    fn directory(&mut self, name: &str, named: Span) -> Option<Vec<Sized>> {
        let path = self.path_of(name, named);
        match self.texts.tree(&path, self.files) {
            Ok(tree) => {
                self.warn_of_left_out(&path, &tree, named);
                let on_disk = |file: TreeFile| {
                    let source = FileSource::Disk(file.path);
                    (
                        ImageFile { name: file.name, size: file.size, ap_image: false, source, listed: None },
                        named,
                    )
                };
                Some(tree.files.into_iter().map(on_disk).collect())
            }
            Err(error) => {
                let near = || nearest_directory(&path, self.files);
                self.reader.report(unreadable(&path, error, Some(named), near));
                None
            }
        }
    }

    /// Warns of what is not served of a directory.
    fn warn_of_left_out(&mut self, directory: &Path, tree: &FileTree, named: Span) {
        for (name, why) in tree.left_out.iter().take(LEFT_OUT_MAX) {
            let shown = normal(&directory.join(name)).display().to_string();
            let problem = Diagnostic::warning(format!("`{}` is not served: {why}", printable(&shown)));
            self.reader.report(problem.at(named, "named here"));
        }
        let more = tree.left_out.len().saturating_sub(LEFT_OUT_MAX);
        if more > 0 {
            let problem = Diagnostic::warning(format!("{} not served either", count(more, "more file")));
            self.reader.report(problem.at(named, "named here"));
        }
    }

    /// Returns the image set of that name.
    pub(super) fn set_name(
        &mut self,
        name: &str,
        span: Span,
        images: &IndexMap<String, ImageSet>,
    ) -> Option<String> {
        if images.contains_key(name) {
            return Some(name.to_owned());
        }
        if self.broken_sets.contains(name) {
            return None; // Its own problem was reported.
        }
        let problem = Diagnostic::error(format!("no image set is called `{name}`")).at(span, "not found");
        self.reader.report_near(problem, name, images.keys().map(String::as_str));
        None
    }

    /// Reads a version, or returns that of an image set.
    pub(super) fn version(
        &mut self,
        text: &str,
        span: Span,
        images: &IndexMap<String, ImageSet>,
    ) -> Option<Version> {
        match images.get(text) {
            Some(set) => Some(set.ap),
            None if self.broken_sets.contains(text) => None,
            None => self.plain_version(text, span),
        }
    }

    fn plain_version(&mut self, text: &str, span: Span) -> Option<Version> {
        text.parse().map_err(|_| self.reader.wrong_value(text, span, "a version such as 17.9.4.27")).ok()
    }

    /// Warns of access points whose image no server has: they will never get it, which may be intended.
    pub(super) fn warn_of_missing_images<'a>(
        &mut self,
        controller: &Controller,
        servers: &[Server],
        access_points: impl Iterator<Item = &'a AccessPoint>,
        images: &IndexMap<String, ImageSet>,
    ) {
        let mounted: Vec<&str> =
            servers.iter().flat_map(|server| &server.files).map(|mount| mount.images.as_str()).collect();
        let serves =
            |image: &str| mounted.iter().any(|set| images.get(*set).is_some_and(|set| set.has_image(image)));
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

pub(super) fn synthetic(name: String, size: u64) -> ImageFile {
    ImageFile { name, size, ap_image: false, source: FileSource::Synthetic, listed: None }
}
