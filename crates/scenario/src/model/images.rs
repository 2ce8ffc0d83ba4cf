//! Sets of image files: what a directory on a server holds.

use std::path::PathBuf;

use image::{Entry, Version};

/// The files of one release.
#[derive(Debug, Clone)]
pub struct ImageSet {
    /// As the scenario calls it: `17.9.4a`.
    pub name: String,
    /// The version its AP images have.
    pub ap: Version,
    /// The controller's version text (`17.09.04a.0.6`).
    pub controller: Option<String>,
    /// In the order of the listing.
    pub files: Vec<ImageFile>,
}

/// One file.
#[derive(Debug, Clone)]
pub struct ImageFile {
    /// Without directory: `ap1g8`.
    pub name: String,
    /// In bytes.
    pub size: u64,
    /// Whether it is an AP image, by its name; then its content is a bundle of the set's version.
    pub ap_image: bool,
    /// Where its bytes come from.
    pub source: FileSource,
    /// Owner, permissions and date, where a listing says them.
    pub listed: Option<Entry>,
}

/// Where bytes come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileSource {
    /// Made up, of the right size.
    Synthetic,
    /// A real file.
    Disk(PathBuf),
}

impl ImageSet {
    /// The file of that name.
    pub fn file(&self, name: &str) -> Option<&ImageFile> {
        self.files.iter().find(|file| file.name == name)
    }
}
