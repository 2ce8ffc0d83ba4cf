//! Paragraphs and tables for a terminal.

use text::printable;

/// The width of the terminal, in characters.
pub(super) const WIDTH: usize = 100;

/// Writes a text in lines of at most [`WIDTH`] characters, the first behind `first`, the others behind as many spaces. A word that is longer
/// than a line is not broken: it may be a path that is copied.
pub(crate) fn wrapped(out: &mut String, first: &str, text: &str) {
    let indent = first.chars().count();
    out.push_str(first);
    let mut used = indent;
    for word in printable(&text).split(' ').filter(|word| !word.is_empty()) {
        let length = word.chars().count();
        if used > indent && used + 1 + length > WIDTH {
            out.push('\n');
            out.extend(std::iter::repeat_n(' ', indent));
            used = indent;
        }
        if used > indent {
            out.push(' ');
            used += 1;
        }
        out.push_str(word);
        used += length;
    }
    while out.ends_with(' ') {
        out.pop();
    }
    out.push('\n');
}

/// Writes text that has lines of its own, each behind `indent`, as it is.
pub(super) fn verbatim(out: &mut String, indent: &str, text: &str) {
    for line in text.lines() {
        out.push_str(format!("{indent}{}", printable(&line)).trim_end());
        out.push('\n');
    }
}

/// How a column is aligned.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Align {
    Left,
    Right,
}

/// A column: its title, its alignment, and the largest number of characters of a cell.
pub(crate) type Column = (&'static str, Align, usize);

/// Writes a table, indented by two, with as much room for each column as its longest cell needs. Columns without a cell are left out.
pub(crate) fn table(out: &mut String, columns: &[Column], rows: &[Vec<String>]) {
    let rows: Vec<Vec<String>> = rows
        .iter()
        .map(|row| row.iter().zip(columns).map(|(cell, (_, _, most))| cut(cell, *most)).collect())
        .collect();
    let widths: Vec<usize> = (0..columns.len())
        .map(|index| {
            let longest = rows.iter().filter_map(|row| row.get(index)).map(|cell| cell.chars().count()).max();
            match longest.unwrap_or(0) {
                0 => 0,
                longest => longest.max(columns[index].0.chars().count()),
            }
        })
        .collect();
    let titles: Vec<String> = columns.iter().map(|(title, ..)| (*title).to_owned()).collect();
    for row in std::iter::once(&titles).chain(&rows) {
        let mut line = String::new();
        for ((cell, width), (_, align, _)) in
            row.iter().zip(&widths).zip(columns).filter(|((_, width), _)| **width > 0)
        {
            line.push_str("  ");
            match align {
                Align::Left => line.push_str(&format!("{cell:<width$}")),
                Align::Right => line.push_str(&format!("{cell:>width$}")),
            }
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
}

/// Returns a text in one line of at most `most` characters; a longer one ends in `…`.
pub(super) fn cut(text: &str, most: usize) -> String {
    let text = printable(&text);
    if text.chars().count() <= most {
        return text;
    }
    let mut kept: String = text.chars().take(most.saturating_sub(1)).collect();
    kept.push('…');
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_before_the_width() {
        let mut out = String::new();
        wrapped(&mut out, "  check: ", &format!("{} {}", "word ".repeat(30), "x".repeat(120)));
        let lines: Vec<&str> = out.lines().collect();
        assert!(lines[0].starts_with("  check: word word"), "{out}");
        assert!(lines[1].starts_with("         word"), "{out}");
        assert!(lines[..2].iter().all(|line| line.chars().count() <= WIDTH), "{out}");
        assert_eq!(lines.last().map(|line| line.trim()), Some("x".repeat(120).as_str()));
    }

    #[test]
    fn a_table_is_as_wide_as_its_cells() {
        let mut out = String::new();
        let columns = [("name", Align::Left, 6), ("empty", Align::Left, 9), ("takes", Align::Right, 9)];
        let row = |name: &str, takes: &str| vec![name.to_owned(), String::new(), takes.to_owned()];
        table(&mut out, &columns, &[row("a", "1m"), row("a long name", "12m30s")]);
        assert_eq!(out, "  name     takes\n  a           1m\n  a lon…  12m30s\n");
    }
}
