//! The controller images of an access point of type EWC.

use std::cell::RefCell;
use std::rc::Rc;

use image::{ControllerImage, Version};

/// The number of controller images that are held: one for each partition.
const IMAGES_MAX: usize = 2;

/// The controller images that an access point of type EWC holds beside its own images, the latest last. Clones are the same store; it
/// survives reloads and losses of power.
///
/// **Unverified**: that it boots the controller image that requires the access point image it runs, and the room that two take.
#[derive(Debug, Clone, Default)]
pub struct ControllerImages(Rc<RefCell<Vec<ControllerImage>>>);

impl ControllerImages {
    /// Creates a store that holds these images.
    pub fn new(images: impl IntoIterator<Item = ControllerImage>) -> Self {
        let store = Self::default();
        images.into_iter().for_each(|image| store.store(image));
        store
    }

    /// Returns the image that goes with the access point image of this version.
    pub fn of(&self, ap: Version) -> Option<ControllerImage> {
        self.0.borrow().iter().rev().find(|image| image.ap == ap).cloned()
    }

    /// Stores an image, in place of one for the same version, or of the oldest.
    pub fn store(&self, image: ControllerImage) {
        let mut images = self.0.borrow_mut();
        images.retain(|known| known.ap != image.ap);
        if images.len() == IMAGES_MAX {
            images.remove(0);
        }
        images.push(image);
    }
}
