//! The lines of a configuration that are kept as they are, for `show running-config`.

use std::collections::BTreeMap;

use text::secrets::starred;

use super::{ControllerConfig, prompt, table};

/// The commands whose lines are printed from the configuration that they make. Those of the image-download profile are, too.
const FROM_STATE: [&str; 4] = [
    "wireless profile image-download",
    "ip tftp blocksize",
    "ip ssh client algorithm",
    "ip ssh stricthostkeycheck",
];

/// Returns the lines of `text` that are not printed from the state, without prompts, secrets starred. A line below another one is
/// indented by a blank, as IOS prints it. Banners and certificates are left out.
pub(super) fn other_lines(config: &ControllerConfig, text: &str) -> Vec<String> {
    let raw: Vec<&str> = text.lines().collect();
    let at = |line: usize| line.checked_sub(1).and_then(|index| raw.get(index)).copied().unwrap_or_default();
    let mut kept: BTreeMap<usize, String> = BTreeMap::new();
    let modelled = config.modelled_lines.iter().filter(|(_, words)| {
        let of_profile = table::PROFILE.modelled.iter().any(|row| row.words == *words);
        !of_profile && !FROM_STATE.contains(words)
    });
    let not_modelled = config.not_modelled.iter().map(|line| line.line);
    for line in modelled.map(|(line, _)| *line).chain(not_modelled) {
        let (_, command) = prompt::split(at(line));
        kept.insert(line, starred(command.trim()));
    }
    for line in &config.not_about_images {
        kept.insert(line.line, line.text.clone());
    }
    let indented = |(line, command): (usize, String)| {
        let is_below = prompt::split(at(line)).1.starts_with(char::is_whitespace);
        if is_below { format!(" {command}") } else { command }
    };
    kept.into_iter().map(indented).collect()
}
