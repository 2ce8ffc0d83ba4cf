//! A plan as JSON: the verdict of each access point with its cause, and the phases of the night with their medians.

use serde_json::Value;

use super::facts::{Facts, Section};
use super::run::{seconds, word};

/// The keys of the whole that are compared, where a plan has them.
const WHOLE: [&str; 5] = ["verdict", "sentence", "start", "target", "seeds"];

/// Returns the facts of a plan.
pub(super) fn facts(plan: &Value) -> Facts {
    let mut facts = Facts::default();
    for key in WHOLE {
        match &plan[key] {
            Value::Null => {}
            Value::Object(parts) => {
                for (part, value) in parts {
                    facts.set(Section::Whole, "plan", &format!("{key} {part}"), word(value));
                }
            }
            value => facts.set(Section::Whole, "plan", key, word(value)),
        }
    }
    for point in plan["access_points"].as_array().into_iter().flatten() {
        let values = facts.of(Section::AccessPoint, word(&point["name"]));
        for key in ["verdict", "cause", "model", "image_type", "running", "failed"] {
            if !point[key].is_null() {
                values.insert(key.replace('_', " "), word(&point[key]));
            }
        }
        for key in ["predownloaded", "on_target", "outage"] {
            if let Some(median) = median(&point[key]) {
                values.insert(key.replace('_', " "), median);
            }
        }
    }
    for phase in plan["phases"].as_array().into_iter().flatten() {
        let values = facts.of(Section::Phase, word(&phase["name"]));
        if !phase["begins_s"].is_null() {
            values.insert("begins".to_owned(), seconds(&phase["begins_s"]));
        }
        if let Some(median) = median(phase).or_else(|| median(&phase["takes"])) {
            values.insert("takes".to_owned(), median);
        }
        if phase["unfinished"].as_u64().is_some_and(|nights| nights > 0) {
            values.insert("unfinished nights".to_owned(), word(&phase["unfinished"]));
        }
    }
    facts
}

/// Returns the median of a spread.
fn median(spread: &Value) -> Option<String> {
    let median = &spread["median_s"];
    median.is_number().then(|| seconds(median))
}
