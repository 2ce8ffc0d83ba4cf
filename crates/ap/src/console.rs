//! The access point's own console: the commands typed at it that change something, and the lines printed at it.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use crate::Line;

/// The number of lines that are kept for `show logging`; what the device keeps is not known.
const LINES_MAX: usize = 500;

/// The console of one access point. Clones are the same console.
#[derive(Clone, Debug, Default)]
pub struct ConsoleHandle(Rc<Console>);

#[derive(Debug, Default)]
struct Console {
    reload: Cell<bool>,
    /// The lines printed since the boot, with their times since the start of the run.
    printed: RefCell<VecDeque<(Duration, Line)>>,
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

    /// Keeps printed lines, in place of the oldest ones.
    pub(crate) fn print(&self, at: Duration, lines: Vec<Line>) {
        let mut printed = self.0.printed.borrow_mut();
        printed.extend(lines.into_iter().map(|line| (at, line)));
        let surplus = printed.len().saturating_sub(LINES_MAX);
        printed.drain(..surplus);
    }

    /// Forgets the printed lines: the device boots.
    pub(crate) fn forget(&self) {
        self.0.printed.borrow_mut().clear();
    }

    /// Visits the kept lines, the oldest first.
    pub(crate) fn each_line(&self, mut visit: impl FnMut(Duration, &Line)) {
        self.0.printed.borrow().iter().for_each(|(at, line)| visit(*at, line));
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
