//! `show install summary` and the other lists of releases. Source: unicon's mock of an EWC, genieparser's `ShowInstallSummary`.

use super::Of;
use crate::network::Installed;
use crate::place::Found;
use crate::terminal::{is_rule, squeezed};

/// The most releases that are kept.
const RELEASES_MAX: usize = 64;

pub(super) fn read(of: &mut Of<'_>) -> bool {
    let section = of.section;
    for line in &section.lines {
        let at = of.at(line.number);
        let squeezed = squeezed(&line.text);
        let words: Vec<&str> = squeezed.split(' ').collect();
        match words[..] {
            [kind, state, version, ..]
                if ["IMG", "SMU", "APSP", "APDP"].contains(&kind) && state.len() == 1 =>
            {
                let installed = &mut of.network.controller.installed;
                let state = state.chars().next().unwrap_or_default();
                let is_known =
                    installed.iter().any(|known| known.version.value == version && known.state == state);
                if kind == "IMG" && !is_known && installed.len() < RELEASES_MAX {
                    installed.push(Installed { state, version: Found::new(version.to_owned(), at) });
                }
            }
            _ if is_rule(&line.text) || line.text.starts_with('[') => {}
            ["State", "(St):", ..]
            | ["C", "-", ..]
            | ["Type", "St", ..]
            | ["Auto", "abort", "timer:", ..] => {}
            ["No" | "There", ..] => {}
            _ => of.unread(line),
        }
    }
    true
}
