//! The controller's configuration as the lab has it, and the image-download profile in it.

use ewc::ControllerConfig;
use text::secrets::{in_config_line, starred};

use super::Notes;
use crate::network::{ConfigLine, Network};

/// The parameter that stands for the password of the image server.
pub(super) const PASSWORD: &str = "sftp-password";
/// The value of the parameter.
pub(super) const NOT_IMPORTED: &str = "not-imported";

/// What stands in place of a secret.
const STARS: &str = "*****";

/// The configuration.
#[derive(Clone, Debug, Default)]
pub(super) struct Profile {
    /// Its lines.
    pub(super) lines: Vec<String>,
    /// Where they stand.
    pub(super) note: String,
    /// What it says, as far as it can be read.
    pub(super) config: ControllerConfig,
    /// True if the password is a parameter.
    pub(super) has_parameter: bool,
}

impl Profile {
    pub(super) fn of(network: &Network, notes: &Notes, with_secrets: bool) -> Self {
        let controller = &network.controller;
        let is_about_profile = |line: &ConfigLine| line.text.starts_with("wireless profile image-download");
        let mut stated: Vec<&ConfigLine> = controller.config.iter().collect();
        if !controller.config.iter().any(is_about_profile) {
            stated.extend(&controller.profile);
        }
        let mut has_parameter = false;
        let mut lines = Vec::new();
        for line in &stated {
            let (text, is_parameter) = written(line, with_secrets);
            has_parameter |= is_parameter;
            if text.contains(STARS) && !line.text.contains(STARS) {
                lines.push("! hole: the next line has a secret, which is not imported".to_owned());
            }
            lines.push(if line.is_indented { format!(" {text}") } else { text });
        }
        let mut note = match (stated.first(), stated.last()) {
            (Some(first), Some(last)) if first.at == last.at => notes.at(first.at),
            (Some(first), Some(last)) => format!("{} to {}", notes.at(first.at), notes.at(last.at)),
            _ => String::new(),
        };
        let has_password = |line: &String| line.contains("-password");
        let logs_in = |line: &String| line.trim() == "image-download-mode sftp";
        if !controller.profile.is_empty() && lines.iter().any(logs_in) && !lines.iter().any(has_password) {
            lines.push(format!(" sftp-password 0 ${{{PASSWORD}}}"));
            has_parameter = true;
            note.push_str("; hole: the password");
        }
        let text = lines.join("\n").replace(&format!("${{{PASSWORD}}}"), NOT_IMPORTED).replace("$${", "${");
        let config = ControllerConfig::parse(&text).unwrap_or_default();
        Self { lines, note, config, has_parameter }
    }

    /// Returns the directory of the profile, if it names one.
    pub(super) fn directory(&self) -> Option<String> {
        self.config.image_download.as_ref()?.directory()
    }

    /// Returns the names of the lines that may matter and are not modelled.
    pub(super) fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }
}

/// Returns a line as the lab has it, and true if its password is a parameter.
fn written(line: &ConfigLine, with_secrets: bool) -> (String, bool) {
    let text = line.text.replace("${", "$${");
    if with_secrets && !line.is_wrong {
        return (text, false);
    }
    let command = line.text.split_whitespace().next().unwrap_or_default();
    let has_secret = in_config_line(&line.text).is_some();
    if has_secret && command.starts_with("sftp-") && command.ends_with("-password") {
        return (format!("{command} 0 ${{{PASSWORD}}}"), true);
    }
    let text = if with_secrets { text } else { starred(&text) };
    if line.is_wrong { (format!("! hole: not accepted: {text}"), false) } else { (text, false) }
}
