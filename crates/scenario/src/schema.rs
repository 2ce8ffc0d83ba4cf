//! The language as a JSON schema, for editors and other tools.

use serde_json::{Map, Value, json};

use crate::language::{Key, SCENARIO, Shape, Table};

/// The JSON schema of scenarios (draft 2020-12), with a description for every key. Made from the tables the reader uses.
pub fn schema() -> Value {
    let mut defs = Map::new();
    let mut root = table(&SCENARIO, &mut defs);
    if let Value::Object(root) = &mut root {
        root.insert("$schema".to_owned(), json!("https://json-schema.org/draft/2020-12/schema"));
        root.insert("title".to_owned(), json!("ewcsim scenario"));
        root.insert("$defs".to_owned(), Value::Object(defs));
    }
    root
}

fn table(table: &'static Table, defs: &mut Map<String, Value>) -> Value {
    let mut properties = Map::new();
    for key in table.keys {
        properties.insert(key.name.to_owned(), property(key, defs));
    }
    let required: Vec<&str> = table.keys.iter().filter(|key| key.required).map(|key| key.name).collect();
    let mut schema = json!({
        "type": "object",
        "description": table.about,
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    });
    if !table.one_of.is_empty() {
        schema["oneOf"] = table.one_of.iter().map(|key| json!({ "required": [key] })).collect();
    }
    schema
}

fn property(key: &'static Key, defs: &mut Map<String, Value>) -> Value {
    let mut schema = shape(&key.shape, defs);
    schema["description"] = json!(key.about);
    schema
}

/// What may stand behind a key. A text that looks like a number is one to a schema validator, so those are allowed where a
/// number is a sensible text.
fn shape(shape: &'static Shape, defs: &mut Map<String, Value>) -> Value {
    const TIME: &str = r"(0|([0-9.]+(ns|us|µs|ms|s|m|min|h|d))+)";
    const SIZE: &str = "[0-9.]+ ?(B|KB|kB|MB|GB|KiB|MiB|GiB)?";
    const RATE: &str = "[0-9.]+ ?([kKMG]?bit|[kKMG]?bps)(/s)?";
    const SHARE: &str = "[0-9.]+ ?%?";
    match shape {
        Shape::Text => json!({ "type": ["string", "number"] }),
        Shape::Number => json!({ "type": "integer", "minimum": 0 }),
        Shape::Numbers => unit("[0-9]+", true),
        Shape::Duration => unit(TIME, false),
        Shape::Durations => unit(TIME, true),
        Shape::Sizes => unit(SIZE, true),
        Shape::Rates => unit(RATE, true),
        Shape::Shares => unit(SHARE, true),
        Shape::Timestamp => json!({ "type": "string", "format": "date-time" }),
        Shape::Address => json!({ "type": "string", "anyOf": [{ "format": "ipv4" }, { "format": "ipv6" }] }),
        Shape::Offsets => unit(&format!("-?{TIME}"), true),
        Shape::Mode => json!({ "type": ["string", "number"], "pattern": "^(0o)?[0-7]{3,5}$" }),
        Shape::True => json!({ "const": true }),
        Shape::Choice(words) => json!({ "enum": words }),
        Shape::Names => json!({
            "type": ["string", "array"], "items": { "type": "string" },
        }),
        Shape::Texts => json!({ "type": "array", "items": { "type": "string" } }),
        Shape::Pair => json!({
            "type": "array", "items": { "type": "string" }, "minItems": 2, "maxItems": 2,
        }),
        Shape::Facts => {
            json!({ "type": "object", "additionalProperties": { "type": ["string", "number", "boolean"] } })
        }
        Shape::TextMap => texts(),
        Shape::SizeMap => json!({ "type": "object", "additionalProperties": unit(SIZE, true) }),
        Shape::TableMap(table) => json!({ "type": "object", "additionalProperties": reference(table, defs) }),
        Shape::TextOrTableMap(table) => json!({
            "type": "object",
            "additionalProperties": { "anyOf": [{ "type": ["string", "number"] }, reference(table, defs)] },
        }),
        Shape::Table(table) => reference(table, defs),
        Shape::Tables(table) => json!({ "type": "array", "items": reference(table, defs) }),
    }
}

/// A value with a unit; `0` and sizes are numbers to a validator.
fn unit(pattern: &str, may_be_range: bool) -> Value {
    let range = if may_be_range { format!(r"(\.\.{pattern})?") } else { String::new() };
    json!({ "type": ["string", "number"], "pattern": format!("^{pattern}{range}$") })
}

/// A map with keys of the user's, to texts.
fn texts() -> Value {
    json!({ "type": "object", "additionalProperties": { "type": ["string", "number", "boolean", "null"] } })
}

fn reference(def: &'static Table, defs: &mut Map<String, Value>) -> Value {
    let name = def.name.replace(' ', "-");
    if !defs.contains_key(&name) {
        defs.insert(name.clone(), Value::Null); // Taken, should the table refer to itself.
        let schema = table(def, defs);
        defs.insert(name.clone(), schema);
    }
    json!({ "$ref": format!("#/$defs/{name}") })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Sources;
    use crate::yaml::{self, Kind, Node, Style};

    /// Every table, by what can be reached from the first.
    fn tables(table: &'static Table, seen: &mut Vec<&'static Table>) {
        if seen.iter().any(|known| known.name == table.name) {
            return;
        }
        seen.push(table);
        for key in table.keys {
            if let Shape::Table(next)
            | Shape::Tables(next)
            | Shape::TableMap(next)
            | Shape::TextOrTableMap(next) = key.shape
            {
                tables(next, seen);
            }
        }
    }

    #[test]
    fn every_key_is_described_and_written_once() {
        let mut all = Vec::new();
        tables(&SCENARIO, &mut all);
        assert_eq!(all.len(), 28);
        for table in all {
            assert!(!table.about.is_empty() && !table.name.is_empty());
            for (index, key) in table.keys.iter().enumerate() {
                assert!(key.about.ends_with('.'), "{} in {}: {}", key.name, table.name, key.about);
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

    /// The small part of JSON schema that [`schema`] uses, patterns and formats aside.
    fn check(node: &Node, rule: &Value, root: &Value) -> Result<(), String> {
        if let Some(reference) = rule["$ref"].as_str() {
            return check(node, &root["$defs"][reference.trim_start_matches("#/$defs/")], root);
        }
        if let Some(branches) = rule["anyOf"].as_array().filter(|_| rule["type"].is_null()) {
            let mut refused = branches.iter().map(|branch| check(node, branch, root));
            return refused.find(Result::is_ok).unwrap_or_else(|| Err("no branch of anyOf fits".to_owned()));
        }
        let kind = match &node.kind {
            Kind::Null => "null",
            Kind::Sequence(_) => "array",
            Kind::Mapping(_) => "object",
            Kind::Scalar { text, style: Style::Plain } if text.parse::<f64>().is_ok() => "number",
            Kind::Scalar { text, style: Style::Plain } if text == "true" || text == "false" => "boolean",
            Kind::Scalar { .. } => "string",
        };
        let fits = |wanted: &Value| wanted == kind || (wanted == "integer" && kind == "number");
        match &rule["type"] {
            Value::Null => {}
            Value::Array(kinds) if kinds.iter().any(fits) => {}
            wanted if fits(wanted) => {}
            wanted => return Err(format!("{kind} instead of {wanted}")),
        }
        if let (Some(words), Some(text)) = (rule["enum"].as_array(), node.as_text())
            && !words.iter().any(|word| word == text)
        {
            return Err(format!("{text} is not one of {words:?}"));
        }
        match &node.kind {
            Kind::Sequence(items) => items.iter().try_for_each(|item| check(item, &rule["items"], root)),
            Kind::Mapping(entries) => {
                let has = |key: &Value| entries.iter().any(|entry| *key == entry.key.as_str());
                if let Some(missing) = rule["required"].as_array().into_iter().flatten().find(|key| !has(key))
                {
                    return Err(format!("{missing} is missing"));
                }
                let branches = rule["oneOf"].as_array();
                if branches
                    .is_some_and(|all| all.iter().filter(|branch| has(&branch["required"][0])).count() != 1)
                {
                    return Err("not exactly one of oneOf".to_owned());
                }
                entries.iter().try_for_each(|entry| match &rule["properties"][&entry.key] {
                    Value::Null if rule["additionalProperties"] == false => {
                        Err(format!("{} is unknown", entry.key))
                    }
                    Value::Null => check(&entry.value, &rule["additionalProperties"], root),
                    property => {
                        check(&entry.value, property, root).map_err(|why| format!("{}: {why}", entry.key))
                    }
                })
            }
            _ => Ok(()),
        }
    }

    fn check_text(text: &str) -> Result<(), String> {
        let mut sources = Sources::default();
        let file = sources.add("s.yaml", text.to_owned());
        let (node, _) = yaml::parse(&sources, file).map_err(|problem| problem.message().to_owned())?;
        let schema = schema();
        check(&node, &schema, &schema)
    }

    #[test]
    fn scenarios_are_valid_by_the_schema() {
        for text in [
            include_str!("../../../scenarios/field/tftp-join.yaml"),
            include_str!("../../../scenarios/field/tftp-cannot-start.yaml"),
            include_str!("../../../scenarios/field/tftp-wrong-path.yaml"),
            include_str!("../../../scenarios/field/tftp-blocked.yaml"),
            include_str!("../tests/right/everything.yaml"),
        ] {
            assert_eq!(check_text(text), Ok(()));
        }
    }

    #[test]
    fn what_the_reader_refuses_the_schema_refuses() {
        let right = include_str!("../../../scenarios/field/tftp-join.yaml");
        for (from, to, why) in [
            ("until:", "timeout:", "\"until\" is missing"),
            ("snapshot:", "snapshots:", "snapshots is unknown"),
            ("latency:", "latencyy:", "latencyy is unknown"),
            ("{ at: 0s, power_on: all }", "{ at: 0s }", "not exactly one of oneOf"),
            ("software: tftpd-hpa", "software: tftpd-32", "tftpd-32 is not one of"),
        ] {
            let error = check_text(&right.replacen(from, to, 1)).expect_err(to);
            assert!(error.contains(why), "{error}");
        }
    }
}
