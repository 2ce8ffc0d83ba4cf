//! The scenario that reproduces a log: that of the cause, with the names that the log has.

use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::AtomicBool;

use catalogue::Catalogue;
use diagnosis::Names;
use image::Version;

use super::causes::Known;
use super::lab::recipe;
use super::runs::{Run, finish, prepare};
use super::scenarios;
use crate::verdict::Verdict;

/// A scenario that prints what the log has.
#[derive(Debug)]
pub(super) struct Reproduction {
    /// The scenario.
    pub(super) text: String,
    /// The files that it names, which stand beside it.
    pub(super) files: Vec<(&'static str, &'static str)>,
    /// True if the same network without the cause was run, and has no such failure.
    pub(super) mended: Option<bool>,
}

/// What is replaced: all names, or fewer of them, if a scenario with all of them is not right.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Taken {
    /// Paths on servers, and models by their images, too.
    Network,
    All,
    AddressesAndVersions,
    Addresses,
    Nothing,
}

/// From the most names to the fewest.
const ALL_TAKEN: [Taken; 5] =
    [Taken::Network, Taken::All, Taken::AddressesAndVersions, Taken::Addresses, Taken::Nothing];

/// What is said of a scenario that has fewer access points than the logs.
const FEWER: &str = "# The logs name more access points than there are here: with as many, this scenario's expectations do not hold.\n";

impl Reproduction {
    /// Writes the scenario of a cause with the names of the log, as many of them as it bears, and runs it without the cause. One on a lab
    /// has the lab's names; `lab_is_well` says what the lab without the cause does.
    pub(super) fn of(
        known: Option<&Known>,
        run: &Run,
        names: &Names,
        lab_is_well: Option<bool>,
        stop: &AtomicBool,
    ) -> Option<Self> {
        if run.on_lab {
            // A lab that fails by itself shows nothing of the mend.
            let mended = lab_is_well.filter(|is_well| *is_well && recipe(&run.hypothesis.cause).is_some());
            return Some(Self { text: run.text.clone(), files: Vec::new(), mended });
        }
        let passes = |text: &str, taken: Taken| {
            let renamed = rename(text, names, taken);
            let finished = finish(&run.scenario, renamed.clone(), stop)?;
            (finished.verdict() == Verdict::Passed).then_some((renamed, taken))
        };
        // With as many access points as the logs name, if what the scenario expects holds for so many.
        let widest = run.narrow.iter().find_map(|_| {
            [Taken::Network, Taken::All].into_iter().find_map(|taken| passes(&run.text, taken))
        });
        let (renamed, taken) = widest.or_else(|| {
            let text = run.narrow.as_deref().unwrap_or(&run.text);
            let (renamed, taken) = ALL_TAKEN.into_iter().find_map(|taken| passes(text, taken))?;
            let said = run.narrow.as_ref().map_or("", |_| FEWER);
            Some((format!("{said}{renamed}"), taken))
        })?;
        let renamed = with_macs(&run.scenario, (&run.text, renamed), names);
        let files = scenarios::beside(&run.scenario, &run.text);
        let mended = known.and_then(|known| mended(known, run, names, taken, stop));
        Some(Self { text: renamed, files, mended })
    }
}

/// Runs the first scenario of a cause without the cause. `None` if nothing has to be mended.
fn mended(known: &Known, run: &Run, names: &Names, taken: Taken, stop: &AtomicBool) -> Option<bool> {
    // The edits are of the first scenario.
    let first = known.scenarios.first()?;
    let mended = known.mended(scenarios::text(first)?)?;
    let taken = if *first == run.scenario { taken } else { Taken::Nothing };
    let finished = finish(first, rename(&mended, names, taken), stop);
    Some(finished.is_some_and(|finished| finished.verdict() == Verdict::Passed))
}

/// Replaces names of the run by those of the log.
fn rename(text: &str, names: &Names, taken: Taken) -> String {
    let is_taken = |name: &str| match taken {
        Taken::Network | Taken::All => true,
        Taken::AddressesAndVersions => is_address(name) || name.parse::<Version>().is_ok(),
        Taken::Addresses => is_address(name),
        Taken::Nothing => false,
    };
    // What is not written as a plain name would change the text of the scenario around it.
    let is_plain = |name: &str| {
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
    };
    let mut pairs: Vec<(&str, &str)> = names
        .iter()
        .filter(|(run, field)| run != field && is_plain(run) && is_plain(field) && is_taken(run))
        .collect();
    // Addresses that stand in the logs with a port alone.
    let hosts: Vec<(String, String)> = names.iter().filter_map(host).collect();
    for (run, field) in &hosts {
        let is_new = pairs.iter().all(|(known, other)| known != run && other != field);
        if run != field && is_new && taken != Taken::Nothing {
            pairs.push((run, field));
        }
    }
    let (mut models, mut folders) = (Vec::new(), Vec::new());
    if taken == Taken::Network {
        models = pairs.iter().flat_map(|(run, field)| models_of(text, run, field)).collect();
        folders = names.iter().filter_map(folder).filter(|(run, field)| run != field).collect();
        folders.sort();
        folders.dedup_by(|later, first| later.0 == first.0);
    }
    pairs.extend(models);
    let mut out = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        // Comments are of the scenario as it was.
        if line.starts_with('#') {
            out.push_str(line);
            continue;
        }
        let line = folders.iter().fold(line.to_owned(), |line, pair| in_folder(&line, *pair));
        replace(&line, &pairs, &mut out);
    }
    out
}

/// Returns the addresses of two endpoints.
fn host((run, field): (&str, &str)) -> Option<(String, String)> {
    let of = |name: &str| name.parse::<SocketAddr>().ok().map(|endpoint| endpoint.ip().to_string());
    Some((of(run)?, of(field)?))
}

/// Returns the folder of a file on a server, in the run and in the field: of a path, or of a URL.
fn folder<'a>((run, field): (&'a str, &'a str)) -> Option<(&'a str, &'a str)> {
    let of = |name: &'a str| {
        let path = match name.split_once("://") {
            Some((_, rest)) => &rest[rest.find('/')?..],
            None => name,
        };
        let (folder, file) = path.rsplit_once('/')?;
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._-/".contains(&byte);
        // The root is no name that could be replaced.
        let is_one = folder.len() > 1 && folder.starts_with('/') && folder.bytes().all(is_plain);
        (is_one && !file.is_empty()).then_some(folder)
    };
    Some((of(run)?, of(field)?))
}

/// Replaces a folder, wherever a path begins with it, or goes on to it from the home of a user.
fn in_folder(line: &str, (run, field): (&str, &str)) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(at) = rest.find(run) {
        let (before, after) = (&rest[..at], &rest[at + run.len()..]);
        let goes_on = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
        let is_whole = !after.bytes().next().is_some_and(goes_on);
        out.push_str(before);
        out.push_str(if is_whole { field } else { run });
        rest = after;
    }
    out + rest
}

/// Returns the models of the scenario that run an image, each with one that runs the image of the field.
fn models_of<'a>(text: &'a str, run: &str, field: &str) -> Vec<(&'a str, &'static str)> {
    let known = Catalogue::builtin();
    let Some(other) = known.models().find(|model| model.image_type == field).and_then(|it| it.names.first())
    else {
        return Vec::new();
    };
    let written = text.split("model: ").skip(1);
    let mut written: Vec<&str> = written.filter_map(|rest| rest.split([',', ' ', '\n']).next()).collect();
    written.sort_unstable();
    written.dedup();
    let runs = |model: &&str| known.model(model).is_some_and(|known| known.image_type == run);
    written.into_iter().filter(runs).map(|model| (model, other.as_str())).collect()
}

/// Adds the Ethernet addresses that the logs have for access points. Most logs have those of their radios, from which they do not follow.
fn with_macs(scenario: &str, (text, renamed): (&str, String), names: &Names) -> String {
    let Some(prepared) = prepare(scenario, text.to_owned()) else { return renamed };
    let known = prepared.scenario.access_points.iter().filter_map(|point| {
        let mac = names.in_field(&point.mac.to_string())?;
        let name = names.in_field(&point.name).unwrap_or(&point.name);
        (mac != point.mac.to_string()).then(|| (format!("  - {{ name: {name}, "), mac.to_owned()))
    });
    let known: Vec<(String, String)> = known.collect();
    let mut out = String::with_capacity(renamed.len());
    for line in renamed.split_inclusive('\n') {
        let mac = known.iter().find(|(begins, _)| line.starts_with(begins)).map(|(_, mac)| mac);
        match mac.zip(line.rsplit_once(" }")).filter(|_| !line.contains("mac: ")) {
            Some((mac, (entry, rest))) => out.push_str(&format!("{entry}, mac: {mac} }}{rest}")),
            None => out.push_str(line),
        }
    }
    // Two access points of one address, or one that nothing can have, are left as they were.
    if prepare(scenario, out.clone()).is_some() { out } else { renamed }
}

/// Replaces whole names, all at once, so that two that change places do.
fn replace(line: &str, pairs: &[(&str, &str)], out: &mut String) {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    let bytes = line.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let end = bytes[at..].iter().position(|byte| !is_part(*byte)).map_or(bytes.len(), |end| at + end);
        let token = &line[at..end];
        match pairs.iter().find(|(run, _)| *run == token) {
            Some((_, field)) => out.push_str(field),
            None => out.push_str(token),
        }
        let next = bytes[end..].iter().position(|byte| is_part(*byte)).map_or(bytes.len(), |next| end + next);
        out.push_str(&line[end..next]);
        at = next;
    }
}

fn is_address(name: &str) -> bool {
    name.parse::<IpAddr>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_and_models_are_those_of_the_log() {
        assert_eq!(folder(("tftp://10.0.0.1/a/b/ap1g8", "tftp://1.2.3.4/X/ap1g6")), Some(("/a/b", "/X")));
        assert_eq!(folder(("/a/ap1g8", "/ap1g8")), None);
        assert_eq!(folder(("ap1g8", "ap1g6")), None);
        let line = "files: { /home/ewc/a: new, /ab: old } # /a, /a/ap1g8";
        assert_eq!(
            in_folder(line, ("/a", "/X/y")),
            "files: { /home/ewc/X/y: new, /ab: old } # /X/y, /X/y/ap1g8"
        );
        let text = "model: C9120AXI\n- { model: C9105AXI, count: 2 }\n- { name: b, model: C9105AXI }\n";
        assert_eq!(models_of(text, "ap1g8", "ap1g6"), [("C9105AXI", "C9117AXI")]);
        assert_eq!(models_of(text, "ap1g8", "no-image"), []);
    }

    #[test]
    fn whole_names_are_replaced_all_at_once() {
        let mut out = String::new();
        replace(
            "a: 10.0.0.1, b: 10.0.0.2, c: 10.0.0.11 é 10.0.0.1\n",
            &[("10.0.0.1", "10.0.0.2"), ("10.0.0.2", "10.0.0.1")],
            &mut out,
        );
        assert_eq!(out, "a: 10.0.0.2, b: 10.0.0.1, c: 10.0.0.11 é 10.0.0.2\n");
    }
}
