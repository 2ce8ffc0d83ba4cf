//! The rows of a table, put together where the terminal wrapped them.

use super::{Line, Section, is_dashes, is_rule};

/// The most lines of a terminal that one row takes.
const PARTS_MAX: usize = 8;

/// A row, without what a terminal did to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Row {
    /// The line in which it begins.
    pub(crate) number: usize,
    pub(crate) text: String,
}

/// The parts of an output that has a table.
#[derive(Clone, Debug, Default)]
pub(crate) struct Table {
    /// The first heading, put together.
    pub(crate) heading: String,
    pub(crate) rows: Vec<Row>,
    /// The lines that are neither.
    pub(crate) others: Vec<Line>,
}

/// What tells a row from the rest of one, by the words of its first line.
pub(crate) struct Shape {
    /// The beginning of the heading.
    pub(crate) heading: &'static str,
    /// Returns true for words with which a row begins.
    pub(crate) begins: fn(&[&str]) -> bool,
    /// Returns true if nothing of a row can be missing.
    pub(crate) is_whole: fn(&[&str]) -> bool,
}

/// Reads the table of a section.
pub(crate) fn read(section: &Section, width: usize, shape: &Shape) -> Table {
    let mut table = Table::default();
    let lines = &section.lines;
    let is_wrapped = lines.windows(2).any(|pair| is_rule(&pair[0].text) && is_dashes(&pair[1].text));
    // In the heading, up to its rule.
    let mut in_heading = false;
    // The parts of the last row, the length of the last one, and true if that ended with blanks.
    let mut last: Option<(usize, usize, bool)> = None;
    for line in &section.lines {
        let words: Vec<&str> = line.text.split_whitespace().collect();
        let squeezed = words.join(" ");
        let starts = squeezed.get(..shape.heading.len());
        if starts.is_some_and(|start| start.eq_ignore_ascii_case(shape.heading)) {
            in_heading = true;
            last = None;
            if table.heading.is_empty() {
                table.heading.clone_from(&line.text);
            }
            continue;
        }
        if is_rule(&line.text)
            || (!in_heading && last.is_none() && line.text.trim().bytes().all(|c| c == b'-'))
        {
            in_heading = false;
            last = None;
            continue;
        }
        if (shape.begins)(&words) {
            in_heading = false;
            last = Some((1, line.width, ends_blank(line)));
            table.rows.push(Row { number: line.number, text: line.text.clone() });
            continue;
        }
        if in_heading {
            if table.rows.is_empty() {
                table.heading.push_str(&line.text);
            }
            continue;
        }
        let row = table.rows.last_mut();
        let (Some(row), Some((parts, length, blank))) = (row, last.as_mut()) else {
            table.others.push(line.clone());
            continue;
        };
        let is_whole = (shape.is_whole)(&row.text.split_whitespace().collect::<Vec<_>>());
        if *parts == PARTS_MAX || (is_whole && *length != width && !is_wrapped) || is_other(&squeezed) {
            table.others.push(line.clone());
            last = None;
            continue;
        }
        if *length < width || *blank {
            // Blanks at the end of the line are lost.
            row.text.push(' ');
        }
        row.text.push_str(&line.text);
        (*parts, *length, *blank) = (*parts + 1, line.width, ends_blank(line));
    }
    table
}

fn ends_blank(line: &Line) -> bool {
    line.width > line.text.chars().count()
}

/// Returns true for a line that is never the rest of a row.
fn is_other(squeezed: &str) -> bool {
    squeezed.starts_with("Number of ")
        || squeezed.starts_with("Neighbor IP Count")
        || squeezed.starts_with("CC = ")
        || squeezed.starts_with("RD = ")
}
