//! A scenario as a tree that programs change and write again.
//!
//! `yaml` reads a text into nodes that know their places, for diagnostics; a [`Tree`] has values alone, and is written in the layout
//! of the scenarios of this project.

mod members;
mod scalar;
mod write;
mod written_out;

pub use members::members;

use crate::source::Sources;
use crate::yaml::{self, Kind, Node, Style};

/// A value, and where it comes from.
#[derive(Debug, Clone)]
pub struct Tree {
    /// The value.
    pub value: Value,
    /// The place where it was written first, as in `lab.yaml:12` or `line 12`; empty if that is not known. It is written as a comment
    /// behind an entry of a list, and does not count when trees are compared.
    pub place: String,
}

/// A value of a scenario.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Nothing, as `~` writes it.
    Nothing,
    /// A scalar.
    Text(String),
    /// A block of text (`|`): in the place of a configuration, its lines and not the name of a file.
    Block(String),
    /// A list.
    List(Vec<Tree>),
    /// A map. Its keys differ.
    Map(Vec<(String, Tree)>),
}

impl PartialEq for Tree {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl Eq for Tree {}

impl From<Value> for Tree {
    fn from(value: Value) -> Self {
        Self { value, place: String::new() }
    }
}

impl Tree {
    /// Makes a scalar.
    pub fn text(text: impl Into<String>) -> Self {
        Value::Text(text.into()).into()
    }

    /// Reads a text, without regard to the language. Of keys that occur twice the first one counts.
    ///
    /// # Errors
    /// The text is not YAML, or beyond the limits of a scenario; the message says why.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut sources = Sources::default();
        let file = sources.add("tree", text.to_owned());
        let parsed = yaml::parse(&sources, file).map_err(|problem| problem.message().to_owned())?;
        Ok(Self::of(&parsed.root, &|_| String::new()))
    }

    /// Makes a tree of nodes; `place` says where a node was written.
    fn of(node: &Node, place: &impl Fn(&Node) -> String) -> Self {
        let value = match &node.kind {
            Kind::Null => Value::Nothing,
            Kind::Scalar { text, style: Style::Literal } => Value::Block(text.clone()),
            Kind::Scalar { text, .. } => Value::Text(text.clone()),
            Kind::Sequence(items) => Value::List(items.iter().map(|item| Self::of(item, place)).collect()),
            Kind::Mapping(entries) => {
                let entry = |entry: &yaml::Entry| (entry.key.clone(), Self::of(&entry.value, place));
                Value::Map(entries.iter().map(entry).collect())
            }
        };
        Self { value, place: place(node) }
    }

    /// Returns the value of a key, if this is a map that has it.
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.entries().iter().find(|(name, _)| name == key).map(|(_, value)| value)
    }

    /// Returns the value of a key, to change it.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Self> {
        match &mut self.value {
            Value::Map(entries) => entries.iter_mut().find(|(name, _)| name == key).map(|(_, value)| value),
            _ => None,
        }
    }

    /// Returns the text of a scalar or of a block.
    pub fn as_text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) | Value::Block(text) => Some(text),
            _ => None,
        }
    }

    /// Returns the entries of a map; none if it is not one.
    pub fn entries(&self) -> &[(String, Self)] {
        match &self.value {
            Value::Map(entries) => entries,
            _ => &[],
        }
    }

    /// Returns the items of a list; none if it is not one.
    pub fn items(&self) -> &[Self] {
        match &self.value {
            Value::List(items) => items,
            _ => &[],
        }
    }

    /// Sets a key of a map, in its place or at the end. Anything else than a map stays as it is.
    pub fn set(&mut self, key: &str, value: Self) {
        if let Some(known) = self.get_mut(key) {
            *known = value;
        } else if let Value::Map(entries) = &mut self.value {
            entries.push((key.to_owned(), value));
        }
    }

    /// Removes a key of a map, and returns its value.
    pub fn remove(&mut self, key: &str) -> Option<Self> {
        let Value::Map(entries) = &mut self.value else { return None };
        let index = entries.iter().position(|(name, _)| name == key)?;
        Some(entries.remove(index).1)
    }

    /// Returns the number of scalars in it; a block counts its lines.
    pub fn size(&self) -> usize {
        match &self.value {
            Value::Nothing | Value::Text(_) => 1,
            Value::Block(text) => text.lines().count().max(1),
            Value::List(items) => items.iter().map(Self::size).sum(),
            Value::Map(entries) => entries.iter().map(|(_, value)| value.size()).sum(),
        }
    }
}
