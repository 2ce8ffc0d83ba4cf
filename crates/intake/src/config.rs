//! A running configuration: the lines that bear on images, by the tables of the crate `ewc`, and the names and addresses in the rest.

use std::collections::{BTreeMap, BTreeSet};
use std::net::Ipv4Addr;

use ewc::config::{Excerpt, Problem};

use crate::network::{ConfigLine, conflict, set};
use crate::outputs::Of;
use crate::terminal::squeezed;

/// The longest configuration that is read, in lines.
const LINES_MAX: usize = 10_000;

pub(crate) fn read(of: &mut Of<'_>) -> bool {
    let section = of.section;
    let lines = &section.lines[..section.lines.len().min(LINES_MAX)];
    if let Some(line) = section.lines.get(LINES_MAX) {
        let at = of.at(line.number);
        of.network
            .warn(Some(at), format!("a configuration of more than {LINES_MAX} lines: the rest is not read"));
    }
    let text: String = lines.iter().map(|line| format!("{}\n", line.text)).collect();
    let excerpt = Excerpt::of(&text);
    let wrong: BTreeSet<usize> = excerpt.errors.iter().map(|error| error.line).collect();
    let number = |line: usize| lines.get(line - 1).map_or(1, |line| line.number);
    let kept: Vec<ConfigLine> = excerpt
        .lines
        .iter()
        .map(|line| ConfigLine {
            text: line.text.clone(),
            is_indented: line.is_indented,
            is_wrong: wrong.contains(&line.number),
            at: of.at(number(line.number)),
        })
        .collect();
    // A password that cannot be read becomes a parameter.
    let told = excerpt.errors.iter().filter(|error| !matches!(error.problem, Problem::UnreadablePassword(_)));
    for error in told {
        let at = of.at(number(error.line));
        of.network.warn(Some(at), format!("column {}: {}", error.column, error.problem));
    }
    names(of);
    let known = &mut of.network.controller.config;
    if known.is_empty() {
        *known = kept;
    } else if let Some(first) = kept.first()
        && known.iter().map(|line| &line.text).ne(kept.iter().map(|line| &line.text))
    {
        let (at, message) =
            (first.at, "a second configuration, which says something else: the first one counts");
        of.network.warn(Some(at), message);
    }
    !lines.is_empty()
}

/// Reads the host's name, and the address of its wireless management interface.
fn names(of: &mut Of<'_>) {
    let section = of.section;
    let mut addresses: BTreeMap<String, (Ipv4Addr, usize)> = BTreeMap::new();
    let mut interface = None;
    let mut management = None;
    for line in &section.lines {
        let at = of.at(line.number);
        let command = squeezed(line.text.rsplit_once(")#").map_or(&*line.text, |(_, command)| command));
        let is_below = line.text.starts_with(' ');
        if let Some(name) = command.strip_prefix("hostname ").filter(|_| !is_below) {
            let clash = set(&mut of.network.controller.name, name.to_owned(), at);
            conflict(of.network, "the controller", "the name", at, clash);
        } else if let Some(name) = command.strip_prefix("wireless management interface ") {
            management = Some(name.to_ascii_lowercase());
        } else if let Some(name) = command.strip_prefix("interface ").filter(|_| !is_below) {
            interface = Some(name.to_ascii_lowercase());
        } else if let (Some(name), Some(rest)) = (&interface, command.strip_prefix("ip address "))
            && let Some(Ok(address)) = rest.split(' ').next().map(str::parse)
            && !rest.ends_with("secondary")
        {
            addresses.entry(name.clone()).or_insert((address, line.number));
        }
    }
    // Of a single address it is clear.
    let address = match management.as_ref() {
        Some(name) => addresses.get(name),
        None => addresses.values().next().filter(|_| addresses.len() == 1),
    };
    if let Some((address, line)) = address {
        let at = of.at(*line);
        let clash = set(&mut of.network.controller.address, *address, at);
        conflict(of.network, "the controller", "the address", at, clash);
    }
}
