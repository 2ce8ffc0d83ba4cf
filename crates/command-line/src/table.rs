//! A device's commands, and the parser of typed lines.

use text::closest;

use crate::abbreviation::starts;
use crate::expression::CTRL_V;
use crate::help::{self, Row};
use crate::modifier::{self, Modifier};
use crate::{Fields, InputError, Output};

/// One row of a device's table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Command<E> {
    /// The words in full form. A word in capitals stands for any word: `ap name NAME reset`.
    pub words: &'static str,
    /// True if it prints an output, which a modifier behind `|` may filter.
    pub prints: bool,
    /// The effect of the command.
    pub effect: E,
}

/// The help of a word: the words up to it, `show ap image`, and its text.
pub type Help = (&'static str, &'static str);

/// All commands of a device.
#[derive(Debug)]
pub struct Table<E: 'static> {
    /// The commands.
    pub commands: &'static [Command<E>],
    /// The help of their words, in parts: those with a source, those without.
    pub help: &'static [&'static [Help]],
}

/// A parsed line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Typed<'a, E: 'static> {
    /// The command.
    pub command: &'static Command<E>,
    /// The word typed in place of the word in capitals, if the command has one.
    pub argument: Option<&'a str>,
    /// The output modifier behind `|`, if there is one.
    pub modifier: Option<Modifier>,
}

impl<E> Typed<'_, E> {
    /// Returns the line in full form.
    pub fn full(&self) -> String {
        let word = |word: &'static str| match self.argument {
            Some(argument) if is_argument(word) => argument.to_owned(),
            _ => word.to_owned(),
        };
        let words = self.command.words.split(' ').map(word);
        words.chain(self.modifier.as_ref().map(Modifier::to_string)).collect::<Vec<_>>().join(" ")
    }

    /// Returns the output of the command, which printed `text`: a modifier leaves a part of it, and no fields.
    pub fn output(&self, text: String, fields: Fields) -> Output {
        let command = self.full();
        match &self.modifier {
            None => Output { command, text, fields },
            Some(modifier) => Output { command, text: modifier.apply(&text), fields: Fields::default() },
        }
    }
}

/// A word of a line, and its column in characters.
pub(crate) type Word<'l> = (usize, &'l str);

impl<E> Table<E> {
    /// Returns the commands in full form.
    pub fn names(&self) -> impl Iterator<Item = &'static str> + use<E> {
        self.commands.iter().map(|command| command.words)
    }

    /// Parses a line. Extra blanks and letter case do not matter.
    ///
    /// # Errors
    /// See [`InputError`].
    pub fn read<'a>(&self, line: &'a str) -> Result<Typed<'a, E>, InputError> {
        let (typed, pipe) = split(words(line).collect());
        let (open, argument) = self.fitting(&typed)?;
        let mut complete = open.iter().filter(|candidate| candidate.words.len() == typed.len());
        let is_piped = |candidate: &&Candidate<E>| pipe.is_none() || candidate.command.prints;
        let command = match (complete.next(), complete.next(), &pipe) {
            (Some(_), Some(_), _) => return Err(InputError::Ambiguous),
            (Some(only), None, _) if is_piped(&only) => only.command,
            (_, _, Some(pipe)) => return Err(InputError::Invalid { column: pipe.column }),
            (_, _, None) => return Err(InputError::Incomplete),
        };
        let modifier = pipe.map(|pipe| Modifier::read(line, &pipe.behind)).transpose()?;
        Ok(Typed { command, argument, modifier })
    }

    /// Answers a line that ends with a question mark: the help of the words that can follow, or those that begin like the last.
    /// Returns `None` for any other line; behind Ctrl-V a question mark is a character like others.
    pub fn help(&self, line: &str) -> Option<Result<String, InputError>> {
        let asked = line.strip_suffix('?').filter(|asked| !asked.ends_with(CTRL_V))?;
        Some(self.help_behind(asked))
    }

    fn help_behind(&self, asked: &str) -> Result<String, InputError> {
        let mut typed: Vec<Word<'_>> = words(asked).collect();
        let is_new_word = asked.is_empty() || asked.ends_with(char::is_whitespace);
        let partial = if is_new_word { "" } else { typed.pop().map_or("", |(_, word)| word) };
        let (typed, pipe) = split(typed);
        let (open, _) = self.fitting(&typed).map_err(|_| InputError::Unrecognized)?;
        let chosen = |candidate: &Candidate<E>| candidate.words[..typed.len()].to_vec();
        if open.first().is_some_and(|first| open.iter().any(|other| chosen(other) != chosen(first))) {
            return Err(InputError::Ambiguous);
        }
        let is_complete = |candidate: &&Candidate<E>| candidate.words.len() == typed.len();
        let takes_pipe = open.iter().filter(is_complete).any(|candidate| candidate.command.prints);
        if let Some(pipe) = pipe {
            return if takes_pipe {
                modifier::help(&pipe.behind, partial)
            } else {
                Err(InputError::Unrecognized)
            };
        }
        let mut rows: Vec<Row<'_>> = Vec::new();
        for candidate in &open {
            match candidate.words.get(typed.len()) {
                Some(word) if is_argument(word) && !partial.is_empty() => return Ok("WORD\n".to_owned()),
                Some(word) => rows.push((shown(word), self.about(&candidate.words[..=typed.len()]))),
                None if partial.is_empty() => rows.push(help::END),
                None => {}
            }
        }
        if takes_pipe && partial.is_empty() {
            rows.push(help::PIPE);
        }
        let heading = if asked.trim().is_empty() { "Exec commands:\n" } else { "" };
        help::answer(rows, partial).map(|answer| format!("{heading}{answer}"))
    }

    /// Returns the help of the last of these words of a command; empty if the table has none.
    fn about(&self, words: &[&str]) -> &'static str {
        let path = words.join(" ");
        let found = self.help.iter().copied().flatten().find(|(known, _)| *known == path);
        found.map_or("", |(_, about)| about)
    }

    /// Returns the words of commands, with those before them, that have no help, and the help of words that no command has.
    pub fn without_help(&self) -> Vec<String> {
        let mut paths: Vec<String> = Vec::new();
        for name in self.names() {
            let ends = name.match_indices(' ').map(|(end, _)| end).chain([name.len()]);
            paths.extend(ends.map(|end| name[..end].to_owned()));
        }
        let known = || self.help.iter().copied().flatten().map(|(path, _)| *path);
        let of_none = known().filter(|path| !paths.iter().any(|used| used == path)).map(str::to_owned);
        let without = paths.iter().filter(|path| !known().any(|known| known == path.as_str())).cloned();
        let mut all: Vec<String> = without.chain(of_none).collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    /// Returns the commands that these words can begin, and the word typed in place of a word in capitals.
    fn fitting<'a>(&self, typed: &[Word<'a>]) -> Result<(Vec<Candidate<E>>, Option<&'a str>), InputError> {
        let mut open: Vec<Candidate<E>> = self.commands.iter().map(Candidate::new).collect();
        let mut argument = None;
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
        Ok((open, argument))
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

/// A `|` in a line.
struct Pipe<'l> {
    column: usize,
    /// The words behind it.
    behind: Vec<Word<'l>>,
}

/// Splits the words of a line at the first `|`.
fn split(mut typed: Vec<Word<'_>>) -> (Vec<Word<'_>>, Option<Pipe<'_>>) {
    let Some(at) = typed.iter().position(|(_, word)| *word == help::PIPE.0) else { return (typed, None) };
    let behind = typed.split_off(at + 1);
    let pipe = typed.pop().map(|(column, _)| Pipe { column, behind });
    (typed, pipe)
}

/// Returns a word of a command as help shows it.
fn shown(word: &'static str) -> &'static str {
    if is_argument(word) { "WORD" } else { word }
}

/// Returns the words of `line` and their start columns, in characters.
pub(crate) fn words(line: &str) -> impl Iterator<Item = Word<'_>> {
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
pub(crate) fn common_start(typed: &str, word: &str) -> usize {
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

    const TABLE: Table<()> = Table {
        commands: &[
            row("show ap image", true),
            row("show ap summary", true),
            row("show version", true),
            row("ap image swap", false),
            row("ap image swap completed", false),
            row("ap name NAME image swap", false),
            row("ap name NAME reset", false),
            row("show ap interference", true),
            row("reload", false),
        ],
        help: &[
            &[("show", "Show running system information"), ("reload", "Halt and perform a cold restart")],
            &[("ap", "Cisco AP"), ("ap name NAME", "AP name"), ("show clock", "no such command")],
        ],
    };

    const fn row(words: &'static str, prints: bool) -> Command<()> {
        Command { words, prints, effect: () }
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
        assert_eq!(answer("sh ap xx yy"), "          ^\n% Invalid input detected at '^' marker.\n\n");
    }

    #[test]
    fn a_modifier_stands_behind_a_command_that_prints() {
        let full = |line: &str| TABLE.read(line).map(|typed| typed.full());
        assert_eq!(full("sh ap im | i  a | b"), Ok("show ap image | include a | b".to_owned()));
        assert_eq!(full("SH VER | SEC x"), Ok("show version | section include x".to_owned()));
        assert_eq!(full("ap na x res"), Ok("ap name x reset".to_owned()));
        let answer = |line: &str| TABLE.read(line).expect_err("wrong").answer("#", line);
        let caret = |column: usize| format!("{:column$}^\n% Invalid input detected at '^' marker.\n\n", "");
        assert_eq!(answer("show ap image | "), "% Incomplete command.\n\n");
        assert_eq!(answer("show ap image | foo"), caret(17));
        assert_eq!(answer("show ap image | xyz"), caret(17));
        assert_eq!(answer("sh ap i | include x"), "% Ambiguous command:  \"sh ap i | include x\"\n");
        assert_eq!(answer("show ap | include x"), caret(9));
        assert_eq!(answer("reload | include x"), caret(8));
        assert_eq!(answer("show apx image | foo"), caret(8));
        assert_eq!(answer("| include x"), caret(1));
        assert_eq!(answer("show version | include ["), "% Failed to compile regular expression.\n");
        assert_eq!(read("show version | tee flash:x"), Err(InputError::NotModelled("tee")));
    }

    #[test]
    fn an_output_is_filtered() {
        let fields = || Fields { columns: &["A"], ..Fields::default() };
        let output = |line: &str| TABLE.read(line).expect("right").output("a\nb\n".to_owned(), fields());
        assert_eq!(output("show version").text, "a\nb\n");
        assert_eq!(output("show version").fields, fields());
        let filtered = output("sh ver | i b");
        assert_eq!((&*filtered.command, &*filtered.text), ("show version | include b", "b\n"));
        assert_eq!(filtered.fields, Fields::default());
    }

    fn help(line: &str) -> String {
        let asked = line.strip_suffix('?').expect("a question");
        TABLE.help(line).expect("a question").unwrap_or_else(|error| error.answer("#", asked))
    }

    #[test]
    fn a_question_mark_lists_the_words_that_can_follow() {
        assert_eq!(
            help("?"),
            "Exec commands:\n  ap      Cisco AP\n  reload  Halt and perform a cold restart\n  \
             show    Show running system information\n"
        );
        assert_eq!(help("show ?"), "  ap\n  version\n");
        assert_eq!(help("ap name ?"), "  WORD  AP name\n");
        assert_eq!(help("sh ver ?"), "  |     Output modifiers\n  <cr>  <cr>\n");
        assert_eq!(help("ap image swap ?"), "  completed\n  <cr>       <cr>\n");
        assert_eq!(help("reload ?"), "  <cr>  <cr>\n");
        assert_eq!(help("sh ver | sec ?").lines().count(), 3);
        assert_eq!(help("sh ver | inc ?"), "  LINE  Regular Expression\n");
        let modifiers = help("sh ver | ?");
        assert_eq!(modifiers.lines().count(), 10);
        assert!(modifiers.starts_with(
            "  append    Append redirected output to URL (URLs supporting append operation\n            only)\n  begin "
        ));
    }

    #[test]
    fn a_question_mark_behind_letters_lists_the_words_that_begin_so() {
        assert_eq!(help("sh?"), "show\n");
        assert_eq!(help("sh ap i?"), "image  interference\n");
        assert_eq!(help("SH AP IM?"), "image\n");
        assert_eq!(help("ap name x?"), "WORD\n");
        assert_eq!(help("show version | e?"), "exclude\n");
        assert_eq!(help("show version | section in?"), "LINE  include\n");
    }

    #[test]
    fn a_question_about_nothing_is_not_recognized() {
        for line in [
            "x?",
            "show x?",
            "show x ?",
            "show version x ?",
            "show ap | ?",
            "reload | ?",
            "sh ver | x?",
            "sh ver | x ?",
        ] {
            assert_eq!(help(line), "% Unrecognized command\n", "{line}");
        }
        assert_eq!(help("sh ap i ?"), "% Ambiguous command:  \"sh ap i \"\n");
        assert_eq!(TABLE.help("show ap"), None);
        assert_eq!(TABLE.help("show version | include a\u{16}?"), None);
        assert_eq!(TABLE.help("sh ver | tee ?"), Some(Err(InputError::NotModelled("tee"))));
    }

    #[test]
    fn words_without_help_are_found() {
        let without = TABLE.without_help();
        assert!(without.contains(&"show ap image".to_owned()) && without.contains(&"show clock".to_owned()));
        assert!(!without.contains(&"show".to_owned()) && !without.contains(&"ap name NAME".to_owned()));
    }

    #[test]
    fn what_was_meant() {
        assert_eq!(TABLE.near("ap image swpa"), ["ap image swap"]);
        assert_eq!(TABLE.near("ap name hall-1 rset")[0], "ap name hall-1 reset");
        assert!(TABLE.near("write memory").is_empty());
    }
}
