//! The sink for a device's events.

use std::fmt;
use std::rc::Rc;

/// A sink for the typed events of one device.
///
/// The world behind it adds the time and the name of the host. Text is rendered from events later, never instead of them.
pub struct Sink<E>(Rc<dyn Fn(E)>);

impl<E> Sink<E> {
    /// Makes a sink that passes every event to `record`, in the order in which they happen.
    pub fn new(record: impl Fn(E) + 'static) -> Self {
        Self(Rc::new(record))
    }

    /// Makes a sink that discards events, for runs whose events are not read.
    pub fn ignore() -> Self {
        Self::new(|_| ())
    }

    /// Records that `event` happens now.
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
