//! One partition: its files, their positions, its bad blocks and its size.
//!
//! Files lie one after the other from the start of the partition, packed, in the order they were written. Other files in the
//! partition (`/storage`) occupy room and have no position.

use std::collections::BTreeSet;
use std::ops::Range;
use std::time::Duration;

use host::Entropy;
use image::{Info, Member};

use super::write::{Activity, Pace, WriteFailure, Writing};
use super::{FlashError, Geometry, PartitionError};

#[derive(Debug)]
pub(super) struct Volume {
    files: Vec<StoredFile>,
    writing: Option<Writing>,
    /// Bytes in all.
    size: u64,
    /// Bytes that other files occupy.
    other_use: u64,
    /// Blocks that cannot be read or written, by number.
    bad_blocks: BTreeSet<u64>,
    geometry: Geometry,
}

/// A file, or the rest of it.
#[derive(Debug, Clone)]
pub(super) struct StoredFile {
    /// The position of its first byte in the partition.
    pub(super) start: u64,
    pub(super) member: Member,
    /// The range that cannot be read, counted from the start of the partition.
    pub(super) lost: Option<Range<u64>>,
}

impl Volume {
    pub(super) fn new(size: u64, geometry: Geometry) -> Self {
        Self { files: Vec::new(), writing: None, size, other_use: 0, bad_blocks: BTreeSet::new(), geometry }
    }

    /// Replaces the files by `members`, durable at once.
    pub(super) fn store(&mut self, members: Vec<Member>) {
        self.writing = None;
        self.files = laid_out(members);
    }

    pub(super) fn start_write(
        &mut self,
        now: Duration,
        members: Vec<Member>,
        pace: Pace,
    ) -> Result<(), WriteFailure> {
        let old = std::mem::take(&mut self.files);
        let writing = Writing::new(now, old, laid_out(members), pace);
        let failure = self
            .obstacle(writing.size())
            .map(|(position, error)| WriteFailure { after: writing.time_to(position), error });
        self.writing = Some(writing);
        failure.map_or(Ok(()), Err)
    }

    /// Returns the first obstacle to a write of `required` bytes, and its position in bytes.
    fn obstacle(&self, required: u64) -> Option<(u64, FlashError)> {
        let room = self.size.saturating_sub(self.other_use);
        let full = (required > room).then_some((room, FlashError::Full { required, room }));
        let bad = self.bad_blocks.first().map(|number| number * self.geometry.block);
        let bad =
            bad.filter(|offset| *offset < required).map(|offset| (offset, FlashError::BadBlock { offset }));
        [full, bad].into_iter().flatten().min_by_key(|(position, _)| *position)
    }

    pub(super) fn start_sync(&mut self, now: Duration, takes: Duration) {
        if let Some(writing) = &mut self.writing {
            writing.start_sync(now, takes);
        }
    }

    pub(super) fn sync(&mut self) {
        if let Some(writing) = self.writing.take() {
            self.files = writing.finish();
        }
    }

    /// Stops the writing program; the files written so far stay.
    pub(super) fn stop_write(&mut self, now: Duration) {
        if let Some(writing) = self.writing.take() {
            self.files = writing.stop(now, self.geometry);
        }
    }

    pub(super) fn cut(&mut self, now: Duration, entropy: &mut Entropy) {
        if let Some(writing) = self.writing.take() {
            self.files = writing.cut(now, self.geometry, entropy);
        }
    }

    pub(super) fn set_size(&mut self, size: u64) {
        self.size = size;
    }

    pub(super) fn set_other_use(&mut self, bytes: u64) {
        self.other_use = bytes;
    }

    pub(super) fn other_use(&self) -> u64 {
        self.other_use
    }

    pub(super) fn size(&self) -> u64 {
        self.size
    }

    /// Returns the bytes that files occupy at `now`.
    pub(super) fn used(&self, now: Duration) -> u64 {
        let files = match &self.writing {
            Some(writing) => writing.occupied(now, self.geometry),
            None => self.files.iter().map(|file| file.member.content.len()).sum(),
        };
        self.other_use.saturating_add(files).min(self.size)
    }

    pub(super) fn set_bad_block(&mut self, offset: u64) {
        self.bad_blocks.insert(offset / self.geometry.block);
    }

    pub(super) fn set_geometry(&mut self, geometry: Geometry) {
        self.geometry = geometry;
    }

    /// Changes the byte at `offset` of the partition.
    pub(super) fn corrupt(&mut self, offset: u64) -> Result<(), FlashError> {
        let file = self.visible_mut().iter_mut().find(|file| file.extent().contains(&offset));
        file.ok_or(FlashError::NothingThere)?.corrupt(offset);
        Ok(())
    }

    /// Changes the byte at `offset` of the file called `name`.
    pub(super) fn corrupt_member(&mut self, name: &str, offset: u64) -> Result<(), FlashError> {
        let file = self.visible_mut().iter_mut().find(|file| &*file.member.name == name);
        let file = file.filter(|file| offset < file.member.content.len()).ok_or(FlashError::NothingThere)?;
        file.corrupt(file.start + offset);
        Ok(())
    }

    /// Returns the files; during a write, the new ones.
    fn visible_mut(&mut self) -> &mut [StoredFile] {
        match &mut self.writing {
            Some(writing) => writing.files_mut(),
            None => &mut self.files,
        }
    }

    /// Returns the files that can be read; none while they are being replaced.
    pub(super) fn readable(&self) -> impl Iterator<Item = &Member> {
        let files = if self.writing.is_some() { &[][..] } else { &self.files };
        files.iter().filter(|file| self.first_unreadable(file).is_none()).map(|file| &file.member)
    }

    pub(super) fn verify(&self) -> Result<Info, PartitionError> {
        if self.writing.is_some() {
            return Err(PartitionError::BeingWritten);
        }
        for file in &self.files {
            if let Some(offset) = self.first_unreadable(file) {
                return Err(PartitionError::Unreadable { member: file.member.name.clone(), offset });
            }
        }
        let members: Vec<Member> = self.files.iter().map(|file| file.member.clone()).collect();
        Ok(image::verify_members(&members)?)
    }

    pub(super) fn activity(&self, now: Duration) -> Option<Activity> {
        self.writing.as_ref().map(|writing| writing.activity(now))
    }

    fn first_unreadable(&self, file: &StoredFile) -> Option<u64> {
        let extent = file.extent();
        if extent.is_empty() {
            return None;
        }
        let block = self.geometry.block;
        let bad = self.bad_blocks.range(extent.start / block..=(extent.end - 1) / block).next();
        let bad = bad.map(|number| (number * block).max(extent.start));
        [bad, file.lost.as_ref().map(|lost| lost.start)].into_iter().flatten().min()
    }
}

impl StoredFile {
    /// Returns the range that the file occupies in the partition.
    pub(super) fn extent(&self) -> Range<u64> {
        self.start..self.start + self.member.content.len()
    }

    /// Changes one byte. The others stay shared with other access points.
    fn corrupt(&mut self, offset: u64) {
        let at = offset - self.start;
        let content = &self.member.content;
        let damaged = content.block(at..at + 1)[0] ^ 0xff;
        self.member.content = content.replaced(at, vec![damaged]);
    }
}

/// Lays out `members` one after the other.
fn laid_out(members: Vec<Member>) -> Vec<StoredFile> {
    let mut start = 0;
    let place = |member: Member| {
        let file = StoredFile { start, member, lost: None };
        start = file.extent().end;
        file
    };
    members.into_iter().map(place).collect()
}
