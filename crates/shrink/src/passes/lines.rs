//! Lines of configurations.

use std::collections::BTreeSet;

use scenario::Value;

use crate::reduce::{Things, reduce};
use crate::search::Search;
use crate::walk::{Path, at, spots, with};

/// Removes sections of configurations, which are lines with those that are indented further below them, and then single lines.
pub(super) fn lines(search: &mut Search<'_>) {
    let blocks: Vec<Path> = spots(search.tree())
        .into_iter()
        .map(|spot| spot.path)
        .filter(|path| matches!(at(search.tree(), path).map(|tree| &tree.value), Some(Value::Block(_))))
        .collect();
    for path in blocks {
        remove(search, &path, sections);
        remove(search, &path, |text| text.split_inclusive('\n').map(str::to_owned).collect());
    }
}

fn remove(search: &mut Search<'_>, path: &Path, parts: fn(&str) -> Vec<String>) {
    let tree = search.tree().clone();
    let Some(Value::Block(text)) = at(&tree, path).map(|tree| &tree.value) else { return };
    let parts = parts(text);
    let without = |removed: &BTreeSet<usize>| {
        let kept = parts.iter().enumerate().filter(|(index, _)| !removed.contains(index));
        let text: String = kept.map(|(_, part)| part.as_str()).collect();
        if text.is_empty() { Vec::new() } else { vec![with(&tree, path, Value::Block(text))] }
    };
    reduce(search, &Things { noun: "line", number: parts.len(), without: &without });
}

/// Returns a configuration in sections.
fn sections(text: &str) -> Vec<String> {
    let indent = |line: &str| line.len() - line.trim_start().len();
    let mut sections: Vec<String> = Vec::new();
    let mut outer = 0;
    for line in text.split_inclusive('\n') {
        match sections.last_mut() {
            Some(section) if indent(line) > outer => section.push_str(line),
            _ => {
                outer = indent(line);
                sections.push(line.to_owned());
            }
        }
    }
    sections
}

#[cfg(test)]
mod tests {
    use super::sections;

    #[test]
    fn a_section_has_the_lines_below_it() {
        assert_eq!(sections("a\n b\n  c\nd\n e\n"), ["a\n b\n  c\n", "d\n e\n"]);
        assert_eq!(sections(" a\nb"), [" a\n", "b"]);
    }
}
