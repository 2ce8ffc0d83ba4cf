//! Differences for people: a heading for each section, a paragraph for each group of things that differ in the same way.

use std::fmt::Write as _;

use text::numbers::grouped;
use text::printable;

use super::facts::{Change, Difference, Section, ValueChange};

/// The most names that are listed of a group.
const NAMES_MAX: usize = 6;

/// Returns the report. `first` is the first event in which two runs differ.
pub(crate) fn human(differences: &[Difference], first: Option<&[Option<String>; 2]>) -> String {
    let mut out = String::new();
    let mut section = None;
    for difference in differences {
        if section != Some(difference.section) {
            let space = if section.is_some() { "\n" } else { "" };
            let _ = writeln!(out, "{space}{}", heading(difference.section));
            section = Some(difference.section);
        }
        group(&mut out, difference);
    }
    if let Some([a, b]) = first {
        let line = |event: &Option<String>| {
            event.as_ref().map_or_else(|| "no further event".to_owned(), text::printable_of_peer)
        };
        let _ = writeln!(out, "\nfirst event that differs\n  A: {}\n  B: {}", line(a), line(b));
    }
    if out.is_empty() {
        out.push_str("nothing differs\n");
    }
    out
}

fn heading(section: Section) -> &'static str {
    match section {
        Section::Whole => "the whole",
        Section::Phase => "phases",
        Section::AccessPoint => "access points",
        Section::Controller => "controllers",
        Section::Server => "servers",
        Section::Network => "network",
        Section::Images => "images",
        Section::Timeline => "timeline",
        Section::Expectation => "expectations",
    }
}

fn group(out: &mut String, difference: &Difference) {
    let names: Vec<String> = difference.names.iter().take(NAMES_MAX).map(printable).collect();
    let mut names = names.join(", ");
    if difference.names.len() > NAMES_MAX {
        let _ = write!(names, " and {} more", difference.names.len() - NAMES_MAX);
    }
    if difference.names.len() > 1 {
        let _ = write!(names, " ({} in all)", grouped(difference.names.len() as u64));
    }
    let side = match difference.change {
        Change::Changed => "",
        Change::OnlyA => ", only in A",
        Change::OnlyB => ", only in B",
    };
    let _ = writeln!(out, "  {names}{side}");
    // Of a host that only one side has, the name says enough; of an entry, only its text does.
    if difference.change == Change::Changed {
        for ValueChange { what, a, b } in &difference.values {
            let shown = |value: &Option<String>| value.as_ref().map_or_else(|| "-".to_owned(), printable);
            let _ = writeln!(out, "    {}: {} -> {}", printable(what), shown(a), shown(b));
        }
    } else if difference.section == Section::Timeline {
        for value in difference.values.iter().filter_map(|value| value.a.as_ref().or(value.b.as_ref())) {
            let _ = writeln!(out, "    {}", printable(value));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_and_sides() {
        let change = ValueChange { what: "state".into(), a: Some("run".into()), b: None };
        let named = |names: &[&str], change, values: &[ValueChange]| Difference {
            section: Section::AccessPoint,
            names: names.iter().map(|name| (*name).to_owned()).collect(),
            change,
            values: values.to_vec(),
        };
        let differences =
            [named(&["ap-1", "ap-2"], Change::Changed, &[change]), named(&["ap-3"], Change::OnlyB, &[])];
        assert_eq!(
            human(&differences, Some(&[Some("1s ap-1 booted".into()), None])),
            "access points\n  ap-1, ap-2 (2 in all)\n    state: run -> -\n  ap-3, only in B\n\n\
             first event that differs\n  A: 1s ap-1 booted\n  B: no further event\n"
        );
        assert_eq!(human(&[], None), "nothing differs\n");
    }
}
