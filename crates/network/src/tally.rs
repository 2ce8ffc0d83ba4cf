//! Counts by key, in the order of their first packets.

use std::collections::BTreeMap;

/// Values by key, in the order in which their keys first came.
#[derive(Debug)]
pub(crate) struct Tally<K, V> {
    values: Vec<V>,
    places: BTreeMap<K, usize>,
}

impl<K, V> Default for Tally<K, V> {
    fn default() -> Self {
        Self { values: Vec::new(), places: BTreeMap::new() }
    }
}

impl<K: Ord, V> Tally<K, V> {
    /// Returns the value of a key. A new key gets the `first` value, unless there are `most` keys.
    pub(crate) fn of(&mut self, key: K, most: usize, first: impl FnOnce() -> V) -> Option<&mut V> {
        let place = match self.places.get(&key) {
            Some(place) => *place,
            None if self.values.len() >= most => return None,
            None => {
                self.values.push(first());
                self.places.insert(key, self.values.len() - 1);
                self.values.len() - 1
            }
        };
        self.values.get_mut(place)
    }

    /// Returns all values.
    pub(crate) fn values(&self) -> &[V] {
        &self.values
    }
}

/// Returns true for the counts that are told: the first, the 10th, the 100th and so on.
pub(crate) fn is_told(count: u64) -> bool {
    count == 10_u64.pow(count.ilog10())
}
