//! Commands of privileged mode: which there are, and how IOS-XE reads what is typed.
//!
//! Words may be shortened as long as they stay distinct. The answers to what cannot be read are IOS's own.

use text::closest;

/// A command that was understood. Names are those of access points.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// `show ap image`
    ShowApImage,
    /// `show ap summary`
    ShowApSummary,
    /// `show wireless ewc-ap predownload status`
    ShowPredownloadStatus,
    /// `ap image predownload`, or of one access point.
    Predownload(Option<String>),
    /// `ap image swap`, or of one access point.
    Swap(Option<String>),
    /// `ap image swap completed`: of those whose predownload is complete.
    SwapCompleted,
    /// `ap name NAME reset`
    Reset(String),
    /// `clear ap predownload statistics`
    ClearPredownloadStatistics,
    /// `reload`
    Reload,
}

/// What a command does to the terminal, and to the device.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// What is printed.
    pub text: String,
    /// Whether the controller goes down now: its world has to start it again.
    pub reloads: bool,
}

/// A line that is no command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InputError {
    /// Nothing that there is goes on as from this character on; columns count from 0.
    #[error("no command has this")]
    Invalid {
        /// Where.
        column: usize,
    },
    /// More has to come.
    #[error("the command is incomplete")]
    Incomplete,
}

type Build = fn(String) -> Command;

/// What stands for the name of an access point.
const NAME: &str = "NAME";

/// Sources: genieparser for `show`; the guides of the 9800 for the others.
const COMMANDS: [(&str, Build); 11] = [
    ("show ap image", |_| Command::ShowApImage),
    ("show ap summary", |_| Command::ShowApSummary),
    ("show wireless ewc-ap predownload status", |_| Command::ShowPredownloadStatus),
    ("ap image predownload", |_| Command::Predownload(None)),
    ("ap image swap", |_| Command::Swap(None)),
    ("ap image swap completed", |_| Command::SwapCompleted),
    ("ap name NAME image predownload", |name| Command::Predownload(Some(name))),
    ("ap name NAME image swap", |name| Command::Swap(Some(name))),
    ("ap name NAME reset", Command::Reset),
    ("clear ap predownload statistics", |_| Command::ClearPredownloadStatistics),
    ("reload", |_| Command::Reload),
];

/// All commands as they are written out; `NAME` stands for that of an access point.
pub fn commands() -> impl Iterator<Item = &'static str> {
    COMMANDS.iter().map(|(words, _)| *words)
}

/// The commands that `line` may have been meant to be, nearest first.
pub fn near(line: &str) -> Vec<String> {
    let typed: Vec<&str> = line.split_whitespace().collect();
    let filled: Vec<String> = commands().map(|command| fill(command, &typed)).collect();
    closest(&typed.join(" "), filled.iter().map(String::as_str)).into_iter().map(str::to_owned).collect()
}

impl Command {
    /// Reads a line. Blanks between words do not matter.
    ///
    /// # Errors
    /// See [`InputError`].
    pub fn parse(line: &str) -> Result<Self, InputError> {
        let mut open: Vec<(Vec<&str>, Build)> =
            COMMANDS.iter().map(|(words, build)| (words.split(' ').collect(), *build)).collect();
        let mut name = String::new();
        let typed: Vec<(usize, &str)> = words(line).collect();
        for (index, &(column, word)) in typed.iter().enumerate() {
            open.retain(|(words, _)| words.len() > index);
            let takes = |wanted: &str| wanted == NAME || is_short_for(word, wanted);
            // A word that is written out is not the short form of a longer one.
            let exact = open.iter().any(|(words, _)| words[index].eq_ignore_ascii_case(word));
            let before = open.clone();
            open.retain(
                |(words, _)| {
                    if exact { words[index].eq_ignore_ascii_case(word) } else { takes(words[index]) }
                },
            );
            let Some((first, _)) = open.first() else {
                let alike = before.iter().map(|(words, _)| common_start(word, words[index])).max();
                return Err(InputError::Invalid { column: column + alike.unwrap_or(0) });
            };
            if first[index] == NAME {
                word.clone_into(&mut name);
            }
        }
        let complete = open.into_iter().find(|(words, _)| words.len() == typed.len());
        complete.map(|(_, build)| build(name)).ok_or(InputError::Incomplete)
    }
}

impl InputError {
    /// What the device prints below the line, which was typed behind `prompt`.
    pub fn answer(self, prompt: &str) -> String {
        match self {
            Self::Invalid { column } => {
                let indent = prompt.chars().count() + column;
                format!("{:indent$}^\n% Invalid input detected at '^' marker.\n\n", "")
            }
            Self::Incomplete => "% Incomplete command.\n\n".into(),
        }
    }
}

/// The words of `line` and the columns that they start at, in characters.
fn words(line: &str) -> impl Iterator<Item = (usize, &str)> {
    line.split_whitespace().map(move |word| {
        let offset = word.as_ptr() as usize - line.as_ptr() as usize;
        (line[..offset].chars().count(), word)
    })
}

fn is_short_for(typed: &str, word: &str) -> bool {
    word.get(..typed.len()).is_some_and(|start| start.eq_ignore_ascii_case(typed))
}

/// How many characters two words have in common from their start.
fn common_start(typed: &str, word: &str) -> usize {
    typed.chars().zip(word.chars()).take_while(|(a, b)| a.eq_ignore_ascii_case(b)).count()
}

/// `command` with what was typed in the place of a name.
fn fill(command: &str, typed: &[&str]) -> String {
    let words = command.split(' ').enumerate();
    let filled = words.map(|(index, word)| match (word, typed.get(index)) {
        (NAME, Some(name)) => *name,
        _ => word,
    });
    filled.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_is_understood_and_distinct() {
        let mut seen = Vec::new();
        for command in commands() {
            let understood = Command::parse(command).expect("its own text");
            assert!(!seen.contains(&understood), "{command}");
            seen.push(understood);
        }
        assert_eq!(Command::parse("  show   ap\timage "), Ok(Command::ShowApImage));
    }

    #[test]
    fn names_and_short_words() {
        assert_eq!(Command::parse("ap name hall-1 image swap"), Ok(Command::Swap(Some("hall-1".into()))));
        assert_eq!(Command::parse("ap na image res"), Ok(Command::Reset("image".into())));
        assert_eq!(Command::parse("sh ap im"), Ok(Command::ShowApImage));
        assert_eq!(Command::parse("Show AP Sum"), Ok(Command::ShowApSummary));
        assert_eq!(Command::parse("ap image swap"), Ok(Command::Swap(None)));
    }

    #[test]
    fn the_caret_stands_below_the_first_character_that_is_wrong() {
        let answer = |line: &str| Command::parse(line).expect_err("wrong").answer("EWC#");
        assert_eq!(answer("show ap imgae"), "              ^\n% Invalid input detected at '^' marker.\n\n");
        assert_eq!(answer("xyz"), "    ^\n% Invalid input detected at '^' marker.\n\n");
        assert_eq!(answer("reload now"), "           ^\n% Invalid input detected at '^' marker.\n\n");
        assert_eq!(answer("ap image"), "% Incomplete command.\n\n");
        assert_eq!(answer(""), "% Incomplete command.\n\n");
        assert_eq!(answer("show ap"), "% Incomplete command.\n\n");
        assert_eq!(Command::parse("show ap \u{1f600}"), Err(InputError::Invalid { column: 8 }));
    }

    #[test]
    fn what_was_meant() {
        assert_eq!(near("ap image predonwload"), ["ap image predownload"]);
        assert_eq!(near("ap name hall-1 rset")[0], "ap name hall-1 reset");
        assert!(near("write memory").is_empty());
    }
}
