//! Lines that are no command, and what IOS answers them.

/// A line that is no command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InputError {
    /// No command goes on as the line does from this character on.
    #[error("no command has this")]
    Invalid {
        /// In characters, from 0.
        column: usize,
    },
    /// Some word is short for several, and they lead to different commands.
    #[error("the command is ambiguous")]
    Ambiguous,
    /// More has to come.
    #[error("the command is incomplete")]
    Incomplete,
}

impl InputError {
    /// What the device prints below `line`, which was typed behind `prompt`.
    pub fn answer(self, prompt: &str, line: &str) -> String {
        match self {
            Self::Invalid { column } => {
                let indent = prompt.chars().count() + column;
                format!("{:indent$}^\n% Invalid input detected at '^' marker.\n\n", "")
            }
            Self::Ambiguous => format!("% Ambiguous command:  \"{line}\"\n"),
            Self::Incomplete => "% Incomplete command.\n\n".into(),
        }
    }
}
