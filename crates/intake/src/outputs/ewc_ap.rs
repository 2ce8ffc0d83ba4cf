//! Outputs of an EWC that say little about its access points: the state of the upgrade, the standby, the image-download profile, the
//! images that it holds. The layouts but that of the first are unverified.

use std::net::IpAddr;

use super::{Of, labelled};
use crate::network::ConfigLine;
use crate::place::Found;
use crate::terminal::is_rule;
use crate::terminal::table::Shape;

/// `show wireless ewc-ap predownload status`. Source: genieparser's `ShowWirelessEwcApPredownloadStatus`.
pub(super) fn predownload(of: &mut Of<'_>) -> bool {
    let section = of.section;
    for line in &section.lines {
        let at = of.at(line.number);
        match labelled(&line.text) {
            Some(("Predownload Status" | "Predownload Error", "None")) => {}
            Some((label @ ("Predownload Status" | "Predownload Error"), value)) => {
                let message =
                    format!("{label} is `{value}`: an upgrade is under way, and a lab begins without one");
                of.network.warn(Some(at), message);
            }
            _ => of.unread(line),
        }
    }
    true
}

/// `show wireless ewc-ap redundancy summary`.
pub(super) fn redundancy(of: &mut Of<'_>) -> bool {
    let section = of.section;
    for line in &section.lines {
        let at = of.at(line.number);
        let name = |value: &str| (value != "None").then(|| Found::new(value.to_owned(), at));
        match labelled(&line.text) {
            Some(("Active AP", value)) => of.network.controller.active = name(value),
            Some(("Standby AP", value)) => of.network.controller.standby = name(value),
            Some(("Peer State", _)) => {}
            _ => of.unread(line),
        }
    }
    true
}

/// `show wireless ewc-ap ap image predownload status`: how far predownloads are.
pub(super) fn progress(of: &mut Of<'_>) -> bool {
    const SHAPE: Shape = Shape {
        heading: "AP Name Image Predownload Status",
        begins: |words| words.len() >= 4 && (words[1] == "NA" || image::may_be_image(words[1])),
        is_whole: |words| words.len() >= 5,
    };
    let table = of.table(&SHAPE, "Number of APs");
    for row in &table.rows {
        let words: Vec<&str> = row.text.split_whitespace().collect();
        let at = of.at(row.number);
        if let Some(access_point) = of.network.access_point(Some(words[0]), None, at) {
            access_point.is_listed = true;
        }
    }
    of.rest(&table.others);
    !table.heading.is_empty()
}

/// `show ap image summary` and `show ap image file summary`.
pub(super) fn image_files(of: &mut Of<'_>) -> bool {
    const SHAPE: Shape = Shape {
        heading: "Image Name Image Location",
        begins: |words| words.len() >= 3 && image::may_be_image(words[0]),
        is_whole: |words| words.len() >= 4,
    };
    let table = of.table(&SHAPE, "Total number of AP images");
    of.rest(&table.others);
    !table.heading.is_empty()
}

/// `show wireless profile image-download detailed`: the lines of the profile, as they would be typed.
pub(super) fn image_download(of: &mut Of<'_>) -> bool {
    let section = of.section;
    let mut lines = Vec::new();
    for line in &section.lines {
        let at = of.at(line.number);
        let Some((label, value)) = labelled(&line.text) else {
            if !is_rule(&line.text) {
                of.unread(line);
            }
            continue;
        };
        let is_word = !value.is_empty() && !value.contains(char::is_whitespace);
        let address = value.parse::<IpAddr>().is_ok();
        let command = match label {
            "Image Download Profile Name" => None,
            "Image Download Mode" => {
                let mode = value.to_ascii_lowercase();
                ["tftp", "sftp", "http", "cco"]
                    .contains(&&*mode)
                    .then(|| format!("image-download-mode {mode}"))
            }
            "TFTP Image Server" => address.then(|| format!("tftp-image-server {value}")),
            "TFTP Image Path" => is_word.then(|| format!("tftp-image-path {value}")),
            "SFTP Image Server" => address.then(|| format!("sftp-image-server {value}")),
            "SFTP Image Path" => is_word.then(|| format!("sftp-image-path {value}")),
            "SFTP Username" => is_word.then(|| format!("sftp-username {value}")),
            _ => {
                of.unread(line);
                None
            }
        };
        lines.extend(command.map(|text| ConfigLine { text, is_indented: true, is_wrong: false, at }));
    }
    if let Some(first) = lines.first() {
        let text = "wireless profile image-download default".to_owned();
        lines.insert(0, ConfigLine { text, is_indented: false, is_wrong: false, at: first.at });
        if of.network.controller.profile.is_empty() {
            of.network.controller.profile = lines;
        }
    }
    true
}
