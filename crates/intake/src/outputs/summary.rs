//! `show ap summary`, in both layouts: the older one has the location in the middle, the newer one at the end, and country code and
//! regulatory domain of their own. The heading tells which, never the release; both may have locations with blanks.
//!
//! Source: genieparser's `ShowApSummary`, ntc-templates' `cisco_ios_show_ap_summary`.

use std::net::IpAddr;

use ::text::MacAddress;

use super::{Of, is_mac, may_be_mac};
use crate::network::{conflict, set};
use crate::terminal::squeezed;
use crate::terminal::table::{Row, Shape};

const SHAPE: Shape = Shape {
    heading: "AP Name Slots AP Model",
    begins: |words| match words {
        [_, slots, _, mac, ..] => is_slots(slots) && (is_mac(mac) || words.len() == 4 && may_be_mac(mac)),
        [_, slots, model] => is_slots(slots) && model.contains(|c: char| c.is_ascii_digit()),
        _ => false,
    },
    is_whole: |words| {
        words.iter().skip(5).position(|word| is_ip(word)).is_some_and(|at| words.len() > 5 + at + 1)
    },
};

/// The states of more than one word.
const STATES: [&str; 2] = ["Not Registered", "Not Joined"];

/// The layout.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Layout {
    Older,
    Newer,
}

/// The cells of a row behind the radio's address.
#[derive(Debug, Default, PartialEq, Eq)]
struct Tail {
    country: Option<String>,
    address: Option<IpAddr>,
    state: Option<String>,
    location: Option<String>,
}

pub(super) fn read(of: &mut Of<'_>) -> bool {
    let table = of.table(&SHAPE, "Number of APs");
    let heading = squeezed(&table.heading);
    let layout = if heading.contains(" CC RD") {
        Some(Layout::Newer)
    } else if heading.contains("Location Country") {
        Some(Layout::Older)
    } else {
        None
    };
    for row in &table.rows {
        self::row(of, layout, row);
    }
    of.rest(&table.others);
    !table.heading.is_empty()
}

fn row(of: &mut Of<'_>, layout: Option<Layout>, row: &Row) {
    let words: Vec<&str> = row.text.split_whitespace().collect();
    let at = of.at(row.number);
    let mac = words.get(3).and_then(|word| MacAddress::parse(word));
    let tail = behind(&row.text, 5).map(|text| tail(layout, text)).unwrap_or_default();
    if tail.state.is_none() || mac.is_none() {
        of.network.warn(Some(at), format!("the row of `{}` is cut off", words[0]));
    }
    let Some(access_point) = of.network.access_point(Some(words[0]), mac, at) else { return };
    access_point.is_listed = true;
    let mut clashes = Vec::new();
    if let Ok(slots) = words[1].parse::<u8>() {
        clashes.push(("the number of radios", set(&mut access_point.slots, slots, at)));
    }
    // The last word of a line that was cut may be the beginning of one.
    if words.len() > 3 {
        clashes.push(("the model", set(&mut access_point.model, words[2].to_owned(), at)));
    }
    if let Some(mac) = words.get(4).and_then(|word| MacAddress::parse(word)).filter(|mac| mac.0 != [0; 6]) {
        clashes.push(("the radio's address", set(&mut access_point.radio_mac, mac, at)));
    }
    if let Some(state) = tail.state {
        if let Some(address) = tail.address {
            clashes.push(("the address", set(&mut access_point.address, address, at)));
        }
        clashes.push(("the state", set(&mut access_point.state, state, at)));
    }
    if let Some(location) = tail.location.filter(|location| !location.is_empty()) {
        clashes.push(("the location", set(&mut access_point.location, location, at)));
    }
    if let Some(country) = tail.country {
        clashes.push(("the country", set(&mut access_point.country, country, at)));
    }
    for (what, clash) in clashes {
        conflict(of.network, words[0], what, at, clash);
    }
}

/// Returns the text behind the first `count` words.
fn behind(text: &str, count: usize) -> Option<&str> {
    let mut rest = text;
    for _ in 0..count {
        rest = rest.trim_start();
        rest = &rest[rest.find(char::is_whitespace)?..];
    }
    Some(rest)
}

/// Reads the cells behind the radio's address.
fn tail(layout: Option<Layout>, text: &str) -> Tail {
    let words: Vec<&str> = text.split_whitespace().collect();
    let first = words.iter().position(|word| is_ip(word));
    let layout = layout.unwrap_or_else(|| {
        let newer = first == Some(2) && (words[1].starts_with('-') || words[1] == "N/A");
        if newer { Layout::Newer } else { Layout::Older }
    });
    match layout {
        Layout::Newer => {
            let Some(at) = first else {
                return Tail { country: words.first().map(|word| (*word).to_owned()), ..Tail::default() };
            };
            let rest = behind(text, at + 1).unwrap_or_default().trim();
            let (state, location) = state_and_location(rest);
            Tail {
                country: (at > 0).then(|| words[0].to_owned()),
                address: words[at].parse().ok(),
                state: Some(state.to_owned()).filter(|state| !state.is_empty()),
                location: Some(location.to_owned()),
            }
        }
        Layout::Older => {
            let Some(at) = words.iter().rposition(|word| is_ip(word)) else { return Tail::default() };
            let has_country = at > 0 && is_country(words[at - 1]);
            let end = at - usize::from(has_country);
            Tail {
                country: has_country.then(|| words[at - 1].to_owned()),
                address: words[at].parse().ok(),
                state: Some(words[at + 1..].join(" ")).filter(|state| !state.is_empty()),
                location: Some(words[..end].join(" ")),
            }
        }
    }
}

/// Splits state and location, which only blanks part.
fn state_and_location(text: &str) -> (&str, &str) {
    for state in STATES {
        if let Some(rest) = text.strip_prefix(state).filter(|rest| rest.is_empty() || rest.starts_with(' ')) {
            return (state, rest.trim());
        }
    }
    let (state, location) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    (state, location.trim())
}

fn is_slots(word: &str) -> bool {
    word.len() <= 2 && !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_ip(word: &str) -> bool {
    word.parse::<IpAddr>().is_ok()
}

fn is_country(word: &str) -> bool {
    word == "--"
        || (word.len() == 2 && word.bytes().all(|byte| byte.is_ascii_uppercase()))
        || word == "Multiple"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_behind_the_radio_are_told_apart() {
        let of = |country: &str, address: &str, state: &str, location: &str| Tail {
            country: Some(country.to_owned()).filter(|country| !country.is_empty()),
            address: address.parse().ok(),
            state: Some(state.to_owned()).filter(|state| !state.is_empty()),
            location: Some(location.to_owned()),
        };
        let newer = Some(Layout::Newer);
        let older = Some(Layout::Older);
        for (layout, text, expected) in [
            (
                newer,
                " IN   -D   9.3.13.220     Registered   default location",
                of("IN", "9.3.13.220", "Registered", "default location"),
            ),
            (newer, " US --  2001:db8::1 Registered", of("US", "2001:db8::1", "Registered", "")),
            (
                newer,
                " US -B 0.0.0.0  Not Registered  10.1.1.1 room",
                of("US", "0.0.0.0", "Not Registered", "10.1.1.1 room"),
            ),
            (newer, " 10.1.1.1 Registered x", of("", "10.1.1.1", "Registered", "x")),
            (
                older,
                "   Fab A      UK   10.6.33.106   Registered",
                of("UK", "10.6.33.106", "Registered", "Fab A"),
            ),
            (
                older,
                "  10.9.9.9 B  US  10.6.33.106  Not Registered",
                of("US", "10.6.33.106", "Not Registered", "10.9.9.9 B"),
            ),
            (older, "  10.6.33.1  Registered", of("", "10.6.33.1", "Registered", "")),
            (None, " IN -D 9.3.13.220 Registered a b", of("IN", "9.3.13.220", "Registered", "a b")),
            (None, " Fab A UK 10.6.33.106 Registered", of("UK", "10.6.33.106", "Registered", "Fab A")),
        ] {
            assert_eq!(tail(layout, text), expected, "{text}");
        }
    }
}
