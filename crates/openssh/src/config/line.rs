//! A line of sshd_config: a keyword and its arguments.

use std::ops::Range;

/// An argument, without quotes and escapes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Word {
    pub(super) text: String,
    /// Its position in the whole text.
    pub(super) range: Range<usize>,
}

/// A line with a directive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) keyword: Word,
    /// The text after the keyword, as it is written.
    pub(super) rest: Word,
}

/// An unclosed quote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct NotClosed;

/// Returns the lines of a part of a text that are neither empty nor comments.
pub(super) fn lines(text: &str, part: Range<usize>) -> impl Iterator<Item = Line> {
    let mut offset = part.start;
    text[part].split('\n').filter_map(move |line| {
        let start = offset;
        offset += line.len() + 1;
        read(line, start)
    })
}

impl Line {
    /// Returns the arguments, without a comment at the end.
    pub(super) fn words(&self) -> Result<Vec<Word>, NotClosed> {
        let text = &self.rest.text;
        let mut words = Vec::new();
        let mut characters = text.char_indices().peekable();
        while let Some(&(start, first)) = characters.peek() {
            if is_blank(first) {
                characters.next();
                continue;
            }
            if first == '#' {
                break;
            }
            let mut word = String::new();
            let mut quote = None;
            let mut end = start;
            while let Some((at, character)) =
                characters.next_if(|(_, character)| quote.is_some() || !is_blank(*character))
            {
                end = at + character.len_utf8();
                match (character, quote) {
                    ('\\', _) => {
                        let escaped = |next: &(usize, char)| match next.1 {
                            '\'' | '"' | '\\' => true,
                            ' ' => quote.is_none(),
                            _ => false,
                        };
                        let next = characters.next_if(escaped);
                        end += next.map_or(0, |(_, next)| next.len_utf8());
                        word.push(next.map_or('\\', |(_, next)| next));
                    }
                    ('"' | '\'', None) => quote = Some(character),
                    (_, Some(open)) if open == character => quote = None,
                    _ => word.push(character),
                }
            }
            if quote.is_some() {
                return Err(NotClosed);
            }
            words.push(self.part(start..end, word));
        }
        Ok(words)
    }

    /// Returns the conditions of a `Match` line, which are split differently: at blanks, quotes or one `=`.
    pub(super) fn conditions(&self) -> Vec<Word> {
        let text = &self.rest.text;
        let mut words = Vec::new();
        let mut at = 0;
        while let Some((word, range, next)) = split_off(text, at) {
            if word.starts_with('#') {
                break;
            }
            words.push(self.part(range, word));
            at = next;
        }
        words
    }

    fn part(&self, range: Range<usize>, text: String) -> Word {
        let start = self.rest.range.start;
        Word { text, range: start + range.start..start + range.end }
    }
}

fn read(line: &str, start: usize) -> Option<Line> {
    let end = line.trim_end_matches([' ', '\t', '\r', '\x0c']).len();
    let line = &line[..end];
    let begin = end - line.trim_start_matches([' ', '\t', '\r']).len();
    let (text, range, next) = split_off(line, begin)?;
    if text.is_empty() || text.starts_with('#') {
        return None;
    }
    let place = |range: Range<usize>| start + range.start..start + range.end;
    Some(Line {
        keyword: Word { text, range: place(range) },
        rest: Word { text: line[next..].to_owned(), range: place(next..end) },
    })
}

/// Returns the first word from `at` on, its range, and the start of the next.
fn split_off(text: &str, at: usize) -> Option<(String, Range<usize>, usize)> {
    let rest = text.get(at..).filter(|rest| !rest.is_empty())?;
    let after_blanks = |at: usize| text.len() - text[at..].trim_start_matches([' ', '\t', '\r']).len();
    let Some(length) = rest.find([' ', '\t', '\r', '=', '"']) else {
        return Some((rest.to_owned(), at..text.len(), text.len()));
    };
    let end = at + length;
    if text[end..].starts_with('"') {
        let close = end + 1 + text[end + 1..].find('"')?;
        let word = format!("{}{}", &text[at..end], &text[end + 1..close]);
        return Some((word, at..close + 1, after_blanks(close + 1)));
    }
    let mut next = after_blanks(end + 1);
    if !text[end..].starts_with('=') && text[next..].starts_with('=') {
        next = after_blanks(next + 1);
    }
    Some((text[at..end].to_owned(), at..end, next))
}

fn is_blank(character: char) -> bool {
    matches!(character, ' ' | '\t')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str) -> impl Iterator<Item = Line> {
        lines(text, 0..text.len())
    }

    fn words(line: &str) -> (String, Vec<String>) {
        let line = all(line).next().expect("a line that says something");
        let words = line.words().expect("quotes in pairs");
        (line.keyword.text, words.into_iter().map(|word| word.text).collect())
    }

    #[test]
    fn arguments_are_split_as_sshd_splits_them() {
        let sftp =
            |arguments: &[&str]| ("Subsystem".to_owned(), arguments.iter().map(|a| (*a).into()).collect());
        assert_eq!(
            words("\tSubsystem  sftp\tinternal-sftp -l  VERBOSE # why\r"),
            sftp(&["sftp", "internal-sftp", "-l", "VERBOSE"])
        );
        assert_eq!(
            words("Subsystem=sftp \"/opt/my server\" a\\ b 'c \"d'"),
            sftp(&["sftp", "/opt/my server", "a b", "c \"d"])
        );
        assert_eq!(words("Subsystem = x\\y\"z\"#w"), sftp(&["x\\yz#w"]));
        assert_eq!(all("  # comment\n\n \t\n").next(), None);
        assert_eq!(all("a \"b").next().expect("a line").words(), Err(NotClosed));
    }

    #[test]
    fn words_know_where_they_stand() {
        let text = "# é\n  Banner  \"/etc/a b\" x\n";
        let line = all(text).next().expect("a line");
        assert_eq!(&text[line.keyword.range.clone()], "Banner");
        let at: Vec<_> = line.words().expect("words").into_iter().map(|word| &text[word.range]).collect();
        assert_eq!(at, ["\"/etc/a b\"", "x"]);
    }

    #[test]
    fn conditions_take_an_equals_sign() {
        let line = all("Match User=calo,bob Address = \"10.0.0.0/8\" # x").next().expect("a line");
        let conditions: Vec<_> = line.conditions().into_iter().map(|word| word.text).collect();
        assert_eq!(conditions, ["User", "calo,bob", "Address", "10.0.0.0/8"]);
    }
}
