//! The catalogue: the embedded data files, parsed once, with a run's overrides on top.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use indexmap::IndexMap;
use serde::de::DeserializeOwned;

use crate::dialects::Rule;
use crate::models::stem;
use text::{Version, closest};

use crate::{
    Dialect, Fact, FactError, Hardware, Model, Quirk, QuirkDevice, QuirkError, Quirks, Range, Switch, Value,
};

/// Facts by key, models by name, dialects by version. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Catalogue {
    data: Arc<Data>,
    overrides: BTreeMap<String, Value>,
    /// The switches, by the id of the quirk.
    switches: BTreeMap<String, Switch>,
    /// The release of the controller that values are for.
    release: Version,
}

#[derive(Debug)]
struct Data {
    facts: IndexMap<String, Fact>,
    models: Vec<Model>,
    dialects: Vec<Rule>,
    quirks: Vec<Arc<Quirk>>,
}

/// The minimum length of the beginning of a model's number, for all models of the family to be suggested.
const FAMILY_MIN: usize = 3;
/// The maximum number of models that are suggested.
const SUGGESTED_MAX: usize = 3;

/// The release for which values are, unless another one is stated: that of the samples.
const RELEASE: &str = "17.9.4";

static BUILTIN: LazyLock<Catalogue> = LazyLock::new(|| {
    let facts: Vec<Fact> = embedded(include_str!("../data/facts.yaml"));
    let data = Data {
        facts: facts.into_iter().map(|fact| (fact.key.clone(), fact)).collect(),
        models: embedded(include_str!("../data/models.yaml")),
        dialects: embedded(include_str!("../data/dialects.yaml")),
        quirks: embedded::<Vec<Quirk>>(include_str!("../data/quirks.yaml"))
            .into_iter()
            .map(Arc::new)
            .collect(),
    };
    let release = Version::beginning(RELEASE).expect("it is a version");
    Catalogue { data: Arc::new(data), overrides: BTreeMap::new(), switches: BTreeMap::new(), release }
});

fn embedded<T: DeserializeOwned>(text: &str) -> T {
    serde_saphyr::from_str(text).unwrap_or_else(|error| panic!("an embedded data file is wrong: {error}"))
}

impl Catalogue {
    /// Returns the embedded catalogue.
    pub fn builtin() -> &'static Self {
        &BUILTIN
    }

    /// Returns this catalogue with another value of `key`.
    ///
    /// # Errors
    /// No such key, or `value` is of another kind (a duration for a size, say), or out of bounds.
    pub fn with_override(&self, key: &str, value: &str) -> Result<Self, FactError> {
        let (fact, old) = (self.fact(key)?, self.value(key)?);
        let new = Value::parse(value);
        if !matches!(old, Value::Text(_)) && old.kind() != new.kind() {
            return Err(old.is_not(key, new.kind()));
        }
        if let Value::Number(found) = new
            && fact.excludes(found)
        {
            return Err(FactError::OutOfBounds { key: key.to_owned(), bounds: fact.bounds(), found });
        }
        let repeats = key.contains("interval") || matches!(old, Value::Rate(_));
        if repeats && matches!(new, Value::Duration(Duration::ZERO) | Value::Rate(0)) {
            return Err(FactError::Zero { key: key.to_owned() });
        }
        let mut changed = self.clone();
        changed.overrides.insert(key.to_owned(), new);
        Ok(changed)
    }

    /// Returns this catalogue with the values of a release of the controller, where they depend on it. Overrides stay.
    #[must_use]
    pub fn for_release(&self, version: Version) -> Self {
        Self { release: version, ..self.clone() }
    }

    /// Returns this catalogue with a switch for the quirk called `name` (its id or an alias).
    ///
    /// # Errors
    /// There is no such quirk.
    pub fn with_switch(&self, name: &str, switch: Switch) -> Result<Self, QuirkError> {
        let quirk = self.quirk(name).ok_or_else(|| QuirkError { name: name.to_owned() })?;
        let mut changed = self.clone();
        changed.switches.insert(quirk.id.clone(), switch);
        Ok(changed)
    }

    /// Returns the built-in fact, with source and confidence, regardless of overrides.
    ///
    /// # Errors
    /// No such key.
    pub fn fact(&self, key: &str) -> Result<&Fact, FactError> {
        self.data.facts.get(key).ok_or_else(|| FactError::Unknown {
            key: key.to_owned(),
            closest: closest(key, self.data.facts.keys().map(String::as_str))
                .into_iter()
                .map(str::to_owned)
                .collect(),
        })
    }

    /// Returns every built-in fact, sorted by key.
    pub fn facts(&self) -> impl Iterator<Item = &Fact> {
        self.data.facts.values()
    }

    /// Returns the value in force.
    ///
    /// # Errors
    /// No such key.
    pub fn value(&self, key: &str) -> Result<Value, FactError> {
        let fact = self.fact(key)?;
        let own = || Value::parse(fact.of_release(self.release));
        Ok(self.overrides.get(key).cloned().unwrap_or_else(own))
    }

    /// Returns the range over which a plan varies the value in force; nothing for one that is known, or that the scenario states.
    ///
    /// # Errors
    /// No such key.
    pub fn range(&self, key: &str) -> Result<Option<&Range>, FactError> {
        let fact = self.fact(key)?;
        Ok(fact.range_of_release(self.release).filter(|_| !self.overrides.contains_key(key)))
    }

    /// Returns the value in force as the catalogue writes it, whatever the scenario states.
    ///
    /// # Errors
    /// No such key.
    pub fn written(&self, key: &str) -> Result<&str, FactError> {
        Ok(self.fact(key)?.of_release(self.release))
    }

    /// Returns the values that differ from the built-in ones.
    pub fn overrides(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.overrides.iter().map(|(key, value)| (key.as_str(), value))
    }

    /// Returns a duration.
    ///
    /// # Errors
    /// No such key, or another kind.
    pub fn duration(&self, key: &str) -> Result<Duration, FactError> {
        match self.value(key)? {
            Value::Duration(duration) => Ok(duration),
            other => Err(other.is_not(key, "a duration")),
        }
    }

    /// Returns a number of bytes; a bare number is accepted.
    ///
    /// # Errors
    /// No such key, or another kind.
    pub fn bytes(&self, key: &str) -> Result<u64, FactError> {
        match self.value(key)? {
            Value::Bytes(bytes) | Value::Number(bytes) => Ok(bytes),
            other => Err(other.is_not(key, "a size")),
        }
    }

    /// Returns a rate in bytes per second.
    ///
    /// # Errors
    /// No such key, or another kind.
    pub fn rate(&self, key: &str) -> Result<u64, FactError> {
        match self.value(key)? {
            Value::Rate(rate) => Ok(rate),
            other => Err(other.is_not(key, "a rate")),
        }
    }

    /// Returns a whole number.
    ///
    /// # Errors
    /// No such key, or another kind.
    pub fn number(&self, key: &str) -> Result<u64, FactError> {
        match self.value(key)? {
            Value::Number(number) => Ok(number),
            other => Err(other.is_not(key, "a whole number")),
        }
    }

    /// Returns a text.
    ///
    /// # Errors
    /// No such key, or another kind.
    pub fn text(&self, key: &str) -> Result<String, FactError> {
        match self.value(key)? {
            Value::Text(text) => Ok(text),
            other => Err(other.is_not(key, "a text")),
        }
    }

    /// Returns every known quirk, in force or not.
    pub fn quirks(&self) -> impl Iterator<Item = &Quirk> {
        self.data.quirks.iter().map(|quirk| &**quirk)
    }

    /// Returns the quirk of that id or alias, in any letter case.
    pub fn quirk(&self, name: &str) -> Option<&Quirk> {
        self.quirks().find(|quirk| quirk.answers_to(name))
    }

    /// Returns the run's switch of a quirk, if there is one.
    pub fn switch(&self, quirk: &Quirk) -> Option<Switch> {
        self.switches.get(&quirk.id).copied()
    }

    /// Returns the quirks that an access point can have, depending on its version.
    pub fn access_point_quirks(&self, hardware: &Hardware<'_>) -> Quirks {
        self.possible(QuirkDevice::AccessPoint, |quirk| quirk.is_about(hardware))
    }

    /// Returns the quirks that a controller can have, depending on its version. It decides itself which access points they affect.
    pub fn controller_quirks(&self) -> Quirks {
        self.possible(QuirkDevice::Controller, |_| true)
    }

    fn possible(&self, device: QuirkDevice, has: impl Fn(&Quirk) -> bool) -> Quirks {
        Quirks::new(self.data.quirks.iter().filter(|quirk| quirk.device == device).filter_map(|quirk| {
            let possible = match self.switch(quirk) {
                Some(Switch::Off) => false,
                Some(Switch::On) => true,
                Some(Switch::ByVersion) => has(quirk),
                None => quirk.in_ewc && has(quirk),
            };
            possible.then(|| (Arc::clone(quirk), self.switch(quirk) == Some(Switch::On)))
        }))
    }

    /// Returns the model of that name, in any form that devices print and orders have: letter case, the prefix, the regulatory domain,
    /// `-K9`, `-EWC` and the number in a pack do not matter. `AIR-AP2802E-D-K9`, `AIR-AP2802E-DK910`, `AP2802E` and `2802E` are the same.
    pub fn model(&self, name: &str) -> Option<&Model> {
        let stem = stem(name);
        self.data.models.iter().find(|model| !stem.is_empty() && model.answers_to(&stem))
    }

    /// Returns every entry of the model table.
    pub fn models(&self) -> impl Iterator<Item = &Model> {
        self.data.models.iter()
    }

    /// Returns the model names nearest to `name`, best first: those of the same family, else those written alike.
    pub fn closest_models(&self, name: &str) -> Vec<&str> {
        let wanted = stem(name);
        let names = || self.models().flat_map(|model| &model.names).map(String::as_str);
        let is_family = wanted.len() >= FAMILY_MIN && wanted.starts_with(|c: char| c.is_ascii_digit());
        let family: Vec<&str> = names()
            .filter(|known| is_family && stem(known).starts_with(&wanted))
            .take(SUGGESTED_MAX)
            .collect();
        if !family.is_empty() {
            return family;
        }
        let stems: Vec<(String, &str)> = names().map(|known| (stem(known), known)).collect();
        let near = closest(&wanted, stems.iter().map(|(stem, _)| stem.as_str()));
        let named = |near: &&str| stems.iter().find(|(stem, _)| stem == near).map(|(_, name)| *name);
        near.iter().filter_map(named).collect()
    }

    /// Returns the console dialect of an access point running `version`.
    pub fn dialect(&self, version: Version) -> Dialect {
        let rule = self.data.dialects.iter().rev().find(|rule| version >= rule.from);
        rule.map_or(Dialect::Newer, |rule| rule.dialect)
    }
}
