//! Where a device puts what happened to it.

use std::fmt;
use std::rc::Rc;

/// A sink for the typed events of one device.
///
/// The world behind it adds the time and the name of the host. Text is rendered from events later, never instead of them.
pub struct Sink<E>(Rc<dyn Fn(E)>);

impl<E> Sink<E> {
    /// A sink that hands every event to `record`, in the order in which they happen.
    pub fn new(record: impl Fn(E) + 'static) -> Self {
        Self(Rc::new(record))
    }

    /// A sink that forgets, for runs in which nobody reads the events.
    pub fn ignore() -> Self {
        Self::new(|_| ())
    }

    /// Records `event` as happening now.
    pub fn emit(&self, event: E) {
        (self.0)(event);
    }
}

impl<E> Clone for Sink<E> {
    fn clone(&self) -> Self {
        Self(Rc::clone(&self.0))
    }
}

impl<E> fmt::Debug for Sink<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sink")
    }
}
