//! Typed reading of the tree: each function returns a value, or reports the reason that there is none and returns nothing.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use jiff::{SignedDuration, Timestamp};
use text::units::{self, UnitError};

use crate::diagnostic::Diagnostic;
use crate::language::{self, AccessPoint, Named, Place, Record, Shape, Table, Written};
use crate::source::Span;
use crate::yaml::{Entry, Kind, Node};

/// The maximum number of items in a list: events, expectations, rules.
const ITEMS_MAX: usize = 1_000;
/// The maximum number of access points in total, and so in their list; ten times what a controller takes.
pub(crate) const ACCESS_POINTS_MAX: usize = 2_000;

/// A year and a day, so that a clock that is wrong by years is an error.
const CLOCK_MAX: SignedDuration = SignedDuration::from_hours(366 * 24);

/// Keys for what networks have, what may matter, and what no table has: each with the thing that it stands for.
const NOT_MODELLED: [(&str, &str); 2] = [
    ("nat", "address translation (NAT) that is written neither in `network` nor at a server"),
    ("pat", "port translation (PAT) that is not written as `nat` of `network`"),
];

/// The maximum number of problems reported for a scenario; untrusted text can have a hundred thousand.
const PROBLEMS_MAX: usize = 500;

/// Collects problems while reading continues.
#[derive(Debug, Clone, Default)]
pub(crate) struct Reader {
    pub(crate) problems: Vec<Diagnostic>,
    /// The places of values already known to be wrong: consequences of them are not reported.
    left: BTreeSet<Span>,
    /// True if only a part of something is read: keys may be missing.
    pub(crate) partial: bool,
}

/// A map and the table of its keys.
#[derive(Clone, Copy)]
pub(crate) struct Fields<'a> {
    table: &'static Table,
    entries: &'a [Entry],
    /// The place of the whole map.
    pub(crate) span: Span,
}

impl<'a> Fields<'a> {
    /// Returns the value of a key.
    ///
    /// # Panics
    /// If the table does not have the key: the language and its reader are out of step.
    pub(crate) fn node(&self, key: &str) -> Option<&'a Node> {
        self.entry(key).map(|entry| &entry.value)
    }

    /// Returns a key with its value.
    pub(crate) fn entry(&self, key: &str) -> Option<&'a Entry> {
        assert!(self.table.key(key).is_some(), "{key} is not in the table of a {}", self.table.name);
        self.entries.iter().find(|entry| entry.key == key)
    }

    /// Reads the value of a key, or its default.
    pub(crate) fn read<K: language::Kind>(&self, reader: &mut Reader, name: &str) -> Written<K::Value> {
        if let Some(entry) = self.entry(name) {
            let place = Place { key: entry.key_span, value: entry.value.span };
            return Written { place: Some(place), value: K::read(reader, &entry.value) };
        }
        let default = self.table.key(name).and_then(|key| key.default);
        let value = default.and_then(|text| K::read(reader, &Node::plain(self.span, text)));
        Written { place: None, value }
    }

    /// Returns the place for messages about the whole map: its first own key. Inherited keys are written elsewhere.
    pub(crate) fn head(&self) -> Span {
        let own = self.entries.iter().find(|entry| self.span.covers(entry.key_span));
        own.map_or(self.span, |entry| entry.key_span)
    }
}

impl Reader {
    pub(crate) fn report(&mut self, problem: Diagnostic) {
        if problem.span().is_some_and(|span| self.left.contains(&span)) {
            return;
        }
        match (self.problems.len(), problem.span()) {
            (0..PROBLEMS_MAX, _) => self.problems.push(problem),
            (PROBLEMS_MAX, Some(span)) => {
                let last = Diagnostic::error(format!("more than {PROBLEMS_MAX} problems"));
                self.problems.push(last.at(span, "the problems from here on are not shown"));
            }
            _ => {}
        }
    }

    /// Marks the value at `span` as reported: later problems at the same place are ignored.
    pub(crate) fn leave(&mut self, span: Span) {
        self.left.insert(span);
    }

    /// Reports a problem with "did you mean" if a candidate is close; otherwise with all candidates, if they are few.
    pub(crate) fn report_near<'a>(
        &mut self,
        problem: Diagnostic,
        name: &str,
        candidates: impl IntoIterator<Item = &'a str>,
    ) {
        const SHOWN_MAX: usize = 12;
        if self.problems.len() >= PROBLEMS_MAX {
            return; // Comparing names takes time, and beyond the limit nothing is shown.
        }
        let candidates: Vec<&str> = candidates.into_iter().collect();
        self.report(match text::closest(name, candidates.iter().copied()).first() {
            Some(candidate) => problem.help(format!("did you mean `{candidate}`?")),
            None if candidates.is_empty() => problem.help("there are none"),
            None if candidates.len() <= SHOWN_MAX => {
                problem.help(format!("available: {}", candidates.join(", ")))
            }
            None => problem,
        });
    }

    /// Reads a map with the keys of `table`; reports unknown, missing and contradicting ones.
    ///
    /// Returns nothing only if the node is not a map: with keys missing the rest is still worth reading.
    pub(crate) fn fields<'a>(&mut self, node: &'a Node, table: &'static Table) -> Option<Fields<'a>> {
        let Kind::Mapping(entries) = &node.kind else {
            self.expected(node, &format!("a map that describes {}", article(table.name)));
            return None;
        };
        let fields = Fields { table, entries, span: node.span };
        // Misspelt keys: to report them as missing, too, would report the same mistake twice.
        let mut meant = Vec::new();
        for entry in entries.iter().filter(|entry| table.key(&entry.key).is_none()).take(PROBLEMS_MAX + 1) {
            if self.problems.len() > PROBLEMS_MAX {
                break; // Comparing names takes time.
            }
            if let Some((name, what)) = NOT_MODELLED.iter().find(|(name, _)| *name == entry.key) {
                let message = format!("{what} is not modelled");
                let problem =
                    Diagnostic::not_modelled(*name, message).at(entry.key_span, "it may decide what arrives");
                self.report(problem);
                continue;
            }
            let names: Vec<&str> = table.keys.iter().map(|key| key.name).collect();
            let problem =
                Diagnostic::error(format!("unknown key `{}` in {}", entry.key, article(table.name)))
                    .at(entry.key_span, "not known here");
            self.report(match text::closest(&entry.key, names.iter().copied()).first() {
                Some(name) => {
                    meant.push(*name);
                    problem.help(format!("did you mean `{name}`?"))
                }
                None if entry.key == "<<" => problem
                    .help("merge keys are not supported: `extends` and `defaults` state what entries share"),
                None => problem.help(format!("allowed keys: {}", names.join(", "))),
            });
        }
        let partial = self.partial;
        let is_there = |name| meant.contains(&name) || fields.entry(name).is_some();
        for key in table.keys.iter().filter(|key| key.required && !partial && !is_there(key.name)) {
            self.report(
                Diagnostic::error(format!("`{}` is missing from {}", key.name, article(table.name)))
                    .at(fields.head(), "in the map that starts here")
                    .help(format!("`{}:` {}", key.name, lower_first(&key.sentence()))),
            );
        }
        if !table.one_of.iter().any(|name| meant.contains(name)) {
            self.check_one_of(&fields);
        }
        Some(fields)
    }

    /// Reads a map into the struct of its table.
    pub(crate) fn record<T: Record>(&mut self, node: &Node) -> Option<T> {
        let fields = self.fields(node, T::TABLE)?;
        Some(T::of(self, &fields))
    }

    fn check_one_of(&mut self, fields: &Fields<'_>) {
        let one_of = fields.table.one_of;
        let written: Vec<&Entry> =
            fields.entries.iter().filter(|entry| one_of.contains(&entry.key.as_str())).collect();
        if one_of.is_empty() || written.len() == 1 || (written.is_empty() && self.partial) {
            return;
        }
        let what = article(fields.table.name);
        self.report(match written[..] {
            [first, second, ..] => Diagnostic::error(format!(
                "`{}` and `{}` in the same {}",
                first.key, second.key, fields.table.name
            ))
            .at(second.key_span, "one too many")
            .at(first.key_span, "already given here")
            .help(format!("{what} takes exactly one of {}", one_of.join(", "))),
            _ => Diagnostic::error(format!("{what} needs one of {}", one_of.join(", ")))
                .at(fields.head(), "in the map that starts here"),
        });
    }

    /// Returns the items of a list; of a very long one only the first ones.
    pub(crate) fn list<'a>(&mut self, node: &'a Node) -> &'a [Node] {
        self.list_up_to(ITEMS_MAX, node)
    }

    /// Returns the items of a list whose items have this shape, up to their limit.
    pub(crate) fn list_of<'a>(&mut self, items: &Shape, node: &'a Node) -> &'a [Node] {
        let most = match items {
            Shape::Table(table) => items_max(table),
            _ => ITEMS_MAX,
        };
        self.list_up_to(most, node)
    }

    fn list_up_to<'a>(&mut self, most: usize, node: &'a Node) -> &'a [Node] {
        match &node.kind {
            Kind::Sequence(items) => {
                if let Some(item) = items.get(most) {
                    let problem = Diagnostic::error(format!("a list of more than {most} items"));
                    self.report(problem.at(item.span, "one too many"));
                }
                &items[..items.len().min(most)]
            }
            _ => {
                self.expected(node, "a list");
                &[]
            }
        }
    }

    /// Reads two names of hosts or groups.
    pub(crate) fn pair(&mut self, node: &Node) -> Option<[Named; 2]> {
        match self.list(node) {
            [first, second] => {
                let (a, b) = (self.name(first), self.name(second));
                Some([a?, b?])
            }
            [] if !matches!(node.kind, Kind::Sequence(_)) => None, // Reported as not a list.
            _ => {
                self.expected(node, "two hosts or groups, as in [aps, tftp-1]");
                None
            }
        }
    }

    /// Returns the entries of a map whose keys the user chooses.
    pub(crate) fn map<'a>(&mut self, node: &'a Node) -> &'a [Entry] {
        match &node.kind {
            Kind::Mapping(entries) => entries,
            _ => {
                self.expected(node, "a map of keys and values");
                &[]
            }
        }
    }

    /// Reads a text that is not empty.
    pub(crate) fn text<'a>(&mut self, node: &'a Node) -> Option<&'a str> {
        match &node.kind {
            Kind::Scalar { text, .. } if !text.trim().is_empty() => Some(text),
            _ => {
                self.expected(node, "text");
                None
            }
        }
    }

    /// Reads a text with its place.
    fn name(&mut self, node: &Node) -> Option<Named> {
        self.text(node).map(|text| Named { text: text.to_owned(), span: node.span })
    }

    /// Reads a list of texts, each with its place.
    pub(crate) fn texts(&mut self, node: &Node) -> Option<Vec<Named>> {
        let texts = self.list(node).iter().filter_map(|item| self.name(item)).collect();
        matches!(node.kind, Kind::Sequence(_)).then_some(texts)
    }

    /// Reads a name or a list of names, each with its place. Returns nothing if names are written and all are wrong.
    pub(crate) fn names(&mut self, node: &Node) -> Option<Vec<Named>> {
        match &node.kind {
            Kind::Sequence(items) => {
                let names: Vec<Named> = items.iter().filter_map(|item| self.name(item)).collect();
                (items.is_empty() || !names.is_empty()).then_some(names)
            }
            _ => self.name(node).map(|name| vec![name]),
        }
    }

    /// Reads one of several words.
    pub(crate) fn choice<T: Copy>(&mut self, node: &Node, choices: &[(&str, T)]) -> Option<T> {
        let text = self.text(node)?;
        if let Some((_, value)) = choices.iter().find(|(word, _)| *word == text) {
            return Some(*value);
        }
        let words: Vec<&str> = choices.iter().map(|(word, _)| *word).collect();
        let problem =
            Diagnostic::error(format!("`{text}` is not one of {}", words.join(", "))).at(node.span, "");
        self.report(match text::closest(text, words).first() {
            Some(word) => problem.help(format!("did you mean `{word}`?")),
            None => problem,
        });
        None
    }

    /// Reads a value with a unit, by one of the functions of [`units`].
    pub(crate) fn unit<T>(&mut self, node: &Node, read: fn(&str) -> Result<T, UnitError>) -> Option<T> {
        let Kind::Scalar { text, .. } = &node.kind else {
            let expected = read("").err().map_or("a value", |error| error.expected);
            self.expected(node, expected);
            return None;
        };
        self.unit_text(text, node.span, read)
    }

    /// Reads a part of a value in the same way.
    pub(crate) fn unit_text<T>(
        &mut self,
        text: &str,
        span: Span,
        read: fn(&str) -> Result<T, UnitError>,
    ) -> Option<T> {
        read(text).map_err(|error| self.wrong_value(text, span, error.expected)).ok()
    }

    /// Reads a whole number within `range`.
    pub(crate) fn number_within(&mut self, node: &Node, range: RangeInclusive<u64>) -> Option<u64> {
        let number = self.unit(node, units::number)?;
        if range.contains(&number) {
            return Some(number);
        }
        let expected = format!("{} to {}", range.start(), range.end());
        self.wrong_value(&number.to_string(), node.span, &expected);
        None
    }

    /// Reads a moment of the wall clock.
    pub(crate) fn timestamp(&mut self, node: &Node) -> Option<Timestamp> {
        let text = self.text(node)?;
        let expected = "a time such as 2024-01-30T21:41:35Z";
        text.parse().map_err(|_| self.wrong_value(text, node.span, expected)).ok()
    }

    /// Reads permissions of files.
    pub(crate) fn mode(&mut self, node: &Node) -> Option<u32> {
        let text = self.text(node)?;
        let digits = text.strip_prefix("0o").unwrap_or(text);
        let mode = u32::from_str_radix(digits, 8).ok().filter(|mode| *mode <= 0o7777 && digits.len() >= 3);
        if mode.is_none() {
            self.wrong_value(text, node.span, "permissions such as 0644");
        }
        mode
    }

    /// Reports a text that is not valid.
    pub(crate) fn wrong_value(&mut self, text: &str, span: Span, expected: &str) {
        let shown: String = text.chars().take(60).collect();
        self.report(
            Diagnostic::error(format!("invalid value `{shown}`")).at(span, format!("expected {expected}")),
        );
    }

    /// Reports a node of the wrong kind.
    pub(crate) fn expected(&mut self, node: &Node, expected: &str) {
        let message = format!("expected {expected}, found {}", node.what());
        self.report(Diagnostic::error(message).at(node.span, ""));
    }
}

/// Returns the maximum number of entries in a list of such maps.
pub(crate) fn items_max(table: &Table) -> usize {
    if std::ptr::eq(table, AccessPoint::TABLE) { ACCESS_POINTS_MAX } else { ITEMS_MAX }
}

/// Reads a duration with a sign.
pub(crate) fn offset(text: &str) -> Result<SignedDuration, UnitError> {
    let wrong = UnitError { expected: "a clock offset such as 1h or -5h30m" };
    let (sign, amount) = text.strip_prefix('-').map_or((1, text), |amount| (-1, amount));
    let offset = units::duration(amount).ok().and_then(|amount| SignedDuration::try_from(amount).ok());
    offset.filter(|offset| *offset <= CLOCK_MAX).map(|offset| offset * sign).ok_or(wrong)
}

/// Returns the problem of a list that needs an item.
pub(crate) fn empty_list(list: Span, expected: &str) -> Diagnostic {
    Diagnostic::error("this list is empty").at(list, format!("expected at least one {expected}"))
}

/// Returns the noun with its article, for messages.
pub(crate) fn article(noun: &str) -> String {
    let article = if noun.starts_with(['a', 'e', 'i', 'o']) { "an" } else { "a" };
    match noun {
        "scenario" | "network" => format!("the {noun}"),
        "defaults" | "properties" | "exec" | "configure" | "capwap" | "flash" => format!("`{noun}`"),
        _ => format!("{article} {noun}"),
    }
}

fn lower_first(text: &str) -> String {
    let mut chars = text.chars();
    // `IOS-XE` and `RFC` stay as they are.
    match (chars.next(), chars.next()) {
        (Some(first), Some(second)) if !second.is_uppercase() => {
            first.to_lowercase().chain([second]).chain(chars).collect()
        }
        _ => text.to_owned(),
    }
}
