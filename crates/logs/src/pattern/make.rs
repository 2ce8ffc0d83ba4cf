//! Makes a pattern from a specimen and the line that it prints: a mark that is found in the line becomes a hole.

use std::net::SocketAddr;
use std::ops::Range;

use host::{Mark, Samples};
use serde_json::Value;
use text::MacAddress;

use super::{Capture, Form, Pattern, Segment};

/// A plain value of an event, with the path of its field.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Leaf {
    pub(crate) path: String,
    pub(crate) value: Value,
}

impl Leaf {
    /// Returns the value as a line writes it.
    fn written(&self) -> String {
        match &self.value {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        }
    }

    /// Returns true if the value is a mark, or a text around marks.
    pub(crate) fn is_marked(&self, samples: &Samples) -> bool {
        is_pairs(&self.value)
            || samples.kind(&self.written()).is_some()
            || matches!(&self.value, Value::String(text) if !marks_in(text, samples).is_empty())
    }
}

/// Returns the plain values of a record, lists of pairs as a whole.
pub(crate) fn leaves(record: &Value) -> Vec<Leaf> {
    let mut all = Vec::new();
    collect(record, "", &mut all);
    all
}

fn collect(value: &Value, path: &str, all: &mut Vec<Leaf>) {
    let below = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
    match value {
        Value::Object(fields) => fields.iter().for_each(|(name, value)| collect(value, &below(name), all)),
        Value::Array(items) if !is_pairs(value) => {
            items.iter().enumerate().for_each(|(index, item)| collect(item, &below(&index.to_string()), all));
        }
        _ => all.push(Leaf { path: path.to_owned(), value: value.clone() }),
    }
}

fn is_pairs(value: &Value) -> bool {
    matches!(value, Value::Array(items) if items.iter().all(Value::is_array))
}

/// A piece of the line that shows a value.
struct Found {
    place: Range<usize>,
    form: Form,
    /// The field; none for a value that is in no record.
    path: Option<String>,
}

/// Returns the pattern of `line`, which a specimen with these values prints.
pub(crate) fn pattern(line: &str, leaves: &[Leaf], samples: &Samples) -> Pattern {
    let mut found: Vec<Found> = Vec::new();
    let mut around: Vec<(Range<usize>, String)> = Vec::new();
    // The longest come first, so that none is taken for a part of another.
    let mut wanted: Vec<(String, Form, &str)> = Vec::new();
    for leaf in leaves {
        let written = leaf.written();
        match samples.kind(&written) {
            _ if is_pairs(&leaf.value) => wanted.push((pairs(&leaf.value), Form::Pairs, &leaf.path)),
            Some(mark) => {
                wanted.extend(forms(mark, &written).map(|(shown, form)| (shown, form, &*leaf.path)))
            }
            None if leaf.is_marked(samples) => {
                around.extend(places(line, &written).map(|place| (place, leaf.path.clone())));
            }
            None => (),
        }
    }
    // A number in another form than the decimal one is looked for only if that is not there.
    let is_other =
        |form| matches!(form, Form::Low16 | Form::Octal | Form::TimeFrame | Form::ModTime | Form::Dots);
    wanted.sort_by_key(|(shown, form, _)| (is_other(*form), std::cmp::Reverse(shown.len())));
    for (shown, form, path) in wanted {
        let is_other = is_other(form);
        if is_other && found.iter().any(|other| other.path.as_deref() == Some(path)) {
            continue;
        }
        for place in places(line, &shown) {
            take(&mut found, Found { place, form, path: Some(path.to_owned()) });
        }
    }
    for (place, form) in marks_in(line, samples) {
        take(&mut found, Found { place, form, path: None });
    }
    found.sort_by_key(|found| found.place.start);
    assemble(line, &found, &around)
}

/// Adds a find unless its place is taken.
fn take(found: &mut Vec<Found>, new: Found) {
    if found.iter().all(|other| other.place.end <= new.place.start || new.place.end <= other.place.start) {
        found.push(new);
    }
}

fn assemble(line: &str, found: &[Found], around: &[(Range<usize>, String)]) -> Pattern {
    let mut pattern = Pattern { segments: Vec::new(), captures: Vec::new() };
    let mut cuts: Vec<usize> = around.iter().flat_map(|(place, _)| [place.start, place.end]).collect();
    cuts.sort_unstable();
    // The place in the line at which each segment begins.
    let mut starts: Vec<usize> = Vec::new();
    let literal = |segments: &mut Vec<Segment>, starts: &mut Vec<usize>, place: Range<usize>| {
        let mut at = place.start;
        let inner = cuts.iter().copied().filter(|cut| place.start < *cut && *cut < place.end);
        for cut in inner.chain([place.end]) {
            if cut > at {
                starts.push(at);
                segments.push(Segment::Literal(line[at..cut].to_owned()));
            }
            at = cut;
        }
    };
    let mut at = 0;
    for one in found {
        literal(&mut pattern.segments, &mut starts, at..one.place.start);
        let index = pattern.segments.len();
        let before = found.iter().position(|other| line[other.place.clone()] == line[one.place.clone()]);
        let before = before.map(|index| found[index].place.start).filter(|start| *start < one.place.start);
        let same = before.and_then(|start| starts.iter().position(|other| *other == start));
        starts.push(one.place.start);
        match same {
            Some(same) => pattern.segments.push(Segment::Same(same)),
            None => {
                pattern.segments.push(Segment::Hole(one.form));
                if let Some(path) = &one.path {
                    let segments = index..index + 1;
                    pattern.captures.push(Capture { path: path.clone(), form: one.form, segments });
                }
            }
        }
        at = one.place.end;
    }
    literal(&mut pattern.segments, &mut starts, at..line.len());
    for (place, path) in around {
        let first = starts.iter().position(|start| *start >= place.start).unwrap_or_default();
        let end = starts.iter().position(|start| *start >= place.end).unwrap_or(starts.len());
        pattern.captures.push(Capture { path: path.clone(), form: Form::Text, segments: first..end });
    }
    pattern
}

/// Returns the ways in which a line may show a mark.
fn forms(mark: Mark, written: &str) -> impl Iterator<Item = (String, Form)> {
    let mut all = Vec::new();
    match mark {
        Mark::Text => all.push((written.to_owned(), Form::Text)),
        Mark::Address => all.push((written.to_owned(), Form::Address)),
        Mark::Version => all.push((written.to_owned(), Form::Version)),
        Mark::Endpoint => {
            if let Ok(endpoint) = written.parse::<SocketAddr>() {
                all.push((endpoint.ip().to_string(), Form::AddressOf));
                all.push((endpoint.port().to_string(), Form::PortOf));
            }
        }
        Mark::MacAddress => {
            if let Some(mac) = MacAddress::parse(written) {
                all.push((mac.to_string(), Form::Mac));
                all.push((mac.base_radio().to_string(), Form::BaseRadio));
            }
        }
        Mark::Number => {
            let number: u64 = written.parse().unwrap_or_default();
            all.push((written.to_owned(), Form::Number));
            all.push(((number % (1 << 16)).to_string(), Form::Low16));
            all.push((format!("0{number:o}"), Form::Octal));
            all.push((format!("{number:04o}"), Form::Octal));
            let (minutes, hours, days) = (number / 60 % 60, number / 3_600 % 24, number / 86_400);
            let time = format!("{hours:02}:{minutes:02}:{:02}", number % 60);
            all.push((format!("19700101-{time}"), Form::ModTime));
            all.push((
                if days == 0 { time } else { format!("{days}d{hours:02}h{minutes:02}m") },
                Form::TimeFrame,
            ));
            all.push((".".repeat(usize::try_from(number).unwrap_or_default()), Form::Dots));
        }
    }
    all.into_iter()
}

fn pairs(value: &Value) -> String {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let pair = |pair: &Value| format!("{}={},", text(&pair[0]), text(&pair[1]));
    value.as_array().into_iter().flatten().map(pair).collect()
}

/// Returns the places of `shown` in `line`, as whole words.
fn places(line: &str, shown: &str) -> impl Iterator<Item = Range<usize>> {
    let whole = |place: &Range<usize>| {
        let continues = |edge: Option<u8>, outer: Option<u8>| {
            edge.is_some_and(|byte| byte.is_ascii_digit()) && outer.is_some_and(|byte| byte.is_ascii_digit())
        };
        let byte = |index: usize| line.as_bytes().get(index).copied();
        !continues(byte(place.start), place.start.checked_sub(1).and_then(byte))
            && !continues(byte(place.end - 1), byte(place.end))
    };
    let found = line.match_indices(shown).filter(|_| !shown.is_empty());
    found.map(|(start, shown)| start..start + shown.len()).filter(whole)
}

/// Returns the marks that stand in a text, whatever field they are of.
fn marks_in(text: &str, samples: &Samples) -> Vec<(Range<usize>, Form)> {
    let is_word = |c: char| c.is_ascii_alphanumeric();
    let is_address = |c: char| c.is_ascii_digit() || c == '.';
    let mut all = Vec::new();
    for split in [is_address as fn(char) -> bool, is_word] {
        let mut start = 0;
        for piece in text.split_inclusive(|c| !split(c)) {
            let word = piece.trim_end_matches(|c| !split(c)).trim_end_matches('.');
            let form = match samples.kind(word) {
                Some(Mark::Text) => Some(Form::Text),
                Some(Mark::Number) => Some(Form::Number),
                Some(Mark::Address) => Some(Form::Address),
                Some(Mark::Version) => Some(Form::Version),
                Some(Mark::Endpoint | Mark::MacAddress) | None => None,
            };
            all.extend(form.map(|form| (start..start + word.len(), form)));
            start += piece.len();
        }
    }
    all
}
