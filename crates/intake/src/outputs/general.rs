//! `show ap config general` and `show ap name NAME config general`: a block of labels for each access point. Source: genieparser's
//! `ShowApConfigGeneral`.

use std::net::IpAddr;

use ::text::{MacAddress, Version};

use super::{Of, labelled};
use crate::durations;
use crate::network::{AccessPoint, conflict, set};
use crate::place::{Found, Place};
use crate::terminal::{Line, is_rule};

const NAME: &str = "Cisco AP Name";
/// Headings within a block.
const HEADINGS: [&str; 6] = [
    "AP Regulatory Domain",
    "AP CAPWAP-DTLS LSC Status",
    "AP 802.1x LSC Status",
    "Radio Reset Reason Statistics",
    "Radio Failure Reason Statistics",
    "Slot ",
];

pub(super) fn read(of: &mut Of<'_>) -> bool {
    let section = of.section;
    let mut block: Vec<&Line> = Vec::new();
    let mut has_block = false;
    for line in &section.lines {
        let is_name = labelled(&line.text).is_some_and(|(label, _)| label == NAME);
        if is_name {
            has_block |= self::block(of, &block);
            block.clear();
        }
        block.push(line);
    }
    has_block | self::block(of, &block)
}

/// Reads the lines of one access point. Returns false without a name.
fn block(of: &mut Of<'_>, lines: &[&Line]) -> bool {
    let Some((first, rest)) = lines.split_first() else { return false };
    let Some((NAME, name)) = labelled(&first.text) else {
        lines.iter().for_each(|line| of.unread(line));
        return false;
    };
    let mac = rest.iter().find_map(|line| match labelled(&line.text) {
        Some(("MAC Address", mac)) => MacAddress::parse(mac),
        _ => None,
    });
    let at = of.at(first.number);
    let Some(access_point) = of.network.access_point(Some(name).filter(|name| !name.is_empty()), mac, at)
    else {
        return true;
    };
    access_point.is_listed = true;
    let mut read = std::mem::take(access_point);
    let mut clashes = Vec::new();
    for line in rest {
        let at = of.at(line.number);
        match labelled(&line.text) {
            Some((label, value)) => clashes.extend(field(&mut read, label, value, at)),
            None if is_rule(&line.text)
                || HEADINGS.iter().any(|start| line.text.trim().starts_with(start)) => {}
            None => of.unread(line),
        }
    }
    if let Some(access_point) = of.network.access_point(Some(name).filter(|name| !name.is_empty()), mac, at) {
        *access_point = read;
    }
    for (what, at, clash) in clashes {
        conflict(of.network, name, what, at, Some(clash));
    }
    true
}

type Clash = (Place, String, String);

/// Reads one line. Returns what contradicts another file.
fn field(
    read: &mut AccessPoint,
    label: &str,
    value: &str,
    at: Place,
) -> Option<(&'static str, Place, Clash)> {
    let with = |what: &'static str, clash: Option<Clash>| clash.map(|clash| (what, at, clash));
    let version = || value.parse::<Version>().ok().filter(|version| *version != Version::NONE);
    if value.is_empty() {
        return None;
    }
    match label {
        "Cisco AP Identifier" => {
            with("the radio's address", set(&mut read.radio_mac, MacAddress::parse(value)?, at))
        }
        "IP Address" => with("the address", set(&mut read.address, value.parse::<IpAddr>().ok()?, at)),
        "Country Code" => with("the country", set(&mut read.country, value.to_owned(), at)),
        "Cisco AP Location" => with("the location", set(&mut read.location, value.to_owned(), at)),
        "Site Tag Name" => with("the site tag", set(&mut read.site_tag, value.to_owned(), at)),
        "Operation State" => with("the state", set(&mut read.state, value.to_owned(), at)),
        "Software Version" => with("the running version", set(&mut read.software, version()?, at)),
        "Number of Slots" => {
            with("the number of radios", set(&mut read.slots, value.parse::<u8>().ok()?, at))
        }
        "AP Model" => with("the model", set(&mut read.model, value.to_owned(), at)),
        "AP Serial Number" => with("the serial number", set(&mut read.serial, value.to_owned(), at)),
        // Another output may have been printed seconds earlier or later.
        "AP Up Time" => {
            if let Some(uptime) = durations::whole(value) {
                read.uptime.get_or_insert(Found::new(uptime, at));
            }
            None
        }
        _ => None,
    }
}
