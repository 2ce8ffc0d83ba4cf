//! The access point's own console: the commands typed at it that change something.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

/// The console of one access point. Clones are the same console.
#[derive(Clone, Debug, Default)]
pub struct ConsoleHandle(Rc<Console>);

#[derive(Debug, Default)]
struct Console {
    reload: Cell<bool>,
    waker: RefCell<Option<Waker>>,
}

impl ConsoleHandle {
    /// Creates a console at which nothing has been typed.
    pub fn new() -> Self {
        Self::default()
    }

    /// Types `reload`: the access point goes down in order and boots again. Without power nothing happens.
    pub fn reload(&self) {
        self.0.reload.set(true);
        if let Some(waker) = self.0.waker.borrow_mut().take() {
            waker.wake();
        }
    }

    /// Forgets commands that were typed before the device could read them.
    pub(crate) fn clear(&self) {
        self.0.reload.set(false);
    }

    /// Becomes ready once `reload` was typed.
    pub(crate) fn poll_reload(&self, cx: &mut Context<'_>) -> Poll<()> {
        if self.0.reload.take() {
            return Poll::Ready(());
        }
        let mut waker = self.0.waker.borrow_mut();
        if !waker.as_ref().is_some_and(|waker| waker.will_wake(cx.waker())) {
            *waker = Some(cx.waker().clone());
        }
        Poll::Pending
    }
}
