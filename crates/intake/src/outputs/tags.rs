//! `show ap tag summary`. Source: genieparser's `ShowApTagSummary`.

use ::text::MacAddress;

use super::{Of, is_mac};
use crate::network::{conflict, set};
use crate::terminal::table::Shape;

const SHAPE: Shape = Shape {
    heading: "AP Name AP Mac Site Tag Name",
    begins: |words| match words {
        [name, mac, rest @ ..] => parted(name).is_some() || is_mac(mac) && !rest.is_empty(),
        _ => false,
    },
    is_whole: |words| words.len() >= 7 || (words.len() == 6 && parted(words[0]).is_some()),
};

/// The width of the column of names.
const NAME_WIDTH: usize = 24;

pub(super) fn read(of: &mut Of<'_>) -> bool {
    let table = of.table(&SHAPE, "Number of APs");
    for row in &table.rows {
        let mut words: Vec<&str> = row.text.split_whitespace().collect();
        if let Some((name, mac)) = parted(words[0]) {
            words.splice(..1, [name, mac]);
        }
        let at = of.at(row.number);
        let Some(access_point) = of.network.access_point(Some(words[0]), MacAddress::parse(words[1]), at)
        else {
            continue;
        };
        access_point.is_listed = true;
        // The last word of a line that was cut may be the beginning of one.
        if words.len() > 3 {
            let clash = set(&mut access_point.site_tag, words[2].to_owned(), at);
            conflict(of.network, words[0], "the site tag", at, clash);
        }
    }
    of.rest(&table.others);
    !table.heading.is_empty()
}

/// Parts the address from a name that fills its column, and touches it.
fn parted(word: &str) -> Option<(&str, &str)> {
    let at = word
        .len()
        .checked_sub("0000.0000.0000".len())
        .filter(|at| *at >= NAME_WIDTH && word.is_char_boundary(*at))?;
    let (name, mac) = word.split_at(at);
    is_mac(mac).then_some((name, mac))
}
