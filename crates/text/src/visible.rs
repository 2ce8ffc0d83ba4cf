//! Text from elsewhere, as a terminal may show it.

use std::borrow::Cow;

/// Returns `text` with a picture in place of each control character, as excerpts of files have it: ESC becomes `␛`. Line feeds and tabs
/// stay. Characters that reverse the direction of what follows, and control characters without a picture, become `�`.
pub fn visible(text: &str) -> Cow<'_, str> {
    let stays = |character: char| matches!(character, '\n' | '\t') || !steers(character);
    if text.chars().all(stays) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(
        text.chars().map(|character| if stays(character) { character } else { picture(character) }).collect(),
    )
}

/// Returns true for control characters, separators of lines and paragraphs, and the marks of direction and invisible formatting
/// (Unicode's `Bidi_Control`, and its neighbours of zero width).
fn steers(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// Returns a character, or its picture if it could steer a terminal: control characters of ASCII have one, from U+2400 on.
pub(crate) fn picture(character: char) -> char {
    match u32::from(character) {
        _ if !steers(character) => character,
        code @ 0..0x20 => char::from_u32(0x2400 + code).unwrap_or(char::REPLACEMENT_CHARACTER),
        0x7f => '\u{2421}',
        _ => char::REPLACEMENT_CHARACTER,
    }
}

#[cfg(test)]
mod tests {
    use super::visible;

    #[test]
    fn control_characters_have_pictures() {
        for (text, shown) in [
            ("plain µ → 日本\n\tx", "plain µ → 日本\n\tx"),
            ("-\u{1b}[31m", "-␛[31m"),
            ("a\rb\u{7}\u{8}\0", "a␍b␇␈␀"),
            ("\u{7f}\u{85}\u{9b}31m", "␡��31m"),
            ("a\u{202e}b\u{2066}", "a�b�"),
        ] {
            assert_eq!(visible(text), shown);
            assert_eq!(visible(shown), shown);
        }
    }
}
