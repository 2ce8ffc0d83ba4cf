//! `show inventory` of the controller: the chassis, which is its first entry, and whose serial number its access point has, too.
//!
//! Source: ntc-templates' samples of `show inventory`.

use super::Of;
use crate::network::{conflict, set};

pub(super) fn read(of: &mut Of<'_>) -> bool {
    let section = of.section;
    let mut entries = 0;
    for line in &section.lines {
        let at = of.at(line.number);
        let text = line.text.trim();
        if text.starts_with("NAME:") {
            continue;
        }
        let Some(rest) = text.strip_prefix("PID:") else {
            of.unread(line);
            continue;
        };
        entries += 1;
        let part = |label: &str| {
            let value = rest.split(',').find_map(|part| part.trim().strip_prefix(label))?.trim();
            Some(value.to_owned()).filter(|value| !value.is_empty())
        };
        let pid = rest.split(',').next().map(|pid| pid.trim().to_owned()).filter(|pid| !pid.is_empty());
        if entries > 1 {
            continue;
        }
        let controller = &mut of.network.controller;
        let model = pid.and_then(|pid| set(&mut controller.model, pid, at));
        let serial = part("SN:").and_then(|serial| set(&mut controller.serial, serial, at));
        conflict(of.network, "the controller", "the model", at, model);
        conflict(of.network, "the controller", "the serial number", at, serial);
    }
    entries > 0
}
