//! Runs work on several threads and returns results in order.

use std::collections::BTreeMap;
use std::num::NonZero;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

/// The stack size of the main thread on Linux: reading a scenario needs as much here as in `run`.
const STACK_BYTES: usize = 8 << 20;

/// The interval at which the waiting thread updates its progress.
const EVERY: Duration = Duration::from_millis(100);

/// Returns the number of processors, on which as many threads run at a time.
pub(crate) fn processors() -> usize {
    thread::available_parallelism().map_or(1, NonZero::get)
}

/// Does `work` for 0 to `count` - 1 on `jobs` threads, and passes each result to `done` in the order of the numbers, as soon as
/// all before it are complete; in between it passes `None` at intervals. Once `stop` is set, no new work starts: from some number
/// on, results are missing.
///
/// A run does not depend on the thread that started it, so it is the same on any thread.
pub(crate) fn in_order<T: Send>(
    count: usize,
    jobs: usize,
    stop: &AtomicBool,
    work: impl Fn(usize) -> T + Sync,
    mut done: impl FnMut(Option<T>),
) {
    let next = AtomicUsize::new(0);
    let (send, receive) = mpsc::channel();
    thread::scope(|scope| {
        for job in 0..jobs.clamp(1, count.max(1)) {
            let (send, next, work) = (send.clone(), &next, &work);
            let thread = thread::Builder::new().name(format!("job {job}")).stack_size(STACK_BYTES);
            let started = thread.spawn_scoped(scope, move || {
                while !stop.load(Ordering::Relaxed) {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    if index >= count || send.send((index, work(index))).is_err() {
                        break;
                    }
                }
            });
            if started.is_err() {
                // Fewer threads are enough.
                assert!(job > 0, "the system provides a thread");
                break;
            }
        }
        drop(send);
        let mut early = BTreeMap::new();
        let mut wanted = 0;
        loop {
            match receive.recv_timeout(EVERY) {
                Ok((index, result)) => {
                    early.insert(index, result);
                    while let Some(result) = early.remove(&wanted) {
                        done(Some(result));
                        wanted += 1;
                    }
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break,
            }
            done(None);
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_order_whatever_is_done_first() {
        for jobs in [0, 1, 3, 64] {
            let mut results = Vec::new();
            // The first one runs until the last has begun, if there are threads for both.
            let begun = AtomicUsize::new(0);
            let work = |index: usize| {
                begun.fetch_add(1, Ordering::Relaxed);
                while index == 0 && jobs > 1 && begun.load(Ordering::Relaxed) < 20 {
                    thread::yield_now();
                }
                index * 2
            };
            in_order(20, jobs, &AtomicBool::new(false), work, |result| results.extend(result));
            assert_eq!(results, (0..20).map(|index| index * 2).collect::<Vec<_>>());
        }
    }

    #[test]
    fn nothing_new_is_begun_once_it_is_stopped() {
        let stop = AtomicBool::new(false);
        let mut results = Vec::new();
        let work = |index| {
            stop.store(index == 3, Ordering::Relaxed);
            index
        };
        in_order(20, 1, &stop, work, |result| results.extend(result));
        assert_eq!(results, [0, 1, 2, 3]);
        in_order(0, 2, &AtomicBool::new(false), |index| index, |result| assert_eq!(result, None));
    }
}
