//! What the scenario does to flash of access points.

use ap::Partition;
use catalogue::Effect;
use scenario::{FlashFault, FlashPlace, HostKind, Partitions};

use super::Inner;
use super::devices::hardware;
use super::record::WorldEvent;
use text::numbers::grouped;

/// Damages flash that a known defect has made unreadable before it was first used.
pub(super) fn apply_quirks(inner: &Inner, index: usize) {
    let access_point = &inner.scenario.access_points[index];
    let quirks = inner.scenario.catalogue.access_point_quirks(&hardware(access_point));
    let Some(quirk) = quirks.find(Effect::FactoryFlashBad, access_point.running.numbers()) else { return };
    for partition in Partition::BOTH {
        inner.devices.access_points[index].flash.borrow_mut().set_bad_block(partition, 0);
        let what = "it cannot be read as it came from the factory".to_owned();
        let quirk = Some(quirk.id.clone());
        inner.note(&access_point.name, WorldEvent::FlashDamaged { partition, what, quirk });
    }
}

/// Damages flash of the access point called `name`, or fills it.
pub(super) fn apply(inner: &Inner, name: &str, fault: &FlashFault) {
    let Some(HostKind::AccessPoint(index)) = inner.scenario.host(name).map(|host| host.kind) else { return };
    let flash = &inner.devices.access_points[index].flash;
    match fault {
        FlashFault::Corrupt(place) => {
            for partition in partitions(*place) {
                let done = flash.borrow_mut().corrupt(partition, place.offset);
                match done {
                    Ok(()) => {
                        let what = format!("byte {} is another one", grouped(place.offset));
                        inner.note(name, WorldEvent::FlashDamaged { partition, what, quirk: None });
                    }
                    Err(error) => {
                        let what = format!("{partition} cannot be corrupted: {error}");
                        inner.note(name, WorldEvent::Changed { what });
                    }
                }
            }
        }
        FlashFault::BadBlock(place) => {
            for partition in partitions(*place) {
                flash.borrow_mut().set_bad_block(partition, place.offset);
                let what = format!("the block at {} is bad", grouped(place.offset));
                inner.note(name, WorldEvent::FlashDamaged { partition, what, quirk: None });
            }
        }
        FlashFault::Full => {
            for partition in Partition::BOTH {
                flash.borrow_mut().set_other_use(partition, u64::MAX);
            }
            let what = "no partition has room for other files any more".to_owned();
            inner.note(name, WorldEvent::Changed { what });
        }
        FlashFault::Used(bytes) => {
            for partition in Partition::BOTH {
                flash.borrow_mut().set_other_use(partition, *bytes);
            }
            let what = format!("{} bytes of each partition are other files'", grouped(*bytes));
            inner.note(name, WorldEvent::Changed { what });
        }
    }
}

fn partitions(place: FlashPlace) -> Vec<Partition> {
    match place.partitions {
        Partitions::Part1 => vec![Partition::Part1],
        Partitions::Part2 => vec![Partition::Part2],
        Partitions::Both => Partition::BOTH.to_vec(),
    }
}
