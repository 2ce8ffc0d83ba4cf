//! Factory images: what an access point holds before anything was downloaded.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use image::{Content, Member, Version};

/// The size of factory images in bytes. Theirs are not known; these are small so that many cost little.
const FACTORY_IMAGE_SIZE: u64 = 11 * image::BLOCKING;

/// Factory images, made once for all access points. Clones share.
#[derive(Debug, Clone, Default)]
pub struct FactoryImages(Rc<RefCell<BTreeMap<(String, Version), Content>>>);

impl FactoryImages {
    /// The files of an image of `image_type` at `version`.
    ///
    /// # Panics
    /// If `image_type` is no name for an image; the catalogue's are.
    pub(super) fn members(&self, image_type: &str, version: Version) -> Vec<Member> {
        let mut known = self.0.borrow_mut();
        let bundle = known.entry((image_type.to_owned(), version)).or_insert_with(|| {
            image::synthesize(image_type, &version, FACTORY_IMAGE_SIZE)
                .expect("a factory image has a catalogue's type and a good size")
        });
        image::inspect(bundle).expect("a synthetic image is sound").members
    }
}
