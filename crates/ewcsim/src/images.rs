//! The bytes of the scenario's image files, synthesized or read on first use, and kept once.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::rc::Rc;

use image::{Content, Pool};
use indexmap::IndexMap;
use scenario::{FileSource, ImageFile, ImageSet};

/// The image sets of a scenario with their contents.
#[derive(Clone)]
pub(crate) struct ImageStore(Rc<Inner>);

struct Inner {
    sets: IndexMap<String, ImageSet>,
    pool: Pool,
    made: RefCell<BTreeMap<(String, String), Content>>,
    /// Files on disk that could not be read; they are served empty.
    unreadable: RefCell<Vec<String>>,
}

impl ImageStore {
    /// Creates the store of these sets. Contents are inserted into `pool`, so that all receivers share them.
    pub(crate) fn new(sets: IndexMap<String, ImageSet>, pool: Pool) -> Self {
        let (made, unreadable) = Default::default();
        Self(Rc::new(Inner { sets, pool, made, unreadable }))
    }

    /// Returns the image set called `name`. The scenario has been checked, so it exists.
    pub(crate) fn set(&self, name: &str) -> &ImageSet {
        &self.0.sets[name]
    }

    /// Returns the content of a file of a set.
    pub(crate) fn content(&self, set: &str, file: &ImageFile) -> Content {
        let key = (set.to_owned(), file.name.clone());
        if let Some(content) = self.0.made.borrow().get(&key) {
            return content.clone();
        }
        let content = self.make(self.set(set), file);
        self.0.pool.insert(content.clone());
        self.0.made.borrow_mut().insert(key, content.clone());
        content
    }

    /// Returns every content made so far, by file name.
    pub(crate) fn made(&self) -> Vec<(String, Content)> {
        let made = self.0.made.borrow();
        made.iter().map(|((_, file), content)| (file.clone(), content.clone())).collect()
    }

    /// Returns the files on disk that could not be read, with the reason.
    pub(crate) fn unreadable(&self) -> Vec<String> {
        self.0.unreadable.borrow().clone()
    }

    fn make(&self, set: &ImageSet, file: &ImageFile) -> Content {
        match &file.source {
            FileSource::Disk(path) => read_real(path).map_or_else(
                |error| {
                    self.0.unreadable.borrow_mut().push(format!("{}: {error}", path.display()));
                    Content::from_vec(Vec::new())
                },
                Content::from_vec,
            ),
            FileSource::Synthetic if file.name == image::CONTROLLER_FILE => {
                let controller = image::ControllerImage { version: set.controller_version(), ap: set.ap };
                image::synthesize_controller(&controller, file.size).unwrap_or_else(|| plain(set, file))
            }
            FileSource::Synthetic => {
                let is_whole = file.size.is_multiple_of(image::BLOCKING);
                let make = if is_whole { image::synthesize } else { image::synthesize_part };
                // For a size that no bundle can have, the file is not a bundle, and access points refuse it.
                let bundle = file.ap_image.then(|| make(&file.name, &set.ap, file.size).ok());
                bundle.flatten().unwrap_or_else(|| plain(set, file))
            }
        }
    }
}

/// Reads a file of the disk. Its path had no links when the scenario was read: one that has come since may lead anywhere.
fn read_real(path: &Path) -> io::Result<Vec<u8>> {
    if path.canonicalize()? != path && path.is_absolute() {
        return Err(io::Error::other("a link has taken its place"));
    }
    let mut bytes = Vec::new();
    let read = File::open(path)?.take(image::FILE_MAX + 1).read_to_end(&mut bytes)?;
    if read as u64 > image::FILE_MAX { Err(io::Error::other("it is larger than 4 GiB")) } else { Ok(bytes) }
}

/// Returns the content of a file beside the images: the version for the known version files, else filler.
fn plain(set: &ImageSet, file: &ImageFile) -> Content {
    let text = match (file.name.as_str(), &set.controller) {
        ("version.info", _) => Some(format!("{}\n", set.ap)),
        ("controller_version.info", Some(controller)) => Some(controller.clone()),
        _ => None,
    };
    match text {
        Some(text) if text.len() as u64 == file.size => Content::from_vec(text.into_bytes()),
        _ => image::filler(&format!("{}/{}", set.name, file.name), file.size),
    }
}

impl fmt::Debug for ImageStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ImageStore").field("made", &self.0.made.borrow().len()).finish_non_exhaustive()
    }
}
