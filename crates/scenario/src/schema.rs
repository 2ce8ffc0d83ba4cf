//! The language as a JSON schema, for editors and other tools.

use std::collections::BTreeSet;

use catalogue::Catalogue;
use serde_json::{Map, Value, json};

use crate::language::{Form, Key, Number, Record, Scenario, Shape, Table, Unit};

/// The pattern of a value with a parameter, which no schema can know.
const PARAMETER: &str = r".*\$\{.*";
const TIME: &str = r"(0|([0-9.]+(ns|us|µs|ms|s|m|min|h|d))+)";
const OFFSET: &str = r"-?(0|([0-9.]+(ns|us|µs|ms|s|m|min|h|d))+)";
const SIZE: &str = "[0-9.]+ ?(B|KB|kB|MB|GB|KiB|MiB|GiB)?";
const RATE: &str = "[0-9.]+ ?([kKMG]?bit|[kKMG]?bps)(/s)?";
const SHARE: &str = "[0-9.]+ ?%?";
const IPV4: &str = r"[0-9]{1,3}(\.[0-9]{1,3}){3}";

/// Returns the JSON schema of scenarios (draft 2020-12), with a description of every key. It is made from the reader's tables.
///
/// Files that extend others, labs and defaults are parts of a scenario: in a file with `extends`, `lab` or `defaults` no key
/// is required. Editors propose `events`, the names of events.
pub fn schema(events: &BTreeSet<String>) -> Value {
    let mut defs = Defs { events, map: Map::new() };
    // Root keys belong at the root, where editors look for them.
    let mut root = defs.table(Scenario::TABLE, true);
    let whole = defs.reference(Scenario::TABLE, false);
    let has = |key: &str| json!({ "required": [key] });
    root["if"] = json!({ "anyOf": [has("extends"), has("lab"), has("defaults")] });
    root["else"] = whole;
    root["$schema"] = json!("https://json-schema.org/draft/2020-12/schema");
    root["title"] = json!("ewcsim scenario");
    root["$defs"] = Value::Object(defs.map);
    root
}

/// The definitions: two for each table, one as it is, and one in which nothing is required.
struct Defs<'a> {
    events: &'a BTreeSet<String>,
    map: Map<String, Value>,
}

impl Defs<'_> {
    fn reference(&mut self, def: &'static Table, part: bool) -> Value {
        let name = format!("{}{}", if part { "part-of-" } else { "" }, def.name.replace(' ', "-"));
        if !self.map.contains_key(&name) {
            self.map.insert(name.clone(), Value::Null); // Reserved, in case the table refers to itself.
            let schema = self.table(def, part);
            self.map.insert(name.clone(), schema);
        }
        json!({ "$ref": format!("#/$defs/{name}") })
    }

    fn table(&mut self, table: &'static Table, part: bool) -> Value {
        let mut properties = Map::new();
        for key in table.keys {
            properties.insert(key.name.to_owned(), self.property(key, part));
        }
        let mut schema = json!({
            "type": "object",
            "description": table.about(),
            "properties": properties,
            "additionalProperties": false,
        });
        let required: Vec<&str> = table.keys.iter().filter(|key| key.required).map(|key| key.name).collect();
        if !part && !required.is_empty() {
            schema["required"] = json!(required);
        }
        if !table.one_of.is_empty() {
            let one = table.one_of.iter().map(|key| json!({ "required": [key] }));
            let none = json!({ "not": { "anyOf": one.clone().collect::<Vec<_>>() } });
            schema["oneOf"] = one.chain(part.then_some(none)).collect();
        }
        schema
    }

    fn property(&mut self, key: &'static Key, part: bool) -> Value {
        let mut schema = self.shape(&key.shape, part);
        // An empty value removes an inherited one.
        if part {
            schema = json!({ "anyOf": [schema, { "type": "null" }] });
        }
        schema["description"] = json!(key.sentence());
        if !key.examples.is_empty() {
            schema["examples"] = json!(key.examples);
        }
        if let Shape::Number(Number { within: Some((least, most)), .. }) = key.shape {
            schema["minimum"] = json!(least);
            schema["maximum"] = json!(most);
        }
        schema
    }

    /// Returns the schema of a value. To a validator a text that looks like a number is one, so numbers are allowed where they are
    /// sensible texts.
    fn shape(&mut self, shape: &'static Shape, part: bool) -> Value {
        let map_of = |value: Value| {
            // An empty value removes an inherited one.
            let value = if part { json!({ "anyOf": [value, { "type": "null" }] }) } else { value };
            json!({ "type": "object", "additionalProperties": value })
        };
        match shape {
            Shape::Text(form) => self.text(*form),
            Shape::Number(number) => self::number(number),
            Shape::Bounds(Unit::Time) => string(&format!(r"{TIME} *\.\.( *{TIME})?|\.\. *{TIME}")),
            Shape::Bounds(unit) => bounds(written(*unit)),
            Shape::True => json!({ "const": true }),
            Shape::Choice(words) => {
                json!({ "anyOf": [{ "enum": words }, { "type": "string", "pattern": PARAMETER }] })
            }
            Shape::Pair(of) => {
                json!({ "type": "array", "items": self.shape(of, part), "minItems": 2, "maxItems": 2 })
            }
            Shape::List(of) => json!({ "type": "array", "items": self.shape(of, part) }),
            Shape::Map(of) => map_of(self.shape(of, part)),
            Shape::Facts => map_of(self.text(Form::AnyWord)),
            Shape::Either(shapes) => {
                json!({ "anyOf": shapes.iter().map(|shape| self.shape(shape, part)).collect::<Vec<_>>() })
            }
            Shape::Table(table) => self.reference(table, part),
            Shape::Part(table) => self.reference(table, true),
        }
    }

    fn text(&mut self, form: Form) -> Value {
        match form {
            Form::Any(_) => json!({ "type": ["string", "number"] }),
            Form::AnyWord => json!({ "type": ["string", "number", "boolean"] }),
            Form::Boolean => json!({ "type": "boolean" }),
            Form::Model { ewc } => {
                let models = Catalogue::builtin().models().filter(|model| model.ewc || !ewc);
                let names: Vec<&str> = models.flat_map(|model| &model.names).map(String::as_str).collect();
                json!({ "type": "string", "examples": names })
            }
            Form::Event => {
                let schema = json!({ "type": "string", "examples": self.events });
                self.map.entry("event-name").or_insert(schema);
                json!({ "$ref": "#/$defs/event-name" })
            }
            Form::Timestamp => string("[0-9]{4}-[0-9]{2}-[0-9]{2}[T ].*"),
            Form::Address => string(IPV4),
        }
    }
}

/// Returns the pattern of a single number.
fn written(unit: Unit) -> &'static str {
    match unit {
        Unit::Count => "[0-9]+",
        Unit::Time => TIME,
        Unit::Offset => OFFSET,
        Unit::Size | Unit::ArchiveSize => SIZE,
        Unit::BitRate => RATE,
        Unit::Share => SHARE,
        Unit::Mode => "(0o)?[0-7]{3,5}",
    }
}

/// Returns the schema of a value with a unit, or a range of such values. Without a unit it is a number to a validator, which only
/// some units allow.
fn number(number: &Number) -> Value {
    let integer = json!({ "type": "integer", "minimum": 0 });
    let bare = match number.unit {
        Unit::Count if !number.ranged => {
            return json!({ "anyOf": [integer, { "type": "string", "pattern": PARAMETER }] });
        }
        Unit::Count | Unit::Size | Unit::ArchiveSize | Unit::Mode => integer,
        // Only zero is the same in every unit.
        Unit::Time | Unit::Offset => json!({ "const": 0 }),
        Unit::BitRate => Value::Bool(false),
        Unit::Share => json!({ "type": "number", "minimum": 0, "maximum": 1 }),
    };
    let pattern = written(number.unit);
    let range = if number.ranged { format!(r"( *\.\. *{pattern})?") } else { String::new() };
    let written = json!({ "type": "string", "pattern": format!("^({pattern}{range}|{PARAMETER})$") });
    json!({ "anyOf": [written, bare] })
}

fn string(pattern: &str) -> Value {
    json!({ "type": "string", "pattern": format!("^({pattern}|{PARAMETER})$") })
}

/// Returns the schema of a value with or without a unit, or of bounds.
fn bounds(pattern: &str) -> Value {
    let pattern = format!(r"^({pattern}|{pattern} *\.\.( *{pattern})?|\.\. *{pattern}|{PARAMETER})$");
    json!({ "type": ["string", "number"], "pattern": pattern })
}

#[cfg(test)]
mod validator;

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::{Path, PathBuf};

    use super::schema;
    use super::validator::{Validator, json};
    use crate::language::every_table;
    use crate::source::Sources;
    use crate::yaml;

    #[test]
    fn every_key_is_described_and_written_once() {
        let all = every_table();
        assert!(all.len() > 25, "{}", all.len());
        for table in all {
            assert!(!table.about().is_empty() && !table.name.is_empty());
            for (index, key) in table.keys.iter().enumerate() {
                assert!(key.about().ends_with('.'), "{} in {}: {}", key.name, table.name, key.about());
                assert!(
                    table.keys[..index].iter().all(|other| other.name != key.name),
                    "{} in {}",
                    key.name,
                    table.name
                );
            }
            for key in table.one_of {
                assert!(table.key(key).is_some_and(|key| !key.required), "{key} in {}", table.name);
            }
        }
    }

    fn accepts(path: &Path) -> bool {
        let text =
            std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let mut sources = Sources::default();
        let file = sources.add("s.yaml", text);
        let parsed = yaml::parse(&sources, file).unwrap_or_else(|_| panic!("{} is YAML", path.display()));
        let schema = schema(&BTreeSet::new());
        Validator::new(&schema).accepts(&json(&parsed.root))
    }

    /// Returns the YAML files at any depth below a directory of the repository.
    fn scenarios(directory: &str) -> Vec<PathBuf> {
        let mut found = Vec::new();
        let mut directories = vec![Path::new("../..").join(directory)];
        while let Some(next) = directories.pop() {
            for entry in
                std::fs::read_dir(&next).unwrap_or_else(|error| panic!("{}: {error}", next.display()))
            {
                let path = entry.expect("it can be read").path();
                if path.is_dir() {
                    directories.push(path);
                } else if path.extension().is_some_and(|extension| extension == "yaml") {
                    found.push(path);
                }
            }
        }
        assert!(!found.is_empty(), "{directory}");
        found
    }

    #[test]
    fn what_is_right_is_right_by_the_schema() {
        for directory in ["scenarios", "docs/examples", "crates/scenario/tests/right"] {
            for path in scenarios(directory) {
                assert!(accepts(&path), "{}", path.display());
            }
        }
    }

    #[test]
    fn mistakes_of_shape_are_mistakes_by_the_schema() {
        for path in scenarios("crates/scenario/tests/wrong/shape") {
            assert!(!accepts(&path), "{}", path.display());
        }
    }
}
