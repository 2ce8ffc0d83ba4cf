//! Text of others, made safe to print.

use std::fmt::{self, Display, Write};

use crate::visible::picture;

/// The most characters of a peer's text that are shown.
const PEER_MAX: usize = 250;

/// Returns a text in one line, with a picture for each character that could steer a terminal or reorder what stands beside it: control
/// characters, line feeds among them, and the invisible ones that direct the layout.
pub fn printable(text: &impl Display) -> String {
    taken(text, usize::MAX)
}

/// Returns the beginning of a peer's text as [`printable`] does: at most 250 characters, and `…` if there are more.
pub fn printable_of_peer(text: &impl Display) -> String {
    taken(text, PEER_MAX)
}

fn taken(text: &impl Display, most: usize) -> String {
    let mut taken = Taken { text: String::new(), left: most };
    // Its only error is the end of what is taken.
    if write!(taken, "{text}").is_err() {
        taken.text.push('…');
    }
    taken.text
}

/// Takes characters as long as there is room, however long the text is.
struct Taken {
    text: String,
    left: usize,
}

impl Write for Taken {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for character in text.chars() {
            self.left = self.left.checked_sub(1).ok_or(fmt::Error)?;
            self.text.push(picture(character));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_steers_a_terminal() {
        let hostile = "\x1b]0;owned\x07\x1b[31mred\r\n::error::x\u{9b}0m\u{202e}txt\u{2028}ü ·";
        assert_eq!(printable(&hostile), "␛]0;owned␇␛[31mred␍␊::error::x�0m�txt�ü ·");
    }

    #[test]
    fn a_peer_s_text_is_cut() {
        let most = "é".repeat(PEER_MAX);
        assert_eq!(printable_of_peer(&most), most);
        assert_eq!(printable_of_peer(&format!("{most}\x1b")), format!("{most}…"));
        assert_eq!(printable(&"x".repeat(10_000)).len(), 10_000);
    }
}
