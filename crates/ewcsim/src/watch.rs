//! One run with a limit on its real time. A run that does not heed its end is left behind.
#![allow(clippy::disallowed_types, clippy::disallowed_methods)] // The limit is on real time; the thread is not one of the simulation.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use crate::panics::message;
use crate::progress::Stopwatch;

/// The interval at which a signal and the limit are looked at.
const EVERY: Duration = Duration::from_millis(50);

/// The time that a run has to heed its end: it looks at every simulated second.
const GRACE: Duration = Duration::from_secs(10);

/// The stack of a thread that waits for a run.
const STACK_BYTES: usize = 8 << 20;

/// The limits of runs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Watch<'a> {
    /// The limit on real time.
    pub(crate) limit: Duration,
    /// Set by a signal.
    pub(crate) stop: &'a AtomicBool,
}

/// The end of a run.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Ended<T> {
    /// It returned. It may have been told to end early.
    Done(T),
    /// It did not heed a signal.
    Stopped,
    /// It did not heed the limit.
    Late,
    /// It panicked, with this message.
    Panicked(String),
}

impl Watch<'_> {
    /// Runs `task`, which ends soon after the flag that it gets is set: at the limit, or by a signal. If it does not, its thread is left
    /// behind.
    pub(crate) fn watch<T: Send + 'static>(
        &self,
        task: impl FnOnce(&AtomicBool) -> T + Send + 'static,
    ) -> Ended<T> {
        self.watch_for(GRACE, task)
    }

    fn watch_for<T: Send + 'static>(
        &self,
        grace: Duration,
        task: impl FnOnce(&AtomicBool) -> T + Send + 'static,
    ) -> Ended<T> {
        let end = Arc::new(AtomicBool::new(false));
        let (send, receive) = mpsc::channel();
        let told = Arc::clone(&end);
        let started = thread::Builder::new().stack_size(STACK_BYTES).spawn(move || {
            let result = catch_unwind(AssertUnwindSafe(|| task(&told)));
            // Nobody listens any more if it was left behind.
            let _ = send.send(result.map_err(|panic| message(&*panic)));
        });
        if let Err(error) = started {
            return Ended::Panicked(format!("no thread: {error}"));
        }
        let watch = Stopwatch::start();
        let mut ended: Option<(bool, Duration)> = None;
        loop {
            match receive.recv_timeout(EVERY) {
                Ok(Ok(result)) => return Ended::Done(result),
                Ok(Err(said)) => return Ended::Panicked(said),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return Ended::Panicked("no message".to_owned()),
            }
            let (now, stopped) = (watch.elapsed(), self.stop.load(Ordering::Relaxed));
            match ended {
                None if stopped || now >= self.limit => {
                    end.store(true, Ordering::Relaxed);
                    ended = Some((stopped, now));
                }
                Some((true, at)) if now >= at + grace => return Ended::Stopped,
                Some((false, at)) if now >= at + grace => return Ended::Late,
                None | Some(_) => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wait_for(flag: &AtomicBool) {
        while !flag.load(Ordering::Relaxed) {
            thread::yield_now();
        }
    }

    #[test]
    fn what_ends_panics_or_hangs_is_told_apart() {
        let go = AtomicBool::new(false);
        let long = Watch { limit: Duration::from_secs(3600), stop: &go };
        assert_eq!(long.watch(|_| 7), Ended::Done(7));
        assert_eq!(long.watch(|_| -> u8 { panic!("a bug") }), Ended::Panicked("a bug".to_owned()));
        let short = Watch { limit: Duration::ZERO, stop: &go };
        assert_eq!(
            short.watch(|end| {
                wait_for(end);
                8
            }),
            Ended::Done(8)
        );
        // It ends only with the test.
        assert_eq!(
            short.watch_for(Duration::ZERO, |_| loop {
                thread::park()
            }),
            Ended::<u8>::Late
        );
        let stop = AtomicBool::new(true);
        let stopped = Watch { limit: Duration::from_secs(3600), stop: &stop };
        assert_eq!(
            stopped.watch_for(Duration::ZERO, |_| loop {
                thread::park()
            }),
            Ended::<u8>::Stopped
        );
    }
}
