//! Prompts in front of pasted lines, and the mode in which the line behind one was typed.

/// The start of the modes' names, and the mode of the image download profile (Cisco 221705).
const PROFILE: &str = "config-wireless-image-download-profile";
/// As much of [`PROFILE`] as no other mode shares.
const PROFILE_MIN: usize = "config-wireless-i".len();

/// The mode in which a line was typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode<'a> {
    /// `EWC>` or `EWC#`: no line of the configuration.
    Exec,
    /// `EWC(config)#`.
    Config,
    /// A mode of the image download profile.
    Profile,
    /// Another section, by the name in the prompt; without its name if a document shortened that to an ellipsis.
    Section(Option<&'a str>),
}

/// Splits a line into the mode of its prompt, if it has one, and the part behind: `9120-EWC(config)#no shutdown` is `no shutdown`.
pub(super) fn split(line: &str) -> (Option<Mode<'_>>, &str) {
    let Some((prompt, rest)) = line.split_once(['#', '>']) else { return (None, line) };
    match mode(prompt.trim_start()) {
        // An indented word with a `#` is no prompt, unless the word has a mode.
        Some(Mode::Exec) if prompt.starts_with(char::is_whitespace) => (None, line),
        Some(mode) => (Some(mode), rest),
        None => (None, line),
    }
}

/// Returns the indentation with which `show running-config` would print a line of this mode.
pub(super) fn depth(mode: Mode<'_>) -> usize {
    match mode {
        Mode::Exec | Mode::Config => 0,
        Mode::Profile | Mode::Section(_) => 1,
    }
}

/// Returns the mode of a prompt: a host name, possibly with a configuration mode in parentheses.
fn mode(text: &str) -> Option<Mode<'_>> {
    let word = |text: &str| {
        !text.is_empty()
            && text.chars().all(|character| character.is_ascii_alphanumeric() || "-_.".contains(character))
    };
    let Some((name, mode)) = text.split_once('(') else { return word(text).then_some(Mode::Exec) };
    let mode = mode.strip_suffix(')')?;
    // Modes that are too long are shortened by an ellipsis in documents.
    let shown = mode.trim_end_matches(['…', '.']);
    if !word(name) || !word(shown) || !shown.starts_with("config") {
        return None;
    }
    Some(match shown {
        "config" => Mode::Config,
        _ if shown.starts_with(PROFILE) || (shown.len() >= PROFILE_MIN && PROFILE.starts_with(shown)) => {
            Mode::Profile
        }
        _ if shown.len() < mode.len() => Mode::Section(None),
        _ => Mode::Section(Some(shown)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prompts_go_and_say_the_mode() {
        for (line, mode, rest) in [
            ("9120-EWC(config)#ip tftp blocksize 1428", Mode::Config, "ip tftp blocksize 1428"),
            (
                "9120-EWC(config-wireless-image-download-profile)#image-download-mode tftp",
                Mode::Profile,
                "image-download-mode tftp",
            ),
            ("EWC(config-wireless-image-download-profile-sftp)#exit", Mode::Profile, "exit"),
            ("EWC(config-wireless-im…)#exit", Mode::Profile, "exit"),
            ("9120-EWC(config-…)# tftp-image-path /EWC", Mode::Section(None), " tftp-image-path /EWC"),
            ("9120-EWC(config-...)#tftp-image-path /EWC", Mode::Section(None), "tftp-image-path /EWC"),
            ("EWC(config-if)#shutdown", Mode::Section(Some("config-if")), "shutdown"),
            (
                "EWC(config-wireless-policy)#no shutdown",
                Mode::Section(Some("config-wireless-policy")),
                "no shutdown",
            ),
            ("  EWC(config)#exit", Mode::Config, "exit"),
            ("9120-EWC#configure terminal", Mode::Exec, "configure terminal"),
            ("9120-EWC>enable", Mode::Exec, "enable"),
            ("9120-EWC#", Mode::Exec, ""),
        ] {
            assert_eq!(split(line), (Some(mode), rest));
        }
    }

    #[test]
    fn what_is_no_prompt_stays() {
        for line in [
            "tftp-image-path /a#b",
            " sftp-password 0 pass#word",
            " pass#word",
            "banner motd #hello#",
            "#",
            "EWC(boot)#x",
            " certificate self-signed 01 nvram:IOS-Self-Sig#1.cer",
        ] {
            assert_eq!(split(line), (None, line));
        }
    }
}
