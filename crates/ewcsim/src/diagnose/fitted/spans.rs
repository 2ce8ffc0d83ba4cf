//! Lines with their times, and the spans between them.

use std::time::Duration;

use ::logs::{Read, ReadLine, Role, Told};
use serde_json::Value;

/// The most values that are taken of one kind.
const VALUES_MAX: usize = 1_000;

/// The lines of each host that have a time, in order.
pub(super) struct Lines<'a> {
    hosts: Vec<Vec<&'a ReadLine>>,
    read: &'a Read,
}

/// Two lines of one host, and the time between them in seconds.
#[derive(Clone, Copy)]
pub(super) struct Span<'a> {
    pub(super) from: &'a ReadLine,
    pub(super) to: &'a ReadLine,
    pub(super) seconds: f64,
}

impl<'a> Lines<'a> {
    pub(super) fn of(read: &'a Read) -> Self {
        let mut hosts = vec![Vec::new(); read.speakers.len()];
        let is_mixed = |speaker: usize| read.mixed.iter().any(|(mixed, _)| *mixed == speaker);
        let timed =
            |line: &&ReadLine| line.stamp.is_some() && line.since.is_some() && !is_mixed(line.speaker);
        for line in read.lines.iter().filter(timed) {
            hosts[line.speaker].push(line);
        }
        Self { hosts, read }
    }

    /// Returns the lines of each host of a role.
    pub(super) fn hosts(&self, role: Role) -> impl Iterator<Item = &[&'a ReadLine]> {
        self.hosts
            .iter()
            .zip(&self.read.speakers)
            .filter(move |(_, own)| own.role == role)
            .map(|(lines, _)| &**lines)
    }

    /// Returns the spans from each line that begins one to the first line behind it that ends it, if neither a line that stops it nor a clock
    /// that was set lies between. A line that begins one again begins it anew.
    pub(super) fn spans(
        &self,
        role: Role,
        begins: impl Fn(&ReadLine) -> bool,
        ends: impl Fn(&ReadLine, &ReadLine) -> bool,
        stops: impl Fn(&ReadLine) -> bool,
    ) -> Vec<Span<'a>> {
        let mut spans = Vec::new();
        for lines in self.hosts(role) {
            let mut open: Option<&'a ReadLine> = None;
            for line in lines {
                if line.set_back.is_some() {
                    open = None;
                }
                if let Some(from) = open.filter(|from| ends(from, line)) {
                    let seconds = since(line).saturating_sub(since(from)).as_secs_f64();
                    spans.push(Span { from, to: line, seconds });
                    open = None;
                }
                if begins(line) {
                    open = Some(line);
                } else if stops(line) {
                    open = None;
                }
            }
        }
        spans.truncate(VALUES_MAX);
        spans
    }

    /// Says where a span stands.
    pub(super) fn place(&self, span: &Span<'_>) -> String {
        let file = text::printable(&self.read.files[span.from.place.file]);
        format!("{file}:{} to {}", span.from.place.line, span.to.place.line)
    }

    /// Says where a line stands.
    pub(super) fn place_of(&self, line: &ReadLine) -> String {
        format!("{}:{}", text::printable(&self.read.files[line.place.file]), line.place.line)
    }

    /// Says where several spans stand: the first, and the number of the others.
    pub(super) fn places(&self, spans: &[Span<'_>]) -> String {
        match spans {
            [] => String::new(),
            [only] => self.place(only),
            [first, others @ ..] => format!("{} and {} more, the median", self.place(first), others.len()),
        }
    }

    /// Returns the lengths of the image files that some log says: of an access point that received one, or of a server that sent one.
    pub(super) fn sizes(&self) -> Vec<(String, u64)> {
        let mut sizes = Vec::new();
        for lines in self.hosts(Role::AccessPoint) {
            let mut image = None;
            for line in lines {
                match kind(line) {
                    "image_data_request_sent" => image = text_of(line, "image"),
                    "image_data_complete" => sizes.extend(image.take().zip(number(line, "bytes"))),
                    _ => {}
                }
            }
        }
        sizes
    }
}

/// Returns the event that a line goes by.
pub(super) fn kind(line: &ReadLine) -> &'static str {
    line.reading.kind()
}

/// Returns true if a line is the first one of such an event, and whole.
pub(super) fn is(line: &ReadLine, kinds: &[&str]) -> bool {
    line.reading.first().line == 0 && kinds.contains(&kind(line))
}

/// Returns a number that a line tells.
pub(super) fn number(line: &ReadLine, field: &str) -> Option<u64> {
    match line.reading.first().told.get(field) {
        Some(Told::Value(value)) => value.as_u64(),
        _ => None,
    }
}

/// Returns a text that a line tells.
pub(in crate::diagnose) fn text_of(line: &ReadLine, field: &str) -> Option<String> {
    match line.reading.first().told.get(field) {
        Some(Told::Value(Value::String(text))) => Some(text.clone()),
        _ => None,
    }
}

/// Returns the last part of a path or a URL.
pub(super) fn base(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

fn since(line: &ReadLine) -> Duration {
    line.since.unwrap_or_default()
}
