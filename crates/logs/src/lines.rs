//! Bytes to lines: encodings, terminals, quoted mails.

use text::paste;

use crate::show_logging;

/// The longest line that is read whole, in bytes: more than any device prints. The rest of a longer one is passed over.
const LINE_MAX: usize = 8 << 10;

/// A line of a file as a terminal showed it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RawLine {
    /// The line in the file, from 1.
    pub(crate) number: usize,
    /// The column of its first character, from 1.
    pub(crate) column: usize,
    pub(crate) text: String,
}

/// Returns the lines of a file.
pub(crate) fn lines(bytes: &[u8], mut each: impl FnMut(RawLine)) {
    let text = decode(bytes);
    let text = text.strip_suffix('\n').unwrap_or(&text);
    for (index, line) in text.split('\n').enumerate() {
        let line = &line[..line.floor_char_boundary(LINE_MAX)];
        if line.trim_end_matches('\r').is_empty() {
            each(RawLine { number: index + 1, column: 1, text: String::new() });
        }
        for shown in paste::lines(line) {
            let (_, column) = shown.place(0);
            let (quotes, text) = unquoted(&shown.text);
            each(RawLine { number: index + 1, column: column + quotes, text: text.to_owned() });
        }
    }
}

/// Decodes UTF-8 and UTF-16 as Windows writes it; bytes that are neither become U+FFFD.
fn decode(bytes: &[u8]) -> std::borrow::Cow<'_, str> {
    let (is_big, rest) = match bytes {
        [0xff, 0xfe, rest @ ..] => (false, rest),
        [0xfe, 0xff, rest @ ..] => (true, rest),
        // ASCII in UTF-16 without a mark.
        [first, 0, second, 0, ..] if *first != 0 && *second != 0 => (false, bytes),
        [0, first, 0, second, ..] if *first != 0 && *second != 0 => (true, bytes),
        _ => return String::from_utf8_lossy(bytes),
    };
    let units = rest.chunks_exact(2).map(|pair| {
        let pair = [pair[0], pair[1]];
        if is_big { u16::from_be_bytes(pair) } else { u16::from_le_bytes(pair) }
    });
    let decoded = char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER));
    decoded.collect::<String>().into()
}

/// Takes off the marks of quoted mails; also returns their length in characters.
fn unquoted(line: &str) -> (usize, &str) {
    let mut rest = line;
    while let Some(inner) = rest.trim_start_matches(' ').strip_prefix('>') {
        rest = inner.strip_prefix(' ').unwrap_or(inner);
    }
    (line.chars().count() - rest.chars().count(), rest)
}

/// Returns true for lines that are plainly no log: blank ones, pagers, prompts with or without a command, the heads of journalctl and of
/// `show logging`.
pub(crate) fn is_no_log(text: &str) -> bool {
    let text = text.trim();
    text.is_empty()
        || text.starts_with("-- ")
        || matches!(text, "--More--" | "-- More --" | "(END)" | "(more)")
        || is_prompt(text)
        || show_logging::is_head(text)
}

/// Returns true for `ewc#show logging`, `AP9105>`, `ewc(config)#end`, `calo@box:~$ cat log` and `root@box:/#`.
fn is_prompt(text: &str) -> bool {
    let Some(end) = text.find(['#', '>', '$']) else { return false };
    let (name, behind) = (&text[..end], &text[end + 1..]);
    let is_plain =
        |part: &str| part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte));
    let of_device = match name.split_once('(') {
        Some((name, mode)) => is_plain(name) && mode.strip_suffix(')').is_some_and(is_plain),
        None => is_plain(name),
    };
    let of_shell = name.split_once('@').is_some_and(|(user, place)| {
        is_plain(user)
            && place.split_once(':').is_some_and(|(host, path)| is_plain(host) && !path.contains(' '))
    });
    let is_command =
        behind.trim_start().chars().next().is_none_or(|c| c.is_ascii_alphabetic() || "./!?".contains(c));
    let begins = |text: &str| text.bytes().next().is_some_and(|byte| byte.is_ascii_alphabetic());
    (of_shell || (of_device && begins(name) && !text.as_bytes()[end].eq(&b'$'))) && is_command
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(bytes: &[u8]) -> Vec<(usize, usize, String)> {
        let mut all = Vec::new();
        lines(bytes, |line| all.push((line.number, line.column, line.text)));
        all
    }

    #[test]
    fn encodings_of_windows_are_read() {
        let expected = vec![(1, 1, "a".to_owned()), (2, 1, "b".to_owned())];
        let units: Vec<u16> = "\u{feff}a\r\nb".encode_utf16().collect();
        let little: Vec<u8> = units.iter().flat_map(|unit| unit.to_le_bytes()).collect();
        let big: Vec<u8> = units.iter().flat_map(|unit| unit.to_be_bytes()).collect();
        assert_eq!(texts(&little), expected);
        assert_eq!(texts(&big), expected);
        assert_eq!(texts(b"a\r\nb"), expected);
        let marked: Vec<String> = texts("\u{feff}a\r\nb".as_bytes()).into_iter().map(|line| line.2).collect();
        assert_eq!(marked, ["a", "b"]);
    }

    #[test]
    fn quotes_and_pagers_are_taken_off() {
        assert_eq!(texts(b"> > a"), [(1, 5, "a".to_owned())]);
        assert_eq!(texts(b" --More-- \x08\x08\x08\x08\x08\x08\x08\x08\x08\x08          \x08\x08\x08\x08\x08\x08\x08\x08\x08\x08\x1b[1mab\x1b[0m"), [(1, 45, "ab".to_owned())]);
    }

    #[test]
    fn prompts_are_no_log() {
        for text in [
            "ewc#show logging",
            "AP9105>",
            "ewc(config)#end",
            "calo@box:~$ cat log",
            "root@box:/# tail",
            "  ",
            "--More--",
        ] {
            assert!(is_no_log(text), "{text}");
        }
        for text in [
            "<.....",
            ".....> 70512640 bytes",
            "Ack block #3 not",
            "Image Download Failed",
            "a b#c",
            "$5 more",
        ] {
            assert!(!is_no_log(text), "{text}");
        }
    }
}
