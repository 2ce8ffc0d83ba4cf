//! A write that takes time: the parts of the old and the new files that are in flash at any instant of it.
//!
//! ```text
//!  started            + erase                        + write            sync              synced
//!     │ old blocks are   │ pages are programmed,       │ all pages, some │ entries become    │ durable
//!     │ erased in order  │ file after file             │ file entries    │ durable in order  │
//! ```
//!
//! No step of it is simulated as an event. The content of the flash is computed from the elapsed time when it is needed: when
//! power fails, or when the write stops. Blocks are erased and pages are programmed in order, as a log-structured file system
//! on NAND (UBIFS) does. The entry of a file may be lost until the sync has reached it; its pages stay.

use std::ops::Range;
use std::time::Duration;

use host::Entropy;
use image::Member;
use rand::RngExt as _;
use tracing::debug;

use super::volume::StoredFile;
use super::{FlashError, Geometry};

/// The speed of a write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// The time from the start until every page of the new files is programmed.
    pub takes: Duration,
    /// Bytes per second at which old files are erased. Erasing never takes more than half of the time.
    pub erase_rate: u64,
}

/// A write that will fail: it goes on until `after` has passed, and fails then.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{error}")]
pub struct WriteFailure {
    /// The time from the start of the write to its failure.
    pub after: Duration,
    /// The reason.
    pub error: FlashError,
}

/// The activity of the flash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Activity {
    /// Nothing: all of its content is durable.
    Idle,
    /// Erasing the old image of a partition.
    Erasing,
    /// Programming the new one, or waiting for the sync.
    Writing,
    /// Making its file entries durable.
    Syncing,
    /// Writing the boot variable.
    SettingBoot,
}

/// A torn page or block stays as it was, is completed, or gives ECC errors: one in three each.
const FATES: u32 = 3;
/// The probability that the entry of a file is durable before the sync has reached it.
const ENTRY_SURVIVES: f64 = 0.75;

#[derive(Debug)]
pub(super) struct Writing {
    old: Vec<StoredFile>,
    new: Vec<StoredFile>,
    started: Duration,
    /// The time for erasing, and for writing after it.
    erase: Duration,
    write: Duration,
    /// The start of the sync, and its duration.
    sync: Option<(Duration, Duration)>,
}

impl Writing {
    pub(super) fn new(started: Duration, old: Vec<StoredFile>, new: Vec<StoredFile>, pace: Pace) -> Self {
        let erase = Duration::from_micros(end(&old).saturating_mul(1_000_000) / pace.erase_rate.max(1));
        let erase = erase.min(pace.takes / 2);
        debug!(bytes = end(&new), ?erase, write = ?(pace.takes - erase), "erasing, then writing");
        Self { old, new, started, erase, write: pace.takes - erase, sync: None }
    }

    /// Returns the number of bytes to write.
    pub(super) fn size(&self) -> u64 {
        end(&self.new)
    }

    /// Returns the time from the start until `position` bytes are written.
    pub(super) fn time_to(&self, position: u64) -> Duration {
        let micros = share(self.write.as_micros() as u64, position, self.size());
        self.erase + Duration::from_micros(micros)
    }

    pub(super) fn start_sync(&mut self, now: Duration, takes: Duration) {
        self.sync = Some((now, takes));
    }

    /// Returns the activity at `now`, which a power cut would interrupt.
    pub(super) fn activity(&self, now: Duration) -> Activity {
        let elapsed = now.saturating_sub(self.started);
        if elapsed < self.erase {
            Activity::Erasing
        } else if elapsed < self.erase + self.write || self.sync.is_none() {
            Activity::Writing
        } else {
            Activity::Syncing
        }
    }

    /// Returns the bytes in flash: what is left of the old files, then what is written of the new ones.
    pub(super) fn occupied(&self, now: Duration, geometry: Geometry) -> u64 {
        match self.erased(now, geometry) {
            Some(erased) => end(&self.old).saturating_sub(erased),
            None => self.written(now, geometry),
        }
    }

    pub(super) fn files_mut(&mut self) -> &mut [StoredFile] {
        &mut self.new
    }

    pub(super) fn finish(self) -> Vec<StoredFile> {
        self.new
    }

    /// Returns the files that are left when the writing program stops.
    pub(super) fn stop(self, now: Duration, geometry: Geometry) -> Vec<StoredFile> {
        match self.erased(now, geometry) {
            Some(erased) => without(self.old, 0..erased, |_| true),
            None => {
                let written = self.written(now, geometry);
                up_to(self.new, written, None, |_| true)
            }
        }
    }

    /// Returns the files that are left when power fails.
    pub(super) fn cut(self, now: Duration, geometry: Geometry, entropy: &mut Entropy) -> Vec<StoredFile> {
        if let Some(erased) = self.erased(now, geometry) {
            // The block that is being erased still holds its content, or cannot be read.
            let torn = if entropy.random_ratio(1, FATES) { 0 } else { geometry.block };
            return without(self.old, 0..erased + torn, |_| entropy.random_bool(0.5));
        }
        let written = self.written(now, geometry);
        let (mut end, mut lost) = (written, None);
        if written < self.size() {
            match entropy.random_range(0..FATES) {
                0 => (),
                1 => end += geometry.page,
                _ => {
                    end += geometry.page;
                    lost = Some(written..end);
                }
            }
        }
        let durable = self.durable(now);
        up_to(self.new, end, lost, |index| index < durable || entropy.random_bool(ENTRY_SURVIVES))
    }

    /// Returns the bytes erased so far, in whole blocks, while the old files are being erased.
    fn erased(&self, now: Duration, geometry: Geometry) -> Option<u64> {
        let elapsed = now.saturating_sub(self.started);
        let bytes = || share(end(&self.old), elapsed.as_micros() as u64, self.erase.as_micros() as u64);
        (elapsed < self.erase).then(|| bytes() / geometry.block * geometry.block)
    }

    /// Returns the bytes of the new files that are programmed after that, in whole pages.
    fn written(&self, now: Duration, geometry: Geometry) -> u64 {
        let elapsed = now.saturating_sub(self.started + self.erase);
        let bytes = share(self.size(), elapsed.as_micros() as u64, self.write.as_micros() as u64);
        if bytes == self.size() { bytes } else { bytes / geometry.page * geometry.page }
    }

    /// Returns the number of file entries that the sync has made durable.
    fn durable(&self, now: Duration) -> usize {
        let Some((started, takes)) = self.sync else { return 0 };
        let elapsed = now.saturating_sub(started).as_micros() as u64;
        share(self.new.len() as u64, elapsed, takes.as_micros() as u64) as usize
    }
}

/// Returns the rest of `files` when the range `gone` can no longer be read. For a file that is completely gone, `stays` decides
/// by its index whether the entry is still there.
fn without(
    files: Vec<StoredFile>,
    gone: Range<u64>,
    mut stays: impl FnMut(usize) -> bool,
) -> Vec<StoredFile> {
    let mut left = Vec::new();
    for (index, mut file) in files.into_iter().enumerate() {
        let extent = file.extent();
        let lost = extent.start.max(gone.start)..extent.end.min(gone.end);
        let whole = lost == extent;
        if !lost.is_empty() {
            file.lost = Some(lost);
        }
        if !whole || stays(index) {
            left.push(file);
        }
    }
    left
}

/// Returns the part of `files` that is in flash when the pages up to `end` are programmed and `lost` cannot be read. `stays`
/// decides by the index of a file whether its entry is there.
fn up_to(
    files: Vec<StoredFile>,
    end: u64,
    lost: Option<Range<u64>>,
    mut stays: impl FnMut(usize) -> bool,
) -> Vec<StoredFile> {
    let mut left = Vec::new();
    for (index, mut file) in files.into_iter().enumerate() {
        let extent = file.extent();
        // An empty file is there if the file after it would be.
        if extent.start > end || (extent.start == end && !extent.is_empty()) || !stays(index) {
            continue;
        }
        let Member { content, .. } = &mut file.member;
        *content = content.slice(0..extent.end.min(end) - extent.start);
        let extent = file.extent();
        file.lost = lost
            .clone()
            .map(|lost| lost.start.max(extent.start)..lost.end.min(extent.end))
            .filter(|lost| !lost.is_empty());
        left.push(file);
    }
    left
}

/// Returns the end of the last file.
fn end(files: &[StoredFile]) -> u64 {
    files.iter().map(|file| file.extent().end).max().unwrap_or(0)
}

/// Returns `whole * part / of`, at most `whole`; all of it if nothing takes any time.
fn share(whole: u64, part: u64, of: u64) -> u64 {
    if part >= of {
        return whole;
    }
    // Smaller than `whole`, which fits.
    (u128::from(whole) * u128::from(part) / u128::from(of)) as u64
}
