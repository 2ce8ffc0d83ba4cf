//! Lines as both sides have them.

use std::time::Duration;

/// A line of a log that was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Said {
    pub(crate) reading: Reading,
    others: Vec<Reading>,
    pub(crate) at: Option<Duration>,
    signature: String,
}

/// A meaning of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// The kind of event, such as `image_data_request_sent`.
    pub kind: String,
    /// The values by field name. A line that was cropped lacks some.
    pub values: Vec<(String, Value)>,
}

/// A value in a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// A word that has to be the same in the run: a state, a reason, a result.
    Word(String),
    /// What another network calls otherwise, but always in the same way: an address, an access point, a version, a path.
    Name(String),
    /// A value that is another in each run: a port, a process number, a count of bytes. It is not compared.
    Free,
}

/// What one host printed, in order.
#[derive(Debug, Clone, PartialEq)]
pub struct Log {
    /// The kind of host, such as `access point`. Only logs of the same kind are compared.
    pub speaker: String,
    /// The host, or the file.
    pub name: String,
    /// The lines.
    pub lines: Vec<Said>,
}

/// A cause that may explain a log, with what a run with this cause prints.
#[derive(Debug, Clone, PartialEq)]
pub struct Hypothesis {
    /// The name of the cause. Several hypotheses may have the same one.
    pub cause: String,
    /// The logs of all hosts of the run.
    pub logs: Vec<Log>,
}

impl Said {
    /// Makes a line: what it says, what it may say instead (a line that was cropped, or that several events print, has more than one
    /// meaning), and the time since some moment that all lines of the log share.
    pub fn new(reading: Reading, others: Vec<Reading>, at: Option<Duration>) -> Self {
        let mut signature = reading.kind.clone();
        for (key, value) in &reading.values {
            if let Value::Word(word) = value {
                signature.extend([" ", key, "=", word]);
            }
        }
        Self { reading, others, at, signature }
    }

    /// Returns the kind of event.
    pub fn kind(&self) -> &str {
        &self.reading.kind
    }

    /// Returns the time since some moment that all lines of this log share.
    pub fn at(&self) -> Option<Duration> {
        self.at
    }

    /// Returns the part of a line that has to be the same in the run: its kind and its words.
    pub(crate) fn signature(&self) -> &str {
        &self.signature
    }

    /// Returns true if it has more than one meaning.
    pub(crate) fn is_ambiguous(&self) -> bool {
        !self.others.is_empty()
    }

    /// Returns the meanings that a line can have, the likeliest first.
    pub(crate) fn readings(&self) -> impl Iterator<Item = &Reading> {
        std::iter::once(&self.reading).chain(&self.others)
    }

    /// Returns the meaning with which a line may be a line of a run, whose likeliest meaning counts: no word differs that both have.
    pub(crate) fn as_in(&self, run: &Self) -> Option<&Reading> {
        self.readings().find(|reading| reading.is_like(&run.reading))
    }

    /// Visits the names that a line and a line of the run have: of the line, and of the run.
    pub(crate) fn each_name<'a>(&'a self, run: &'a Self, mut visit: impl FnMut(&'a str, &'a str)) {
        let Some(reading) = self.as_in(run) else { return };
        for (key, value) in &reading.values {
            if let (Value::Name(own), Some(Value::Name(others))) = (value, run.reading.value(key)) {
                visit(own, others);
            }
        }
    }
}

impl Reading {
    /// Returns the value of a field.
    pub fn value(&self, key: &str) -> Option<&Value> {
        self.values.iter().find(|(known, _)| known == key).map(|(_, value)| value)
    }

    fn is_like(&self, other: &Self) -> bool {
        self.kind == other.kind
            && self.values.iter().all(|(key, value)| match (value, other.value(key)) {
                (Value::Word(word), Some(Value::Word(other))) => word == other,
                _ => true,
            })
    }
}
