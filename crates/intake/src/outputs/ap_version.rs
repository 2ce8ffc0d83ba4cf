//! `show version` of an access point. Source: unicon's mocks of a C9124 and a C9130.

use std::time::Duration;

use ::text::{MacAddress, Version};

use super::{Of, labelled};
use crate::durations;
use crate::network::{conflict, set};
use crate::place::Found;
use crate::terminal::prompt::At;

pub(super) fn read(of: &mut Of<'_>) -> bool {
    let section = of.section;
    let prompt = section.typed.as_ref().filter(|typed| typed.at == At::Device);
    let up = section.lines.iter().find_map(|line| {
        let (name, uptime) = line.text.trim().split_once(" uptime is ")?;
        Some((name.to_owned(), durations::whole(uptime), line.number))
    });
    let name =
        up.as_ref().map(|(name, ..)| name.clone()).or_else(|| prompt.and_then(|typed| typed.host.clone()));
    let mac = section.lines.iter().find_map(|line| match labelled(&line.text) {
        Some((label, mac)) if label.eq_ignore_ascii_case("Base ethernet MAC Address") => {
            MacAddress::parse(mac)
        }
        _ => None,
    });
    let first = section.lines.first().map_or(1, |line| line.number);
    let at = of.at(up.as_ref().map_or(first, |(.., line)| *line));
    let Some(access_point) = of.network.access_point(name.as_deref(), mac, at) else { return false };
    access_point.is_listed = true;
    let mut read = std::mem::take(access_point);
    let mut clashes = Vec::new();
    if let Some((_, Some(uptime), line)) = up {
        let at = of.at(line);
        read.uptime.get_or_insert(Found::<Duration>::new(uptime, at));
    }
    for line in &section.lines {
        let at = of.at(line.number);
        let text = line.text.trim();
        if let Some(model) = text.strip_prefix("cisco ").filter(|_| text.contains(" Processor ")) {
            let model = model.split_whitespace().next().unwrap_or_default().to_owned();
            clashes.push(("the model", at, set(&mut read.model, model, at)));
        } else if let Some(serial) = text.strip_prefix("Processor board ID ") {
            clashes.push(("the serial number", at, set(&mut read.serial, serial.trim().to_owned(), at)));
        } else if let Some((label, value)) = labelled(text)
            && let Ok(version) = value.parse::<Version>()
        {
            match label {
                "AP Running Image" => {
                    clashes.push(("the running version", at, set(&mut read.software, version, at)))
                }
                "Primary Boot Image" => {
                    clashes.push(("the primary image", at, set(&mut read.primary, version, at)))
                }
                "Backup Boot Image" => {
                    clashes.push(("the backup image", at, set(&mut read.backup, version, at)))
                }
                _ => {}
            }
        }
    }
    if let Some(access_point) = of.network.access_point(name.as_deref(), mac, at) {
        *access_point = read;
    }
    let name = name.unwrap_or_default();
    for (what, at, clash) in clashes {
        conflict(of.network, &name, what, at, clash);
    }
    true
}
