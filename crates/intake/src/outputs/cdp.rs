//! `show ap cdp neighbors`: each access point has a row, and below it the addresses of its switch. Source: genieparser's
//! `ShowApCdpNeighbor`.

use std::net::IpAddr;

use super::{Of, labelled};
use crate::network::{conflict, set};
use crate::terminal::table::Shape;

const SHAPE: Shape = Shape {
    heading: "AP Name AP IP",
    begins: |words| words.len() >= 3 && words[1].parse::<IpAddr>().is_ok(),
    is_whole: |words| words.len() >= 4,
};

pub(super) fn read(of: &mut Of<'_>) -> bool {
    let mut table = of.table(&SHAPE, "Number of neighbors");
    for row in &table.rows {
        let words: Vec<&str> = row.text.split_whitespace().collect();
        let at = of.at(row.number);
        let Some(access_point) = of.network.access_point(Some(words[0]), None, at) else { continue };
        access_point.is_listed = true;
        let neighbor = set(&mut access_point.neighbor, words[2..].join(" "), at);
        let address =
            words[1].parse::<IpAddr>().ok().and_then(|address| set(&mut access_point.address, address, at));
        conflict(of.network, words[0], "the neighbor", at, neighbor);
        conflict(of.network, words[0], "the address", at, address);
    }
    table.others.retain(|line| {
        let is_count = labelled(&line.text).is_some_and(|(label, _)| label == "Neighbor IP Count");
        !is_count && line.text.trim().parse::<IpAddr>().is_err()
    });
    of.rest(&table.others);
    !table.heading.is_empty()
}
