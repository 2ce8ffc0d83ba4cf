//! `show ap uptime`. Its columns are known from a third party's transcript; the durations are told apart by their units.

use ::text::MacAddress;

use super::{Of, is_mac};
use crate::durations;
use crate::network::{conflict, set};
use crate::place::Found;
use crate::terminal::table::Shape;

const SHAPE: Shape = Shape {
    heading: "AP Name Ethernet MAC Radio MAC",
    begins: |words| words.len() >= 3 && is_mac(words[1]) && is_mac(words[2]),
    is_whole: |words| match words.get(3..).map(durations::read) {
        Some(Some((_, taken))) => durations::read(&words[3 + taken..]).is_some_and(|(_, second)| {
            words.len() == 3 + taken + second && words[words.len() - 1].starts_with("second")
        }),
        Some(None) | None => words.get(3) == Some(&"N/A") && words.len() > 4,
    },
};

pub(super) fn read(of: &mut Of<'_>) -> bool {
    let table = of.table(&SHAPE, "Number of APs");
    for row in &table.rows {
        let words: Vec<&str> = row.text.split_whitespace().collect();
        let at = of.at(row.number);
        let uptime = durations::read(&words[3..]).map(|(uptime, _)| uptime);
        if uptime.is_none() && words.get(3) != Some(&"N/A") {
            of.network
                .warn(Some(at), format!("the time for which `{}` has been up is not readable", words[0]));
        }
        let Some(access_point) = of.network.access_point(Some(words[0]), MacAddress::parse(words[1]), at)
        else {
            continue;
        };
        access_point.is_listed = true;
        // Another output may have been printed seconds earlier or later.
        if let Some(uptime) = uptime {
            access_point.uptime.get_or_insert(Found::new(uptime, at));
        }
        if let Some(radio) = MacAddress::parse(words[2]) {
            let clash = set(&mut access_point.radio_mac, radio, at);
            conflict(of.network, words[0], "the radio's address", at, clash);
        }
    }
    of.rest(&table.others);
    !table.heading.is_empty()
}
