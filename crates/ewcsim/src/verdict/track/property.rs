//! The properties that expectations ask for, of whatever has them.

use std::collections::BTreeSet;

use image::Version;
use scenario::{Properties, Wanted};

/// A property of a state, as scenarios name it.
pub(crate) struct Property<S> {
    /// Its key in a scenario.
    pub(crate) key: &'static str,
    /// The name of its value in a sentence; of a count, of one thing counted. Empty if the value needs none.
    pub(crate) noun: &'static str,
    /// Returns its value.
    pub(crate) value: for<'a> fn(&'a S) -> Value<'a>,
}

/// The value of a property.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Value<'a> {
    /// A number of things, or of times since the start of the run.
    Count(u64),
    /// A version, if there is one.
    Version(Option<Version>),
    /// One word of a few.
    Word(&'static str),
    /// Names of which a scenario asks for some.
    Names(&'a BTreeSet<String>),
}

/// A state with properties.
pub(crate) trait Tracked: Clone + PartialEq + Sized + 'static {
    /// Every property, in the order of reports.
    const PROPERTIES: &'static [Property<Self>];

    /// Describes the state of the host called `name`; rarely used properties are included only if `asked` has them.
    fn describe(&self, name: &str, asked: [&Properties; 2]) -> String;

    /// Returns true if all of `is` holds.
    fn has(&self, is: &Properties) -> bool {
        is.iter().all(|(key, wanted)| self.holds(key, wanted))
    }

    /// Returns true if any of `is_not` holds.
    fn has_any(&self, is_not: &Properties) -> bool {
        is_not.iter().any(|(key, wanted)| self.holds(key, wanted))
    }

    /// Returns the properties among `is` that do not hold, and those among `is_not` that do.
    fn unmet(&self, [is, is_not]: [&Properties; 2]) -> Vec<&'static str> {
        let lacking = is.iter().filter(|(key, wanted)| !self.holds(key, wanted));
        let forbidden = is_not.iter().filter(|(key, wanted)| self.holds(key, wanted));
        lacking.chain(forbidden).map(|(key, _)| *key).collect()
    }

    /// Returns true if the property called `key` is as wanted.
    ///
    /// # Panics
    /// If there is no such property, or if its values are of another kind: the scenario's resolver and the table differ.
    fn holds(&self, key: &str, wanted: &Wanted) -> bool {
        let property = Self::PROPERTIES.iter().find(|property| property.key == key);
        let property = property.unwrap_or_else(|| panic!("nothing has the property {key}"));
        match ((property.value)(self), wanted) {
            (Value::Count(count), Wanted::Count(amount)) => amount.contains(&count),
            (Value::Version(version), Wanted::Version(wanted)) => version == Some(*wanted),
            (Value::Word(word), Wanted::Word(wanted)) => word == *wanted,
            (Value::Names(names), Wanted::Names(wanted)) => wanted.iter().all(|name| names.contains(name)),
            (value, wanted) => panic!("{key} is {value:?}, and a scenario wants {wanted:?}"),
        }
    }
}
