//! The context of this moment: the simulated time, and the host whose task runs or whose packet arrives. Traces carry it.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use indexmap::IndexMap;
use network::HostId;
use tokio::task::Id;

thread_local! {
    static RUNNING: RefCell<Option<Rc<Context>>> = const { RefCell::new(None) };
}

/// The context of a simulation, kept by its engine.
#[derive(Debug)]
pub(crate) struct Context {
    pub(crate) now_ns: Cell<u64>,
    pub(crate) host: Cell<Option<HostId>>,
    /// The names, by index of the host.
    pub(crate) names: Vec<Rc<str>>,
    /// The hosts for which libraries spawned tasks, as far as they were recorded.
    tasks: RefCell<IndexMap<Id, HostId>>,
}

/// Returns the simulated time and the current host, while a simulation runs on this thread.
pub fn current() -> Option<(Duration, Option<Rc<str>>)> {
    RUNNING.with_borrow(|running| {
        let context = running.as_ref()?;
        let name = context.host.get().map(|host| Rc::clone(&context.names[host.index()]));
        Some((Duration::from_nanos(context.now_ns.get()), name))
    })
}

impl Context {
    pub(crate) fn new(names: Vec<Rc<str>>) -> Self {
        Self { now_ns: Cell::new(0), host: Cell::new(None), names, tasks: RefCell::default() }
    }

    /// Makes this the context of the thread until the guard is dropped.
    pub(crate) fn enter(self: &Rc<Self>) -> Entered {
        Entered(RUNNING.replace(Some(Rc::clone(self))))
    }
}

/// Restores the previous context.
pub(crate) struct Entered(Option<Rc<Context>>);

impl Drop for Entered {
    fn drop(&mut self) {
        RUNNING.set(self.0.take());
    }
}

/// Records that a library spawned a task for the current host.
pub(crate) fn note_task(task: Id) {
    with_running(|context| {
        if let Some(host) = context.host.get() {
            context.tasks.borrow_mut().insert(task, host);
        }
    });
}

/// Records that a library's task is polled.
pub(crate) fn enter_task(task: Id) {
    with_running(|context| context.host.set(context.tasks.borrow().get(&task).copied()));
}

/// Records that a library's task has ended.
pub(crate) fn forget_task(task: Id) {
    with_running(|context| context.tasks.borrow_mut().swap_remove(&task));
}

fn with_running<T>(f: impl FnOnce(&Context) -> T) {
    RUNNING.with_borrow(|running| {
        running.as_deref().map(f);
    });
}
