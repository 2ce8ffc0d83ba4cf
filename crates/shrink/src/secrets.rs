//! Passwords: what is written for others to read has made-up ones.

use std::collections::BTreeMap;

use scenario::{Tree, Value};
use text::secrets::{in_config, is_secret_key};

/// The length from which a secret is looked for in other texts: a shorter one is a part of many words.
const LENGTH_MIN: usize = 4;

/// A scenario with made-up passwords and keys.
#[derive(Clone)]
pub struct MadeUp {
    /// The scenario.
    pub tree: Tree,
    /// What stands in place of each secret.
    known: BTreeMap<String, String>,
}

impl MadeUp {
    /// Makes up passwords and keys: the same for the same ones, so that who could log in still can.
    pub fn of(tree: &Tree) -> Self {
        let mut made_up = Self { tree: tree.clone(), known: BTreeMap::new() };
        let known = &mut made_up.known;
        replace(&mut made_up.tree, false, &mut |secret| {
            let number = known.len() + 1;
            known.entry(secret.to_owned()).or_insert_with(|| format!("secret-{number}")).clone()
        });
        // What is expected is any text.
        if let Some(expect) = made_up.tree.get("expect") {
            let mut expect = expect.clone();
            made_up.hide_in(&mut expect);
            made_up.tree.set("expect", expect);
        }
        made_up
    }

    /// Returns true if there were any.
    pub fn is_any(&self) -> bool {
        !self.known.is_empty()
    }

    /// Returns a text about the scenario with the made-up ones.
    pub fn hide(&self, text: &str) -> String {
        let long = self.known.iter().filter(|(secret, _)| secret.len() >= LENGTH_MIN);
        long.fold(text.to_owned(), |text, (secret, made_up)| text.replace(secret, made_up))
    }

    fn hide_in(&self, tree: &mut Tree) {
        match &mut tree.value {
            Value::Nothing => {}
            Value::Text(text) | Value::Block(text) => *text = self.hide(text),
            Value::List(items) => items.iter_mut().for_each(|item| self.hide_in(item)),
            Value::Map(entries) => entries.iter_mut().for_each(|(_, value)| self.hide_in(value)),
        }
    }
}

/// Leaves out the secrets.
impl std::fmt::Debug for MadeUp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MadeUp").field("tree", &self.tree).finish_non_exhaustive()
    }
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
