//! The handle by which the world watches and changes a running controller.

use std::cell::{Cell, Ref, RefCell, RefMut};
use std::fmt;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use host::Sink;

use crate::machine::Machine;
use crate::{Answer, Config, Controller, Event, Snapshot};

/// A handle to one start of a controller. Clones are handles to the same. After a power cut, make a new one.
#[derive(Clone)]
pub struct ControllerHandle(Rc<Shared>);

struct Shared {
    machine: RefCell<Machine>,
    /// Somebody else than the loop that runs the machine changed it.
    touched: Cell<bool>,
    waker: RefCell<Option<Waker>>,
}

impl ControllerHandle {
    /// A controller ready for [`run`](crate::run); what happens to it goes to `sink`.
    pub fn new(controller: Controller, sink: Sink<Event>) -> Self {
        Self(Rc::new(Shared {
            machine: RefCell::new(Machine::new(controller, sink)),
            touched: Cell::new(false),
            waker: RefCell::new(None),
        }))
    }

    /// Replaces the running configuration. An install under way goes on as it began.
    pub fn configure(&self, config: Config) {
        self.change(|machine| machine.configure(config));
    }

    /// What `line` does, typed in privileged mode. A controller that [reloads](Answer::reloads) is to be stopped and started
    /// by its world.
    pub fn exec(&self, now: Duration, line: &str) -> Answer {
        self.change(|machine| machine.exec(now, line))
    }

    /// The state as it is now.
    pub fn snapshot(&self) -> Snapshot {
        self.machine().snapshot()
    }

    pub(crate) fn machine(&self) -> Ref<'_, Machine> {
        self.0.machine.borrow()
    }

    pub(crate) fn machine_mut(&self) -> RefMut<'_, Machine> {
        self.0.machine.borrow_mut()
    }

    /// Changes the machine and wakes the loop that runs it.
    pub(crate) fn change<T>(&self, change: impl FnOnce(&mut Machine) -> T) -> T {
        let result = change(&mut self.machine_mut());
        self.0.touched.set(true);
        if let Some(waker) = self.0.waker.borrow_mut().take() {
            waker.wake();
        }
        result
    }

    /// Ready once per [`ControllerHandle::change`], or several.
    pub(crate) fn poll_touched(&self, cx: &mut Context<'_>) -> Poll<()> {
        if self.0.touched.take() {
            return Poll::Ready(());
        }
        let mut waker = self.0.waker.borrow_mut();
        if !waker.as_ref().is_some_and(|waker| waker.will_wake(cx.waker())) {
            *waker = Some(cx.waker().clone());
        }
        Poll::Pending
    }
}

impl fmt::Debug for ControllerHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ControllerHandle")
    }
}
