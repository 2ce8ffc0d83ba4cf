//! Sets of image files: the contents of a directory on a server.

use std::path::PathBuf;

use image::{Entry, Version};

/// The files of one release.
#[derive(Debug, Clone)]
pub struct ImageSet {
    /// Its name in the scenario: `17.9.4a`.
    pub name: String,
    /// The version of its AP images.
    pub ap: Version,
    /// The controller's version text (`17.09.04a.0.6`).
    pub controller: Option<String>,
    /// The files, in the order of the listing.
    pub files: Vec<ImageFile>,
}

/// One file.
#[derive(Debug, Clone)]
pub struct ImageFile {
    /// Its name in the set: `ap1g8`, or `17.9.4a/ap1g8` in a directory below that of the set.
    pub name: String,
    /// Its size in bytes.
    pub size: u64,
    /// True for an AP image, by its name; its content is a bundle of the set's version.
    pub ap_image: bool,
    /// The source of its bytes.
    pub source: FileSource,
    /// Its owner, permissions and date, if a listing states them.
    pub listed: Option<Entry>,
}

impl ImageFile {
    /// Returns its name without the directories.
    pub fn base_name(&self) -> &str {
        self.name.rsplit('/').next().unwrap_or(&self.name)
    }
}

/// The source of bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileSource {
    /// Synthetic bytes of the right size.
    Synthetic,
    /// A real file, by its path without links.
    Disk(PathBuf),
}

impl ImageSet {
    /// Returns the controller's version text. If the scenario states none, it is made from the version of the AP images, as in
    /// `17.12.01.0.5` from 17.12.1.5; the last number of a real one differs.
    pub fn controller_version(&self) -> String {
        self.controller.clone().unwrap_or_else(|| {
            let numbers: Vec<String> = self.ap.to_string().split('.').map(str::to_owned).collect();
            let two = |index: usize| numbers.get(index).map_or("0", String::as_str);
            format!("{:0>2}.{:0>2}.{:0>2}.0.{}", two(0), two(1), two(2), two(3))
        })
    }

    /// Returns true if it has an image of this type, in whatever directory.
    pub fn has_image(&self, image_type: &str) -> bool {
        self.files.iter().any(|file| file.base_name() == image_type)
    }

    /// Returns the file of that name.
    pub fn file(&self, name: &str) -> Option<&ImageFile> {
        self.files.iter().find(|file| file.name == name)
    }
}
