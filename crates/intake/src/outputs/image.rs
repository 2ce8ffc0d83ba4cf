//! `show ap image`. Source: genieparser's `ShowApImage`.

use ::text::Version;

use super::{Of, labelled};
use crate::network::{conflict, set};
use crate::terminal::table::{Row, Shape};

const SHAPE: Shape = Shape {
    heading: "AP Name Primary Image",
    // The rest of a row may begin with a status of one word and a version.
    begins: |words| match words {
        [_, primary, backup, ..] => {
            is_version(primary) && (is_version(backup) || words.len() == 3 && may_be_version(backup))
        }
        [_, primary] => is_version(primary),
        _ => false,
    },
    is_whole: |words| {
        words.iter().skip(3).position(|word| is_version(word)).is_some_and(|at| words.len() > 3 + at + 2)
    },
};

/// The counters in front of the table.
const COUNTERS: [&str; 8] = [
    "Initiated",
    "Downloading",
    "Predownloading",
    "Completed downloading",
    "Completed predownloading",
    "Not Supported",
    "Failed to Predownload",
    "Predownload in progress",
];

pub(super) fn read(of: &mut Of<'_>) -> bool {
    let mut table = of.table(&SHAPE, "Total number of APs");
    for row in &table.rows {
        self::row(of, row);
    }
    table.others.retain(|line| {
        let is_counter = labelled(&line.text).is_some_and(|(label, _)| COUNTERS.contains(&label));
        !is_counter && line.text.trim() != "Number of APs"
    });
    of.rest(&table.others);
    !table.heading.is_empty()
}

fn row(of: &mut Of<'_>, row: &Row) {
    let words: Vec<&str> = row.text.split_whitespace().collect();
    let at = of.at(row.number);
    let predownload = words.iter().skip(3).position(|word| is_version(word)).map(|at| at + 3);
    let Some(access_point) = of.network.access_point(Some(words[0]), None, at) else { return };
    access_point.is_listed = true;
    let mut clashes = Vec::new();
    let mut take = |what, slot: &mut Option<_>, word: Option<&&str>| {
        if let Some(version) = word.and_then(|word| word.parse::<Version>().ok()) {
            clashes.push((what, set(slot, version, at)));
        }
    };
    take("the primary image", &mut access_point.primary, words.get(1));
    // The last word of a line that was cut may be the beginning of one.
    let backup = words.get(2).filter(|_| words.len() > 3);
    take("the backup image", &mut access_point.backup, backup);
    take(
        "the predownload's version",
        &mut access_point.predownload,
        predownload.and_then(|at| words.get(at)),
    );
    if let Some(end) = predownload {
        let status = set(&mut access_point.predownload_status, words[3..end].join(" "), at);
        clashes.push(("the status of the predownload", status));
    }
    if backup.is_none_or(|word| !is_version(word)) {
        of.network.warn(Some(at), format!("the row of `{}` is cut off", words[0]));
    }
    for (what, clash) in clashes {
        conflict(of.network, words[0], what, at, clash);
    }
}

fn may_be_version(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
}

fn is_version(word: &str) -> bool {
    word.parse::<Version>().is_ok()
}
