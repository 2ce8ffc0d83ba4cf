//! Where passwords stand in a text, by how it is written: known before anything is read, so that no problem shows one.

use std::ops::Range;

/// Whether what stands behind a key is a secret; that of a misspelt key is one too.
pub(crate) fn is_secret_key(key: &str) -> bool {
    key.get(.."pass".len()).is_some_and(|start| start.eq_ignore_ascii_case("pass"))
}

/// What stands behind `password` in a line of a configuration, as in `sftp-image-password 0 SECRET`.
pub(crate) fn in_config_line(line: &str) -> Option<Range<usize>> {
    const WORD: &str = "password ";
    let start = line.find(WORD)? + WORD.len();
    let rest = line[start..].trim_start();
    let rest = match rest.split_once(' ') {
        // The type of what follows: 0 is plain text.
        Some((kind, secret)) if kind.bytes().all(|byte| byte.is_ascii_digit()) => secret.trim_start(),
        _ => rest,
    };
    Some(line.len() - rest.len()..line.len())
}

/// The same for every line of a text; places are those in the text.
pub(crate) fn in_config(text: &str) -> impl Iterator<Item = Range<usize>> {
    lines(text).filter_map(|(at, line)| in_config_line(line).map(|range| at + range.start..at + range.end))
}

/// Secrets of a text that cannot be parsed: in each line all that stands behind a key of secrets, as nobody knows where it ends.
pub(crate) fn in_broken_text(text: &str) -> impl Iterator<Item = Range<usize>> {
    lines(text).filter_map(|(at, line)| {
        let secret = behind_key(line).or_else(|| in_config_line(line))?;
        Some(at + secret.start..at + secret.end)
    })
}

/// What stands behind the first `pass…:` of a line.
fn behind_key(line: &str) -> Option<Range<usize>> {
    line.match_indices(':').find_map(|(colon, _)| {
        let key = line[..colon].trim_end_matches([' ', '"', '\'']);
        let start = key
            .rfind(|c: char| !c.is_alphanumeric() && !"-_".contains(c))
            .map_or(0, |before| before + key[before..].chars().next().map_or(0, char::len_utf8));
        let value = colon + 1 + line[colon + 1..].len() - line[colon + 1..].trim_start().len();
        is_secret_key(&key[start..]).then_some(value..line.len())
    })
}

/// Lines without their ends, and where they start.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut next = 0;
    text.split_inclusive('\n').map(move |line| {
        let at = next;
        next += line.len();
        (at, line.trim_end_matches(['\n', '\r']))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_found_by_what_stands_before_them() {
        let config = |line: &'static str| in_config_line(line).map(|range| &line[range]);
        assert_eq!(config(" sftp-image-password 0 Sw0rd fish"), Some("Sw0rd fish"));
        assert_eq!(config("sftp-password  Sw0rdfish"), Some("Sw0rdfish"));
        assert_eq!(config("sftp-username calo"), None);

        let broken = |text: &'static str| in_broken_text(text).map(|range| &text[range]).collect::<Vec<_>>();
        assert_eq!(broken("a: 1\r\n- { name: calo, Password : x, uid: 5 ]\r\n"), ["x, uid: 5 ]"]);
        assert_eq!(broken("\"passwort\":  x\nb: µpass: y\n sftp-password 0 z"), ["x", "z"]);
        assert_eq!(broken("password:\npass\nbypass: 1\n:\n"), [""]);
    }
}
