//! Texts within a configuration that are no commands: banners, and the digits of certificates.

/// Commands with a text in delimiters, which ends at the next delimiter, on the same line or on a later one. The delimiter is the
/// first character of the text.
const TEXTS: [&[&str]; 10] = [
    &["banner", "motd"],
    &["banner", "login"],
    &["banner", "exec"],
    &["banner", "incoming"],
    &["banner", "prompt-timeout"],
    &["banner", "slip-ppp"],
    &["aaa", "authentication", "banner"],
    &["aaa", "authentication", "fail-message"],
    &["vacant-message"],
    &["refuse-message"],
];
/// Commands whose text may be enclosed in Ctrl-C, or be a plain word.
const ENCLOSED: [&str; 2] = ["banner", "menu"];
/// Ctrl-C, as show commands print it, and as it is.
const CTRL_C: [&str; 2] = ["^C", "\u{3}"];
/// Lines that begin other texts, and the start of the line that ends them: certificates and keys in PEM, macros.
const BLOCKS: [(&str, &str); 2] = [("-----BEGIN ", "-----END "), ("macro name ", "@")];

/// Returns the delimiter that ends a text which begins in this line and does not end in it.
pub(super) fn opened(command: &str) -> Option<String> {
    let command = command.trim();
    if let Some((_, end)) = BLOCKS.iter().find(|(start, _)| command.starts_with(start)) {
        return Some((*end).to_owned());
    }
    // Without a type it is the message of the day.
    let untyped = behind(command, &["banner"]).filter(|text| !text.starts_with(char::is_alphanumeric));
    if let Some(text) = TEXTS.iter().find_map(|words| behind(command, words)).or(untyped) {
        let delimiter = CTRL_C.iter().find(|shown| text.starts_with(**shown));
        let delimiter = delimiter.map_or_else(|| text.chars().take(1).collect(), |shown| (*shown).to_owned());
        let is_closed = text.get(delimiter.len()..).is_some_and(|rest| rest.contains(&delimiter));
        return (!delimiter.is_empty() && !is_closed).then_some(delimiter);
    }
    if !ENCLOSED.iter().any(|word| behind(command, &[word]).is_some()) {
        return None;
    }
    let shown = CTRL_C.into_iter().find(|shown| command.contains(shown))?;
    (command.matches(shown).count() % 2 == 1).then(|| shown.to_owned())
}

/// Returns the part of a command behind these words, if something stands there.
fn behind<'a>(command: &'a str, words: &[&str]) -> Option<&'a str> {
    let mut rest = command;
    for word in words {
        rest = rest.strip_prefix(word)?.strip_prefix([' ', '\t'])?.trim_start();
    }
    Some(rest)
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
            ("banner exec zhello", Some("z")),
            ("banner #two", Some("#")),
            ("banner \"one line\"", None),
            ("banner", None),
            ("banner motd", None),
            ("banner motd ", None),
            ("banner motd x", Some("x")),
            ("banner title Welcome", None),
            ("banner file flash:x", None),
            ("banner title ^CWelcome", Some("^C")),
            ("  banner login $", Some("$")),
            ("refuse-message /Busy", Some("/")),
            ("description of ^C", None),
            ("-----BEGIN CERTIFICATE-----", Some("-----END ")),
            ("macro name users", Some("@")),
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
