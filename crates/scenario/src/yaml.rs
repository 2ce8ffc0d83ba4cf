//! Parses text into a tree in which every key and value has its place.
//!
//! The parser's events are used instead of serde, which stops at the first unknown key, duplicate or wrong type: here a tree
//! always results, and all problems are collected. Limits: 32 levels, 100,000 values and 8 MiB of text repeated by aliases,
//! so that neither nesting nor aliases in untrusted text cost more than that.

use std::collections::BTreeMap;

use granit_parser::{Event, Parser, ScalarStyle};

use crate::diagnostic::Diagnostic;
use crate::source::{FileId, Sources, Span};
use text::secrets;

/// The maximum depth of nesting; the language itself needs 6.
const DEPTH_MAX: usize = 32;
/// The maximum number of values in a file; 1 MiB holds half a million at most.
pub(crate) const NODES_MAX: usize = 100_000;
/// The maximum amount of text repeated by aliases, in bytes.
pub(crate) const COPIES_MAX: usize = 8 << 20;
/// The keys of text that is typed at a device, in one line or several.
const TYPED_AT_DEVICES: [&str; 2] = ["command", "config"];

/// A value.
#[derive(Debug, Clone)]
pub(crate) struct Node {
    pub(crate) span: Span,
    pub(crate) kind: Kind,
}

#[derive(Debug, Clone)]
pub(crate) enum Kind {
    /// Nothing, `~` or `null`.
    Null,
    /// A scalar, with escapes resolved and indentation removed.
    Scalar {
        text: String,
        style: Style,
    },
    Sequence(Vec<Node>),
    /// A map without duplicate keys: later ones were reported and left out.
    Mapping(Vec<Entry>),
}

#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) key: String,
    pub(crate) key_span: Span,
    pub(crate) value: Node,
}

/// The style in which a scalar is written, as far as it matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    Plain,
    Quoted,
    /// `|`: each line of the text is a line of the file.
    Literal,
    /// `>`
    Folded,
}

impl Node {
    /// Makes a scalar that is not written anywhere; its place is `span`.
    pub(crate) fn plain(span: Span, text: &str) -> Self {
        Self { span, kind: Kind::Scalar { text: text.to_owned(), style: Style::Plain } }
    }

    /// Returns the kind of the node for messages: "a list".
    pub(crate) fn what(&self) -> &'static str {
        match &self.kind {
            Kind::Null => "nothing",
            Kind::Scalar { .. } => "a value",
            Kind::Sequence(_) => "a list",
            Kind::Mapping(_) => "a map of keys and values",
        }
    }

    /// Returns the value of a key, if this is a map.
    pub(crate) fn value(&self, key: &str) -> Option<&Self> {
        match &self.kind {
            Kind::Mapping(entries) => entries.iter().find(|entry| entry.key == key).map(|entry| &entry.value),
            _ => None,
        }
    }

    /// Returns the text of a scalar.
    pub(crate) fn as_text(&self) -> Option<&str> {
        match &self.kind {
            Kind::Scalar { text, .. } => Some(text),
            _ => None,
        }
    }
}

/// The size of a value, itself included.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Size {
    pub(crate) values: usize,
    /// The bytes of its texts and keys.
    pub(crate) bytes: usize,
}

impl Size {
    pub(crate) fn of(node: &Node) -> Self {
        let own = Self { values: 1, bytes: 0 };
        match &node.kind {
            Kind::Null => own,
            Kind::Scalar { text, .. } => Self { bytes: text.len(), ..own },
            Kind::Sequence(items) => items.iter().fold(own, |sum, item| sum.plus(Self::of(item))),
            Kind::Mapping(entries) => entries.iter().fold(own, |sum, entry| {
                sum.plus(Self { values: 1, bytes: entry.key.len() }).plus(Self::of(&entry.value))
            }),
        }
    }

    fn plus(self, other: Self) -> Self {
        Self { values: self.values + other.values, bytes: self.bytes + other.bytes }
    }
}

/// The result of parsing a text.
pub(crate) struct Parsed {
    pub(crate) root: Node,
    /// The duplicate keys.
    pub(crate) problems: Vec<Diagnostic>,
    /// The places of passwords.
    pub(crate) secrets: Vec<Span>,
}

/// A collection that is still open.
struct Open {
    anchor: usize,
    span: Span,
    kind: OpenKind,
}

enum OpenKind {
    Sequence(Vec<Node>),
    /// The entries, the places of their keys, and the key whose value comes next.
    Mapping(Vec<Entry>, BTreeMap<String, Span>, Option<(String, Span)>),
}

struct Builder<'a> {
    file: FileId,
    text: &'a str,
    open: Vec<Open>,
    anchors: BTreeMap<usize, (Node, Size)>,
    nodes: usize,
    /// The bytes of text repeated by aliases so far.
    copied: usize,
    root: Option<Node>,
    problems: Vec<Diagnostic>,
    secrets: Vec<Span>,
}

/// Parses one of the texts of `sources` into a tree; reports duplicate keys.
///
/// # Errors
/// The first syntax error alone: anything after it would be noise.
pub(crate) fn parse(sources: &Sources, file: FileId) -> Result<Parsed, Diagnostic> {
    let text = sources.text(file);
    let options = granit_parser::options! {
        emit_comments: false,
        flow_nesting_limit: DEPTH_MAX,
        block_nesting_limit: DEPTH_MAX,
    };
    let mut builder = Builder {
        file,
        text,
        open: Vec::new(),
        anchors: BTreeMap::new(),
        nodes: 0,
        copied: 0,
        root: None,
        problems: Vec::new(),
        secrets: Vec::new(),
    };
    for event in Parser::new_from_str_with_options(text, options) {
        let (event, span) = event.map_err(|error| {
            let at = error.marker().byte_offset().unwrap_or(text.len()).min(text.len());
            Diagnostic::error("not valid YAML").at(Span::new(file, at..at), error.info())
        })?;
        let range = span.byte_range().filter(|range| range.start <= range.end && range.end <= text.len());
        builder.event(event, Span::new(file, range.unwrap_or(0..0)))?;
    }
    let empty = Node { span: Span::new(file, 0..0), kind: Kind::Null };
    let Builder { root, problems, secrets, .. } = builder;
    Ok(Parsed { root: root.unwrap_or(empty), problems, secrets })
}

impl Builder<'_> {
    fn event(&mut self, event: Event<'_>, span: Span) -> Result<(), Diagnostic> {
        if let Some(tag) = event.tag()
            && tag.is_custom()
        {
            return Err(Diagnostic::error("tags are not supported").at(span, "this value has a tag"));
        }
        match event {
            Event::DocumentStart(..) if self.root.is_some() => {
                return Err(Diagnostic::error("more than one document").at(span, "a second one starts here"));
            }
            Event::Scalar(text, style, anchor, _) => {
                let kind = scalar(&text, style);
                // Configurations are texts of several lines.
                if text.contains('\n') {
                    self.secrets.extend(secrets_of_lines(self.text, self.file, span));
                }
                self.complete(Node { span, kind }, anchor, Size { values: 1, bytes: text.len() })?;
            }
            Event::SequenceStart(_, anchor, _) => {
                self.open.push(Open { anchor, span, kind: OpenKind::Sequence(Vec::new()) });
            }
            Event::MappingStart(_, anchor, _) => {
                self.open.push(Open {
                    anchor,
                    span,
                    kind: OpenKind::Mapping(Vec::new(), BTreeMap::new(), None),
                });
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(span)?,
            Event::Alias(anchor) => {
                let Some((node, size)) = self.anchors.get(&anchor) else {
                    return Err(Diagnostic::error("an alias inside its own anchor").at(span, ""));
                };
                // Checked before the copy is made.
                self.copied += size.bytes;
                if self.copied > COPIES_MAX {
                    let message = format!("aliases repeat more than {COPIES_MAX} bytes");
                    return Err(Diagnostic::error(message).at(span, "reading stops here"));
                }
                let (node, size) = (node.clone(), *size);
                self.complete(node, 0, size)?;
            }
            _ => {}
        }
        Ok(())
    }

    fn close(&mut self, end: Span) -> Result<(), Diagnostic> {
        let open = self.open.pop().expect("the parser closes only what it opened");
        let start = open.span.start as usize;
        let length = self.text[start..(end.end as usize).max(start)].trim_end().len();
        let span = Span::new(self.file, start..start + length);
        let kind = match open.kind {
            OpenKind::Sequence(items) => Kind::Sequence(items),
            OpenKind::Mapping(entries, ..) => Kind::Mapping(entries),
        };
        let node = Node { span, kind };
        let size = if open.anchor == 0 { Size { values: 1, bytes: 0 } } else { Size::of(&node) };
        self.nodes = self.nodes.saturating_sub(size.values - 1); // Its parts were counted when they were completed.
        self.complete(node, open.anchor, size)
    }

    /// Adds a finished node to the collection it belongs to.
    fn complete(&mut self, node: Node, anchor: usize, size: Size) -> Result<(), Diagnostic> {
        self.nodes += size.values;
        if self.nodes > NODES_MAX {
            let message = format!("more than {NODES_MAX} values, including those repeated by aliases");
            return Err(Diagnostic::error(message).at(node.span, "reading stops here"));
        }
        if anchor != 0 {
            self.anchors.insert(anchor, (node.clone(), size));
        }
        match self.open.last_mut().map(|open| &mut open.kind) {
            None => self.root = Some(node),
            Some(OpenKind::Sequence(items)) => items.push(node),
            Some(OpenKind::Mapping(entries, seen, key)) => match key.take() {
                None => *key = Some(key_text(&node)?),
                Some((key, key_span)) => {
                    if secrets::is_secret_key(&key) {
                        self.secrets.push(node.span);
                    } else if TYPED_AT_DEVICES.contains(&key.as_str()) {
                        self.secrets.extend(secrets_of_lines(self.text, self.file, node.span));
                    }
                    if let Some(first) = seen.get(&key) {
                        let problem = Diagnostic::error(format!("`{key}` occurs twice"));
                        self.problems.push(problem.at(key_span, "again").at(*first, "first here"));
                    } else {
                        seen.insert(key.clone(), key_span);
                        entries.push(Entry { key, key_span, value: node });
                    }
                }
            },
        }
        Ok(())
    }
}

/// Returns the places of secrets in the text at `span`, line by line.
fn secrets_of_lines(text: &str, file: FileId, span: Span) -> impl Iterator<Item = Span> {
    let found = secrets::in_config(text.get(span.range()).unwrap_or_default());
    found.map(move |range| {
        let start = span.start as usize;
        Span::new(file, start + range.start..start + range.end)
    })
}

fn key_text(node: &Node) -> Result<(String, Span), Diagnostic> {
    match &node.kind {
        Kind::Scalar { text, .. } => Ok((text.clone(), node.span)),
        _ => Err(Diagnostic::error("a key must be a word").at(node.span, format!("this is {}", node.what()))),
    }
}

fn scalar(text: &str, style: ScalarStyle) -> Kind {
    let style = match style {
        ScalarStyle::Plain => Style::Plain,
        ScalarStyle::Literal => Style::Literal,
        ScalarStyle::Folded => Style::Folded,
        _ => Style::Quoted,
    };
    if style == Style::Plain && matches!(text, "" | "~" | "null") {
        return Kind::Null;
    }
    Kind::Scalar { text: text.to_owned(), style }
}

/// Returns the name of an unnamed link: its ends.
pub(crate) fn pair_name(between: &Node) -> String {
    match &between.kind {
        Kind::Sequence(ends) => ends.iter().filter_map(Node::as_text).collect::<Vec<_>>().join("--"),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<(Node, Vec<Diagnostic>, Sources), Diagnostic> {
        let mut sources = Sources::default();
        let file = sources.add("t.yaml", text.to_owned());
        parse(&sources, file).map(|parsed| (parsed.root, parsed.problems, sources))
    }

    #[test]
    fn places_are_those_of_the_tokens() {
        let (node, problems, sources) =
            read("a: 250us # why\nb: [x, 'y z']\nc: |\n  one\n   two\n").expect("good YAML");
        assert!(problems.is_empty());
        let Kind::Mapping(entries) = node.kind else { panic!("a mapping") };
        let slices: Vec<_> = entries
            .iter()
            .map(|entry| (sources.slice(entry.key_span), sources.slice(entry.value.span)))
            .collect();
        assert_eq!(slices, [("a", "250us"), ("b", "[x, 'y z']"), ("c", "one\n   two\n")]);
    }

    #[test]
    fn duplicate_keys_are_all_reported_and_the_first_counts() {
        let (node, problems, _) = read("a: 1\na: 2\nb: {c: 1, c: 2}\n").expect("good YAML");
        assert_eq!(problems.len(), 2);
        let Kind::Mapping(entries) = node.kind else { panic!("a mapping") };
        assert_eq!(entries.len(), 2);
    }

    #[test]
    fn values_are_counted() {
        let list = |items: usize| format!("[{}]", "x, ".repeat(items));
        assert!(read(&list(NODES_MAX - 1)).is_ok());
        assert!(read(&list(NODES_MAX)).is_err());
        // An alias costs as much as the values it repeats: twice 10,001 values, their two keys, and the map.
        let (node, ..) = read(&format!("a: &a {}\nb: *a\n", list(10_000))).expect("few enough");
        assert_eq!(Size::of(&node), Size { values: 2 * 10_001 + 3, bytes: 2 * 10_000 + 2 });
        assert!(read(&format!("a: &a {}\nb: *a\n", list(NODES_MAX / 2))).is_err());
    }

    #[test]
    fn bombs_are_refused() {
        let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
        for level in 1..12 {
            let alias = format!("*a{}, ", level - 1).repeat(10);
            bomb.push_str(&format!("a{level}: &a{level} [{alias}]\n"));
        }
        let problem = read(&bomb).expect_err("too many values");
        assert!(problem.message().starts_with("more than 100000 values"), "{}", problem.message());
        // Few values, but long ones.
        let long = |uses| format!("a: &a {}\nb: [{}]\n", "x".repeat(1 << 19), "*a, ".repeat(uses));
        assert!(read(&long(16)).is_ok());
        let problem = read(&long(17)).expect_err("too long");
        assert_eq!(problem.message(), "aliases repeat more than 8388608 bytes");
        assert!(read(&"[".repeat(100_000)).is_err());
        assert!(read(&"- ".repeat(100_000)).is_err());
        assert!(read("a: &a [*a]").is_err());
    }
}
