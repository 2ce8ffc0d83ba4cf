//! A device's commands, and the parser of typed lines.

use text::closest;

use crate::InputError;
use crate::abbreviation::starts;

/// One row of a device's table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Command<E> {
    /// The words in full form. A word in capitals stands for any word: `ap name NAME reset`.
    pub words: &'static str,
    /// The effect of the command.
    pub effect: E,
}

/// All commands of a device.
#[derive(Debug)]
pub struct Table<E: 'static>(pub &'static [Command<E>]);

/// A parsed line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Typed<'a, E: 'static> {
    /// The command.
    pub command: &'static Command<E>,
    /// The word typed in place of the word in capitals, if the command has one.
    pub argument: Option<&'a str>,
}

impl<E> Table<E> {
    /// Returns the commands in full form.
    pub fn names(&self) -> impl Iterator<Item = &'static str> + use<E> {
        self.0.iter().map(|command| command.words)
    }

    /// Parses a line. Extra blanks and letter case do not matter.
    ///
    /// # Errors
    /// See [`InputError`].
    pub fn read<'a>(&self, line: &'a str) -> Result<Typed<'a, E>, InputError> {
        let mut open: Vec<Candidate<E>> = self.0.iter().map(Candidate::new).collect();
        let mut argument = None;
        let typed: Vec<(usize, &str)> = words(line).collect();
        for (index, &(column, word)) in typed.iter().enumerate() {
            open.retain(|candidate| candidate.words.len() > index);
            let at = |candidate: &Candidate<E>| candidate.words[index];
            // A complete word is not an abbreviation of a longer one.
            let exact = open.iter().any(|candidate| at(candidate).eq_ignore_ascii_case(word));
            let fits = |wanted: &str| {
                if exact { wanted.eq_ignore_ascii_case(word) } else { takes(wanted, word) }
            };
            let Some(first) = open.iter().map(at).find(|wanted| fits(wanted)) else {
                let alike = open.iter().map(|candidate| common_start(word, at(candidate))).max();
                return Err(InputError::Invalid { column: column + alike.unwrap_or(0) });
            };
            if is_argument(first) {
                argument = Some(word);
            }
            open.retain(|candidate| fits(at(candidate)));
        }
        let mut complete = open.iter().filter(|candidate| candidate.words.len() == typed.len());
        match (complete.next(), complete.next()) {
            (Some(only), None) => Ok(Typed { command: only.command, argument }),
            (Some(_), Some(_)) => Err(InputError::Ambiguous),
            (None, _) => Err(InputError::Incomplete),
        }
    }

    /// Returns the commands nearest to `line`, best first.
    pub fn near(&self, line: &str) -> Vec<String> {
        let typed: Vec<&str> = line.split_whitespace().collect();
        let filled: Vec<String> = self.names().map(|command| fill(command, &typed)).collect();
        closest(&typed.join(" "), filled.iter().map(String::as_str)).into_iter().map(str::to_owned).collect()
    }
}

/// A command that the line still matches.
struct Candidate<E: 'static> {
    command: &'static Command<E>,
    words: Vec<&'static str>,
}

impl<E> Candidate<E> {
    fn new(command: &'static Command<E>) -> Self {
        Self { command, words: command.words.split(' ').collect() }
    }
}

/// Returns the words of `line` and their start columns, in characters.
fn words(line: &str) -> impl Iterator<Item = (usize, &str)> {
    line.split_whitespace().map(move |word| {
        let offset = word.as_ptr() as usize - line.as_ptr() as usize;
        (line[..offset].chars().count(), word)
    })
}

/// Returns true if `typed` can stand for the `wanted` word of a command.
fn takes(wanted: &str, typed: &str) -> bool {
    is_argument(wanted) || starts(wanted, typed)
}

/// Returns true if a word of a command stands for any word.
fn is_argument(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_uppercase())
}

/// Returns the length of the common prefix of two words, in characters.
fn common_start(typed: &str, word: &str) -> usize {
    typed.chars().zip(word.chars()).take_while(|(a, b)| a.eq_ignore_ascii_case(b)).count()
}

/// Returns `command` with the typed word in place of its argument.
fn fill(command: &str, typed: &[&str]) -> String {
    let words = command.split(' ').enumerate();
    let filled = words.map(|(index, word)| match typed.get(index) {
        Some(typed) if is_argument(word) => *typed,
        _ => word,
    });
    filled.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: Table<()> = Table(&[
        row("show ap image"),
        row("show ap summary"),
        row("show version"),
        row("ap image swap"),
        row("ap image swap completed"),
        row("ap name NAME image swap"),
        row("ap name NAME reset"),
        row("show ap interference"),
        row("reload"),
    ]);

    const fn row(words: &'static str) -> Command<()> {
        Command { words, effect: () }
    }

    fn read(line: &str) -> Result<(&str, Option<&str>), InputError> {
        TABLE.read(line).map(|typed| (typed.command.words, typed.argument))
    }

    #[test]
    fn each_command_is_understood_as_it_is_written_out() {
        for command in TABLE.names() {
            assert_eq!(read(command).map(|(words, _)| words), Ok(command));
        }
        assert_eq!(read("  show   ap\timage "), Ok(("show ap image", None)));
    }

    #[test]
    fn short_words_and_arguments() {
        assert_eq!(read("sh ap im"), Ok(("show ap image", None)));
        assert_eq!(read("Show AP Sum"), Ok(("show ap summary", None)));
        assert_eq!(read("ap name hall-1 image swap"), Ok(("ap name NAME image swap", Some("hall-1"))));
        assert_eq!(read("ap na image res"), Ok(("ap name NAME reset", Some("image"))));
        assert_eq!(read("ap image swap"), Ok(("ap image swap", None)));
        assert_eq!(read("sh ap i"), Err(InputError::Ambiguous));
    }

    #[test]
    fn the_caret_stands_below_the_first_character_that_is_wrong() {
        let answer = |line: &str| read(line).expect_err("wrong").answer("EWC#", line);
        assert_eq!(answer("show ap imgae"), "              ^\n% Invalid input detected at '^' marker.\n\n");
        assert_eq!(answer("xyz"), "    ^\n% Invalid input detected at '^' marker.\n\n");
        assert_eq!(answer("reload now"), "           ^\n% Invalid input detected at '^' marker.\n\n");
        assert_eq!(answer("ap image"), "% Incomplete command.\n\n");
        assert_eq!(answer(""), "% Incomplete command.\n\n");
        assert_eq!(answer("show ap"), "% Incomplete command.\n\n");
        assert_eq!(answer("sh ap i"), "% Ambiguous command:  \"sh ap i\"\n");
        assert_eq!(read("show ap \u{1f600}"), Err(InputError::Invalid { column: 8 }));
    }

    #[test]
    fn what_was_meant() {
        assert_eq!(TABLE.near("ap image swpa"), ["ap image swap"]);
        assert_eq!(TABLE.near("ap name hall-1 rset")[0], "ap name hall-1 reset");
        assert!(TABLE.near("write memory").is_empty());
    }
}
