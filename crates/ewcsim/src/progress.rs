//! A line on a terminal's standard error while something goes on; nothing anywhere else.
#![allow(clippy::disallowed_types)] // How long a person waits is real time.

use std::io::{self, IsTerminal, Write};
use std::time::{Duration, Instant};

/// How long a run may take before it shows that it is alive, and how often it then does.
pub(crate) const EVERY: Duration = Duration::from_millis(100);

/// How long something takes a person.
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

/// A status line that is written over and cleared at the end.
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

    /// Shows progress if standard error is a terminal, but nothing of what takes no longer than `silent`.
    pub fn on_terminal_after(silent: Duration) -> Self {
        let next = io::stderr().is_terminal().then(|| Instant::now() + silent);
        Self { shown: false, next }
    }

    /// Shows nothing.
    pub fn none() -> Self {
        Self { shown: false, next: None }
    }

    /// Shows the line that `text` makes, if it is time to.
    pub fn update(&mut self, text: impl FnOnce() -> String) {
        let Some(next) = &mut self.next else { return };
        let now = Instant::now();
        if now < *next {
            return;
        }
        *next = now + EVERY;
        self.shown = true;
        // A terminal that goes away must not end the run.
        let _ = write!(io::stderr(), "\r\x1b[K{}", text());
        let _ = io::stderr().flush();
    }

    /// Takes the line away, so that something else can be printed.
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
