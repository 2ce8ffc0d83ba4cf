//! Lines as both sides have them.

use std::time::Duration;

/// A line of a log that was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Said {
    /// The kind of event, such as `image_data_request_sent`.
    pub kind: String,
    /// The values by field name. A line that was cropped lacks some.
    pub values: Vec<(String, Value)>,
    /// The time since some moment that all lines of this log share.
    pub at: Option<Duration>,
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
    /// Returns the part of a line that has to be the same in the run: its kind and its words.
    pub fn signature(&self) -> String {
        let mut signature = self.kind.clone();
        for (key, value) in &self.values {
            if let Value::Word(word) = value {
                signature.extend([" ", key, "=", word]);
            }
        }
        signature
    }

    /// Returns the value of a field.
    pub fn value(&self, key: &str) -> Option<&Value> {
        self.values.iter().find(|(known, _)| known == key).map(|(_, value)| value)
    }

    /// Returns true if the two may be the same line: no word differs that both have.
    pub fn is_like(&self, other: &Self) -> bool {
        self.kind == other.kind
            && self.values.iter().all(|(key, value)| match (value, other.value(key)) {
                (Value::Word(word), Some(Value::Word(other))) => word == other,
                _ => true,
            })
    }

    /// Visits the names that both lines have: of this one, and of the other.
    pub(crate) fn each_name<'a>(&'a self, other: &'a Self, mut visit: impl FnMut(&'a str, &'a str)) {
        for (key, value) in &self.values {
            if let (Value::Name(own), Some(Value::Name(others))) = (value, other.value(key)) {
                visit(own, others);
            }
        }
    }
}
