//! HTML in the making. Markup is literals of this program alone; text of others gets in escaped, by the types of these functions.

use text::printable;

/// An attribute: its name, and its value, which is escaped.
pub(super) type Attribute<'a> = (&'static str, &'a str);

/// HTML in the making.
#[derive(Default)]
pub(super) struct Html {
    text: String,
}

impl Html {
    /// Writes markup as it is. Only a literal can be that.
    pub(super) fn raw(&mut self, markup: &'static str) {
        self.text.push_str(markup);
    }

    /// Writes a start tag.
    pub(super) fn open(&mut self, tag: &'static str, attributes: &[Attribute<'_>]) {
        self.start(tag, attributes);
        self.text.push('>');
    }

    /// Writes an end tag.
    pub(super) fn close(&mut self, tag: &'static str) {
        self.text.push_str("</");
        self.text.push_str(tag);
        self.text.push('>');
    }

    /// Writes an element of SVG that has nothing in it.
    pub(super) fn shape(&mut self, tag: &'static str, attributes: &[Attribute<'_>]) {
        self.start(tag, attributes);
        self.text.push_str("/>");
    }

    /// Writes an element with a text.
    pub(super) fn element(&mut self, tag: &'static str, attributes: &[Attribute<'_>], text: &str) {
        self.open(tag, attributes);
        self.text(text);
        self.close(tag);
    }

    /// Writes a text in one line.
    pub(super) fn text(&mut self, text: &str) {
        self.text.push_str(&escaped(&printable(&text)));
    }

    /// Writes a sentence in which pairs of backticks enclose code.
    pub(super) fn prose(&mut self, text: &str) {
        let text = printable(&text);
        let parts: Vec<&str> = text.split('`').collect();
        if parts.len().is_multiple_of(2) {
            // One of them has no partner.
            return self.text(&text);
        }
        for (index, part) in parts.into_iter().enumerate() {
            match index % 2 {
                0 => self.text(part),
                _ => self.element("code", &[], part),
            }
        }
    }

    /// Writes lines as they are, in a block.
    pub(super) fn block<'a>(&mut self, class: &'static str, lines: impl Iterator<Item = &'a str>) {
        self.open("pre", &[("class", class), ("tabindex", "0")]);
        for (index, line) in lines.enumerate() {
            if index > 0 {
                self.text.push('\n');
            }
            self.text(line);
        }
        self.raw("</pre>\n");
    }

    /// Returns the HTML.
    pub(super) fn finish(self) -> String {
        self.text
    }

    fn start(&mut self, tag: &'static str, attributes: &[Attribute<'_>]) {
        self.text.push('<');
        self.text.push_str(tag);
        for (name, value) in attributes {
            self.text.push(' ');
            self.text.push_str(name);
            self.text.push_str("=\"");
            self.text.push_str(&escaped(&printable(value)));
            self.text.push('"');
        }
    }
}

/// Returns a text that is a text wherever HTML has one, also in a quoted value.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            _ => out.push(character),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn made(make: impl FnOnce(&mut Html)) -> String {
        let mut html = Html::default();
        make(&mut html);
        html.finish()
    }

    #[test]
    fn code_is_between_pairs_of_backticks() {
        assert_eq!(made(|html| html.prose("`a<b` is & so")), "<code>a&lt;b</code> is &amp; so");
        assert_eq!(made(|html| html.prose("a ` b")), "a ` b");
        assert_eq!(made(|html| html.shape("rect", &[("x", "\"1")])), "<rect x=\"&quot;1\"/>");
        let block = made(|html| html.block("command", ["a", " <b"].into_iter()));
        assert_eq!(block, "<pre class=\"command\" tabindex=\"0\">a\n &lt;b</pre>\n");
    }

    proptest! {
        #[test]
        fn no_text_is_markup(text in any::<String>()) {
            let html = made(|html| {
                html.text(&text);
                html.raw("~");
            });
            let steers = ['<', '>', '"', '\'', '\n', '\u{202e}', '\u{1b}'];
            prop_assert!(!html.contains(steers));
            let back = ["&lt;", "&gt;", "&quot;", "&#39;", "&amp;"].iter().zip(["<", ">", "\"", "'", "&"]);
            let back = back.fold(html, |html, (entity, character)| html.replace(entity, character));
            prop_assert_eq!(back, format!("{}~", printable(&text)));
        }
    }
}
