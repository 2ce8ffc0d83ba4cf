//! Specimens of all events, from which a reader of consoles learns what each of them prints.

use host::{Samples, Specimen as _};

use crate::{ApEvent, GiveUpReason, Partition, RefusedImage, ReloadReason, Script, State};

/// Returns specimens of every event: one for each combination of words and flags, with marks of `samples` for all other values.
pub fn specimens(samples: &mut Samples) -> Vec<ApEvent> {
    let mut all = ApEvent::specimens(samples);
    all.retain(can_happen);
    all
}

/// Returns false for combinations that no machine emits.
fn can_happen(event: &ApEvent) -> bool {
    !matches!(event, ApEvent::ImageDataProgress { dots: 0, .. })
}

host::specimens! {
    enum State { Boot, Discovery, DtlsSetup, Join, ImageData, Configure, DataCheck, Run, DtlsTeardown, Reload, Halted }
    enum ReloadReason { Power, ImageUpgrade, ControllerReload, ReloadCommand }
    enum Partition { Part1, Part2 }
    enum Script { Precheck, Predownload, Activate, Abort, Cancel, NoUpgrade }
    enum GiveUpReason {
        CannotStart, Stalled, Refused, BadOpcode, BadLength, BadDigest, NoSpace, PartitionFull, WriteFailed, NotVerified,
    }
    enum RefusedImage { Signature, WrongType }
}
