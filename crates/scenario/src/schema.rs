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
        Shape::Duration => unit(TIME, false),
        Shape::Durations => unit(TIME, true),
        Shape::Size => unit(SIZE, false),
        Shape::Sizes => unit(SIZE, true),
        Shape::Rates => unit(RATE, true),
        Shape::Shares => unit(SHARE, true),
        Shape::Timestamp => json!({ "type": "string", "format": "date-time" }),
        Shape::Address => json!({ "type": "string", "anyOf": [{ "format": "ipv4" }, { "format": "ipv6" }] }),
        Shape::True => json!({ "const": true }),
        Shape::Choice(words) => json!({ "enum": words }),
        Shape::Names => json!({
            "type": ["string", "array"], "items": { "type": "string" },
        }),
        Shape::Texts => json!({ "type": "array", "items": { "type": "string" } }),
        Shape::Pair => json!({
            "type": "array", "items": { "type": "string" }, "minItems": 2, "maxItems": 2,
        }),
        Shape::TextMap => {
            json!({ "type": "object", "additionalProperties": { "type": ["string", "number", "boolean"] } })
        }
        Shape::SizeMap => json!({ "type": "object", "additionalProperties": unit(SIZE, false) }),
        Shape::TableMap(table) => json!({ "type": "object", "additionalProperties": reference(table, defs) }),
        Shape::Table(table) => reference(table, defs),
        Shape::Tables(table) => json!({ "type": "array", "items": reference(table, defs) }),
    }
}

/// A value with a unit; `0` and sizes are numbers to a validator.
fn unit(pattern: &str, may_be_range: bool) -> Value {
    let range = if may_be_range { format!(r"(\.\.{pattern})?") } else { String::new() };
    json!({ "type": ["string", "number"], "pattern": format!("^{pattern}{range}$") })
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
