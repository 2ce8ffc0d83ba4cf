//! The files being served: many clients may read a file, or one may write it, as with fcntl(2) locks
//! and with the share modes of CreateFile.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

/// The locks of one server.
#[derive(Clone, Debug, Default)]
pub(crate) struct Locks(Rc<RefCell<BTreeMap<String, Held>>>);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Held {
    Readers(usize),
    Writer,
}

/// A lock, until it is dropped.
#[derive(Debug)]
pub(crate) struct Lock {
    locks: Locks,
    path: String,
}

impl Locks {
    /// None if it is being written.
    pub(crate) fn read(&self, path: &str) -> Option<Lock> {
        let readers = match self.0.borrow().get(path) {
            None => 0,
            Some(Held::Readers(count)) => *count,
            Some(Held::Writer) => return None,
        };
        Some(self.hold(path, Held::Readers(readers + 1)))
    }

    /// None if it is being read or written.
    pub(crate) fn write(&self, path: &str) -> Option<Lock> {
        if self.0.borrow().contains_key(path) {
            return None;
        }
        Some(self.hold(path, Held::Writer))
    }

    fn hold(&self, path: &str, held: Held) -> Lock {
        self.0.borrow_mut().insert(path.to_owned(), held);
        Lock { locks: self.clone(), path: path.to_owned() }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        let held = &mut *self.locks.0.borrow_mut();
        match held.get_mut(&self.path) {
            Some(Held::Readers(count)) if *count > 1 => *count -= 1,
            _ => drop(held.remove(&self.path)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readers_share_and_a_writer_does_not() {
        let locks = Locks::default();
        let readers = [locks.read("/f"), locks.read("/f")];
        assert!(readers.iter().all(Option::is_some));
        assert!(locks.write("/f").is_none() && locks.write("/g").is_some());
        let [first, second] = readers;
        drop(first);
        assert!(locks.write("/f").is_none());
        drop(second);
        let writer = locks.write("/f");
        assert!(writer.is_some() && locks.read("/f").is_none());
        drop(writer);
        assert!(locks.read("/f").is_some());
    }
}
