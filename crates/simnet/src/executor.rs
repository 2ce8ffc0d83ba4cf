//! The tasks of the hosts: polled one after the other, in the order in which they were woken, until none is ready.
//!
//! A runtime's own executor does not tell when all of its tasks wait, and the clock may only move then. This one does: its queue
//! is empty.

use std::cell::RefCell;
use std::future::Future;
use std::mem;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Wake, Waker};

use crate::topology::HostId;

type TaskFuture = Pin<Box<dyn Future<Output = ()>>>;

/// All tasks of one world.
#[derive(Default)]
pub(crate) struct Executor {
    ready: Arc<Ready>,
    slots: RefCell<Vec<Slot>>,
    free: RefCell<Vec<usize>>,
    batch: RefCell<Vec<Arc<TaskWaker>>>,
}

/// The queue of woken tasks. Wakers must be `Send`, hence the lock; nobody else ever holds it.
#[derive(Default)]
struct Ready(Mutex<Vec<Arc<TaskWaker>>>);

struct Slot {
    host: HostId,
    /// Out of its slot while it is being polled.
    future: Option<TaskFuture>,
    waker: Option<(Arc<TaskWaker>, Waker)>,
}

struct TaskWaker {
    slot: usize,
    queued: AtomicBool,
    /// Set when the task ended or was killed: late wake-ups are for nobody.
    gone: AtomicBool,
    ready: Arc<Ready>,
}

impl Wake for TaskWaker {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        if !self.queued.swap(true, Ordering::Relaxed) {
            self.ready.0.lock().unwrap_or_else(PoisonError::into_inner).push(Arc::clone(self));
        }
    }
}

impl Executor {
    /// Adds a task of `host`; it is first polled by the next [`Executor::run_ready`].
    pub(crate) fn spawn(&self, host: HostId, future: TaskFuture) {
        let slot = self.free.borrow_mut().pop();
        let mut slots = self.slots.borrow_mut();
        let slot = slot.unwrap_or_else(|| {
            slots.push(Slot { host, future: None, waker: None });
            slots.len() - 1
        });
        let task = Arc::new(TaskWaker {
            slot,
            queued: AtomicBool::new(false),
            gone: AtomicBool::new(false),
            ready: Arc::clone(&self.ready),
        });
        let waker = Waker::from(Arc::clone(&task));
        slots[slot] = Slot { host, future: Some(future), waker: Some((task, waker)) };
        drop(slots);
        let slots = self.slots.borrow();
        if let Some((_, waker)) = &slots[slot].waker {
            waker.wake_by_ref();
        }
    }

    /// Polls woken tasks until none is ready. Returns how many polls that took.
    pub(crate) fn run_ready(&self) -> u64 {
        let mut polls = 0;
        let mut batch = mem::take(&mut *self.batch.borrow_mut());
        loop {
            mem::swap(&mut *self.ready.0.lock().unwrap_or_else(PoisonError::into_inner), &mut batch);
            if batch.is_empty() {
                break;
            }
            for task in batch.drain(..) {
                polls += 1;
                self.poll(&task);
            }
        }
        *self.batch.borrow_mut() = batch;
        polls
    }

    /// Drops every task of `host`, as when its power is cut.
    ///
    /// Must not be called by a task: a task cannot be dropped while it runs.
    pub(crate) fn kill(&self, host: HostId) {
        let mut dropped = Vec::new();
        for (index, slot) in self.slots.borrow_mut().iter_mut().enumerate() {
            if slot.host == host
                && let Some((task, _)) = slot.waker.take()
            {
                task.gone.store(true, Ordering::Relaxed);
                dropped.push(slot.future.take());
                self.free.borrow_mut().push(index);
            }
        }
        // Only now, as dropping a task closes its sockets and may touch the world.
        drop(dropped);
    }

    fn poll(&self, task: &Arc<TaskWaker>) {
        if task.gone.load(Ordering::Relaxed) {
            return;
        }
        task.queued.store(false, Ordering::Relaxed);
        let (mut future, waker) = {
            let slot = &mut self.slots.borrow_mut()[task.slot];
            let (Some(future), Some((_, waker))) =
                (slot.future.take(), slot.waker.take().map(|pair| (pair.0, pair.1)))
            else {
                return;
            };
            (future, waker)
        };
        let done = future.as_mut().poll(&mut Context::from_waker(&waker)).is_ready();
        if done {
            task.gone.store(true, Ordering::Relaxed);
            self.free.borrow_mut().push(task.slot);
            drop(future);
        } else {
            let slot = &mut self.slots.borrow_mut()[task.slot];
            slot.future = Some(future);
            slot.waker = Some((Arc::clone(task), waker));
        }
    }
}
