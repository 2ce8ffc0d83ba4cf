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
    /// Creates a store that holds this image, or none.
    pub fn new(image: Option<ControllerImage>) -> Self {
        Self(Rc::new(RefCell::new(image.into_iter().collect())))
    }

    /// Returns the image that goes with the access point image of this version.
    pub fn of(&self, ap: Version) -> Option<ControllerImage> {
        self.0.borrow().iter().rev().find(|image| image.ap == ap).cloned()
    }

    /// Stores an image, in place of one for the same version, or of the oldest; the one that goes with the version `running` stays.
    pub fn store(&self, image: ControllerImage, running: Version) {
        let mut images = self.0.borrow_mut();
        images.retain(|known| known.ap != image.ap);
        if images.len() == IMAGES_MAX
            && let Some(oldest) = images.iter().position(|known| known.ap != running)
        {
            images.remove(oldest);
        }
        images.push(image);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_third_image_replaces_the_one_that_does_not_run() {
        let image =
            |text: &str| ControllerImage { version: text.to_owned(), ap: text.parse().expect("a version") };
        let [old, new, newest] = ["17.9.4.27", "17.12.1.5", "17.15.1.6"].map(image);
        let store = ControllerImages::new(Some(old.clone()));
        store.store(new.clone(), old.ap);
        store.store(newest.clone(), old.ap);
        assert_eq!([&old, &new, &newest].map(|image| store.of(image.ap).is_some()), [true, false, true]);
        store.store(new.clone(), newest.ap);
        assert_eq!([&old, &new, &newest].map(|image| store.of(image.ap).is_some()), [false, true, true]);
    }
}
