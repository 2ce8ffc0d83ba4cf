//! The values that RFC 5415, 4.6 allows for an element, beyond those that can be parsed.

use super::{Element, HardwareAddress, ReturnedElement, SubElement, ac_item, board_item, wtp_item};
use super::{ImageDataLayout, Opcode, RFC_BLOCK_MAX};

/// The longest item of a descriptor or of board data, in bytes.
const ITEM_MAX: usize = 1024;

impl Element {
    /// Returns the rule that the value breaks, as a fragment: "is longer than 512 bytes".
    pub(crate) fn broken_rule(&self) -> Option<&'static str> {
        match self {
            Self::AcDescriptor(descriptor) => items(&descriptor.items).or_else(|| {
                let has = |kind| descriptor.items.iter().any(|item| item.kind == kind);
                broken(
                    !(has(ac_item::HARDWARE) && has(ac_item::SOFTWARE)),
                    "lacks a hardware or software version",
                )
            }),
            Self::AcIpv4List(list) => addresses(list.len()),
            Self::AcIpv6List(list) => addresses(list.len()),
            Self::AcName(name) | Self::WtpName(name) => text(name.as_bytes().len(), 512),
            Self::AcNameWithPriority(name) => {
                broken(name.priority == 0, "has priority 0").or_else(|| text(name.name.as_bytes().len(), 512))
            }
            Self::AddMacAclEntry(list) | Self::DeleteMacAclEntry(list) => stations(list),
            Self::AddStation(station) => radio(station.radio_id)
                .or(broken(station.vlan.as_bytes().len() > 512, "is longer than 512 bytes")),
            Self::DeleteStation(station) => radio(station.radio_id),
            Self::DecryptionErrorReport(report) => {
                radio(report.radio_id).or_else(|| stations(&report.stations))
            }
            Self::DecryptionErrorReportPeriod(period) => radio(period.radio_id),
            Self::DataTransferData(block) => broken(block.data.is_empty(), "holds no data"),
            Self::DuplicateIpv4Address(duplicate) => status(duplicate.status),
            Self::DuplicateIpv6Address(duplicate) => status(duplicate.status),
            Self::ImageData(block) => {
                let rfc = block.layout() == ImageDataLayout::Rfc5415;
                broken(rfc && block.data.len() > RFC_BLOCK_MAX, "holds more than 1,024 bytes").or(broken(
                    rfc && block.opcode == Opcode::Error && !block.data.is_empty(),
                    "aborts and holds data",
                ))
            }
            Self::ImageIdentifier(identifier) => text(identifier.data.as_bytes().len(), 1024),
            Self::LocationData(location) => text(location.as_bytes().len(), 1024),
            Self::RadioAdministrativeState(state) => {
                if state.radio_id == 255 {
                    None
                } else {
                    radio(state.radio_id)
                }
            }
            Self::RadioOperationalState(state) => radio(state.radio_id),
            Self::ReturnedElement(ReturnedElement { element, .. }) => {
                broken(element.len() < 4, "holds less than an element")
            }
            Self::VendorSpecific(payload) => text(payload.data.len(), 2048),
            Self::WtpBoardData(board) => broken(board.vendor == 0, "has vendor 0")
                .or(broken(
                    board.item(board_item::MODEL).is_none() || board.item(board_item::SERIAL).is_none(),
                    "lacks a model or serial number",
                ))
                .or(broken(self.value_length() < 14, "is shorter than 14 bytes"))
                .or_else(|| item_lengths(board.items.iter().map(|item| item.1.len()))),
            Self::WtpDescriptor(descriptor) => {
                let has = |kind| descriptor.items.iter().any(|item| item.kind == kind);
                broken(descriptor.encryption.is_empty(), "lacks an encryption capability")
                    .or(broken(
                        !(has(wtp_item::HARDWARE) && has(wtp_item::ACTIVE_SOFTWARE) && has(wtp_item::BOOT)),
                        "lacks a hardware, software or boot version",
                    ))
                    .or(broken(self.value_length() < 33, "is shorter than 33 bytes"))
                    .or_else(|| items(&descriptor.items))
            }
            Self::WtpRadioStatistics(statistics) => radio(statistics.radio_id),
            Self::WtpRadioInformation(information) => radio(information.radio_id),
            _ => None,
        }
    }
}

fn broken(is: bool, rule: &'static str) -> Option<&'static str> {
    is.then_some(rule)
}

fn radio(id: u8) -> Option<&'static str> {
    broken(!(1..=31).contains(&id), "has a radio out of 1..=31")
}

fn status(status: u8) -> Option<&'static str> {
    broken(status > 1, "has a status above 1")
}

fn addresses(count: usize) -> Option<&'static str> {
    broken(!(1..=1024).contains(&count), "does not hold 1 to 1,024 addresses")
}

fn stations(list: &[HardwareAddress]) -> Option<&'static str> {
    broken(list.is_empty(), "holds no MAC address")
}

fn text(length: usize, max: usize) -> Option<&'static str> {
    broken(length == 0, "is empty").or(broken(
        length > max,
        match max {
            512 => "is longer than 512 bytes",
            1024 => "is longer than 1,024 bytes",
            _ => "is longer than 2,048 bytes",
        },
    ))
}

fn items(items: &[SubElement]) -> Option<&'static str> {
    item_lengths(items.iter().map(|item| item.value.len()))
}

fn item_lengths(mut lengths: impl Iterator<Item = usize>) -> Option<&'static str> {
    broken(lengths.any(|length| length > ITEM_MAX), "has an item of more than 1,024 bytes")
}
