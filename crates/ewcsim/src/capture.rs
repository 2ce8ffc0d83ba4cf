//! The capture of a run, which is written while it runs and put in its place with the other files.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use engine::Capture;
use scenario::Scenario;

use crate::clock::WallClock;
use crate::pending::{Pending, begin_whole};
use crate::report::{CAPTURE, with_path};

/// The number of bytes of a capture that are written at a time.
const BUFFER: usize = 1 << 20;

/// The first error of a capture, if it has one.
type Broken = Arc<Mutex<Option<io::Error>>>;

/// The file of a capture. If it is dropped before it is kept, nothing remains of it.
#[derive(Debug)]
pub(crate) struct CaptureFile {
    path: PathBuf,
    pending: Pending,
    broken: Broken,
}

impl CaptureFile {
    /// Begins the capture of a run whose files go to `directory`, which is created if it is missing.
    ///
    /// # Errors
    /// The error of the operating system, with the path.
    pub(crate) fn create(directory: &Path) -> io::Result<Self> {
        let path = directory.join(CAPTURE);
        let pending = begin_whole(&path, b"").map_err(|error| with_path(&path, error))?;
        Ok(Self { path, pending, broken: Broken::default() })
    }

    /// Returns the capture that a run of `scenario` writes.
    ///
    /// # Errors
    /// The error of the operating system, with the path.
    pub(crate) fn recorder(&self, scenario: &Scenario) -> io::Result<Capture> {
        let handle = self.pending.handle().map_err(|error| with_path(&self.path, error))?;
        let file = BufWriter::with_capacity(BUFFER, handle);
        let epoch_ns = WallClock::new(scenario.start).epoch_ns();
        Ok(Capture::new(Recorder { file, broken: Arc::clone(&self.broken) }, epoch_ns))
    }

    /// Returns the whole file, to be kept.
    ///
    /// # Errors
    /// The first error of writing it, with the path.
    pub(crate) fn finish(self) -> io::Result<Pending> {
        let broken = self.broken.lock().unwrap_or_else(PoisonError::into_inner).take();
        broken.map_or(Ok(()), Err).map_err(|error| with_path(&self.path, error))?;
        Ok(self.pending)
    }
}

/// Writes a capture until that fails. The run goes on then: its report does not depend on it.
struct Recorder {
    file: BufWriter<File>,
    broken: Broken,
}

impl Recorder {
    fn note(&self, result: io::Result<()>) {
        if let Err(error) = result {
            self.broken.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
        }
    }

    fn is_broken(&self) -> bool {
        self.broken.lock().unwrap_or_else(PoisonError::into_inner).is_some()
    }
}

impl Write for Recorder {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if !self.is_broken() {
            let written = self.file.write_all(bytes);
            self.note(written);
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if !self.is_broken() {
            let flushed = self.file.flush();
            self.note(flushed);
        }
        Ok(())
    }
}
