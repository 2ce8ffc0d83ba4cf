//! Passwords: what is written for others to read has made-up ones.

use std::collections::BTreeMap;

use scenario::{Tree, Value};
use text::secrets::{in_config, is_secret_key};

/// Returns the scenario with made-up passwords and keys: the same for the same ones, so that who could log in still can.
pub fn with_made_up_secrets(tree: &Tree) -> Tree {
    let mut tree = tree.clone();
    let mut known = BTreeMap::new();
    replace(&mut tree, false, &mut |secret| {
        let number = known.len() + 1;
        let made_up: &String = known.entry(secret.to_owned()).or_insert_with(|| format!("secret-{number}"));
        made_up.clone()
    });
    tree
}

/// Returns true if a scenario has passwords or keys.
pub fn has_secrets(tree: &Tree) -> bool {
    let mut found = false;
    replace(&mut tree.clone(), false, &mut |secret| {
        found = true;
        secret.to_owned()
    });
    found
}

fn replace(tree: &mut Tree, is_secret: bool, made_up: &mut dyn FnMut(&str) -> String) {
    match &mut tree.value {
        Value::Nothing => {}
        Value::Text(text) | Value::Block(text) if is_secret => *text = made_up(text),
        Value::Text(text) | Value::Block(text) => {
            let mut out = String::new();
            let mut end = 0;
            for secret in in_config(text) {
                out.push_str(&text[end..secret.start]);
                out.push_str(&made_up(text[secret.clone()].trim_end()));
                end = secret.end;
            }
            out.push_str(&text[end..]);
            *text = out;
        }
        Value::List(items) => items.iter_mut().for_each(|item| replace(item, is_secret, made_up)),
        Value::Map(entries) => {
            entries
                .iter_mut()
                .for_each(|(key, value)| replace(value, is_secret || is_secret_key(key), made_up));
        }
    }
}
