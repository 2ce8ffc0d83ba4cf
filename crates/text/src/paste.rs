//! The lines of a paste: what a terminal showed, without the traces of how it showed it.
//!
//! A capture of a terminal has carriage returns, backspaces and escape sequences in it: `--More--` is printed, erased and written
//! over, and so are letters that were typed wrongly. A carriage return in front of a line feed ends a line like any other; one
//! within a line begins a new line, because either it was one, or only blanks and `--More--` stand before it. Backspaces write
//! over. A terminal's log may have a time in brackets before each line. An editor that drops backspaces leaves `--More--` and nine blanks in front of a line; both are removed.

use std::borrow::Cow;

/// The blanks that are left behind `--More--` if backspaces are lost: one of its own, and eight that erase it.
const BLANKS_BEHIND_MORE: usize = 9;
const MORE: &str = "--More--";

/// A line, and the places of its characters in the pasted text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line<'a> {
    /// The text that the terminal showed.
    pub text: Cow<'a, str>,
    pieces: Vec<Piece>,
}

/// A part of a line that stands in one piece in the pasted text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Piece {
    /// The index of its first character.
    start: usize,
    /// Its line in the pasted text, from 1.
    number: usize,
    /// The column of its first character there, from 1.
    column: usize,
}

impl Line<'_> {
    /// Returns its line in the pasted text, from 1.
    pub fn number(&self) -> usize {
        self.pieces[0].number
    }

    /// Returns the line and the column in the pasted text, both from 1, of the character `index`, or of the end.
    pub fn place(&self, index: usize) -> (usize, usize) {
        let piece = self.pieces.iter().rfind(|piece| piece.start <= index).unwrap_or(&self.pieces[0]);
        (piece.number, piece.column + (index - piece.start))
    }

    /// Appends a line that is the rest of this one.
    pub fn append(&mut self, rest: &Line<'_>) {
        let length = self.text.chars().count();
        self.pieces.extend(rest.pieces.iter().map(|piece| Piece { start: length + piece.start, ..*piece }));
        self.text.to_mut().push_str(&rest.text);
    }
}

/// Returns the lines of a paste, in the order of the text. What is left of one is its text without line ending.
pub fn lines(text: &str) -> impl Iterator<Item = Line<'_>> {
    text.lines().enumerate().flat_map(|(index, line)| {
        let line = line.trim_end_matches('\r');
        let (stamp, line) = line.split_at(stamp(line));
        shown(line, index + 1, stamp.chars().count() + 1)
    })
}

/// Returns the length of a time in brackets and the blank behind it, as logs of terminals have them: `[2024-03-05 22:00:01] `.
fn stamp(line: &str) -> usize {
    let Some((inside, rest)) = line.strip_prefix('[').and_then(|line| line.split_once(']')) else { return 0 };
    let is_time = |word: &str| {
        // A time zone may follow.
        let time = word.split(['+', '-', 'Z']).next().unwrap_or_default();
        let parts: Vec<&str> = time.split(':').collect();
        parts.len() == 3
            && parts
                .iter()
                .all(|part| part.len() >= 2 && part.chars().all(|c| c.is_ascii_digit() || c == '.'))
    };
    let is_plain = inside.chars().all(|c| c.is_ascii_alphanumeric() || " :.,/+-".contains(c));
    if !is_plain || !inside.split([' ', 'T']).any(is_time) {
        return 0;
    }
    line.len() - rest.strip_prefix(' ').unwrap_or(rest).len()
}

/// Returns the lines that a terminal shows for one line of text, which begins in column `first`.
fn shown(line: &str, number: usize, first: usize) -> Vec<Line<'_>> {
    if !line.contains(MORE) && !line.chars().any(is_control) {
        return vec![Line { text: line.into(), pieces: vec![Piece { start: 0, number, column: first }] }];
    }
    let mut column = first;
    let mut lines = Vec::new();
    for segment in line.split('\r') {
        let cells = without_more(visible(segment, column));
        column += segment.chars().count() + 1;
        if cells.iter().any(|(c, _)| !c.is_whitespace()) {
            lines.push(line_of(&cells, number));
        }
    }
    lines
}

fn is_control(c: char) -> bool {
    // A tab is a blank, and the byte of Ctrl-C encloses banners. Some editors write a byte-order mark.
    (c.is_control() && c != '\t' && c != '\u{3}') || c == '\u{feff}'
}

/// Returns the characters that are left of `segment`, and their columns. The first one is in column `first`.
fn visible(segment: &str, first: usize) -> Vec<(char, usize)> {
    let mut cells: Vec<(char, usize)> = Vec::new();
    let mut cursor = 0_usize;
    // Some editors write control characters as two letters.
    let spelt = segment.contains(MORE) && segment.contains("^H^H");
    let mut characters = segment.chars().zip(first..).peekable();
    while let Some((c, column)) = characters.next() {
        let is_spelt = spelt && c == '^' && characters.peek().is_some_and(|(next, _)| *next == 'H');
        if is_spelt {
            characters.next();
        }
        match c {
            _ if is_spelt => cursor = cursor.saturating_sub(1),
            '\u{8}' => cursor = cursor.saturating_sub(1),
            '\u{1b}' => {
                // `ESC [`, parameters, and a letter.
                if characters.next_if(|(next, _)| *next == '[').is_some() {
                    while characters.next_if(|(next, _)| !next.is_ascii_alphabetic()).is_some() {}
                    characters.next();
                }
            }
            c if is_control(c) => {}
            c => {
                if cursor < cells.len() {
                    cells[cursor] = (c, column);
                } else {
                    cells.push((c, column));
                }
                cursor += 1;
            }
        }
    }
    let end = cells.iter().rposition(|(c, _)| !c.is_whitespace()).map_or(0, |last| last + 1);
    cells.truncate(end);
    cells
}

/// Removes a `--More--` that was not written over, and the blanks behind it.
fn without_more(cells: Vec<(char, usize)>) -> Vec<(char, usize)> {
    let start = cells.iter().take_while(|(c, _)| c.is_whitespace()).count();
    let end = start + MORE.len();
    if !cells.get(start..end).is_some_and(|word| word.iter().map(|(c, _)| *c).eq(MORE.chars())) {
        return cells;
    }
    let blanks = cells[end..].iter().take(BLANKS_BEHIND_MORE).take_while(|(c, _)| *c == ' ').count();
    cells[end + blanks..].to_vec()
}

fn line_of(cells: &[(char, usize)], number: usize) -> Line<'static> {
    let mut pieces: Vec<Piece> = Vec::new();
    for (index, (_, column)) in cells.iter().enumerate() {
        let goes_on = pieces.last().is_some_and(|piece| piece.column + (index - piece.start) == *column);
        if !goes_on {
            pieces.push(Piece { start: index, number, column: *column });
        }
    }
    Line { text: cells.iter().map(|(c, _)| *c).collect(), pieces }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<String> {
        lines(text).map(|line| line.text.into_owned()).collect()
    }

    #[test]
    fn a_capture_has_the_lines_that_the_terminal_showed() {
        let more = " --More-- ";
        let erased = format!("{more}{0}{1}{0}", "\u{8}".repeat(9), " ".repeat(8));
        for (captured, expected) in [
            ("hostname a\r\n ip x\r\r\n", vec!["hostname a", " ip x"]),
            ("hostname a\rhostname b\r", vec!["hostname a", "hostname b"]),
            (&format!("{erased}hostname a\n{erased} ip x\n{erased}!\n"), vec!["hostname a", " ip x", "!"]),
            (&format!("{more}\r          \r ip x"), vec![" ip x"]),
            (&format!("{more}        hostname a\n{more}         ip x"), vec!["hostname a", " ip x"]),
            (&format!("{}hostname a", erased.replace('\u{8}', "^H")), vec!["hostname a"]),
            ("hots\u{8}\u{8}stname a", vec!["hostname a"]),
            ("hostname ab\u{8} \u{8}", vec!["hostname a"]),
            ("\u{1b}[0m\u{7}hostname\u{1b}[12;1H a", vec!["hostname a"]),
            ("\u{8}\u{8}a", vec!["a"]),
            ("\u{feff}hostname a", vec!["hostname a"]),
            ("\u{1b}[", vec![]),
            ("banner motd \u{3}hello\u{3}", vec!["banner motd \u{3}hello\u{3}"]),
            ("a --More-- b", vec!["a --More-- b"]),
        ] {
            assert_eq!(texts(captured), expected, "{captured:?}");
        }
    }

    #[test]
    fn characters_keep_their_places() {
        let captured =
            "first\n --More-- \u{8}\u{8}\u{8}\u{8}\u{8}\u{8}\u{8}\u{8}\u{8}\u{8}hostname a\rxy\nrest";
        let mut lines = lines(captured).skip(1);
        let hostname = lines.next().expect("a line");
        assert_eq!(hostname.text, "hostname a");
        assert_eq!((hostname.place(0), hostname.place(9), hostname.place(10)), ((2, 21), (2, 30), (2, 31)));
        let mut xy = lines.next().expect("a line");
        assert_eq!((xy.number(), xy.place(0), xy.place(2)), (2, (2, 32), (2, 34)));
        xy.append(&lines.next().expect("a line"));
        assert_eq!(
            (xy.text.as_ref(), xy.place(1), xy.place(2), xy.place(6)),
            ("xyrest", (2, 33), (3, 1), (3, 5))
        );
    }
}
