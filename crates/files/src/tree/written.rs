//! Files of a tree that clients write.

use std::cell::RefCell;
use std::rc::Rc;

use image::Content;

use super::{Lazy, Tree};
use crate::{FileError, FileWriter};

/// Writes one file of a [`Tree`]. If a fault removes the file, writing continues unseen, as into an unlinked file.
pub(super) struct Written {
    tree: Tree,
    path: String,
    bytes: Rc<RefCell<Vec<u8>>>,
    /// The content that was put there last, by which the file is recognised.
    content: Rc<Lazy>,
}

impl Written {
    pub(super) fn begin(tree: &Tree, path: &str) -> Result<Self, FileError> {
        let bytes = Rc::new(RefCell::new(Vec::new()));
        let content = content(&bytes);
        let nodes = &mut tree.0.borrow_mut().nodes;
        let node = nodes.get_mut(path).ok_or(FileError::NotFound)?;
        if node.metadata.is_directory() {
            return Err(FileError::IsADirectory);
        }
        node.content = Some(Rc::clone(&content));
        node.metadata.size = 0;
        node.written = 0;
        Ok(Self { tree: tree.clone(), path: path.to_owned(), bytes, content })
    }
}

impl FileWriter for Written {
    fn append(&mut self, bytes: &[u8]) -> Result<(), FileError> {
        let files = &mut *self.tree.0.borrow_mut();
        let used: u64 = files.nodes.values().map(|node| node.written).sum();
        let node = files
            .nodes
            .get_mut(&self.path)
            .filter(|node| node.content.as_ref().is_some_and(|content| Rc::ptr_eq(content, &self.content)));
        let Some(node) = node else { return Ok(()) };
        let length = bytes.len() as u64;
        if length > files.space.saturating_sub(used) {
            return Err(FileError::NoSpace);
        }
        self.bytes.borrow_mut().extend_from_slice(bytes);
        node.written += length;
        node.metadata.size += length;
        // A reader may have made the shorter content already.
        self.content = content(&self.bytes);
        node.content = Some(Rc::clone(&self.content));
        Ok(())
    }
}

fn content(bytes: &Rc<RefCell<Vec<u8>>>) -> Rc<Lazy> {
    let bytes = Rc::clone(bytes);
    Rc::new(Lazy::new(move || Content::from_vec(bytes.borrow().clone())))
}
