//! Texts within a configuration that are no commands: banners, and the digits of certificates.

/// Commands with a text in delimiters, which ends at the next delimiter, on the same line or on a later one. The delimiter is the
/// first character of the text; show commands print Ctrl-C as `^C`.
const BANNERS: [&[&str]; 4] = [
    &["banner"],
    &["aaa", "authentication", "banner"],
    &["aaa", "authentication", "fail-message"],
    &["banner", "text"],
];
/// The types of `banner`, which stand before its text.
const BANNER_TYPES: [&str; 9] =
    ["motd", "login", "exec", "incoming", "prompt-timeout", "slip-ppp", "text", "config-save", "title"];
const CTRL_C: [&str; 2] = ["^C", "\u{3}"];

/// Returns the delimiter that ends a text which begins in this line and does not end in it.
pub(super) fn opened(command: &str) -> Option<String> {
    if let Some(text) = banner_text(command) {
        let delimiter = CTRL_C.iter().find(|shown| text.starts_with(**shown));
        let delimiter = delimiter.map_or_else(|| text.chars().take(1).collect(), |shown| (*shown).to_owned());
        let is_closed = text[delimiter.len()..].contains(&delimiter);
        return (!delimiter.is_empty() && !is_closed).then_some(delimiter);
    }
    // Ctrl-C encloses the texts of other commands, too.
    let shown = CTRL_C.into_iter().find(|shown| command.contains(shown))?;
    (command.matches(shown).count() % 2 == 1).then(|| shown.to_owned())
}

/// Returns the part of a banner command behind its words.
fn banner_text(command: &str) -> Option<&str> {
    BANNERS.iter().find_map(|words| {
        let mut rest = command.trim_start();
        for word in *words {
            rest = rest.strip_prefix(word)?.strip_prefix([' ', '\t'])?.trim_start();
        }
        if words.len() > 1 {
            return Some(rest);
        }
        let kind = BANNER_TYPES.iter().find_map(|kind| rest.strip_prefix(kind)?.strip_prefix([' ', '\t']));
        // Without a type it is the message of the day.
        Some(kind.map_or(rest, str::trim_start))
    })
}

/// Returns true for a line of digits of a certificate, or the `quit` behind them.
pub(super) fn is_of_certificate(line: &str) -> bool {
    let is_digits = |word: &str| word.len() <= 8 && word.bytes().all(|digit| digit.is_ascii_hexdigit());
    line == "quit" || (line.len() >= 2 && line.split_whitespace().all(is_digits))
}

/// Returns true for a command below `crypto pki certificate chain` behind which the digits of a certificate stand.
pub(super) fn is_certificate(command: &str) -> bool {
    command.starts_with("certificate ") && !command.contains("nvram:")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_ends_at_its_delimiter() {
        for (command, delimiter) in [
            ("banner motd ^C", Some("^C")),
            ("banner motd ^CNo entry", Some("^C")),
            ("banner motd ^CNo entry^C", None),
            ("banner login #", Some("#")),
            ("banner login # one line #", None),
            ("banner exec $ two", Some("$")),
            ("banner \u{3}two", Some("\u{3}")),
            ("banner zhello", Some("z")),
            ("banner", None),
            ("banner motd", Some("m")),
            ("banner motd ", None),
            ("aaa authentication banner *Hello", Some("*")),
            ("aaa authentication fail-message ^CSorry", Some("^C")),
            ("banner text ^CGuests", Some("^C")),
            ("menu a title ^CTools", Some("^C")),
            ("menu a title ^CTools^C", None),
            ("hostname a", None),
        ] {
            assert_eq!(opened(command).as_deref(), delimiter, "{command}");
        }
    }

    #[test]
    fn digits_of_certificates_are_known() {
        for line in ["30820330 30820218 A0030201", "864886F7 0D", "quit", "0A"] {
            assert!(is_of_certificate(line), "{line}");
        }
        for line in ["certificate ca 01", "a", "face off", "308203300", ""] {
            assert!(!is_of_certificate(line), "{line}");
        }
        assert!(is_certificate("certificate self-signed 01"));
        assert!(!is_certificate("certificate self-signed 01 nvram:IOS-Self-Sig#1.cer"));
    }
}
