//! Names of releases, in paths, in file names and as devices print them.

use text::Version;

/// The versions of access points' images that sources name together with the controller's release: unicon's mock of an EWC, Cisco 221705,
/// genieparser, D225437.
const PAIRS: [(&str, &str); 4] =
    [("17.9.4a", "17.9.4.27"), ("17.9.2", "17.9.2.52"), ("17.12.1", "17.12.1.5"), ("17.18.3", "17.18.3.18")];

/// Returns the name of the release in a path: `17.9.4a` of `/EWC/17_9_4a` and of `C9800-AP-universalk9.17.09.04a.zip`. The last one in it
/// counts.
pub(crate) fn in_path(path: &str) -> Option<String> {
    let mut found = None;
    let bytes = path.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let starts = bytes[at].is_ascii_digit() && (at == 0 || !bytes[at - 1].is_ascii_alphanumeric());
        if !starts {
            at += 1;
            continue;
        }
        match numbers(&path[at..]) {
            Some((name, length)) => {
                found = Some(name);
                at += length;
            }
            // An address, a date.
            None => {
                at += bytes[at..]
                    .iter()
                    .take_while(|byte| byte.is_ascii_digit() || b"._-".contains(byte))
                    .count()
            }
        }
    }
    found
}

/// Reads `17_9_4a` at the beginning of a text: two digits, two more numbers, at most one letter. Returns its name and its length.
fn numbers(text: &str) -> Option<(String, usize)> {
    let bytes = text.as_bytes();
    let mut at = 0;
    let mut parts = Vec::new();
    while parts.len() < 3 {
        let digits = bytes[at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        if digits == 0 || digits > 3 {
            return None;
        }
        let number: u16 = text[at..at + digits].parse().ok()?;
        parts.push(number.to_string());
        at += digits;
        if parts.len() < 3 {
            if !matches!(bytes.get(at), Some(b'.' | b'_' | b'-')) {
                return None;
            }
            at += 1;
        }
    }
    // A year is none.
    let letter = bytes.get(at).filter(|byte| byte.is_ascii_lowercase());
    let end = at + usize::from(letter.is_some());
    let is_end = bytes.get(end).is_none_or(|byte| !byte.is_ascii_alphanumeric());
    if !is_end || !(15..=30).contains(&parts[0].parse::<u16>().ok()?) {
        return None;
    }
    let letter = letter.map_or_else(String::new, |letter| char::from(*letter).to_string());
    Some((format!("{}{letter}", parts.join(".")), end))
}

/// Returns the name of the release with this version, `17.9.4a` for `17.09.04a.0.6`; nothing for a developer's build without numbers.
pub(crate) fn of_controller(version: &str) -> Option<String> {
    numbers(version).map(|(name, _)| name)
}

/// Returns the version of the access points' images of a release, if a source names it.
pub(crate) fn known_ap_version(release: &str) -> Option<Version> {
    PAIRS.iter().find(|(name, _)| *name == release).and_then(|(_, version)| version.parse().ok())
}

/// Returns true if the images of a release can have this version: its first three numbers.
pub(crate) fn fits(release: &str, version: Version) -> bool {
    let numbers: Vec<String> = version.numbers().iter().take(3).map(u32::to_string).collect();
    release.trim_end_matches(|c: char| c.is_ascii_lowercase()) == numbers.join(".")
}

/// Returns the version that stands for an unknown one of a release.
pub(crate) fn assumed(release: &str) -> Version {
    let numbers = release.trim_end_matches(|c: char| c.is_ascii_lowercase());
    format!("{numbers}.0").parse().unwrap_or(Version::NONE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn releases_are_found_in_paths() {
        for (path, release) in [
            ("/srv/tftp/EWC/17_9_4a", Some("17.9.4a")),
            ("C9800-AP-universalk9.17.09.04a.zip", Some("17.9.4a")),
            ("17.12.1.listing", Some("17.12.1")),
            ("C:\\TFTP\\17-12-01", Some("17.12.1")),
            ("/old/17.3.3/17.9.4a", Some("17.9.4a")),
            ("17.09.04a.0.6", Some("17.9.4a")),
            ("ls-2026-03-05.txt", None),
            ("10.20.1.1", None),
            ("show.txt", None),
            ("x17.9.4", None),
            ("17.9.4ab", None),
            ("", None),
        ] {
            assert_eq!(in_path(path).as_deref(), release, "{path}");
        }
        assert_eq!(of_controller("17.09.04a").as_deref(), Some("17.9.4a"));
        assert_eq!(of_controller("BLD_POLARIS_DEV_LATEST_20210112_042049"), None);
        assert!(fits("17.9.4a", "17.9.4.27".parse().unwrap()));
        assert!(!fits("17.9.4a", "17.9.3.27".parse().unwrap()));
        assert_eq!(assumed("17.9.4a").to_string(), "17.9.4.0");
    }
}
