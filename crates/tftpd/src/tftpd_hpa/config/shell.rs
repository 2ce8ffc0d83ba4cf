//! The part of sh(1) that files under `/etc/default` use: assignments, quotes, comments.

use std::iter::Peekable;
use std::ops::Range;
use std::str::CharIndices;

use super::place::Text;
use super::problem::ConfigProblem;

type Problems = Vec<(Range<usize>, ConfigProblem)>;

/// Returns the assignments of a file, name and value, in order, and the problems in it.
pub(super) fn parse(text: &str) -> (Vec<(Text, Text)>, Problems) {
    let mut parser = Parser { text, characters: text.char_indices().peekable(), problems: Vec::new() };
    let mut assignments = Vec::new();
    while let Some(&(at, character)) = parser.characters.peek() {
        match character {
            ' ' | '\t' | '\n' | '\r' | ';' => parser.skip(),
            '#' => parser.skip_line(),
            _ => assignments.extend(parser.statement(at)),
        }
    }
    (assignments, parser.problems)
}

struct Parser<'a> {
    text: &'a str,
    characters: Peekable<CharIndices<'a>>,
    problems: Problems,
}

impl Parser<'_> {
    fn statement(&mut self, start: usize) -> Option<(Text, Text)> {
        let name = self.name();
        if name.string() == "export" && self.next_is(|character| matches!(character, ' ' | '\t')) {
            return None; // What it exports follows as a statement of its own.
        }
        let named = name.0.first().is_some_and(|(_, first)| !first.is_ascii_digit());
        if !named || !self.next_is(|character| character == '=') {
            self.skip_line();
            let line = self.text[start..].split('\n').next().unwrap_or_default().trim_end();
            self.problems.push((start..start + line.len(), ConfigProblem::NotAnAssignment));
            return None;
        }
        self.skip();
        Some((name, self.value()))
    }

    fn name(&mut self) -> Text {
        let mut name = Text::default();
        while let Some(next) =
            self.characters.next_if(|(_, character)| character.is_ascii_alphanumeric() || *character == '_')
        {
            name.0.push(next);
        }
        name
    }

    fn value(&mut self) -> Text {
        let mut value = Text::default();
        while let Some((at, character)) =
            self.characters.next_if(|(_, character)| !matches!(character, ' ' | '\t' | '\n' | '\r' | ';'))
        {
            match character {
                '\'' => self.single_quoted(at, &mut value),
                '"' => self.double_quoted(at, &mut value),
                '\\' => self.escaped(|_| true, at, &mut value),
                '$' | '`' => self.problems.push((at..at + 1, ConfigProblem::Expansion)),
                _ => value.0.push((at, character)),
            }
        }
        value
    }

    fn single_quoted(&mut self, start: usize, value: &mut Text) {
        for next in self.characters.by_ref() {
            if next.1 == '\'' {
                return;
            }
            value.0.push(next);
        }
        self.problems.push((start..start + 1, ConfigProblem::QuoteNotClosed));
    }

    fn double_quoted(&mut self, start: usize, value: &mut Text) {
        while let Some((at, character)) = self.characters.next() {
            match character {
                '"' => return,
                '\\' => self.escaped(|next| matches!(next, '$' | '`' | '"' | '\\' | '\n'), at, value),
                '$' | '`' => self.problems.push((at..at + 1, ConfigProblem::Expansion)),
                _ => value.0.push((at, character)),
            }
        }
        self.problems.push((start..start + 1, ConfigProblem::QuoteNotClosed));
    }

    /// Reads a backslash at `at`, which keeps the next character if `escapable` accepts it; an escaped line end is dropped.
    fn escaped(&mut self, escapable: impl Fn(char) -> bool, at: usize, value: &mut Text) {
        match self.characters.next_if(|(_, next)| escapable(*next)) {
            Some((_, '\n')) => {}
            Some(next) => value.0.push(next),
            None => value.0.push((at, '\\')),
        }
    }

    fn next_is(&mut self, wanted: impl Fn(char) -> bool) -> bool {
        self.characters.peek().is_some_and(|&(_, character)| wanted(character))
    }

    fn skip(&mut self) {
        self.characters.next();
    }

    fn skip_line(&mut self) {
        while self.characters.next_if(|(_, character)| *character != '\n').is_some() {}
    }
}
