//! The images a controller holds: its own, and those staged in `ap_images:`.

use std::cell::OnceCell;
use std::collections::VecDeque;

use image::Content;

use crate::controller::OwnImage;
use crate::words::Location;

/// Own images and staged ones.
#[derive(Debug)]
pub(crate) struct Library {
    own: Vec<(OwnImage, OnceCell<Content>)>,
    staging: Staging,
}

impl Library {
    pub(crate) fn new(own: Vec<OwnImage>, capacity: u64) -> Self {
        Self {
            own: own.into_iter().map(|image| (image, OnceCell::new())).collect(),
            staging: Staging { capacity, images: VecDeque::new() },
        }
    }

    pub(crate) fn staging_mut(&mut self) -> &mut Staging {
        &mut self.staging
    }

    /// Returns the image, which counts as used now.
    pub(crate) fn take(&mut self, image: &str, location: Location) -> Option<Content> {
        if location == Location::Active
            && let Some((own, content)) = self.own.iter().find(|(own, _)| own.image_type == image)
        {
            return Some(content.get_or_init(|| (own.supply)()).clone());
        }
        self.staging.take(image, location)
    }

    pub(crate) fn holds(&self, image: &str, location: Location) -> bool {
        (location == Location::Active && self.is_own(image)) || self.is_staged(image, location)
    }

    /// Returns true if the image came with the controller's software.
    pub(crate) fn is_own(&self, image: &str) -> bool {
        self.own.iter().any(|(own, _)| own.image_type == image)
    }

    /// Returns true if `ap_images:` has the image.
    pub(crate) fn is_staged(&self, image: &str, location: Location) -> bool {
        self.staging.images.iter().any(|staged| staged.is(image, location))
    }

    /// Removes an image from `ap_images:`.
    pub(crate) fn remove(&mut self, image: &str, location: Location) {
        self.staging.images.retain(|staged| !staged.is(image, location));
    }

    /// Removes an image that is held for predownloads.
    pub(crate) fn remove_prepared(&mut self, image: &str) {
        self.remove(image, Location::Prepare);
    }

    /// Returns the images in `ap_images:`, the least recently used first.
    pub(crate) fn images(&self) -> impl Iterator<Item = &Staged> {
        self.staging.images.iter()
    }

    /// Returns the images in `ap_images:` with their sizes, the least recently used first.
    pub(crate) fn staged(&self) -> impl Iterator<Item = (&str, u64)> {
        self.staging.images.iter().map(|staged| (staged.image.as_str(), staged.content.len()))
    }
}

/// `ap_images:`, of limited size.
#[derive(Debug)]
pub(crate) struct Staging {
    capacity: u64,
    /// The images, the least recently used first.
    images: VecDeque<Staged>,
}

/// An image in `ap_images:`.
#[derive(Clone, Debug)]
pub(crate) struct Staged {
    pub(crate) image: String,
    pub(crate) location: Location,
    pub(crate) content: Content,
}

impl Staged {
    fn is(&self, image: &str, location: Location) -> bool {
        self.image == image && self.location == location
    }
}

/// The error when there is no room and none can be made.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct NoRoom;

impl Staging {
    /// Stores `content` as `image`, in place of an older one. To make room, evicts images that are not `in_use`, the least
    /// recently used first, and returns them; if that does not suffice, nothing changes.
    pub(crate) fn insert(
        &mut self,
        image: &str,
        location: Location,
        content: Content,
        in_use: impl Fn(&str, Location) -> bool,
    ) -> Result<Vec<Staged>, NoRoom> {
        let mut kept = self.images.clone();
        kept.retain(|staged| !staged.is(image, location));
        let mut evicted = Vec::new();
        while content.len() + used(&kept) > self.capacity {
            let victim =
                kept.iter().position(|staged| !in_use(&staged.image, staged.location)).ok_or(NoRoom)?;
            evicted.extend(kept.remove(victim));
        }
        kept.push_back(Staged { image: image.to_owned(), location, content });
        self.images = kept;
        Ok(evicted)
    }

    /// Returns the capacity in bytes.
    pub(crate) fn capacity(&self) -> u64 {
        self.capacity
    }

    fn take(&mut self, image: &str, location: Location) -> Option<Content> {
        let index = self.images.iter().position(|staged| staged.is(image, location))?;
        let entry = self.images.remove(index)?;
        let content = entry.content.clone();
        self.images.push_back(entry);
        Some(content)
    }
}

fn used(images: &VecDeque<Staged>) -> u64 {
    images.iter().map(|staged| staged.content.len()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn library(capacity: u64) -> Library {
        Library::new(vec![OwnImage::new("ap1g7", || Content::from_vec(vec![7; 500]))], capacity)
    }

    fn insert(
        library: &mut Library,
        image: &str,
        size: usize,
        in_use: &[&str],
    ) -> Result<Vec<String>, NoRoom> {
        let content = Content::from_vec(vec![0; size]);
        let in_use = |name: &str, _| in_use.contains(&name);
        let evicted = library.staging_mut().insert(image, Location::Active, content, in_use)?;
        Ok(evicted.into_iter().map(|staged| staged.image).collect())
    }

    #[test]
    fn own_images_take_no_room() {
        let mut library = library(100);
        assert!(library.holds("ap1g7", Location::Active) && !library.holds("ap1g8", Location::Active));
        assert_eq!(library.take("ap1g7", Location::Active).unwrap().len(), 500);
        assert_eq!(insert(&mut library, "ap1g8", 100, &[]), Ok(vec![]));
    }

    #[test]
    fn the_longest_unused_makes_way() {
        let mut library = library(100);
        insert(&mut library, "ap1g4", 40, &[]).unwrap();
        insert(&mut library, "ap1g5", 40, &[]).unwrap();
        library.take("ap1g4", Location::Active).unwrap();
        assert_eq!(insert(&mut library, "ap1g8", 50, &[]), Ok(vec!["ap1g5".to_owned()]));
        assert!(library.holds("ap1g4", Location::Active));
    }

    #[test]
    fn what_is_in_use_stays() {
        let mut library = library(100);
        insert(&mut library, "ap1g4", 40, &[]).unwrap();
        insert(&mut library, "ap1g5", 40, &[]).unwrap();
        assert_eq!(insert(&mut library, "ap1g8", 70, &["ap1g4"]), Err(NoRoom));
        assert!(library.holds("ap1g5", Location::Active), "a refusal evicts nothing");
        assert_eq!(insert(&mut library, "ap1g8", 60, &["ap1g4"]), Ok(vec!["ap1g5".to_owned()]));
    }

    #[test]
    fn a_newer_image_of_a_type_replaces_the_older() {
        let mut library = library(100);
        insert(&mut library, "ap1g8", 60, &[]).unwrap();
        assert_eq!(insert(&mut library, "ap1g8", 90, &["ap1g8"]), Ok(vec![]));
        assert_eq!(library.staged().collect::<Vec<_>>(), [("ap1g8", 90)]);
    }

    #[test]
    fn what_is_prepared_is_another_image_in_the_same_room() {
        let mut library = library(100);
        insert(&mut library, "ap1g8", 40, &[]).unwrap();
        let newer = Content::from_vec(vec![1; 50]);
        assert!(library.take("ap1g8", Location::Prepare).is_none());
        let none = |_: &str, _| false;
        library.staging_mut().insert("ap1g8", Location::Prepare, newer, none).unwrap();
        assert_eq!(library.take("ap1g8", Location::Active).unwrap().len(), 40);
        assert_eq!(library.take("ap1g8", Location::Prepare).unwrap().len(), 50);
        assert!(!library.holds("ap1g7", Location::Prepare), "own images are for joins");
        assert_eq!(insert(&mut library, "ap1g4", 40, &[]), Ok(vec!["ap1g8".to_owned()]));
        assert!(library.holds("ap1g8", Location::Prepare));
        library.remove_prepared("ap1g8");
        assert!(!library.holds("ap1g8", Location::Prepare));
    }
}
