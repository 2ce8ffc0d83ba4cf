//! Flash of access points.

use text::units;

use crate::diagnostic::{Diagnostic, Severity};
use crate::language::{BAD_BLOCK, FLASH, FLASH_CHANGE};
use crate::model::{Action, FlashFault, FlashPlace, FlashSetup, Partitions};
use crate::reader::Fields;
use crate::resolve::Loader;
use crate::resolve::names::Role;
use crate::yaml::Node;

/// How partitions are written.
const PARTITIONS: [(&str, Partitions); 3] =
    [("part1", Partitions::Part1), ("part2", Partitions::Part2), ("both", Partitions::Both)];

impl Loader<'_> {
    /// `flash:` of an access point.
    pub(super) fn flash(&mut self, node: &Node) -> Option<FlashSetup> {
        let fields = self.reader.fields(node, &FLASH)?;
        let mut size = |key: &str| fields.node(key).and_then(|node| self.reader.unit(node, units::bytes));
        let (partition, used, tmp) = (size("partition"), size("used"), size("tmp"));
        let actives = [("part1", true), ("part2", false)];
        let part1_active = fields.node("active").and_then(|node| self.reader.choice(node, &actives));
        let bad_block = fields.node("bad_block").and_then(|node| {
            let fields = self.reader.fields(node, &BAD_BLOCK)?;
            self.place(fields.node("partition")?, &fields)
        });
        let bad_block = bad_block.map(FlashFault::BadBlock);
        Some(FlashSetup {
            part1_active: part1_active.unwrap_or(false),
            partition,
            used: used.unwrap_or(0),
            tmp,
            bad_block,
        })
    }

    /// `flash:` of the timeline.
    pub(super) fn flash_change(&mut self, node: &Node) -> Option<Action> {
        let fields = self.reader.fields(node, &FLASH_CHANGE)?;
        let access_points = fields
            .node("access_points")
            .map(|node| self.names.hosts(&mut self.reader, node, Some(Role::AccessPoint), Severity::Warning));
        let change = fields.one_of()?;
        let fault = match change.key.as_str() {
            "corrupt" => FlashFault::Corrupt(self.place(&change.value, &fields)?),
            "bad_block" => FlashFault::BadBlock(self.place(&change.value, &fields)?),
            _ => {
                if let Some(offset) = fields.entry("offset") {
                    let problem = Diagnostic::error(format!("`{}` has no offset", change.key));
                    let problem = problem.at(offset.key_span, "");
                    self.reader.report(problem.at(change.key_span, "a number of bytes, wherever they are"));
                }
                if change.key == "full" {
                    self.reader.choice(&change.value, &[("true", ())])?;
                    return Some(Action::Flash { access_points: access_points?, fault: FlashFault::Full });
                }
                FlashFault::Used(self.reader.unit(&change.value, units::bytes)?)
            }
        };
        Some(Action::Flash { access_points: access_points?, fault })
    }

    /// The partitions in `node`, and the `offset` that stands beside it.
    fn place(&mut self, node: &Node, fields: &Fields<'_>) -> Option<FlashPlace> {
        let partitions = self.reader.choice(node, &PARTITIONS);
        let offset = fields.node("offset").map(|node| self.reader.unit(node, units::bytes));
        Some(FlashPlace { partitions: partitions?, offset: offset.unwrap_or(Some(0))? })
    }
}
