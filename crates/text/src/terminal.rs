//! The width of the terminal that a text was copied from.

/// The usual width, and the one that is assumed of a text which shows no other.
pub const COLUMNS: usize = 80;
/// The widths of terminals, ascending: of a VT100, of common windows.
const WIDTHS: [usize; 7] = [COLUMNS, 100, 120, 132, 160, 200, 240];

/// Returns the width of the terminal that wrapped these lines, by their lengths in characters. No line of a terminal is longer than it is
/// wide, so the longest one tells, if that is as long as a usual terminal is wide.
pub fn columns(lengths: impl Iterator<Item = usize>) -> usize {
    let longest = lengths.max().unwrap_or_default();
    if WIDTHS.contains(&longest) { longest } else { COLUMNS }
}

#[cfg(test)]
mod tests {
    use super::columns;

    #[test]
    fn the_longest_line_tells() {
        assert_eq!(columns([12, 132, 30, 132].into_iter()), 132);
        assert_eq!(columns([12, 80, 30].into_iter()), 80);
        // No terminal is as wide.
        assert_eq!(columns([12, 254].into_iter()), 80);
        assert_eq!(columns([12, 30].into_iter()), 80);
        assert_eq!(columns(std::iter::empty()), 80);
    }
}
