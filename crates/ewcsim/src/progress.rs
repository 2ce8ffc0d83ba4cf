//! A progress line on standard error, if that is a terminal.
#![allow(clippy::disallowed_types)] // The waiting time of a person is real time.

use std::io::{self, IsTerminal, Write};
use std::time::{Duration, Instant};

/// The time before a run first shows progress, and the interval after that.
pub(crate) const EVERY: Duration = Duration::from_millis(100);

/// A stopwatch for real time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stopwatch(Instant);

impl Stopwatch {
    pub(crate) fn start() -> Self {
        Self(Instant::now())
    }

    pub(crate) fn elapsed(self) -> Duration {
        self.0.elapsed()
    }
}

/// A status line that is overwritten, and cleared at the end.
#[derive(Debug)]
pub struct Progress {
    shown: bool,
    next: Option<Instant>,
}

impl Progress {
    /// Shows progress if standard error is a terminal.
    pub fn on_terminal() -> Self {
        Self::on_terminal_after(EVERY)
    }

    /// Shows progress if standard error is a terminal, and only after `silent`.
    pub fn on_terminal_after(silent: Duration) -> Self {
        let next = io::stderr().is_terminal().then(|| Instant::now() + silent);
        Self { shown: false, next }
    }

    /// Shows nothing.
    pub fn none() -> Self {
        Self { shown: false, next: None }
    }

    /// Shows the line that `text` returns, if it is due.
    pub fn update(&mut self, text: impl FnOnce() -> String) {
        let Some(next) = &mut self.next else { return };
        let now = Instant::now();
        if now < *next {
            return;
        }
        *next = now + EVERY;
        self.shown = true;
        // A terminal that closes must not end the run.
        let _ = write!(io::stderr(), "\r\x1b[K{}", text());
        let _ = io::stderr().flush();
    }

    /// Clears the line, so that something else can be printed.
    pub fn clear(&mut self) {
        if std::mem::take(&mut self.shown) {
            let _ = write!(io::stderr(), "\r\x1b[K");
            let _ = io::stderr().flush();
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.clear();
    }
}
