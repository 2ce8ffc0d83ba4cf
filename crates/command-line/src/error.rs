//! Errors in typed lines, and the answers of IOS to them.

use crate::unverified;

/// The reason why a line is not a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InputError {
    /// No command continues with this character of the line.
    #[error("it is not a command")]
    Invalid {
        /// The column in characters, from 0.
        column: usize,
    },
    /// A word abbreviates several words, which lead to different commands.
    #[error("the command is ambiguous")]
    Ambiguous,
    /// More words must follow.
    #[error("the command is incomplete")]
    Incomplete,
    /// Nothing can follow where a question mark asks for it.
    #[error("no command begins like that")]
    Unrecognized,
    /// The regular expression of an output modifier is wrong, or too large.
    #[error("the regular expression is wrong")]
    Expression,
    /// The device knows it, and this simulator does not.
    #[error("`{0}` is not modelled")]
    NotModelled(&'static str),
}

impl InputError {
    /// Returns the text that the device prints below `line`, which was typed after `prompt`.
    pub fn answer(self, prompt: &str, line: &str) -> String {
        match self {
            Self::Invalid { column } => {
                let indent = prompt.chars().count() + column;
                format!("{:indent$}^\n% Invalid input detected at '^' marker.\n\n", "")
            }
            Self::Ambiguous => format!("% Ambiguous command:  \"{line}\"\n"),
            Self::Incomplete => "% Incomplete command.\n\n".into(),
            Self::Unrecognized => "% Unrecognized command\n".into(),
            Self::Expression => unverified::NO_EXPRESSION.into(),
            // No device prints this; scenarios are refused before they run.
            Self::NotModelled(_) => format!("{self}\n"),
        }
    }
}
