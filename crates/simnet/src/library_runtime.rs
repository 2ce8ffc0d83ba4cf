//! A tokio runtime for tasks that libraries spawn.
//!
//! Devices spawn on their host. A library such as an SSH implementation calls `tokio::spawn`, and its tasks must run, too, on this
//! thread, in a fixed order, and before the clock moves. So each simulation has a tokio runtime, which is entered while it runs.
//! Whenever one of its tasks was woken, the executor drives it until all of them wait.
//!
//! Its clock stands still: a zero-length timer ends at once, any other never does. Timeouts belong to devices, which have timers of
//! their host.

use std::cell::RefCell;
use std::future::poll_fn;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Poll, Waker};

use host::context::Context;
use indexmap::IndexMap;
use tokio::runtime::{Builder, EnterGuard, RngSeed, Runtime, RuntimeMetrics, UnhandledPanic};
use tokio::task::Id;
use tracing::level_filters::LevelFilter;

thread_local! {
    /// The hosts for which libraries spawned tasks, as far as they were recorded.
    static TASKS: RefCell<IndexMap<Id, usize>> = RefCell::default();
}

/// The tokio runtime of a simulation.
pub(crate) struct LibraryRuntime {
    runtime: Runtime,
    metrics: RuntimeMetrics,
    rest: Arc<Rest>,
}

/// The resting state: whether all tasks wait.
#[derive(Default)]
struct Rest {
    reached: AtomicBool,
    /// The waker of [`LibraryRuntime::run`], which waits for that state.
    waker: Mutex<Option<Waker>>,
}

impl LibraryRuntime {
    /// Makes a runtime without tasks. `seed` decides the order in which `select!` polls its branches.
    pub(crate) fn new(seed: u64) -> Self {
        let rest = Arc::new(Rest::default());
        let resting = Arc::clone(&rest);
        let mut builder = Builder::new_current_thread();
        // A trace names the host for which a library works.
        if LevelFilter::current() != LevelFilter::OFF {
            builder
                .on_task_spawn(|task| note_task(task.id()))
                .on_before_task_poll(|task| enter_task(task.id()))
                .on_task_terminate(|task| forget_task(task.id()));
        }
        let runtime = builder
            .enable_time()
            .start_paused(true)
            .rng_seed(RngSeed::from_bytes(&seed.to_le_bytes()))
            // A panic in a task is an internal error, and must not look like a session that ended.
            .unhandled_panic(UnhandledPanic::ShutdownRuntime)
            .on_thread_park(move || resting.reach())
            .build()
            .expect("a runtime without input and output asks the system for nothing");
        let metrics = runtime.metrics();
        Self { runtime, metrics, rest }
    }

    /// Lets `tokio::spawn` find this runtime until the guard is dropped.
    pub(crate) fn enter(&self) -> EnterGuard<'_> {
        self.runtime.enter()
    }

    /// Returns true if one of its tasks was woken. All of them waited when it was last driven, so the waker was called from
    /// outside, and the task is in the queue for that.
    pub(crate) fn is_woken(&self) -> bool {
        self.metrics.global_queue_depth() > 0
    }

    /// Polls its tasks until all of them wait.
    pub(crate) fn run(&self) {
        self.rest.reached.store(false, Ordering::Relaxed);
        self.runtime.block_on(poll_fn(|cx| {
            if self.rest.reached.load(Ordering::Relaxed) {
                return Poll::Ready(());
            }
            self.rest.waker.lock().unwrap_or_else(PoisonError::into_inner).replace(cx.waker().clone());
            Poll::Pending
        }));
    }
}

impl Rest {
    /// Marks the runtime as idle, before it puts its thread to sleep.
    fn reach(&self) {
        self.reached.store(true, Ordering::Relaxed);
        if let Some(waker) = self.waker.lock().unwrap_or_else(PoisonError::into_inner).take() {
            waker.wake();
        }
    }
}

/// Records that a library spawned a task for the current host.
fn note_task(task: Id) {
    if let Some(host) = Context::with_running(|context| context.host.get()).flatten() {
        TASKS.with_borrow_mut(|tasks| tasks.insert(task, host));
    }
}

/// Records that a library's task is polled.
fn enter_task(task: Id) {
    let host = TASKS.with_borrow(|tasks| tasks.get(&task).copied());
    Context::with_running(|context| context.host.set(host));
}

/// Records that a library's task has ended.
fn forget_task(task: Id) {
    TASKS.with_borrow_mut(|tasks| tasks.swap_remove(&task));
}
