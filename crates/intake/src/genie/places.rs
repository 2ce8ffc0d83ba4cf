//! Where the keys of a JSON text stand, which a tree of its values does not know.

use std::collections::BTreeMap;

/// The places of the strings of a JSON text.
pub(super) struct Places<'a> {
    /// For each string without escapes, the bytes where it begins, ascending.
    strings: BTreeMap<&'a str, Vec<usize>>,
    /// The bytes of the line feeds.
    ends: Vec<usize>,
}

impl<'a> Places<'a> {
    pub(super) fn of(text: &'a str) -> Self {
        let mut strings: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        let bytes = text.as_bytes();
        let mut at = 0;
        while let Some(start) = bytes[at..].iter().position(|byte| *byte == b'"').map(|found| at + found + 1)
        {
            let mut end = start;
            while end < bytes.len() && bytes[end] != b'"' {
                end += if bytes[end] == b'\\' { 2 } else { 1 };
            }
            if let Some(string) = text.get(start..end.min(bytes.len())) {
                strings.entry(string).or_default().push(start);
            }
            at = (end + 1).min(bytes.len());
        }
        let ends = bytes.iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(at, _)| at).collect();
        Self { strings, ends }
    }

    /// Returns the byte of the first `key` behind the byte `from`; `from` if there is none.
    pub(super) fn behind(&self, key: &str, from: usize) -> usize {
        self.of_value(key, from)
    }

    /// Does the same for a value.
    pub(super) fn of_value(&self, value: &str, from: usize) -> usize {
        let Some(places) = self.strings.get(value) else { return from };
        let index = places.partition_point(|place| *place < from);
        places.get(index).copied().unwrap_or(from)
    }

    /// Returns the line of a byte, from 1.
    pub(super) fn line(&self, at: usize) -> usize {
        self.ends.partition_point(|end| *end < at) + 1
    }
}

#[cfg(test)]
mod tests {
    use super::Places;

    #[test]
    fn keys_are_found_behind_others() {
        let text = "{\"a\": {\n\"x\\\"y\": 1,\n\"k\": 2},\n\"b\": {\n\"k\": 3}}";
        let places = Places::of(text);
        let b = places.behind("b", 0);
        assert_eq!(
            (places.line(places.behind("k", 0)), places.line(b), places.line(places.behind("k", b))),
            (3, 4, 5)
        );
        assert_eq!(places.behind("missing", b), b);
        // Not JSON.
        assert_eq!(Places::of("\"\\").line(0), 1);
    }
}
