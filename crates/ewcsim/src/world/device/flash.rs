//! Damage that a scenario does to the flash of an access point.

use ap::{FlashHandle, Partition};
use scenario::{FlashFault, FlashPlace, Partitions};

use crate::world::record::WorldEvent;
use text::numbers::grouped;

/// Damages flash, or fills it. Returns the events to record.
pub(super) fn damage(flash: &FlashHandle, fault: &FlashFault) -> Vec<WorldEvent> {
    let mut flash = flash.borrow_mut();
    match fault {
        FlashFault::Corrupt(place) => {
            let corrupt = |partition| match flash.corrupt(partition, place.offset) {
                Ok(()) => {
                    let what = format!("byte {} is changed", grouped(place.offset));
                    WorldEvent::FlashDamaged { partition, what, quirk: None }
                }
                Err(error) => {
                    WorldEvent::Changed { what: format!("{partition} cannot be corrupted: {error}") }
                }
            };
            partitions(*place).iter().copied().map(corrupt).collect()
        }
        FlashFault::BadBlock(place) => {
            let spoil = |partition| {
                flash.set_bad_block(partition, place.offset);
                let what = format!("the block at {} is bad", grouped(place.offset));
                WorldEvent::FlashDamaged { partition, what, quirk: None }
            };
            partitions(*place).iter().copied().map(spoil).collect()
        }
        FlashFault::Full => {
            Partition::BOTH.into_iter().for_each(|partition| flash.set_other_use(partition, u64::MAX));
            let what = "no partition has free space any more".to_owned();
            vec![WorldEvent::Changed { what }]
        }
        FlashFault::Used(bytes) => {
            Partition::BOTH.into_iter().for_each(|partition| flash.set_other_use(partition, *bytes));
            let what = format!("other files use {} bytes of each partition", grouped(*bytes));
            vec![WorldEvent::Changed { what }]
        }
    }
}

fn partitions(place: FlashPlace) -> &'static [Partition] {
    match place.partitions {
        Partitions::Part1 => &[Partition::Part1],
        Partitions::Part2 => &[Partition::Part2],
        Partitions::Both => &Partition::BOTH,
    }
}
