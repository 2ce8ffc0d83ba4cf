//! `show version` of the controller. Source: unicon's mock of an EWC, genieparser's sample of a C9800.
//!
//! Most of its lines say nothing about the network, and are passed over.

use super::Of;
use crate::durations;
use crate::network::{conflict, set};
use crate::place::Found;

pub(super) fn read(of: &mut Of<'_>) -> bool {
    let section = of.section;
    let mut is_ewc = None;
    for line in &section.lines {
        let at = of.at(line.number);
        let text = line.text.trim();
        let controller = &mut of.network.controller;
        let mut clash = None;
        if let Some(release) = text.strip_prefix("Cisco IOS XE Software, Version ") {
            clash = set(&mut controller.release, release.trim().to_owned(), at)
                .map(|clash| ("the release", clash));
        } else if text.starts_with("Cisco IOS Software") {
            is_ewc = Some((text.contains("C9800-AP"), at));
        } else if let Some((name, uptime)) = text.split_once(" uptime is ") {
            clash = set(&mut controller.name, name.to_owned(), at).map(|clash| ("the name", clash));
            if let Some(uptime) = durations::whole(uptime) {
                controller.uptime.get_or_insert(Found::new(uptime, at));
            }
        } else if let Some(model) = text.strip_prefix("cisco ").filter(|_| text.contains(" processor ")) {
            let model = model.split_whitespace().next().unwrap_or_default();
            clash = set(&mut controller.model, model.to_owned(), at).map(|clash| ("the model", clash));
        } else if let Some(serial) = text.strip_prefix("Processor board ID ") {
            clash = set(&mut controller.serial, serial.trim().to_owned(), at)
                .map(|clash| ("the serial number", clash));
        }
        if let Some((what, clash)) = clash {
            conflict(of.network, "the controller", what, at, Some(clash));
        }
    }
    if let Some((false, at)) = is_ewc {
        of.network.warn(Some(at), "this is not the software of an embedded wireless controller (C9800-AP)");
    }
    true
}
