//! Where secrets stand in configuration lines: whoever repeats a line must not tell them.

use std::ops::Range;

/// The line with stars in place of its secret.
pub(super) fn hide(line: &str) -> String {
    match find(line) {
        Some(secret) => format!("{}*****", &line[..secret.start]),
        None => line.to_owned(),
    }
}

/// From the word after the first that announces a secret, if misspelled, up to the end of the line; the number that tells how it is encrypted is
/// no part of it.
fn find(line: &str) -> Option<Range<usize>> {
    let end = line.trim_end().len();
    let mut words = words(line);
    words.by_ref().find(|word| announces(&line[word.clone()]))?;
    let first = words.next()?;
    let is_kind = line[first.clone()].bytes().all(|byte| byte.is_ascii_digit());
    let start = if is_kind { words.next().map_or(first.start, |second| second.start) } else { first.start };
    Some(start..end)
}

fn announces(word: &str) -> bool {
    let word = word.to_ascii_lowercase();
    let mistyped =
        |word: &str| ["sftp-", "cco-"].iter().any(|start| word.contains(start)) && word.contains("pas");
    ["password", "secret", "key"].iter().any(|end| word.ends_with(end)) || mistyped(&word)
}

fn words(line: &str) -> impl Iterator<Item = Range<usize>> {
    line.split_whitespace().map(|word| {
        let start = word.as_ptr() as usize - line.as_ptr() as usize;
        start..start + word.len()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_found_and_their_kind_is_kept() {
        for (line, hidden) in [
            (" sftp-password 0 s3cret ", " sftp-password 0 *****"),
            ("sftp-image-password s3cret", "sftp-image-password *****"),
            ("EWC(config-x)#sftp-password 0 with # and blanks", "EWC(config-x)#sftp-password 0 *****"),
            ("username admin privilege 15 secret 9 $9$x", "username admin privilege 15 secret 9 *****"),
            ("enable secret 1234", "enable secret *****"),
            ("hostname 9120-EWC", "hostname 9120-EWC"),
            ("sftp-pasword 0 s3cret", "sftp-pasword 0 *****"),
            ("sftp-password 0", "sftp-password *****"),
            ("sftp-password", "sftp-password"),
        ] {
            assert_eq!(hide(line), hidden);
        }
    }
}
