//! Factory images: the content of an access point's flash before its first download.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use image::{Content, Member, Version};

/// The size of factory images in bytes. Real sizes are not known; small images make many access points cheap.
const FACTORY_IMAGE_SIZE: u64 = 11 * image::BLOCKING;

/// Factory images, made once for all access points. Clones share.
#[derive(Debug, Clone, Default)]
pub struct FactoryImages(Rc<RefCell<BTreeMap<(String, Version), Content>>>);

impl FactoryImages {
    /// Returns the files of an image of `image_type` at `version`.
    ///
    /// # Panics
    /// If `image_type` is not a valid name of an image; those of the catalogue are.
    pub(super) fn members(&self, image_type: &str, version: Version) -> Vec<Member> {
        let mut known = self.0.borrow_mut();
        let bundle = known.entry((image_type.to_owned(), version)).or_insert_with(|| {
            image::synthesize(image_type, &version, FACTORY_IMAGE_SIZE)
                .expect("a factory image has a catalogue's type and a good size")
        });
        image::inspect(bundle).expect("a synthetic image is sound").members
    }
}
