//! The output of a show command: as text, and by field.

/// The output of a show command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Output {
    /// The command in full form, with its output modifier.
    pub command: String,
    /// The printed text.
    pub text: String,
    /// The same output by field; empty behind an output modifier.
    pub fields: Fields,
}

/// Labelled lines and a table; either may be empty. Labels and headers are the device's own words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fields {
    /// Lines beside the table: label and value.
    pub lines: Vec<(&'static str, String)>,
    /// The headers of the table's columns.
    pub columns: &'static [&'static str],
    /// Its rows; each has a cell for every column.
    pub rows: Vec<Vec<String>>,
}

impl Fields {
    /// Returns the value of the line with this label. Several blanks within a label count as one.
    pub fn line(&self, label: &str) -> Option<&str> {
        self.lines.iter().find(|(known, _)| same(known, label)).map(|(_, value)| value.as_str())
    }

    /// Returns the cell of `row` below this header.
    pub fn cell<'a>(&self, row: &'a [String], header: &str) -> Option<&'a str> {
        let column = self.columns.iter().position(|known| same(known, header))?;
        row.get(column).map(String::as_str)
    }

    /// Returns the labels of the lines.
    pub fn labels(&self) -> impl Iterator<Item = &'static str> {
        self.lines.iter().map(|(label, _)| *label)
    }
}

fn same(a: &str, b: &str) -> bool {
    a.split_whitespace().eq(b.split_whitespace())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_found_by_their_words() {
        let fields = Fields {
            lines: vec![("Backup  Boot Image Hash", "ab12".to_owned())],
            columns: &["AP Name", "State"],
            rows: vec![vec!["branch-1".to_owned(), "Registered".to_owned()]],
        };
        assert_eq!(fields.line("Backup Boot Image Hash"), Some("ab12"));
        assert_eq!(fields.line("Boot"), None);
        assert_eq!(fields.cell(&fields.rows[0], "State"), Some("Registered"));
        assert_eq!(fields.cell(&fields.rows[0], "AP"), None);
    }
}
