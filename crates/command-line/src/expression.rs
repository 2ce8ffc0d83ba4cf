//! Regular expressions as IOS has them (Cisco, "Regular Expressions", appendix of the terminal services command reference).
//!
//! They are Henry Spencer's, with `_` for a delimiter: a blank, a comma, a brace, a parenthesis, or an end of the line. Braces have
//! no meaning of their own, and a backslash makes every character stand for itself. Letter case matters.

use regex::{Regex, RegexBuilder};

use crate::InputError;

/// The largest compiled expression, in bytes. One of a line's length needs a tenth of it.
const COMPILED_MAX: usize = 256 * 1024;
/// The largest number of parentheses within one another.
const NESTED_MAX: u32 = 32;

/// Compiles `written`, a regular expression in the syntax of IOS.
///
/// # Errors
/// [`InputError::Expression`], and [`InputError::NotModelled`] for `\1`, which recalls what parentheses matched.
pub(crate) fn compile(written: &str) -> Result<Regex, InputError> {
    let mut builder = RegexBuilder::new(&translated(written)?);
    let built = builder.size_limit(COMPILED_MAX).nest_limit(NESTED_MAX).build();
    built.map_err(|_| InputError::Expression)
}

/// Writes the expression in the syntax of the crate `regex`.
fn translated(written: &str) -> Result<String, InputError> {
    let mut out = String::with_capacity(written.len());
    let mut characters = written.chars();
    // A repetition needs something before it, which is no repetition itself.
    let mut is_repeatable = false;
    while let Some(character) = characters.next() {
        let was_repeatable = is_repeatable;
        is_repeatable = true;
        match character {
            '*' | '+' | '?' if !was_repeatable => return Err(InputError::Expression),
            '*' | '+' | '?' => {
                out.push(character);
                is_repeatable = false;
            }
            '^' | '$' | '(' | '|' => {
                out.push(character);
                is_repeatable = false;
            }
            '.' | ')' => out.push(character),
            '_' => out.push_str("(?:^|$|[ ,{}()])"),
            '[' => push_range(&mut characters, &mut out)?,
            '\\' => match characters.next() {
                None => return Err(InputError::Expression),
                Some('1'..='9') => return Err(InputError::NotModelled(r"\1 in a regular expression")),
                Some(itself) => push_literal(itself, &mut out),
            },
            // A terminal's Ctrl-V, which lets the next character be typed.
            CTRL_V => is_repeatable = was_repeatable,
            itself => push_literal(itself, &mut out),
        }
    }
    Ok(out)
}

/// Ctrl-V: the character after it is taken as it is, which a question mark needs.
pub(crate) const CTRL_V: char = '\u{16}';

/// Writes the rest of a range of characters, up to its bracket.
fn push_range(characters: &mut std::str::Chars<'_>, out: &mut String) -> Result<(), InputError> {
    out.push('[');
    let mut is_first = true;
    if characters.as_str().starts_with('^') {
        characters.next();
        out.push('^');
    }
    while let Some(character) = characters.next() {
        match character {
            ']' if !is_first => {
                out.push(']');
                return Ok(());
            }
            // It joins two characters, and stands for itself at an end.
            '-' if !is_first && !characters.as_str().starts_with(']') => out.push('-'),
            '\\' => push_literal(characters.next().ok_or(InputError::Expression)?, out),
            itself => push_literal(itself, out),
        }
        is_first = false;
    }
    Err(InputError::Expression)
}

fn push_literal(character: char, out: &mut String) {
    // The crate knows escapes of ASCII punctuation alone.
    if character.is_ascii_punctuation() {
        out.push('\\');
    }
    out.push(character);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(expression: &str, line: &str) -> bool {
        compile(expression).unwrap_or_else(|error| panic!("{expression}: {error}")).is_match(line)
    }

    #[test]
    fn expressions_are_those_of_ios() {
        for (expression, line, expected) in [
            ("BOOT", "BOOT path-list:      part2", true),
            ("boot", "BOOT path-list:      part2", false),
            ("^Cisco AP Name|^MAC Address", "MAC Address : 00", true),
            ("_up_", "GigabitEthernet0 up", true),
            ("_up_", "(up)", true),
            ("_up_", "{up,down}", true),
            ("_up_", "upper", false),
            ("^_a", "a", true),
            ("a{2}", "a{2}", true),
            ("a{2}", "aa", false),
            (r"\d", "d", true),
            (r"\d", "1", false),
            (r"10\.0\.0\.1", "10.0.0.1", true),
            (r"10\.0\.0\.1", "10x0x0x1", false),
            ("x[0-9]+y", "x42y", true),
            ("[]x]", "]", true),
            ("[^]x]", "]", false),
            ("[a-]", "-", true),
            (r"[a\-c]", "b", false),
            (r"[\]]", "]", true),
            ("[[]", "[", true),
            ("[a&&b]", "&", true),
            ("(ab)*c$", "ababc", true),
            ("a/b", "a/b", true),
            ("é", "café", true),
            ("ab\u{16}?c", "ac", true),
            ("_*x", "x", true),
            ("a-b", "a-b", true),
        ] {
            assert_eq!(matches(expression, line), expected, "{expression} in {line}");
        }
    }

    #[test]
    fn wrong_expressions_are_refused() {
        for wrong in
            ["*", "a**", "a*?", "(?i)a", "(", ")", "a)", "[", "[]", "[z-a]", "\\", "^*", "a|+", "[a\\"]
        {
            assert_eq!(compile(wrong).map(|_| ()), Err(InputError::Expression), "{wrong}");
        }
        assert!(matches!(compile(r"(a)\1"), Err(InputError::NotModelled(_))));
    }

    #[test]
    fn an_expression_has_a_limit() {
        assert_eq!(compile(&"(".repeat(10_000)).map(|_| ()), Err(InputError::Expression));
        assert_eq!(compile(&"[^a]+.é".repeat(10_000)).map(|_| ()), Err(InputError::Expression));
        assert!(compile(&"(a|b)+".repeat(40)).is_ok(), "a line of 240 characters fits");
    }
}
