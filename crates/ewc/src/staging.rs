//! The images a controller holds: its own, and those staged in `ap_images:`.

use std::cell::OnceCell;
use std::collections::VecDeque;

use image::Content;

use crate::controller::OwnImage;

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

    /// The image, which counts as used now.
    pub(crate) fn take(&mut self, image: &str) -> Option<Content> {
        if let Some((own, content)) = self.own.iter().find(|(own, _)| own.image_type == image) {
            return Some(content.get_or_init(|| (own.supply)()).clone());
        }
        self.staging.take(image)
    }

    pub(crate) fn holds(&self, image: &str) -> bool {
        self.own.iter().any(|(own, _)| own.image_type == image)
            || self.staging.images.iter().any(|(name, _)| name == image)
    }

    /// Images in `ap_images:` with their sizes, the longest unused first.
    pub(crate) fn staged(&self) -> impl Iterator<Item = (&str, u64)> {
        self.staging.images.iter().map(|(name, content)| (name.as_str(), content.len()))
    }
}

/// `ap_images:`, of limited size.
#[derive(Debug)]
pub(crate) struct Staging {
    capacity: u64,
    /// The longest unused first.
    images: VecDeque<(String, Content)>,
}

/// There is no room and none can be made.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct NoRoom;

impl Staging {
    /// Puts `content` in as `image`, in place of an older one. Removes images that are not `in_use` to make room, the
    /// longest unused first, and returns them; if that does not suffice, nothing changes.
    pub(crate) fn insert(
        &mut self,
        image: &str,
        content: Content,
        in_use: impl Fn(&str) -> bool,
    ) -> Result<Vec<(String, u64)>, NoRoom> {
        let mut kept = self.images.clone();
        kept.retain(|(name, _)| name != image);
        let mut evicted = Vec::new();
        while content.len() + used(&kept) > self.capacity {
            let victim = kept.iter().position(|(name, _)| !in_use(name)).ok_or(NoRoom)?;
            evicted.extend(kept.remove(victim).map(|(name, content)| (name, content.len())));
        }
        kept.push_back((image.to_owned(), content));
        self.images = kept;
        Ok(evicted)
    }

    /// Bytes it can hold at most.
    pub(crate) fn capacity(&self) -> u64 {
        self.capacity
    }

    fn take(&mut self, image: &str) -> Option<Content> {
        let index = self.images.iter().position(|(name, _)| name == image)?;
        let entry = self.images.remove(index)?;
        let content = entry.1.clone();
        self.images.push_back(entry);
        Some(content)
    }
}

fn used(images: &VecDeque<(String, Content)>) -> u64 {
    images.iter().map(|(_, content)| content.len()).sum()
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
        let evicted = library.staging_mut().insert(image, content, |name| in_use.contains(&name))?;
        Ok(evicted.into_iter().map(|(name, _)| name).collect())
    }

    #[test]
    fn own_images_take_no_room() {
        let mut library = library(100);
        assert!(library.holds("ap1g7") && !library.holds("ap1g8"));
        assert_eq!(library.take("ap1g7").unwrap().len(), 500);
        assert_eq!(insert(&mut library, "ap1g8", 100, &[]), Ok(vec![]));
    }

    #[test]
    fn the_longest_unused_makes_way() {
        let mut library = library(100);
        insert(&mut library, "ap1g4", 40, &[]).unwrap();
        insert(&mut library, "ap1g5", 40, &[]).unwrap();
        library.take("ap1g4").unwrap();
        assert_eq!(insert(&mut library, "ap1g8", 50, &[]), Ok(vec!["ap1g5".to_owned()]));
        assert!(library.holds("ap1g4"));
    }

    #[test]
    fn what_is_in_use_stays() {
        let mut library = library(100);
        insert(&mut library, "ap1g4", 40, &[]).unwrap();
        insert(&mut library, "ap1g5", 40, &[]).unwrap();
        assert_eq!(insert(&mut library, "ap1g8", 70, &["ap1g4"]), Err(NoRoom));
        assert!(library.holds("ap1g5"), "a refusal evicts nothing");
        assert_eq!(insert(&mut library, "ap1g8", 60, &["ap1g4"]), Ok(vec!["ap1g5".to_owned()]));
    }

    #[test]
    fn a_newer_image_of_a_type_replaces_the_older() {
        let mut library = library(100);
        insert(&mut library, "ap1g8", 60, &[]).unwrap();
        assert_eq!(insert(&mut library, "ap1g8", 90, &["ap1g8"]), Ok(vec![]));
        assert_eq!(library.staged().collect::<Vec<_>>(), [("ap1g8", 90)]);
    }
}
