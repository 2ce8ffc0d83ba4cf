//! Abbreviated words: a word may be shortened as long as it stays distinct from the other words known at its place.

/// The meaning of a typed word among the words that are known at its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expansion<'w> {
    /// It is this word, written out or abbreviated.
    Word(&'w str),
    /// It is the start of several words, and none of them itself.
    Ambiguous,
    /// No known word starts like that.
    Unknown,
}

/// Finds `typed` among the words that are `known` at its place. Letter case does not matter, and a word may be known twice. A
/// complete word is never an abbreviation of a longer one.
pub fn expand<'w>(typed: &str, known: impl IntoIterator<Item = &'w str>) -> Expansion<'w> {
    let mut found = Expansion::Unknown;
    for word in known {
        if word.eq_ignore_ascii_case(typed) {
            return Expansion::Word(word);
        }
        if starts(word, typed) {
            found = match found {
                Expansion::Unknown => Expansion::Word(word),
                Expansion::Word(before) if before == word => found,
                _ => Expansion::Ambiguous,
            };
        }
    }
    found
}

/// Returns true if `word` begins with `typed`, which is not empty.
pub(crate) fn starts(word: &str, typed: &str) -> bool {
    !typed.is_empty() && word.get(..typed.len()).is_some_and(|start| start.eq_ignore_ascii_case(typed))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_shortened_as_long_as_it_is_distinct() {
        let known = ["tftp-image-server", "tftp-image-path", "sftp-port", "sftp-port", "ap", "appfw"];
        for (typed, expected) in [
            ("tftp-image-path", Expansion::Word("tftp-image-path")),
            ("TFTP-Image-P", Expansion::Word("tftp-image-path")),
            ("tftp-image-", Expansion::Ambiguous),
            ("sftp-p", Expansion::Word("sftp-port")),
            ("ap", Expansion::Word("ap")),
            ("a", Expansion::Ambiguous),
            ("app", Expansion::Word("appfw")),
            ("tftp-image-paths", Expansion::Unknown),
            ("\u{1f600}", Expansion::Unknown),
            ("", Expansion::Unknown),
        ] {
            assert_eq!(expand(typed, known), expected, "{typed}");
        }
    }
}
