//! `show ap status`. Source: genieparser's `ShowApStatus`.

use super::Of;
use crate::network::{conflict, set};
use crate::terminal::table::Shape;

const SHAPE: Shape = Shape {
    heading: "AP Name Status Mode",
    begins: |words| words.len() >= 3 && ["Enabled", "Disabled"].contains(&words[1]),
    is_whole: |words| words.len() >= 4,
};

pub(super) fn read(of: &mut Of<'_>) -> bool {
    let table = of.table(&SHAPE, "Number of APs");
    for row in &table.rows {
        let words: Vec<&str> = row.text.split_whitespace().collect();
        let at = of.at(row.number);
        let Some(access_point) = of.network.access_point(Some(words[0]), None, at) else { continue };
        access_point.is_listed = true;
        if let Some(country) = words.get(3..).and_then(|rest| rest.last()) {
            let clash = set(&mut access_point.country, (*country).to_owned(), at);
            conflict(of.network, words[0], "the country", at, clash);
        }
        if words[1] == "Disabled" {
            of.network
                .warn(Some(at), format!("`{}` is disabled; the simulation has no such state", words[0]));
        }
    }
    of.rest(&table.others);
    !table.heading.is_empty()
}
