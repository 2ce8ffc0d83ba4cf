//! The rule file, which the daemon reads at its start.

use files::{FileError, FileSource, User, resolve};

use super::{RuleError, RuleProblem, Rules};

/// The reason why there are no rules.
#[derive(Debug)]
pub(in crate::tftpd_hpa) enum LoadError {
    /// The file cannot be read.
    File(FileError),
    /// Lines that are not valid rules.
    Rules(Vec<RuleError>),
}

impl Rules {
    /// Reads the file as root, before the served directory becomes the root of all names.
    pub(in crate::tftpd_hpa) fn load(files: &dyn FileSource, path: &str) -> Result<Self, LoadError> {
        let content = resolve(files, "/", path, &User::root()).and_then(|(plain, _)| files.read(&plain));
        Self::parse(&content.map_err(LoadError::File)?.bytes()).map_err(LoadError::Rules)
    }
}

impl LoadError {
    /// Returns the lines that in.tftpd logs when it does not start because of its rule file.
    pub(in crate::tftpd_hpa) fn reasons(&self, path: &str) -> Vec<String> {
        match self {
            Self::File(error) => vec![format!("Cannot open map file: {path}: {error}")],
            Self::Rules(errors) => errors.iter().map(rule_reason).collect(),
        }
    }
}

fn rule_reason(RuleError { line, problem }: &RuleError) -> String {
    match problem {
        RuleProblem::BadLetter { command, letter } => {
            format!("Remap command \"{command}\" on line {line} contains invalid char \"{letter}\"")
        }
        RuleProblem::InvertedRewrite => format!("r rules cannot be inverted, line {line}: "),
        RuleProblem::NoRegex => format!("No regex on remap line {line}: "),
        RuleProblem::BadRegex(error) => format!("Bad regex in remap line {line}: {error}"),
    }
}
