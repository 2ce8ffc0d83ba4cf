//! The handle by which the world watches and changes a running controller.

use std::cell::{Cell, Ref, RefCell, RefMut};
use std::fmt;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use command_line::Output;
use host::Sink;

use crate::commands::show_view;
use crate::machine::Machine;
use crate::web::Button;
use crate::{Answer, Controller, ControllerConfig, ControllerEvent, Snapshot};

/// A handle to one start of a controller. Clones refer to the same one. After a power cut, make a new one.
#[derive(Clone)]
pub struct ControllerHandle(Rc<Shared>);

struct Shared {
    machine: RefCell<Machine>,
    /// True if the machine was changed outside the loop that runs it.
    touched: Cell<bool>,
    waker: RefCell<Option<Waker>>,
}

impl ControllerHandle {
    /// Creates a controller ready for [`run`](crate::run). Its events go to `sink`.
    pub fn new(controller: Controller, sink: Sink<ControllerEvent>) -> Self {
        Self(Rc::new(Shared {
            machine: RefCell::new(Machine::new(controller, sink)),
            touched: Cell::new(false),
            waker: RefCell::new(None),
        }))
    }

    /// Replaces the running configuration. An install under way is not affected.
    pub fn configure(&self, config: ControllerConfig) {
        self.change(|machine| machine.configure(config));
    }

    /// Runs `line`, typed in privileged mode, and returns its effect. A controller that [reloads](Answer::reloads) is to be
    /// stopped and started by its world.
    pub fn exec(&self, now: Duration, line: &str) -> Answer {
        self.change(|machine| machine.exec(now, line))
    }

    /// Presses a button of the page *Software Upgrade*, and returns what the page says; nothing if it is done.
    pub fn press(&self, now: Duration, button: Button) -> String {
        self.change(|machine| machine.press(now, button))
    }

    /// Returns true while it serves: from the end of its boot until it goes down. Nobody answers at its console at other times.
    pub fn is_up(&self) -> bool {
        self.machine().is_up()
    }

    /// Reports that the box goes down to reboot, which nobody typed here.
    pub fn go_down(&self) {
        self.machine_mut().reload();
    }

    /// Returns the state at `now`.
    pub fn snapshot(&self, now: Duration) -> Snapshot {
        self.machine().snapshot(now)
    }

    /// Returns the output of the show command `line` at `now`; `None` as for [`show`](crate::show).
    pub fn show(&self, now: Duration, line: &str) -> Option<Output> {
        let machine = self.machine();
        show_view(&machine.snapshot(now), || machine.view(now), line)
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

    /// Becomes ready at least once after [`ControllerHandle::change`].
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
