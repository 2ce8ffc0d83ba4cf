//! The tasks of the hosts: polled one after the other, in the order in which they were woken, until none is ready.
//!
//! A runtime's own executor does not report when all of its tasks wait, and the clock may only move then. This one does: its queue
//! is empty.

use std::cell::{Cell, RefCell};
use std::future::Future;
use std::mem;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Wake, Waker};

use network::HostId;

type TaskFuture = Pin<Box<dyn Future<Output = ()>>>;

/// The tasks of all hosts.
#[derive(Default)]
pub(crate) struct Executor {
    ready: Arc<Ready>,
    slots: RefCell<Vec<Slot>>,
    free: RefCell<Vec<u32>>,
    batch: RefCell<Vec<Woken>>,
}

/// The queue of woken tasks. Wakers must be `Send`, hence the lock, which is never contended.
#[derive(Default)]
struct Ready(Mutex<Vec<Woken>>);

impl Ready {
    fn lock(&self) -> MutexGuard<'_, Vec<Woken>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A task that was woken: its slot, and the generation of the task in that slot.
#[derive(Clone, Copy)]
struct Woken {
    slot: u32,
    generation: u32,
}

struct Slot {
    host: HostId,
    generation: u32,
    task: Option<Task>,
}

/// A task, outside its slot while it is polled.
struct Task {
    future: TaskFuture,
    flag: Arc<TaskWaker>,
    waker: Waker,
}

struct TaskWaker {
    woken: Woken,
    queued: AtomicBool,
    ready: Arc<Ready>,
}

impl Wake for TaskWaker {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        if !self.queued.swap(true, Ordering::Relaxed) {
            self.ready.lock().push(self.woken);
        }
    }
}

impl Executor {
    /// Adds a task of `host`; it is first polled by the next [`Executor::run_ready`].
    pub(crate) fn spawn(&self, host: HostId, future: TaskFuture) {
        let free = self.free.borrow_mut().pop();
        let mut slots = self.slots.borrow_mut();
        let index = free.unwrap_or_else(|| {
            slots.push(Slot { host, generation: 0, task: None });
            slots.len() as u32 - 1
        });
        let slot = &mut slots[index as usize];
        let woken = Woken { slot: index, generation: slot.generation };
        let flag =
            Arc::new(TaskWaker { woken, queued: AtomicBool::new(false), ready: Arc::clone(&self.ready) });
        flag.wake_by_ref();
        slot.host = host;
        slot.task = Some(Task { future, waker: Waker::from(Arc::clone(&flag)), flag });
    }

    /// Returns the first host that has a woken task.
    pub(crate) fn first_ready(&self) -> Option<HostId> {
        let slots = self.slots.borrow();
        self.ready.lock().iter().map(|woken| slots[woken.slot as usize].host).min()
    }

    /// Polls woken tasks, of `host` alone if there is one, until none of them is ready; meanwhile `current` is the host of the
    /// task. Returns the number of polls.
    pub(crate) fn run_ready(&self, host: Option<HostId>, current: &Cell<Option<usize>>) -> u64 {
        let mut polls = 0;
        let mut batch = mem::take(&mut *self.batch.borrow_mut());
        loop {
            mem::swap(&mut *self.ready.lock(), &mut batch);
            if let Some(host) = host {
                self.put_back_others(host, &mut batch);
            }
            if batch.is_empty() {
                break;
            }
            for woken in batch.drain(..) {
                polls += 1;
                self.poll(woken, current);
            }
        }
        *self.batch.borrow_mut() = batch;
        polls
    }

    /// Returns the tasks of other hosts from `batch` to the queue.
    fn put_back_others(&self, host: HostId, batch: &mut Vec<Woken>) {
        let slots = self.slots.borrow();
        let mut ready = self.ready.lock();
        let others = batch.extract_if(.., |woken| slots[woken.slot as usize].host != host);
        ready.extend(others);
    }

    /// Drops every task of `host`, as when its power is cut.
    ///
    /// Must not be called by a task: a task cannot be dropped while it runs.
    pub(crate) fn kill(&self, host: HostId) {
        self.kill_those(|of| of == host);
    }

    /// Drops every task.
    pub(crate) fn kill_all(&self) {
        self.kill_those(|_| true);
    }

    fn kill_those(&self, is_meant: impl Fn(HostId) -> bool) {
        let mut dropped = Vec::new();
        for (index, slot) in self.slots.borrow_mut().iter_mut().enumerate() {
            if is_meant(slot.host)
                && let Some(task) = slot.task.take()
            {
                slot.generation = slot.generation.wrapping_add(1);
                self.free.borrow_mut().push(index as u32);
                dropped.push(task);
            }
        }
        // Dropped only here, as dropping a task closes its sockets and may call the executor.
        drop(dropped);
    }

    fn poll(&self, woken: Woken, current: &Cell<Option<usize>>) {
        let index = woken.slot as usize;
        let mut task = {
            let slot = &mut self.slots.borrow_mut()[index];
            // A late wake-up of a task that ended or was killed has no effect.
            let Some(task) = slot.task.take_if(|_| slot.generation == woken.generation) else { return };
            current.set(Some(slot.host.index()));
            task
        };
        task.flag.queued.store(false, Ordering::Relaxed);
        let done = task.future.as_mut().poll(&mut Context::from_waker(&task.waker)).is_ready();
        if done {
            drop(task);
            let slot = &mut self.slots.borrow_mut()[index];
            slot.generation = slot.generation.wrapping_add(1);
            self.free.borrow_mut().push(woken.slot);
        } else {
            self.slots.borrow_mut()[index].task = Some(task);
        }
    }
}
