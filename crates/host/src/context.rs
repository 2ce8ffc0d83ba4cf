//! The context of this moment in a simulated world: the time, and the host whose task runs or whose packet arrives. Traces carry
//! it.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

thread_local! {
    static RUNNING: RefCell<Option<Rc<Context>>> = const { RefCell::new(None) };
}

/// The context of a simulation, kept by its engine.
#[derive(Debug)]
pub struct Context {
    /// The time since the start of the run, in nanoseconds.
    pub now_ns: Cell<u64>,
    /// The index of the current host.
    pub host: Cell<Option<usize>>,
    /// The names, by index of the host.
    names: Vec<Rc<str>>,
}

impl Context {
    /// Makes the context at the start of a run of hosts with these names.
    pub fn new(names: Vec<Rc<str>>) -> Self {
        Self { now_ns: Cell::new(0), host: Cell::new(None), names }
    }

    /// Returns the time since the start of the run.
    pub fn now(&self) -> Duration {
        Duration::from_nanos(self.now_ns.get())
    }

    /// Returns the name of the host with this index.
    pub fn name(&self, host: usize) -> Rc<str> {
        Rc::clone(&self.names[host])
    }

    /// Makes this the context of the thread until the guard is dropped.
    pub fn enter(self: &Rc<Self>) -> Entered {
        Entered(RUNNING.replace(Some(Rc::clone(self))))
    }

    /// Calls `f` with the context of the simulation that runs on this thread, if there is one.
    pub fn with_running<T>(f: impl FnOnce(&Self) -> T) -> Option<T> {
        RUNNING.with_borrow(|running| running.as_deref().map(f))
    }
}

/// Restores the previous context when it is dropped.
#[derive(Debug)]
#[must_use]
pub struct Entered(Option<Rc<Context>>);

impl Drop for Entered {
    fn drop(&mut self) {
        RUNNING.set(self.0.take());
    }
}

/// Returns the simulated time and the name of the current host, while a simulation runs on this thread.
pub fn current() -> Option<(Duration, Option<Rc<str>>)> {
    Context::with_running(|context| (context.now(), context.host.get().map(|host| context.name(host))))
}
