//! Output modifiers: what stands behind the `|` of a show command, and the lines that it leaves.
//!
//! The words and their help are those of IOS 15 and IOS-XE.

use std::fmt;

use regex::Regex;

use crate::help::{self, Row};
use crate::table::{Word, common_start};
use crate::{Expansion, InputError, expand, expression, unverified};

/// What a modifier does with the lines of an output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Filter {
    /// Prints the first line that matches, and all after it.
    Begin,
    /// Prints the number of lines that match.
    Count,
    /// Prints the lines that do not match.
    Exclude,
    /// Prints the lines that match.
    Include,
    /// Prints each line that matches, and the lines below it that are indented further.
    Section,
    /// Prints all other lines.
    SectionExclude,
}

impl Filter {
    /// Returns its words in full form.
    fn words(self) -> &'static str {
        match self {
            Self::Begin => "begin",
            Self::Count => "count",
            Self::Exclude => "exclude",
            Self::Include => "include",
            // In full, so that the expression may begin with `include` as well.
            Self::Section => "section include",
            Self::SectionExclude => "section exclude",
        }
    }
}

/// A word that may follow `|`: its help, and its filter, or `None` if it is not modelled.
type Known = (&'static str, &'static str, Option<Filter>);

const KNOWN: &[Known] = &[
    ("append", "Append redirected output to URL (URLs supporting append operation only)", None),
    ("begin", "Begin with the line that matches", Some(Filter::Begin)),
    ("count", "Count number of lines which match regexp", Some(Filter::Count)),
    ("exclude", "Exclude lines that match", Some(Filter::Exclude)),
    ("format", "Format the output using the specified spec file", None),
    ("include", "Include lines that match", Some(Filter::Include)),
    ("redirect", "Redirect output to URL", None),
    ("section", "Filter a section of output", Some(Filter::Section)),
    ("tee", "Copy output to URL", None),
];

/// The help of the regular expression.
const EXPRESSION: Row<'static> = ("LINE", "Regular Expression");

/// An output modifier.
#[derive(Clone, Debug)]
pub struct Modifier {
    filter: Filter,
    /// The regular expression, as typed.
    written: String,
    expression: Regex,
}

impl PartialEq for Modifier {
    fn eq(&self, other: &Self) -> bool {
        self.filter == other.filter && self.written == other.written
    }
}

impl Eq for Modifier {}

impl fmt::Display for Modifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "| {} {}", self.filter.words(), self.written)
    }
}

impl Modifier {
    /// Reads the words behind the `|` of `line`.
    pub(crate) fn read(line: &str, behind: &[Word<'_>]) -> Result<Self, InputError> {
        let Some((&(column, first), rest)) = behind.split_first() else { return Err(InputError::Incomplete) };
        let (word, filter) = known(column, first)?;
        let filter = filter.ok_or(InputError::NotModelled(word))?;
        let (filter, rest) = match (filter, rest) {
            (Filter::Section, [(_, only)]) if matches!(*only, "include" | "exclude") => {
                return Err(InputError::Incomplete);
            }
            (Filter::Section, [(_, which), of_which @ ..]) if !of_which.is_empty() => {
                match expand(which, ["include", "exclude"]) {
                    Expansion::Word("include") => (Filter::Section, of_which),
                    Expansion::Word(_) => (Filter::SectionExclude, of_which),
                    _ => (Filter::Section, rest),
                }
            }
            _ => (filter, rest),
        };
        let (_, start) = rest.first().ok_or(InputError::Incomplete)?;
        // It runs to the end of the line, with the blanks in it.
        let written = &line[start.as_ptr() as usize - line.as_ptr() as usize..];
        Ok(Self { filter, written: written.to_owned(), expression: expression::compile(written)? })
    }

    /// Returns the lines of `text` that it leaves, or their number.
    pub fn apply(&self, text: &str) -> String {
        let matches = |line: &&str| self.expression.is_match(line);
        match self.filter {
            Filter::Begin => lines(text.lines().skip_while(|line| !matches(line))),
            Filter::Count => {
                format!("Number of lines which match regexp = {}\n", text.lines().filter(matches).count())
            }
            Filter::Exclude => lines(text.lines().filter(|line| !matches(line))),
            Filter::Include => lines(text.lines().filter(matches)),
            Filter::Section => lines(self.in_sections(text, true)),
            Filter::SectionExclude => lines(self.in_sections(text, false)),
        }
    }

    /// Returns the lines inside, or outside, of the sections that begin with a line that matches.
    fn in_sections<'t>(&self, text: &'t str, inside: bool) -> impl Iterator<Item = &'t str> {
        let mut section: Option<usize> = None;
        text.lines().filter(move |line| {
            let indent = line.len() - line.trim_start().len();
            if section.is_none_or(|first| indent <= first) {
                section = self.expression.is_match(line).then_some(indent);
            }
            section.is_some() == inside
        })
    }
}

/// Returns the answer to `?` behind the words `before` of a modifier and the start of another.
pub(crate) fn help(before: &[Word<'_>], partial: &str) -> Result<String, InputError> {
    let Some((&(column, first), rest)) = before.split_first() else {
        let rows = KNOWN.iter().map(|&(word, about, _)| (word, about));
        return help::answer(rows.collect(), partial);
    };
    let (word, filter) = known(column, first).map_err(|_| InputError::Unrecognized)?;
    let mut rows = vec![EXPRESSION];
    match filter {
        None => return Err(InputError::NotModelled(word)),
        Some(Filter::Section) if rest.is_empty() => rows.extend(unverified::SECTIONS),
        Some(_) => {}
    }
    if partial.is_empty() {
        return help::answer(rows, "");
    }
    let words = rows.into_iter().filter(|(word, _)| *word == EXPRESSION.0 || word.starts_with(partial));
    Ok(help::words(words.map(|(word, _)| word)))
}

/// Finds the word behind `|` that `typed` at this column is, or abbreviates.
fn known(column: usize, typed: &str) -> Result<(&'static str, Option<Filter>), InputError> {
    match expand(typed, KNOWN.iter().map(|(word, ..)| *word)) {
        Expansion::Word(word) => {
            let filter = KNOWN.iter().find(|(known, ..)| *known == word).and_then(|(.., filter)| *filter);
            Ok((word, filter))
        }
        Expansion::Ambiguous => Err(InputError::Ambiguous),
        Expansion::Unknown => {
            // The listings are of IOS 15: whether a controller has the words that are not modelled is unverified.
            let sure = KNOWN.iter().filter(|(.., filter)| filter.is_some());
            let alike = sure.map(|(word, ..)| common_start(typed, word)).max();
            Err(InputError::Invalid { column: column + alike.unwrap_or(0) })
        }
    }
}

fn lines<'t>(lines: impl Iterator<Item = &'t str>) -> String {
    lines.flat_map(|line| [line, "\n"]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::words;

    const TEXT: &str = "\
Number of APs: 2

interface Gi0
 ip ospf cost 10
 shutdown
router ospf 1
 router-id 10.0.0.1
  deeper
end
";

    fn read(line: &str) -> Result<Modifier, InputError> {
        let words: Vec<Word<'_>> = words(line).collect();
        Modifier::read(line, &words[1..])
    }

    fn applied(line: &str) -> String {
        read(line).unwrap_or_else(|error| panic!("{line}: {error}")).apply(TEXT)
    }

    #[test]
    fn each_leaves_its_lines() {
        assert_eq!(applied("| include ospf"), " ip ospf cost 10\nrouter ospf 1\n");
        assert_eq!(applied("| i OSPF"), "");
        assert_eq!(applied("| inc cost 10"), " ip ospf cost 10\n");
        assert_eq!(applied("| begin router"), "router ospf 1\n router-id 10.0.0.1\n  deeper\nend\n");
        assert_eq!(applied("| count ^ "), "Number of lines which match regexp = 4\n");
        assert_eq!(applied("| ex [a-z]"), "\n");
        assert_eq!(applied("| e ^ |^$"), "Number of APs: 2\ninterface Gi0\nrouter ospf 1\nend\n");
    }

    // As in a listing of `sh run | sec ospf` of IOS: a line within another section stands alone.
    #[test]
    fn a_section_is_a_line_and_those_below_it() {
        let sections = " ip ospf cost 10\nrouter ospf 1\n router-id 10.0.0.1\n  deeper\n";
        for line in ["| section ospf", "| sec ospf", "| s include ospf", "| sec i ospf"] {
            assert_eq!(applied(line), sections, "{line}");
        }
        assert_eq!(applied("| section exclude ospf"), "Number of APs: 2\n\ninterface Gi0\n shutdown\nend\n");
        assert_eq!(applied("| sec interface"), "interface Gi0\n ip ospf cost 10\n shutdown\n");
        assert_eq!(applied("| section i"), applied("| section include i"), "one letter is an expression");
    }

    #[test]
    fn what_is_missing_or_wrong() {
        for (line, error) in [
            ("|", InputError::Incomplete),
            ("| ", InputError::Incomplete),
            ("| include", InputError::Incomplete),
            ("| include  ", InputError::Incomplete),
            ("| section", InputError::Incomplete),
            ("| section include", InputError::Incomplete),
            ("| foo", InputError::Invalid { column: 2 }),
            ("| xfoo", InputError::Invalid { column: 2 }),
            ("|   includes x", InputError::Invalid { column: 11 }),
            ("| ix", InputError::Invalid { column: 3 }),
            ("| include [", InputError::Expression),
            ("| red flash:x", InputError::NotModelled("redirect")),
            ("| tee", InputError::NotModelled("tee")),
        ] {
            assert_eq!(read(line), Err(error), "{line}");
        }
    }

    #[test]
    fn it_is_written_in_full() {
        for (typed, full) in [
            ("| i  a  b|c ", "| include a  b|c "),
            ("| sec ex x", "| section exclude x"),
            ("| s inc x", "| section include x"),
            ("| s include include x", "| section include include x"),
            ("| sec i", "| section include i"),
        ] {
            let modifier = read(typed).expect("right");
            assert_eq!(modifier.to_string(), full);
            assert_eq!(read(full), Ok(modifier), "the full form is read as the same");
        }
    }
}
