//! The command that repeats a run, and words of a shell.

use engine::EngineKind;
use scenario::{Faults, Scenario};

use crate::verdict::Finished;

/// Returns the command that repeats a run.
pub(crate) fn again(scenario: &Scenario, finished: &Finished) -> String {
    let mut again = format!("ewcsim run {} --seed {}", path_word(&scenario.path), finished.seed);
    if scenario.variant == Faults::Swarm {
        again.push_str(" --swarm");
    }
    if matches!(finished.engine, EngineKind::Turmoil(_)) {
        again.push_str(" --engine turmoil");
    }
    for setting in &scenario.set {
        again.push_str(" --set ");
        again.push_str(&shell_word(&format!("{}={}", setting.name, setting.value)));
    }
    for path in &finished.allow_read {
        again.push_str(" --allow-read ");
        again.push_str(&shell_word(&path.to_string_lossy()));
    }
    again
}

/// Returns a path as one word of a shell that no command takes for an option. `-` stays as it is: it stands for standard input.
pub(crate) fn path_word(path: &str) -> String {
    if path.starts_with('-') && path != "-" { shell_word(&format!("./{path}")) } else { shell_word(path) }
}

/// Quotes a path for a shell, if it needs quotes.
pub(crate) fn shell_word(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-+:@%=,".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::{path_word, shell_word};

    #[test]
    fn paths_survive_a_shell() {
        assert_eq!(shell_word("scenarios/field/tftp-join.yaml"), "scenarios/field/tftp-join.yaml");
        assert_eq!(shell_word("my plan.yaml"), "'my plan.yaml'");
        assert_eq!(shell_word("it's"), r"'it'\''s'");
        assert_eq!([path_word("-x.yaml"), path_word("x y"), path_word("-")], ["./-x.yaml", "'x y'", "-"]);
    }
}
