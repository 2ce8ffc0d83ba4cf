//! `show chassis`: the Ethernet address of the box, which is that of its access point, and its IP address. Source: unicon's mock of an EWC.

use std::net::Ipv4Addr;

use ::text::MacAddress;

use super::Of;
use crate::network::{conflict, set};
use crate::terminal::{is_rule, squeezed};

pub(super) fn read(of: &mut Of<'_>) -> bool {
    let section = of.section;
    for line in &section.lines {
        let at = of.at(line.number);
        let squeezed = squeezed(&line.text);
        let words: Vec<&str> = squeezed.split(' ').collect();
        let controller = &mut of.network.controller;
        if let ["Chassis/Stack", "Mac", "Address", ":", mac, ..] = words[..] {
            let clash = MacAddress::parse(mac).and_then(|mac| set(&mut controller.mac, mac, at));
            conflict(of.network, "the controller", "the Ethernet address", at, clash);
        } else if let [number, "Active", ..] = words[..]
            && number.starts_with('*')
        {
            let address = words.last().and_then(|word| word.parse::<Ipv4Addr>().ok());
            let clash = address.and_then(|address| set(&mut controller.address, address, at));
            conflict(of.network, "the controller", "the address", at, clash);
        } else if !is_rule(&line.text)
            && !["Mac persistency", "H/W Current", "Chassis#"].iter().any(|start| squeezed.starts_with(start))
            && !words.iter().any(|word| *word == "Standby" || *word == "Member")
        {
            of.unread(line);
        }
    }
    true
}
