//! Synthetic files that this process has made, kept for its other runs.
//!
//! Their bytes are a function of the recipe, and so no result depends on whether a file was kept. What is kept with them is known of
//! them: digests and verified signatures.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use crate::content::memory_of;
use crate::{Content, ControllerImage, Version};

/// The most bytes of memory that kept files have, together: thirty of those that are larger than a tile.
const BYTES_MAX: u64 = 64 << 20;
/// The most files that are kept.
const FILES_MAX: usize = 256;

/// All that the bytes of a synthetic file depend on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Recipe {
    /// The image of an access point, of this size.
    Bundle { size: u64, image_type: String, version: Version },
    /// A controller's image, of this size.
    Controller { size: u64, image: ControllerImage },
    /// A file whose content is never read.
    Filler { size: u64, name: String },
}

/// A file and the bytes of memory that it has; empty while it is being made.
type File = Arc<OnceLock<(Content, u64)>>;

/// The files, the least recently used first.
static KEPT: Mutex<Vec<(Recipe, File)>> = Mutex::new(Vec::new());

/// Returns the file of `recipe`: the one that is kept, or the one that `make` makes. Threads that want the same file at the same time make
/// it once.
pub(crate) fn kept(recipe: Recipe, make: impl FnOnce() -> Content) -> Content {
    let file = {
        let mut files = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
        let index = files.iter().position(|(known, _)| *known == recipe);
        let file = index.map_or_else(|| (recipe, File::default()), |index| files.remove(index));
        files.push(file.clone());
        file.1
    };
    // Made outside the lock: other threads make other files meanwhile.
    let mut made = false;
    let (content, _) = file.get_or_init(|| {
        made = true;
        let content = make();
        let bytes = memory_of([&content]);
        (content, bytes)
    });
    if made {
        trim(&mut KEPT.lock().unwrap_or_else(PoisonError::into_inner));
    }
    content.clone()
}

/// Drops the files that were not used for longest until the limits hold.
fn trim(files: &mut Vec<(Recipe, File)>) {
    let memory = |(_, file): &(Recipe, File)| file.get().map_or(0, |(_, bytes)| *bytes);
    let mut bytes: u64 = files.iter().map(memory).sum();
    while bytes > BYTES_MAX || files.len() > FILES_MAX {
        bytes -= memory(&files.remove(0));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filler(name: &str, size: u64) -> Recipe {
        Recipe::Filler { name: name.to_owned(), size }
    }

    fn made(bytes: u64) -> Content {
        Content::from_vec(vec![0; bytes as usize])
    }

    /// A list of files as after these uses of files called by a number, with one byte or many.
    fn after(uses: impl IntoIterator<Item = (u64, u64)>) -> Vec<(Recipe, File)> {
        let mut files = Vec::new();
        for (number, bytes) in uses {
            files.push((filler("trimmed", number), File::from(OnceLock::from((made(1), bytes)))));
            trim(&mut files);
        }
        files
    }

    #[test]
    fn a_kept_file_is_the_same_storage() {
        let first = kept(filler("kept", 9), || made(9));
        let again = kept(filler("kept", 9), || unreachable!("it is kept"));
        assert!(first.same_storage(&again));
        assert!(!first.same_storage(&kept(filler("other", 9), || made(9))));
    }

    #[test]
    fn threads_make_a_file_once() {
        let recipe = || filler("threads", 9);
        let all: Vec<_> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..8).map(|_| scope.spawn(|| kept(recipe(), || made(9)))).collect();
            threads.into_iter().map(|thread| thread.join().expect("it does not panic")).collect()
        });
        assert!(all.iter().all(|content| content.same_storage(&all[0])));
    }

    #[test]
    fn number_and_memory_are_bounded() {
        let many = after((0..1_000).map(|number| (number, 1)));
        assert_eq!(many.len(), FILES_MAX);
        assert_eq!(many[0].0, filler("trimmed", 1_000 - FILES_MAX as u64));
        let large = after((0..5).map(|number| (number, BYTES_MAX / 3)));
        assert_eq!(
            large.iter().map(|(recipe, _)| recipe.clone()).collect::<Vec<_>>(),
            [filler("trimmed", 2), filler("trimmed", 3), filler("trimmed", 4)]
        );
        assert!(after([(0, 1), (1, BYTES_MAX + 1)]).is_empty(), "a file that is too large is not kept");
    }
}
