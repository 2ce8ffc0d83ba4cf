//! The lines of a rule file.

use super::Rule;
use super::ere::{Ere, EreError};
use crate::tftpd_hpa::event::Operation;

/// A line that is not a valid rule.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {problem}")]
pub struct RuleError {
    /// The line, counted from 1.
    pub line: usize,
    /// The problem.
    pub problem: RuleProblem,
}

/// A problem with a rule.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RuleProblem {
    /// An unknown letter; tftpd(8) lists the known ones.
    #[error("command {command:?} contains invalid char {letter:?}")]
    BadLetter {
        /// The first word.
        command: String,
        /// The letter.
        letter: char,
    },
    /// `r` with `~`: there is no match to replace.
    #[error("r rules cannot be inverted")]
    InvertedRewrite,
    /// Nothing follows the letters.
    #[error("no regex")]
    NoRegex,
    /// The expression is invalid.
    #[error("bad regex: {0}")]
    BadRegex(#[from] EreError),
}

pub(super) fn parse(text: &[u8]) -> Result<Vec<Rule>, Vec<RuleError>> {
    let mut rules = Vec::new();
    let mut errors = Vec::new();
    for (line, text) in text.split(|&byte| byte == b'\n').enumerate() {
        match rule(text) {
            Ok(rule) => rules.extend(rule),
            Err(problem) => errors.push(RuleError { line: line + 1, problem }),
        }
    }
    if errors.is_empty() { Ok(rules) } else { Err(errors) }
}

fn rule(mut line: &[u8]) -> Result<Option<Rule>, RuleProblem> {
    let Some(command) = word(&mut line) else { return Ok(None) };
    let has = |letter: u8| command.contains(&letter);
    if let Some(&letter) = command.iter().find(|letter| !b"rgesai~46GP".contains(letter)) {
        let command = String::from_utf8_lossy(&command).into_owned();
        return Err(RuleProblem::BadLetter { command, letter: letter.into() });
    }
    if has(b'r') && has(b'~') {
        return Err(RuleProblem::InvertedRewrite);
    }
    let regex = Ere::new(&word(&mut line).ok_or(RuleProblem::NoRegex)?, has(b'i'))?;
    // If both are given, the later counts.
    let operation = command.iter().rev().find_map(|letter| match letter {
        b'G' => Some(Operation::Rrq),
        b'P' => Some(Operation::Wrq),
        _ => None,
    });
    Ok(Some(Rule {
        rewrite: has(b'r'),
        global: has(b'g') && has(b'r'),
        exit: has(b'e'),
        restart: has(b's'),
        abort: has(b'a'),
        inverse: has(b'~'),
        operation,
        ipv4_only: has(b'4'),
        ipv6_only: has(b'6'),
        regex,
        pattern: word(&mut line).unwrap_or_default(),
    }))
}

/// Takes the text before the next blank or hash that no backslash protects. Backslashes stay.
fn word(line: &mut &[u8]) -> Option<Vec<u8>> {
    let blank = |byte: u8| byte.is_ascii_whitespace() || byte == 0x0b;
    while let [first, rest @ ..] = line
        && blank(*first)
    {
        *line = rest;
    }
    let mut protected = false;
    let end = line.iter().position(|&byte| {
        let ends = !protected && (blank(byte) || byte == b'#');
        protected = !protected && byte == b'\\';
        ends
    });
    let (word, rest) = line.split_at(end.unwrap_or(line.len()));
    *line = rest;
    (!word.is_empty()).then(|| word.to_vec())
}
