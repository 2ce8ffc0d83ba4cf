//! A validator of JSON schemas for tests: the keywords that our schema uses, by draft 2020-12, and no others.
//!
//! Full libraries take a hundred seconds of processor time to compile, a tenth of what all tests may take.

use std::collections::BTreeMap;

use regex::Regex;
use serde_json::{Map, Number, Value};

use crate::yaml::{Kind, Node, Style};

/// A validator for one schema.
pub(super) struct Validator<'a> {
    root: &'a Value,
    patterns: BTreeMap<String, Regex>,
}

impl<'a> Validator<'a> {
    pub(super) fn new(root: &'a Value) -> Self {
        Self { root, patterns: BTreeMap::new() }
    }

    pub(super) fn accepts(&mut self, value: &Value) -> bool {
        self.holds(self.root, value)
    }

    /// # Panics
    /// If the schema uses a keyword that is not known here: to ignore it would count as success.
    fn holds(&mut self, schema: &'a Value, value: &Value) -> bool {
        let Value::Object(keywords) = schema else { return schema != &Value::Bool(false) };
        keywords.iter().all(|(keyword, rule)| self.keyword(keywords, keyword, rule, value))
    }

    fn keyword(
        &mut self,
        schema: &'a Map<String, Value>,
        keyword: &str,
        rule: &'a Value,
        value: &Value,
    ) -> bool {
        let rules = || rule.as_array().expect("a list of schemas").iter();
        match keyword {
            "$schema" | "$defs" | "title" | "description" | "examples" => true,
            "$ref" => {
                let name = rule.as_str().and_then(|name| name.strip_prefix("#/$defs/")).expect("one of ours");
                let definition = self.root["$defs"].get(name).unwrap_or_else(|| panic!("{name} is defined"));
                self.holds(definition, value)
            }
            "type" => match rule {
                Value::Array(kinds) => kinds.iter().any(|kind| is_of(kind, value)),
                kind => is_of(kind, value),
            },
            "const" => rule == value,
            "enum" => rules().any(|allowed| allowed == value),
            "not" => !self.holds(rule, value),
            "anyOf" => rules().any(|rule| self.holds(rule, value)),
            "oneOf" => rules().filter(|rule| self.holds(rule, value)).count() == 1,
            "if" => {
                let next = if self.holds(rule, value) { "then" } else { "else" };
                schema.get(next).is_none_or(|rule| self.holds(rule, value))
            }
            // Handled with `if`.
            "then" | "else" => true,
            "pattern" => value.as_str().is_none_or(|text| {
                let pattern = rule.as_str().expect("a text");
                let known = self.patterns.entry(pattern.to_owned());
                known.or_insert_with(|| Regex::new(pattern).expect("a right pattern")).is_match(text)
            }),
            "minimum" => value.as_f64().is_none_or(|number| number >= rule.as_f64().expect("a number")),
            "maximum" => value.as_f64().is_none_or(|number| number <= rule.as_f64().expect("a number")),
            "minItems" => {
                value.as_array().is_none_or(|items| items.len() as u64 >= rule.as_u64().expect("a count"))
            }
            "maxItems" => {
                value.as_array().is_none_or(|items| items.len() as u64 <= rule.as_u64().expect("a count"))
            }
            "items" => value.as_array().is_none_or(|items| items.iter().all(|item| self.holds(rule, item))),
            "required" => value
                .as_object()
                .is_none_or(|map| rules().all(|key| map.contains_key(key.as_str().expect("a key")))),
            "properties" => value.as_object().is_none_or(|map| {
                map.iter().all(|(key, value)| rule.get(key).is_none_or(|rule| self.holds(rule, value)))
            }),
            "additionalProperties" => value.as_object().is_none_or(|map| {
                let known = schema.get("properties");
                let mut others =
                    map.iter().filter(|(key, _)| known.is_none_or(|known| known.get(key).is_none()));
                others.all(|(_, value)| self.holds(rule, value))
            }),
            other => panic!("the schema says `{other}`, which this validator does not know"),
        }
    }
}

fn is_of(kind: &Value, value: &Value) -> bool {
    match kind.as_str().expect("a type") {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "number" => value.is_number(),
        "integer" => value.is_u64() || value.is_i64(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        other => panic!("no type is called {other}"),
    }
}

/// Converts a tree to JSON, by the core schema of YAML 1.2.
pub(super) fn json(node: &Node) -> Value {
    match &node.kind {
        Kind::Null => Value::Null,
        Kind::Sequence(items) => items.iter().map(json).collect(),
        Kind::Mapping(entries) => {
            entries.iter().map(|entry| (entry.key.clone(), json(&entry.value))).collect::<Map<_, _>>().into()
        }
        Kind::Scalar { text, style: Style::Plain } => match text.as_str() {
            "true" => true.into(),
            "false" => false.into(),
            text if text.len() > 1 && text.starts_with('0') && !text.contains('.') => text.into(),
            text => {
                let whole = text.parse::<i64>().map(Number::from).ok();
                let digits = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.' || byte == b'-');
                let part = || text.parse::<f64>().ok().filter(|_| digits).and_then(Number::from_f64);
                whole.or_else(part).map_or_else(|| text.into(), Value::Number)
            }
        },
        Kind::Scalar { text, .. } => text.as_str().into(),
    }
}
