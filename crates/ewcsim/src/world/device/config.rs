//! Diagnostics for the configuration of a device, pointing into the scenario.

use std::fmt::Display;

use daemon::{ConfigError, Parsed, Place};
use scenario::{ConfigText, Diagnostic};

/// Returns the configuration read for a server, and reports its problems. After an error it returns the default, so that all
/// problems are found at once. `errors` and `warnings` are the labels of the place.
pub(super) fn settings<C: Default, P: Display>(
    text: &ConfigText,
    read: Result<Parsed<C>, Vec<ConfigError<P>>>,
    [errors, warnings]: [&str; 2],
    found: &mut Vec<Diagnostic>,
) -> C {
    let span = |place: Place| {
        let start = place_in_line(&text.text, place.line, place.column);
        text.part_span(place.line, start..start + place.length)
    };
    match read {
        Ok(parsed) => {
            found.extend(parsed.warnings.iter().map(|each| {
                let problem = match &each.not_modelled {
                    Some(name) => Diagnostic::not_modelled(name, &each.message),
                    None => Diagnostic::warning(&each.message),
                };
                problem.at(span(each.place), warnings)
            }));
            parsed.config
        }
        Err(all) => {
            let error = |problem: &P, place| Diagnostic::error(problem.to_string()).at(span(place), errors);
            found.extend(all.iter().map(|each| error(&each.problem, each.place)));
            C::default()
        }
    }
}

/// Returns the byte offset of character `column` in line `line`; both count from 1.
pub(super) fn place_in_line(text: &str, line: usize, column: usize) -> usize {
    let line = text.lines().nth(line.saturating_sub(1)).unwrap_or_default();
    line.char_indices().nth(column.saturating_sub(1)).map_or(line.len(), |(at, _)| at)
}
