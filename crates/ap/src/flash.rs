//! Flash: two partitions of image files and the boot variable, with what a power cut leaves of them.
//!
//! What is written is pending until [`Flash::sync`]. A power cut leaves of each pending file a part, or nothing; of a pending
//! boot variable the old value or the new. Writing goes to the partition that is not active, never to the other.

use std::cell::{Ref, RefCell, RefMut};
use std::collections::BTreeMap;
use std::fmt;
use std::rc::Rc;

use host::Entropy;
use image::{Content, ImageError, Info, Member, Version};
use rand::RngExt as _;
use serde::Serialize;

/// The size of factory images in bytes. Theirs are not known; these are small so that many cost little.
const FACTORY_IMAGE_SIZE: u64 = 11 * image::BLOCKING;

/// One of the two image partitions, `/dev/ubivol/part1` and `part2`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)] // The names are the device's.
pub enum Partition {
    Part1,
    Part2,
}

impl Partition {
    /// Both, in order.
    pub const BOTH: [Self; 2] = [Self::Part1, Self::Part2];

    /// The other one.
    pub fn other(self) -> Self {
        match self {
            Self::Part1 => Self::Part2,
            Self::Part2 => Self::Part1,
        }
    }
}

impl fmt::Display for Partition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Part1 => "part1",
            Self::Part2 => "part2",
        })
    }
}

/// The flash of one access point. It outlives power cuts and reloads.
#[derive(Debug)]
pub struct Flash {
    partitions: [Vec<StoredFile>; 2],
    boot: Partition,
    /// Set and not yet durable.
    boot_pending: Option<Partition>,
    /// The partition whose image runs; none while nothing does.
    active: Option<Partition>,
    capacity: u64,
}

#[derive(Debug, Clone)]
struct StoredFile {
    member: Member,
    synced: bool,
}

/// Why something cannot be written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FlashError {
    /// More than a partition holds.
    #[error("no space left on device: {required} bytes in a partition of {capacity}")]
    Full {
        /// Bytes to write.
        required: u64,
        /// Bytes there are.
        capacity: u64,
    },
}

impl Flash {
    /// Empty flash with partitions of `capacity` bytes each. It boots nothing.
    pub fn new(capacity: u64) -> Self {
        Self {
            partitions: [Vec::new(), Vec::new()],
            boot: Partition::Part1,
            boot_pending: None,
            active: None,
            capacity,
        }
    }

    /// Flash as it leaves the factory: `running` in partition `boot`, `backup` in the other one.
    pub fn factory(
        images: &FactoryImages,
        image_type: &str,
        running: Version,
        backup: Option<Version>,
        boot: Partition,
        capacity: u64,
    ) -> Self {
        let mut flash = Self { boot, ..Self::new(capacity) };
        for (partition, version) in [(boot, Some(running)), (boot.other(), backup)] {
            let members = version.map(|version| images.members(image_type, version)).unwrap_or_default();
            flash.partitions[partition as usize] =
                members.into_iter().map(|member| StoredFile { member, synced: true }).collect();
        }
        flash
    }

    /// Replaces the files of `partition`. They are pending until [`Flash::sync`]; the old ones are gone at once.
    ///
    /// # Errors
    /// [`FlashError::Full`]; nothing is changed then.
    ///
    /// # Panics
    /// If `partition` is active: that one is never written.
    pub fn write(&mut self, partition: Partition, members: Vec<Member>) -> Result<(), FlashError> {
        assert_ne!(self.active, Some(partition), "the active partition is never written");
        let required = members.iter().map(|member| member.content.len()).sum();
        if required > self.capacity {
            return Err(FlashError::Full { required, capacity: self.capacity });
        }
        self.partitions[partition as usize] =
            members.into_iter().map(|member| StoredFile { member, synced: false }).collect();
        Ok(())
    }

    /// Changes how many bytes each partition holds.
    pub fn set_capacity(&mut self, capacity: u64) {
        self.capacity = capacity;
    }

    /// Sets the boot variable. Pending until [`Flash::sync`].
    pub fn set_boot(&mut self, partition: Partition) {
        self.boot_pending = Some(partition);
    }

    /// Makes everything durable.
    pub fn sync(&mut self) {
        for file in self.partitions.iter_mut().flatten() {
            file.synced = true;
        }
        self.boot = self.boot_pending.take().unwrap_or(self.boot);
    }

    /// The image of `partition` runs from now on.
    pub fn activate(&mut self, partition: Partition) {
        self.active = Some(partition);
    }

    /// The device loses power, or reloads while it writes: of each pending file a part remains, or nothing; of a pending boot variable the old or the
    /// new value.
    pub fn power_cut(&mut self, entropy: &mut Entropy) {
        self.active = None;
        for files in &mut self.partitions {
            files.retain_mut(|file| {
                if file.synced {
                    return true;
                }
                let there = entropy.random_bool(0.75); // The directory entry may be lost with the file.
                let length = entropy.random_range(0..=file.member.content.len());
                file.member.content = file.member.content.slice(0..length);
                file.synced = true;
                there
            });
        }
        if let Some(boot) = self.boot_pending.take()
            && entropy.random_bool(0.5)
        {
            self.boot = boot;
        }
    }

    /// The boot variable, as a program reads it now.
    pub fn boot(&self) -> Partition {
        self.boot_pending.unwrap_or(self.boot)
    }

    /// The partition whose image runs.
    pub fn active(&self) -> Option<Partition> {
        self.active
    }

    /// The files of `partition`, as a program reads them now.
    pub fn files(&self, partition: Partition) -> Vec<Member> {
        self.partitions[partition as usize].iter().map(|file| file.member.clone()).collect()
    }

    /// The version `partition` says it holds; nothing is proved.
    pub fn version(&self, partition: Partition) -> Option<Version> {
        image::identify(&self.files(partition)).ok().map(|(_, version)| version)
    }

    /// Proves that the files of `partition` are a whole, signed image.
    ///
    /// # Errors
    /// As [`image::verify_members`].
    pub fn verify(&self, partition: Partition) -> Result<Info, ImageError> {
        image::verify_members(&self.files(partition))
    }

    /// Whether everything is durable.
    pub fn is_synced(&self) -> bool {
        self.boot_pending.is_none() && self.partitions.iter().flatten().all(|file| file.synced)
    }
}

/// A handle to the flash of one access point, shared by the device and its world.
#[derive(Debug, Clone)]
pub struct FlashHandle(Rc<RefCell<Flash>>);

impl FlashHandle {
    /// A handle to `flash`.
    pub fn new(flash: Flash) -> Self {
        Self(Rc::new(RefCell::new(flash)))
    }

    /// To look at it.
    pub fn borrow(&self) -> Ref<'_, Flash> {
        self.0.borrow()
    }

    /// To change it.
    pub fn borrow_mut(&self) -> RefMut<'_, Flash> {
        self.0.borrow_mut()
    }

    /// The device loses power; see [`Flash::power_cut`].
    pub fn power_cut(&self, entropy: &mut Entropy) {
        self.borrow_mut().power_cut(entropy);
    }
}

/// Factory images, made once for all access points. Clones share.
#[derive(Debug, Clone, Default)]
pub struct FactoryImages(Rc<RefCell<BTreeMap<(String, Version), Content>>>);

impl FactoryImages {
    /// The files of an image of `image_type` at `version`.
    ///
    /// # Panics
    /// If `image_type` is no name for an image; the catalogue's are.
    fn members(&self, image_type: &str, version: Version) -> Vec<Member> {
        let mut known = self.0.borrow_mut();
        let bundle = known.entry((image_type.to_owned(), version)).or_insert_with(|| {
            image::synthesize(image_type, &version, FACTORY_IMAGE_SIZE)
                .expect("a factory image has a catalogue's type and a good size")
        });
        image::inspect(bundle).expect("a synthetic image is sound").members
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng as _;

    use super::*;

    fn version(text: &str) -> Version {
        text.parse().expect("a version")
    }

    fn flash() -> Flash {
        Flash::factory(
            &FactoryImages::default(),
            "ap1g8",
            version("17.3.3.26"),
            Some(version("8.10.130.0")),
            Partition::Part2,
            1 << 21,
        )
    }

    fn new_image() -> Vec<Member> {
        FactoryImages::default().members("ap1g8", version("17.9.4.27"))
    }

    #[test]
    fn factory_images_boot() {
        let flash = flash();
        assert_eq!(flash.boot(), Partition::Part2);
        assert_eq!(flash.version(Partition::Part2), Some(version("17.3.3.26")));
        assert_eq!(flash.verify(Partition::Part1).expect("sound").version, version("8.10.130.0"));
        assert!(Flash::new(1).verify(Partition::Part1).is_err());
    }

    #[test]
    fn what_was_synced_survives_a_power_cut() {
        let mut flash = flash();
        flash.activate(Partition::Part2);
        flash.write(Partition::Part1, new_image()).expect("it fits");
        flash.set_boot(Partition::Part1);
        assert!(!flash.is_synced());
        flash.sync();
        flash.power_cut(&mut Entropy::seed_from_u64(1));
        assert_eq!((flash.boot(), flash.active()), (Partition::Part1, None));
        assert_eq!(flash.verify(Partition::Part1).expect("sound").version, version("17.9.4.27"));
    }

    #[test]
    fn what_was_not_synced_is_torn() {
        let (mut old, mut new) = (0, 0);
        for seed in 0..40 {
            let mut flash = flash();
            flash.activate(Partition::Part2);
            flash.write(Partition::Part1, new_image()).expect("it fits");
            flash.set_boot(Partition::Part1);
            flash.power_cut(&mut Entropy::seed_from_u64(seed));
            assert!(flash.verify(Partition::Part1).is_err());
            assert!(flash.verify(Partition::Part2).is_ok());
            assert!(flash.is_synced());
            *(if flash.boot() == Partition::Part1 { &mut new } else { &mut old }) += 1;
        }
        assert!(old > 5 && new > 5, "the boot variable is old {old} times, new {new} times");
    }

    #[test]
    fn a_full_partition_keeps_what_it_has() {
        let mut flash = Flash { capacity: 1000, ..flash() };
        let error = flash.write(Partition::Part1, new_image()).expect_err("too large");
        assert!(matches!(error, FlashError::Full { capacity: 1000, .. }));
        assert!(flash.verify(Partition::Part1).is_ok());
    }

    #[test]
    #[should_panic(expected = "the active partition is never written")]
    fn the_active_partition_is_never_written() {
        let mut flash = flash();
        flash.activate(Partition::Part2);
        let _ = flash.write(Partition::Part2, new_image());
    }
}
