//! The scenario that reproduces a log: that of the cause, with the names that the log has.

use std::net::IpAddr;
use std::sync::atomic::AtomicBool;

use diagnosis::Names;
use image::Version;

use super::causes::Known;
use super::lab::recipe;
use super::runs::{Run, finish};
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
    All,
    AddressesAndVersions,
    Addresses,
    Nothing,
}

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
        let taken = [Taken::All, Taken::AddressesAndVersions, Taken::Addresses, Taken::Nothing];
        let (renamed, taken) = taken.into_iter().find_map(|taken| {
            let renamed = rename(&run.text, names, taken);
            let finished = finish(&run.scenario, renamed.clone(), stop)?;
            (finished.verdict() == Verdict::Passed).then_some((renamed, taken))
        })?;
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
        Taken::All => true,
        Taken::AddressesAndVersions => is_address(name) || name.parse::<Version>().is_ok(),
        Taken::Addresses => is_address(name),
        Taken::Nothing => false,
    };
    // What is not written as a plain name would change the text of the scenario around it.
    let is_plain = |name: &str| {
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
    };
    let pairs: Vec<(&str, &str)> = names
        .iter()
        .filter(|(run, field)| run != field && is_plain(run) && is_plain(field) && is_taken(run))
        .collect();
    let mut out = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        // Comments are of the scenario as it was.
        if line.starts_with('#') { out.push_str(line) } else { replace(line, &pairs, &mut out) }
    }
    out
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
