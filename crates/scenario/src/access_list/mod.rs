//! IP access lists of IOS and IOS-XE, as `show running-config` and `show ip access-lists` print them, or as they are typed.
//!
//! Named and numbered, standard and extended lists are read, and the `ip access-group` lines of interfaces. Other lines of a
//! configuration are counted. What the reader does not know in an entry is an error, or, if IOS has it and it decides what passes,
//! something that is not modelled; both have their place in the text.
//!
//! By module: `words`, a line as words with their columns; `ports` and `icmp`, IOS's names of numbers; `entry`, one line of a list;
//! `slips`, words that are not as IOS prints them.

mod entry;
mod icmp;
mod ports;
mod slips;
#[cfg(test)]
mod tests;
mod words;

use std::ops::Range;

pub(crate) use entry::{Addresses, Entry, Of};
use words::{Words, without_prompt};

/// The maximum number of entries of all lists together.
const ENTRIES_MAX: usize = 10_000;

/// Lines of a configuration that drop packets by something else than an access list, and the name of that.
const DROPPING: [&str; 5] = ["ip inspect", "zone-pair", "vlan filter", "ip nat", "control-plane"];
/// Lines of an interface that do.
const DROPPING_ON_INTERFACES: [&str; 7] =
    ["ip inspect", "zone-member", "ip nat", "ip policy", "ip verify", "service-policy", "ip traffic-export"];
/// The line of an interface that changes the length of TCP segments.
pub(crate) const SEGMENTS: &str = "ip tcp adjust-mss";
/// Lines of an interface that change the length of packets, unless the value is that of the links of a scenario without `mtu`.
const SIZES_ON_INTERFACES: [(&str, Option<&str>); 3] =
    [(SEGMENTS, None), ("ip mtu", Some("1500")), ("mtu", Some("1500"))];

/// What a text says about access lists.
#[derive(Debug, Default)]
pub(crate) struct Read {
    /// The lists, in the order of the text.
    pub(crate) lists: Vec<AccessList>,
    /// The lists that its interfaces apply.
    pub(crate) applied: Vec<Applied>,
    /// The problems that concern no list in particular.
    pub(crate) problems: Vec<Problem>,
    /// The number of lines that are about other things.
    pub(crate) others: usize,
}

/// One access list.
#[derive(Debug)]
pub(crate) struct AccessList {
    /// Its name, or its number.
    pub(crate) name: String,
    /// Its entries, in the order in which IOS asks them.
    pub(crate) entries: Vec<Entry>,
    /// The problems of its entries, which matter if the list is applied.
    pub(crate) problems: Vec<Problem>,
    standard: bool,
}

/// An `ip access-group` line of an interface.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Applied {
    pub(crate) interface: String,
    pub(crate) list: String,
    pub(crate) inbound: bool,
    pub(crate) place: Place,
}

/// A place in the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    /// The line, counted from 1.
    pub(crate) line: usize,
    /// Its bytes.
    pub(crate) columns: Range<usize>,
}

/// A problem of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Problem {
    pub(crate) place: Place,
    pub(crate) message: String,
    pub(crate) label: String,
    pub(crate) help: Option<String>,
    /// Its name, if it is right in IOS and not modelled here.
    pub(crate) not_modelled: Option<String>,
}

impl Problem {
    fn error(place: Place, message: impl Into<String>, label: impl Into<String>) -> Self {
        Self { place, message: message.into(), label: label.into(), help: None, not_modelled: None }
    }

    fn not_modelled(place: Place, name: &str) -> Self {
        let problem = Self::error(place, format!("`{name}` is not modelled"), "it may decide what passes");
        Self { not_modelled: Some(name.to_owned()), ..problem }
    }

    fn of_sizes(place: Place, name: &str) -> Self {
        let help = "the `mtu` of a link of the scenario decides it here";
        let problem = Self {
            label: "it may decide the length of packets".to_owned(),
            ..Self::not_modelled(place, name)
        };
        problem.help(help)
    }

    fn help(self, help: impl Into<String>) -> Self {
        Self { help: Some(help.into()), ..self }
    }
}

/// The section to which a line may belong.
#[derive(Debug)]
enum Section {
    None,
    /// An index into the lists.
    List(usize),
    Interface(String),
    /// A section about something else; its indented lines are, too.
    Other,
}

/// Reads a text. It never fails: what is wrong is among the problems.
pub(crate) fn read(text: &str) -> Read {
    let (mut read, mut section) = (Read::default(), Section::None);
    let mut entries = 0;
    for (index, line) in text.lines().enumerate() {
        let words = Words::of(index + 1, line, without_prompt(line));
        if words.is_empty() || words.starts_with(&["!"]) {
            continue;
        }
        section = read.line(&words, section);
        entries += usize::from(matches!(section, Section::List(_)));
        if entries > ENTRIES_MAX {
            let message = format!("more than {ENTRIES_MAX} entries of access lists");
            read.problems.push(Problem::error(words.place(), message, "from here on"));
            break;
        }
    }
    for list in &mut read.lists {
        list.put_in_order();
    }
    read
}

impl Read {
    /// Returns the list of that name or number.
    pub(crate) fn list(&self, name: &str) -> Option<&AccessList> {
        self.lists.iter().find(|list| list.name == name)
    }

    /// Reads one line; returns the section that it opens, or to which it belongs.
    fn line(&mut self, words: &Words<'_>, section: Section) -> Section {
        let line: Vec<&str> = words.texts();
        if let Some((index, meant)) = slips::of_line(words) {
            let message = format!("`{}` in a line about access lists", line[index]);
            let problem = Problem::error(words.place_of(index), message, format!("is `{meant}`"));
            self.problems.push(problem.help(slips::help(meant)));
            return section;
        }
        match line[..] {
            ["ip", "access-list", "extended", name] => self.open(words, name, false),
            ["ip", "access-list", "standard", name] => self.open(words, name, true),
            ["ip", "access-list", kind @ ("role-based" | "fqdn"), ..] => {
                self.problems.push(Problem::not_modelled(words.place(), &format!("ip access-list {kind}")));
                Section::Other
            }
            ["ip", "access-list", "resequence" | "log-update" | "logging" | "persistent" | "helper", ..] => {
                Section::None
            }
            // As NX-OS has it.
            ["ip", "access-list", name] => self.open(words, name, false),
            // As `show ip access-lists` has it.
            [kind @ ("Extended" | "Standard"), "IP", "access", "list", name, ..] => {
                self.open(words, name, kind == "Standard")
            }
            ["access-list", name, ..] => self.numbered(words, name),
            ["no", "access-list", name] | ["no", "ip", "access-list", _, name] => {
                self.lists.retain(|list| list.name != name);
                Section::None
            }
            ["interface", ..] => Section::Interface(line[1..].join(" ")),
            ["end", ..] | ["exit"] => Section::None,
            _ => self.further(words, section),
        }
    }

    /// Reads a line that opens no section that matters.
    fn further(&mut self, words: &Words<'_>, section: Section) -> Section {
        match section {
            Section::List(index) if entry::is_entry(words) => {
                self.lists[index].line(words);
                Section::List(index)
            }
            Section::List(index) if words.is_indented() => {
                let problem = Problem::error(words.place(), "not an entry of an access list", "");
                let meant = words.get(0).and_then(slips::meant);
                let usual = "an entry begins with a number, `permit`, `deny` or `remark`".to_owned();
                let help = meant.map_or(usual, |meant| slips::help(&meant));
                self.lists[index].problems.push(problem.help(help));
                Section::List(index)
            }
            Section::Interface(name) if words.is_indented() || words.starts_with(&["ip", "access-group"]) => {
                self.line_of_interface(words, &name);
                Section::Interface(name)
            }
            Section::Other if words.is_indented() => Section::Other,
            _ if entry::is_entry(words) => {
                let problem = Problem::error(words.place(), "an entry of no access list", "");
                let help = "`ip access-list extended NAME` stands before its entries";
                self.problems.push(problem.help(help));
                Section::None
            }
            _ => {
                match DROPPING.into_iter().find(|name| words.begins(name)) {
                    Some(name) => self.problems.push(Problem::not_modelled(words.place(), name)),
                    None => self.others += 1,
                }
                Section::Other
            }
        }
    }

    fn line_of_interface(&mut self, words: &Words<'_>, interface: &str) {
        let line = words.texts();
        if let ["ip", "access-group", list, direction @ ("in" | "out"), ..] = line[..] {
            self.applied.push(Applied {
                interface: interface.to_owned(),
                list: list.to_owned(),
                inbound: direction == "in",
                place: words.place(),
            });
        } else if let Some(name) = DROPPING_ON_INTERFACES.into_iter().find(|name| words.begins(name)) {
            self.problems.push(Problem::not_modelled(words.place(), name));
        } else if let Some((name, usual)) =
            SIZES_ON_INTERFACES.into_iter().find(|(name, _)| words.begins(name))
            && words.get(name.split(' ').count()) != usual
        {
            self.problems.push(Problem::of_sizes(words.place(), name));
        }
    }

    /// Opens a list, which goes on if there is one of that name.
    fn open(&mut self, words: &Words<'_>, name: &str, standard: bool) -> Section {
        let known = self.lists.iter().position(|list| list.name == name);
        let index = known.unwrap_or_else(|| {
            let (name, entries, problems) = (name.to_owned(), Vec::new(), Vec::new());
            self.lists.push(AccessList { name, entries, problems, standard });
            self.lists.len() - 1
        });
        if self.lists[index].standard != standard {
            let message = format!("`{name}` is both a standard and an extended access list");
            self.lists[index].problems.push(Problem::error(words.place(), message, "here the other kind"));
        }
        Section::List(index)
    }

    /// Reads `access-list 101 permit ...`.
    fn numbered(&mut self, words: &Words<'_>, name: &str) -> Section {
        let standard = match name.parse() {
            Ok(1..=99 | 1300..=1999) => true,
            Ok(100..=199 | 2000..=2699) => false,
            _ => {
                let message = format!("`{name}` is no number of an IP access list of IOS");
                let numbers = "standard: 1 to 99 and 1300 to 1999, extended: 100 to 199 and 2000 to 2699";
                let problem = Problem::error(words.place_of(1), message, numbers);
                let help = "the access lists of an ASA have masks of another kind, and are not read";
                self.problems.push(problem.help(help));
                return Section::Other;
            }
        };
        if let Section::List(index) = self.open(words, name, standard) {
            self.lists[index].line(&words.after(2));
        }
        Section::None
    }
}

impl AccessList {
    /// Reads one of its lines.
    fn line(&mut self, words: &Words<'_>) {
        let last = |list: &Self| list.entries.iter().map(|entry| entry.sequence).max().unwrap_or(0);
        match entry::read(words, self.standard, last(self).saturating_add(10)) {
            entry::Line::Entry(entry) => {
                if self.entries.iter().any(|known| known.sequence == entry.sequence) {
                    let message = format!("two entries of `{}` are number {}", self.name, entry.sequence);
                    self.problems.push(Problem::error(entry.place, message, "IOS refuses the second"));
                } else {
                    self.entries.push(entry);
                }
            }
            entry::Line::Remove(number) => self.entries.retain(|entry| entry.sequence != number),
            entry::Line::Nothing => {}
            entry::Line::Wrong(problem) => self.problems.push(problem),
        }
    }

    fn put_in_order(&mut self) {
        self.entries.sort_by_key(|entry| entry.sequence);
    }
}
