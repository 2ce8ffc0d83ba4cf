//! The rule file, as the daemon reads it when it starts.

use files::{FileError, FileSource, User, resolve};

use super::{RuleError, RuleProblem, Rules};
use crate::tftpd_hpa::ServerError;

impl Rules {
    /// Reads the file as root, before the served directory becomes the root of all names.
    pub(in crate::tftpd_hpa) fn load(files: &dyn FileSource, path: &str) -> Result<Self, ServerError> {
        let content = resolve(files, "/", path, &User::root()).and_then(|(plain, _)| files.read(&plain));
        let path = path.to_owned();
        match content.map(|content| Self::parse(content.as_slice())) {
            Ok(Ok(rules)) => Ok(rules),
            Ok(Err(errors)) => Err(ServerError::Rules { path, errors }),
            Err(error) => Err(ServerError::MapFile { path, error }),
        }
    }
}

/// What in.tftpd writes into its log when it does not start because of its rule file.
pub(in crate::tftpd_hpa) fn map_file_reason(path: &str, error: &FileError) -> String {
    format!("Cannot open map file: {path}: {error}")
}

/// What in.tftpd writes into its log about a line of its rule file.
pub(in crate::tftpd_hpa) fn rule_reason(RuleError { line, problem }: &RuleError) -> String {
    match problem {
        RuleProblem::BadLetter { command, letter } => {
            format!("Remap command \"{command}\" on line {line} contains invalid char \"{letter}\"")
        }
        RuleProblem::InvertedRewrite => format!("r rules cannot be inverted, line {line}: "),
        RuleProblem::NoRegex => format!("No regex on remap line {line}: "),
        RuleProblem::BadRegex(error) => format!("Bad regex in remap line {line}: {error}"),
    }
}
