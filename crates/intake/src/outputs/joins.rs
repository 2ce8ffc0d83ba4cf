//! `show wireless stats ap join summary`: also access points that have no session now. Heading and count repeat every ten rows; a name
//! may be empty or stand twice. Source: genieparser's `ShowWirelessStatsApJoinSummary`.

use std::net::IpAddr;

use ::text::MacAddress;

use super::{Of, is_mac};
use crate::network::{conflict, set};
use crate::place::Found;
use crate::terminal::table::Shape;

const SHAPE: Shape = Shape {
    heading: "Base MAC ",
    begins: |words| words.len() >= 3 && is_mac(words[0]) && is_mac(words[1]),
    is_whole: |words| words.iter().position(|word| *word == "Joined").is_some_and(|at| words.len() > at + 2),
};

pub(super) fn read(of: &mut Of<'_>) -> bool {
    let table = of.table(&SHAPE, "Number of APs");
    for row in &table.rows {
        let words: Vec<&str> = row.text.split_whitespace().collect();
        let at = of.at(row.number);
        let ip =
            words.iter().skip(2).take(2).position(|word| word.parse::<IpAddr>().is_ok()).map(|at| at + 2);
        let name = words.get(2).filter(|_| ip != Some(2)).copied();
        let joined = words.iter().position(|word| *word == "Joined");
        let is_joined = joined.map(|at| words[at - 1] != "Not");
        let Some(access_point) = of.network.access_point(name, MacAddress::parse(words[1]), at) else {
            continue;
        };
        let shown = name.unwrap_or("an access point without a name").to_owned();
        access_point.is_listed |= is_joined == Some(true);
        let radio = MacAddress::parse(words[0]).and_then(|mac| set(&mut access_point.radio_mac, mac, at));
        if let Some(is_joined) = is_joined {
            access_point.is_joined.get_or_insert(Found::new(is_joined, at));
        }
        if let Some(rest) =
            joined.and_then(|at| words.get(at + 1..)).filter(|rest| !rest.is_empty() && rest[0] != "NA")
        {
            access_point.last_failure.get_or_insert(Found::new(rest.join(" "), at));
        }
        // The address of its last join, if it has no session.
        let address = ip.and_then(|at| words[at].parse::<IpAddr>().ok());
        let address = match (address, &access_point.address, is_joined) {
            (Some(address), None, _) | (Some(address), _, Some(true)) => {
                set(&mut access_point.address, address, at)
            }
            _ => None,
        };
        conflict(of.network, &shown, "the radio's address", at, radio);
        conflict(of.network, &shown, "the address", at, address);
    }
    of.rest(&table.others);
    !table.heading.is_empty()
}
