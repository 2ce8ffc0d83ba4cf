//! Which files are being served: many may read one, and one alone may write it, as with fcntl(2) locks.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use super::event::Operation;

/// The locks of one server's processes.
#[derive(Clone, Debug, Default)]
pub(super) struct Locks(Rc<RefCell<BTreeMap<String, Held>>>);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Held {
    Readers(usize),
    Writer,
}

/// A lock, until it is dropped.
#[derive(Debug)]
pub(super) struct Lock {
    locks: Locks,
    path: String,
}

impl Locks {
    /// None if others hold it in a way that excludes `operation`.
    pub(super) fn take(&self, path: &str, operation: Operation) -> Option<Lock> {
        let held = &mut *self.0.borrow_mut();
        let now = match (held.get(path), operation) {
            (None, Operation::Rrq) => Held::Readers(1),
            (None, Operation::Wrq) => Held::Writer,
            (Some(Held::Readers(count)), Operation::Rrq) => Held::Readers(count + 1),
            (Some(_), _) => return None,
        };
        held.insert(path.to_owned(), now);
        Some(Lock { locks: self.clone(), path: path.to_owned() })
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
        let readers = [locks.take("/f", Operation::Rrq), locks.take("/f", Operation::Rrq)];
        assert!(readers.iter().all(Option::is_some));
        assert!(locks.take("/f", Operation::Wrq).is_none() && locks.take("/g", Operation::Wrq).is_some());
        let [first, second] = readers;
        drop(first);
        assert!(locks.take("/f", Operation::Wrq).is_none());
        drop(second);
        let writer = locks.take("/f", Operation::Wrq);
        assert!(writer.is_some() && locks.take("/f", Operation::Rrq).is_none());
        drop(writer);
        assert!(locks.take("/f", Operation::Rrq).is_some());
    }
}
