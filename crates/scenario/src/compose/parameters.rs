//! `parameters`: `${name}` in a value stands for the value that the scenario or the caller gives.

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostic::Diagnostic;
use crate::language::{Parameter as ParameterTable, Record};
use crate::reader::Reader;
use crate::source::{Origin, Sources, Span};
use crate::texts::Texts;
use crate::yaml::{Entry, Kind, Node};
use text::secrets::is_secret_key;

/// The maximum number of parameters of one scenario.
const PARAMETERS_MAX: usize = 200;
/// The maximum length of a value with parameters.
const VALUE_MAX: usize = 1 << 20;
/// The maximum length of all values with parameters: a short file could otherwise repeat a long value without end.
const VALUES_MAX: usize = 16 << 20;

/// The values that contain parameters, as they are written, by their places.
pub(crate) type Raw = BTreeMap<Span, String>;

/// A parameter that the caller set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// The parameter.
    pub name: String,
    /// Its value, or stars if it is used in a password.
    pub value: String,
}

/// A parameter whose value is a range, which each value that uses it draws from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RangedParameter {
    /// The parameter.
    pub name: String,
    /// The lower end, as written.
    pub low: String,
    /// The higher end, as written.
    pub high: String,
    /// What the scenario says it is; empty if it says nothing.
    pub about: String,
}

/// A parameter.
#[derive(Debug)]
struct Parameter {
    /// Its value; nothing if it has to be set.
    value: Option<(String, Span)>,
    /// Its description; empty if there is none.
    about: String,
    /// True if its default is wrong, which was reported.
    broken: bool,
    key_span: Span,
}

type Parameters = BTreeMap<String, Parameter>;

/// What becomes of parameters.
pub(super) struct Substituted {
    /// The original values.
    pub(super) raw: Raw,
    /// The parameters that the caller set.
    pub(super) set: Vec<Setting>,
    /// The parameters that are used and are ranges, sorted by name.
    pub(super) ranged: Vec<RangedParameter>,
}

/// Replaces `${name}` with values.
pub(super) fn substitute(
    root: &mut Node,
    texts: &mut Texts,
    reader: &mut Reader,
    set: &[(String, String)],
    lab: bool,
) -> Substituted {
    let main = root.span.file;
    let mut parameters = stated(root, reader);
    let settings = apply_set(&mut parameters, texts, reader, set);
    let mut pass = Pass {
        parameters: &parameters,
        sources: &mut texts.sources,
        reader,
        raw: Raw::new(),
        used: BTreeSet::new(),
        length: 0,
        lab,
    };
    if let Kind::Mapping(entries) = &mut root.kind {
        let others =
            entries.iter_mut().filter(|entry| !["parameters", "extends"].contains(&entry.key.as_str()));
        others.for_each(|entry| pass.node(&mut entry.value));
    }
    let Pass { raw, used, .. } = pass;
    for (name, parameter) in &parameters {
        if !used.contains(name) && parameter.key_span.file == main && !lab {
            let problem = Diagnostic::warning(format!("nothing uses the parameter `{name}`"));
            reader.report(
                problem.at(parameter.key_span, "").help(format!("use it in a value as `${{{name}}}`")),
            );
        }
    }
    let ranged =
        parameters.iter().filter(|(name, _)| used.contains(*name)).filter_map(|(name, parameter)| {
            let (low, high) = parameter.value.as_ref()?.0.split_once("..")?;
            let (low, high) = (low.trim().to_owned(), high.trim().to_owned());
            let is_range = !low.is_empty() && !high.is_empty();
            is_range.then(|| RangedParameter {
                name: name.clone(),
                low,
                high,
                about: parameter.about.clone(),
            })
        });
    Substituted { raw, set: settings, ranged: ranged.collect() }
}

/// Reads the parameters stated below `parameters`.
fn stated(root: &Node, reader: &mut Reader) -> Parameters {
    let mut parameters = Parameters::new();
    let Some(node) = root.value("parameters") else { return parameters };
    let entries = reader.map(node);
    if let Some(entry) = entries.get(PARAMETERS_MAX) {
        let problem = Diagnostic::error(format!("more than {PARAMETERS_MAX} parameters"));
        reader.report(problem.at(entry.key_span, "one too many"));
    }
    for entry in entries.iter().take(PARAMETERS_MAX) {
        if !is_name(&entry.key) {
            reader.wrong_value(&entry.key, entry.key_span, "a name of letters, digits, `-` and `_`");
            continue;
        }
        let mut about = String::new();
        let written = value(entry, reader, &mut about);
        let has_default = written.is_some();
        let value = written.and_then(|(text, span)| Some((literal(&text, span, reader)?, span)));
        let broken = has_default && value.is_none();
        parameters.insert(entry.key.clone(), Parameter { value, about, broken, key_span: entry.key_span });
    }
    parameters
}

/// Returns the default of a parameter: the value of its name, or of `default` there; `described` becomes what the scenario says it is.
fn value(entry: &Entry, reader: &mut Reader, described: &mut String) -> Option<(String, Span)> {
    let node = match &entry.value.kind {
        Kind::Mapping(_) => {
            let fields = reader.fields(&entry.value, ParameterTable::TABLE)?;
            if let Some(text) = fields.node("about").and_then(|about| reader.text(about)) {
                text.clone_into(described);
            }
            fields.node("default")?
        }
        Kind::Null => return None,
        _ => &entry.value,
    };
    match &node.kind {
        Kind::Scalar { text, .. } => Some((text.clone(), node.span)),
        _ => {
            reader.expected(node, "a value");
            None
        }
    }
}

/// Returns a default with `${` in place of `$${`; nothing, after a report, if it uses a parameter itself.
fn literal(text: &str, span: Span, reader: &mut Reader) -> Option<String> {
    let uses = text.match_indices("${").any(|(at, _)| !text[..at].ends_with('$'));
    if uses {
        let problem =
            Diagnostic::error("a parameter cannot use other parameters").at(span, "`${` in a default");
        reader.report(problem.help("write `$${` for the characters themselves"));
        return None;
    }
    Some(text.replace("$${", "${"))
}

/// Replaces defaults by the values that the caller set. Each has a text of its own, for problems to point into.
fn apply_set(
    parameters: &mut Parameters,
    texts: &mut Texts,
    reader: &mut Reader,
    set: &[(String, String)],
) -> Vec<Setting> {
    let mut settings: Vec<Setting> = Vec::new();
    for (name, value) in set {
        let file = texts.sources.add("--set", format!("{name}={value}"));
        let name_span = Span::new(file, 0..name.len());
        let span = Span::new(file, name.len() + 1..name.len() + 1 + value.len());
        if name.is_empty() {
            texts.sources.hide(span);
            let problem = Diagnostic::error("a value for a parameter without a name");
            reader.report(problem.at(name_span, "expected NAME=VALUE"));
            continue;
        }
        let names: Vec<&str> = parameters.keys().map(String::as_str).collect();
        if !names.contains(&name.as_str()) {
            // It may be intended for a password.
            texts.sources.hide(span);
            let problem = Diagnostic::error(format!("the scenario has no parameter `{name}`"));
            reader.report_near(problem.at(name_span, "not found"), name, names);
            continue;
        }
        if is_secret_key(name) {
            texts.sources.hide(span);
        }
        if let Some(parameter) = parameters.get_mut(name) {
            parameter.value = Some((value.clone(), span));
        }
        settings.retain(|known| known.name != *name);
        settings.push(Setting { name: name.clone(), value: value.clone() });
    }
    settings
}

struct Pass<'a> {
    parameters: &'a Parameters,
    sources: &'a mut Sources,
    reader: &'a mut Reader,
    raw: Raw,
    used: BTreeSet<String>,
    /// The length of all values with parameters.
    length: usize,
    lab: bool,
}

impl Pass<'_> {
    fn node(&mut self, node: &mut Node) {
        match &mut node.kind {
            Kind::Null => {}
            Kind::Sequence(items) => items.iter_mut().for_each(|item| self.node(item)),
            Kind::Mapping(entries) => entries.iter_mut().for_each(|entry| self.node(&mut entry.value)),
            Kind::Scalar { text, .. } if text.contains("${") => {
                let written = std::mem::take(text);
                match self.expand(&written, node.span) {
                    Some(expanded) => *text = expanded,
                    None => {
                        self.reader.leave(node.span);
                        text.clone_from(&written);
                    }
                }
                self.raw.insert(node.span, written);
            }
            Kind::Scalar { .. } => {}
        }
    }

    /// Returns the text with values in it; nothing if something is wrong, which has been reported.
    fn expand(&mut self, written: &str, span: Span) -> Option<String> {
        let mut out = String::new();
        let mut rest = written;
        let mut right = true;
        // The position up to which the file has been searched for places.
        let mut seen = 0;
        while let Some(start) = rest.find("${") {
            if rest[..start].ends_with('$') {
                out.push_str(&rest[..start - 1]);
                out.push_str("${");
                rest = &rest[start + 2..];
                continue;
            }
            out.push_str(&rest[..start]);
            let after = &rest[start + 2..];
            let end = after.find('}').unwrap_or(after.len());
            let name = &after[..end];
            let place = self.place(&format!("${{{name}}}"), span, &mut seen);
            match self.value(name, end == after.len(), place) {
                Some(value) => out.push_str(&value),
                None => right = false,
            }
            if out.len() > VALUE_MAX || self.length > VALUES_MAX {
                let problem = Diagnostic::error("parameters make this value too long");
                self.reader.report(problem.at(place, format!("more than {VALUE_MAX} bytes")));
                return None;
            }
            rest = after.get(end + 1..).unwrap_or_default();
        }
        out.push_str(rest);
        self.length += out.len();
        right.then_some(out)
    }

    fn value(&mut self, name: &str, open: bool, place: Span) -> Option<String> {
        if open || !is_name(name) {
            let problem =
                Diagnostic::error("`${` starts a parameter, as in `${name}`").at(place, "not a parameter");
            self.reader.report(problem.help("write `$${` for the characters themselves"));
            return None;
        }
        let Some(parameter) = self.parameters.get(name) else {
            let problem =
                Diagnostic::error(format!("no parameter is called `{name}`")).at(place, "not found");
            self.reader.report_near(problem, name, self.parameters.keys().map(String::as_str));
            return None;
        };
        self.used.insert(name.to_owned());
        let Some((value, from)) = &parameter.value else {
            if !self.lab && !parameter.broken {
                let problem = Diagnostic::error(format!("the parameter `{name}` has no value")).at(place, "");
                let problem = problem.at(parameter.key_span, "it has no default");
                self.reader.report(problem.help(format!("set it with `--set {name}=VALUE`")));
            }
            return None;
        };
        self.sources.note_origin(Origin { at: place, name: name.to_owned(), from: *from });
        Some(value.clone())
    }

    /// Returns the place of a parameter in a value, after the part already `seen`; the whole value if it is
    /// not written as it is read.
    fn place(&self, written: &str, span: Span, seen: &mut usize) -> Span {
        let text = self.sources.slice(span);
        while let Some(at) = text[*seen..].find(written).map(|at| *seen + at) {
            *seen = at + written.len();
            if !text[..at].ends_with('$') {
                let start = span.start as usize + at;
                return Span::new(span.file, start..start + written.len());
            }
        }
        *seen = text.len();
        span
    }
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
}
