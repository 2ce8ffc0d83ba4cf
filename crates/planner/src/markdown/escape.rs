//! Text of others in Markdown: it stays text.

use text::printable;

/// Returns a text in one line that Markdown (CommonMark and the tables of GitHub) shows as it is. What stands between two backticks becomes
/// code, as in our own sentences, if nothing in it could end a cell or begin a tag.
pub(super) fn escaped(text: &str) -> String {
    let text = printable(&text);
    let mut out = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some((before, code, after)) = next_code(rest) {
        plain(&mut out, before);
        out.push_str(&format!("`{code}`"));
        rest = after;
    }
    plain(&mut out, rest);
    out
}

/// Returns what is before the first code in a text, the code, and what is after it.
fn next_code(text: &str) -> Option<(&str, &str, &str)> {
    let (before, behind) = text.split_once('`')?;
    let (code, after) = behind.split_once('`')?;
    let harmless = |character: char| !matches!(character, '<' | '>' | '&' | '|' | '\\' | '@');
    let is_code = code.chars().all(harmless) && !code.trim().is_empty() && !after.starts_with('`');
    is_code.then_some((before, code, after))
}

fn plain(out: &mut String, text: &str) {
    let mut before = out.chars().next_back();
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            // Not by a backslash, as some trackers take tags even then.
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            // An `@` before a letter would notify a person of that name.
            '@' => out.push_str("&#64;"),
            '\\' | '`' | '|' | '*' | '[' | ']' | '~' | '#' => out.extend(['\\', character]),
            // Within a word it begins no emphasis.
            '_' if !is_word(before) || !is_word(characters.peek().copied()) => out.push_str("\\_"),
            _ => out.push(character),
        }
        before = Some(character);
    }
}

fn is_word(character: Option<char>) -> bool {
    character.is_some_and(char::is_alphanumeric)
}

/// Returns lines as a block of code, each indented by `indent`, between fences that are longer than any row of backticks in it.
pub(super) fn fenced<'a>(indent: &str, lines: impl Iterator<Item = &'a str>) -> String {
    let lines: Vec<String> = lines.map(|line| printable(&line)).collect();
    let longest = lines.iter().map(|line| longest_row(line)).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    let mut out = format!("{indent}{fence}text\n");
    for line in &lines {
        out.push_str(format!("{indent}{line}").trim_end());
        out.push('\n');
    }
    out.push_str(&format!("{indent}{fence}\n"));
    out
}

/// Returns the length of the longest row of backticks.
fn longest_row(line: &str) -> usize {
    line.split(|character| character != '`').map(str::len).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_means_something_is_escaped() {
        let text = "a_b _c_ | `x <b> & [l](u) *e* # 1\n@all";
        assert_eq!(escaped(text), "a_b \\_c\\_ \\| \\`x &lt;b&gt; &amp; \\[l\\](u) \\*e\\* \\# 1␊&#64;all");
        assert_eq!(escaped("`a_b [c]` and `d"), "`a_b [c]` and \\`d");
        assert_eq!(escaped("`a|b` ``c``"), "\\`a\\|b\\` \\`\\`c\\`\\`");
    }

    #[test]
    fn fences_are_longer_than_what_they_enclose() {
        assert_eq!(fenced("  ", ["a", "", "````"].into_iter()), "  `````text\n  a\n\n  ````\n  `````\n");
        assert_eq!(fenced("", ["write memory"].into_iter()), "```text\nwrite memory\n```\n");
    }

    proptest! {
        #[test]
        fn nothing_is_left_that_ends_a_cell_or_begins_a_tag(text in "[a `|<>@\\\\_\\[\n]{0,30}") {
            let escaped = escaped(&text);
            prop_assert!(!escaped.contains(['<', '>', '\n', '\r', '@']));
            let (mut slashes, mut ticks) = (0, 0);
            for character in escaped.chars() {
                let is_bare = slashes % 2 == 0;
                prop_assert!(character != '|' || !is_bare, "{}", escaped);
                ticks += usize::from(character == '`' && is_bare);
                slashes = if character == '\\' && ticks % 2 == 0 { slashes + 1 } else { 0 };
            }
            prop_assert_eq!(ticks % 2, 0, "{}", escaped);
        }
    }
}
