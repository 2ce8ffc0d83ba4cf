//! Flash: two partitions of image files and the boot variable, with the effects of power cuts.
//!
//! Writing takes time, from [`Flash::start_write`] to [`Flash::sync`]; for the boot variable, from [`Flash::write_boot`] to
//! [`Flash::sync`]. The result of a power cut in between is computed from the elapsed time. The active partition is never
//! written.
//!
//! Faults: a partition with less room ([`Flash::set_partition_size`], [`Flash::set_other_use`]), a smaller /tmp
//! ([`Flash::set_tmp_size`]), bad blocks ([`Flash::set_bad_block`]), bit rot ([`Flash::corrupt`]).

mod boot_variable;
mod factory;
mod partition;
#[cfg(test)]
mod tests;
mod volume;
mod write;

use std::cell::{Ref, RefCell, RefMut};
use std::rc::Rc;
use std::time::Duration;

use host::Entropy;
use image::{Info, Member, Version};
use tracing::debug;

use boot_variable::BootVariable;
use volume::Volume;

pub use factory::FactoryImages;
pub use partition::{FlashError, Partition, PartitionError};
pub use write::{Activity, Pace, WriteFailure};

/// Page and block size of the NAND. The default is that of most chips of this kind; that of access points is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Geometry {
    /// Bytes that are programmed at a time.
    pub page: u64,
    /// Bytes that are erased at a time, and that go bad together. A multiple of `page`.
    pub block: u64,
}

impl Default for Geometry {
    fn default() -> Self {
        Self { page: 2 << 10, block: 128 << 10 }
    }
}

/// The flash of one access point. It outlives power cuts and reloads.
#[derive(Debug)]
pub struct Flash {
    volumes: [Volume; 2],
    boot: BootVariable,
    /// The partition that runs; none while nothing runs.
    active: Option<Partition>,
    /// The size of /tmp, if it differs from that of the settings.
    tmp_size: Option<u64>,
}

impl Flash {
    /// Creates empty flash with partitions of `size` bytes each. It boots nothing.
    pub fn new(size: u64) -> Self {
        let volume = || Volume::new(size, Geometry::default());
        Self {
            volumes: [volume(), volume()],
            boot: BootVariable::new(Partition::Part1),
            active: None,
            tmp_size: None,
        }
    }

    /// Creates flash as it leaves the factory: `running` in partition `boot`, `backup` in the other one.
    pub fn factory(
        images: &FactoryImages,
        image_type: &str,
        running: Version,
        backup: Option<Version>,
        boot: Partition,
        size: u64,
    ) -> Self {
        let mut flash = Self { boot: BootVariable::new(boot), ..Self::new(size) };
        for (partition, version) in [(boot, Some(running)), (boot.other(), backup)] {
            if let Some(version) = version {
                flash.store(partition, images.members(image_type, version));
            }
        }
        flash
    }

    /// Returns the number of bytes of `partition` that other files occupy.
    pub fn other_use(&self, partition: Partition) -> u64 {
        self.volume(partition).other_use()
    }

    /// Returns the size of `partition`, in bytes.
    pub fn size(&self, partition: Partition) -> u64 {
        self.volume(partition).size()
    }

    /// Returns the bytes of `partition` that files occupy at `now`, those of a write under way as far as they are written.
    pub fn used(&self, partition: Partition, now: Duration) -> u64 {
        self.volume(partition).used(now)
    }

    /// Replaces the files of `partition` by `members`, durable at once: this fills the flash before a run.
    pub fn store(&mut self, partition: Partition, members: Vec<Member>) {
        self.volume_mut(partition).store(members);
    }

    /// Starts to replace the files of `partition`, which cannot be read until [`Flash::sync`].
    ///
    /// # Errors
    /// The write goes on until [`WriteFailure::after`] has passed and fails then: call [`Flash::stop_write`].
    ///
    /// # Panics
    /// If `partition` is active: that one is never written.
    pub fn start_write(
        &mut self,
        now: Duration,
        partition: Partition,
        members: Vec<Member>,
        pace: Pace,
    ) -> Result<(), WriteFailure> {
        assert_ne!(self.active, Some(partition), "the active partition is never written");
        debug!(?partition, files = members.len(), "replacing the files of a partition");
        self.volume_mut(partition).start_write(now, members, pace)
    }

    /// Stops a write where it is; the files written so far can be read.
    pub fn stop_write(&mut self, now: Duration, partition: Partition) {
        debug!(?partition, activity = ?self.activity(now), "a write is stopped");
        self.volume_mut(partition).stop_write(now);
    }

    /// Starts to make the files written to `partition` durable, one after the other. [`Flash::sync`] ends it.
    pub fn start_sync(&mut self, now: Duration, partition: Partition, takes: Duration) {
        debug!(?partition, ?takes, "making a partition durable");
        self.volume_mut(partition).start_sync(now, takes);
    }

    /// Starts to write the boot variable, which takes this long. [`Flash::sync`] ends it.
    pub fn write_boot(&mut self, now: Duration, partition: Partition, takes: Duration) {
        debug!(?partition, ?takes, "writing the boot variable");
        self.boot.write(now, partition, takes);
    }

    /// Makes everything durable.
    pub fn sync(&mut self) {
        self.volumes.iter_mut().for_each(Volume::sync);
        self.boot.sync();
    }

    /// Records that the image of `partition` runs from now on.
    pub fn activate(&mut self, partition: Partition) {
        self.active = Some(partition);
    }

    /// Cuts the power at `now`, or reloads the device while it writes: a write under way is torn.
    pub fn power_cut(&mut self, now: Duration, entropy: &mut Entropy) {
        debug!(activity = ?self.activity(now), "cut");
        self.active = None;
        for volume in &mut self.volumes {
            volume.cut(now, entropy);
        }
        self.boot.cut(now);
    }

    /// Changes the size of both partitions, in bytes.
    pub fn set_capacity(&mut self, size: u64) {
        self.volumes.iter_mut().for_each(|volume| volume.set_size(size));
    }

    /// Changes the size of `partition`, in bytes. Its files stay.
    pub fn set_partition_size(&mut self, partition: Partition, size: u64) {
        self.volume_mut(partition).set_size(size);
    }

    /// Sets the bytes of `partition` that are not available for images: the size of `/storage` (CSCwf25731).
    pub fn set_other_use(&mut self, partition: Partition, bytes: u64) {
        self.volume_mut(partition).set_other_use(bytes);
    }

    /// Changes the size of /tmp, in bytes. /tmp is in RAM: its size survives a reload, its files do not.
    pub fn set_tmp_size(&mut self, size: u64) {
        self.tmp_size = Some(size);
    }

    /// Makes the block at `offset` bytes of `partition` give an ECC error when it is read or written. A write that is already
    /// under way does not notice; the next read does.
    pub fn set_bad_block(&mut self, partition: Partition, offset: u64) {
        self.volume_mut(partition).set_bad_block(offset);
    }

    /// Bit rot: changes the byte at `offset` of `partition`, whether the partition is active or not. In a partition that is being
    /// written, it changes the new files.
    ///
    /// The file is copied once, and no longer shared with other access points.
    ///
    /// # Errors
    /// [`FlashError::NothingThere`].
    pub fn corrupt(&mut self, partition: Partition, offset: u64) -> Result<(), FlashError> {
        self.volume_mut(partition).corrupt(offset)
    }

    /// Changes the byte at `offset` of the file called `member`, such as `part.bin`.
    ///
    /// # Errors
    /// [`FlashError::NothingThere`].
    pub fn corrupt_member(
        &mut self,
        partition: Partition,
        member: &str,
        offset: u64,
    ) -> Result<(), FlashError> {
        self.volume_mut(partition).corrupt_member(member, offset)
    }

    /// Changes page and block size, before anything is written.
    pub fn set_geometry(&mut self, geometry: Geometry) {
        self.volumes.iter_mut().for_each(|volume| volume.set_geometry(geometry));
    }

    /// Returns the partition to boot first, as a program reads it now; if the variable is torn, the boot loader's default.
    pub fn boot(&self) -> Partition {
        self.boot.value()
    }

    /// Returns true if the boot variable cannot be read.
    pub fn is_boot_torn(&self) -> bool {
        self.boot.is_torn()
    }

    /// Returns the partition that runs.
    pub fn active(&self) -> Option<Partition> {
        self.active
    }

    /// Returns the size of /tmp in bytes, if it differs from that of the settings.
    pub fn tmp_size(&self) -> Option<u64> {
        self.tmp_size
    }

    /// Returns the files of `partition` that a program can read now.
    pub fn files(&self, partition: Partition) -> Vec<Member> {
        self.volume(partition).readable().cloned().collect()
    }

    /// Returns the version in the files of `partition`. They are not verified.
    pub fn version(&self, partition: Partition) -> Option<Version> {
        image::identify(&self.files(partition)).ok().map(|(_, version)| version)
    }

    /// Verifies that the files of `partition` are a whole, signed image.
    ///
    /// # Errors
    /// See [`PartitionError`].
    pub fn verify(&self, partition: Partition) -> Result<Info, PartitionError> {
        self.volume(partition).verify()
    }

    /// Returns the activity of the flash at `now`.
    pub fn activity(&self, now: Duration) -> Activity {
        let setting = (!self.boot.is_synced()).then_some(Activity::SettingBoot);
        self.volumes.iter().find_map(|volume| volume.activity(now)).or(setting).unwrap_or(Activity::Idle)
    }

    fn volume(&self, partition: Partition) -> &Volume {
        &self.volumes[partition as usize]
    }

    fn volume_mut(&mut self, partition: Partition) -> &mut Volume {
        &mut self.volumes[partition as usize]
    }
}

/// A handle to the flash of one access point, shared by the device and its world.
#[derive(Debug, Clone)]
pub struct FlashHandle(Rc<RefCell<Flash>>);

impl FlashHandle {
    /// Creates a handle to `flash`.
    pub fn new(flash: Flash) -> Self {
        Self(Rc::new(RefCell::new(flash)))
    }

    /// Borrows the flash.
    pub fn borrow(&self) -> Ref<'_, Flash> {
        self.0.borrow()
    }

    /// Borrows the flash for a change.
    pub fn borrow_mut(&self) -> RefMut<'_, Flash> {
        self.0.borrow_mut()
    }

    /// Cuts the power; see [`Flash::power_cut`].
    pub fn power_cut(&self, now: Duration, entropy: &mut Entropy) {
        self.borrow_mut().power_cut(now, entropy);
    }
}
