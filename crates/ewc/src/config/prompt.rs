//! Prompts in front of pasted lines.

/// Returns the part of `line` after the prompt, or all of it: `9120-EWC(config)#no shutdown` is `no shutdown`.
pub(super) fn strip(line: &str) -> &str {
    let Some((prompt, rest)) = line.split_once(['#', '>']) else { return line };
    if is_prompt(prompt) { rest } else { line }
}

/// Returns true for a host name, possibly with a configuration mode in parentheses.
fn is_prompt(text: &str) -> bool {
    let (name, mode) = match text.split_once('(') {
        Some((name, mode)) => (name, mode.strip_suffix(')')),
        None => (text, Some("config")),
    };
    let word = |text: &str| {
        !text.is_empty()
            && text.chars().all(|character| character.is_ascii_alphanumeric() || "-_.".contains(character))
    };
    // Modes that are too long are shortened by an ellipsis in documents.
    word(name) && mode.is_some_and(|mode| word(mode.trim_end_matches('…')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prompts_go() {
        for (line, rest) in [
            (
                "9120-EWC(config)#wireless profile image-download default",
                "wireless profile image-download default",
            ),
            (
                "9120-EWC(config-wireless-image-download-profile)#image-download-mode tftp",
                "image-download-mode tftp",
            ),
            ("9120-EWC(config-…)# tftp-image-path /EWC", " tftp-image-path /EWC"),
            ("9120-EWC#configure terminal", "configure terminal"),
            ("9120-EWC>enable", "enable"),
        ] {
            assert_eq!(strip(line), rest);
        }
    }

    #[test]
    fn what_is_no_prompt_stays() {
        for line in ["tftp-image-path /a#b", " sftp-password 0 pass#word", "banner motd #hello#", "#"] {
            assert_eq!(strip(line), line);
        }
    }
}
