//! The flash of access points.

use crate::diagnostic::{Diagnostic, Severity};
use crate::language::{self, Active, Written};
use crate::model::{Action, FlashFault, FlashPlace, FlashSetup, Partitions};
use crate::resolve::Loader;
use crate::resolve::names::Role;
use crate::yaml::Node;

impl Loader<'_> {
    /// Resolves `flash:` of an access point.
    pub(super) fn flash(&mut self, node: &Node) -> Option<FlashSetup> {
        let raw: language::Flash = self.reader.record(node)?;
        let bad_block = raw.bad_block.value.and_then(|raw| place(&raw.partition, &raw.offset));
        Some(FlashSetup {
            part1_active: raw.active.value == Some(Active::Part1),
            partition: raw.partition.value,
            used: raw.used.value.unwrap_or_default(),
            tmp: raw.tmp.value,
            bad_block: bad_block.map(FlashFault::BadBlock),
        })
    }

    /// Resolves `flash:` of the timeline.
    pub(super) fn flash_change(&mut self, raw: language::FlashChange) -> Option<Action> {
        let access_points = self.hosts(raw.access_points, Some(Role::AccessPoint), Severity::Warning);
        let fault = if raw.corrupt.is_written() {
            place(&raw.corrupt, &raw.offset).map(FlashFault::Corrupt)
        } else if raw.bad_block.is_written() {
            place(&raw.bad_block, &raw.offset).map(FlashFault::BadBlock)
        } else {
            let used = raw.used.place.map(|place| ("used", place));
            let (key, change) = used.or(raw.full.place.map(|place| ("full", place)))?;
            if let Some(offset) = raw.offset.place {
                let problem = Diagnostic::error(format!("`{key}` takes no offset")).at(offset.key, "");
                self.reader.report(problem.at(change.key, "this is a number of bytes, not a place"));
            }
            raw.used.value.map(FlashFault::Used).or(raw.full.value.map(|()| FlashFault::Full))
        };
        Some(Action::Flash { access_points: access_points?, fault: fault? })
    }
}

fn place(partitions: &Written<Partitions>, offset: &Written<u64>) -> Option<FlashPlace> {
    Some(FlashPlace { partitions: partitions.value?, offset: offset.value? })
}
