//! The part of a configuration that bears on images, as its own text: for readers of a whole configuration who want to keep that part.

use super::problem::ConfigError;
use super::reader;

/// The part of a configuration that bears on images.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Excerpt {
    /// The lines, in the order of the text.
    pub lines: Vec<ExcerptLine>,
    /// The number of lines that were left out, as they have no effect on images.
    pub left_out: usize,
    /// Every line that is wrong, with its position in the text.
    pub errors: Vec<ConfigError>,
}

/// A line of a configuration, without its prompt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExcerptLine {
    /// The line in the text, from 1.
    pub number: usize,
    /// True if it belongs to the last line above it that is not indented.
    pub is_indented: bool,
    /// Its text, with its secrets and without its indentation.
    pub text: String,
}

impl Excerpt {
    /// Reads a configuration as [`ControllerConfig::parse`](super::ControllerConfig::parse) does, and keeps the lines that are modelled or
    /// may matter, with those that they stand below. A section of an interface stays if something in it may matter.
    pub fn of(text: &str) -> Self {
        let reader = reader::lines(text);
        let mut errors = reader.errors;
        errors.sort_by_key(|error| (error.line, error.column));
        Self { lines: reader.gathered.kept(), left_out: reader.config.not_about_images.len(), errors }
    }
}

/// The class of a line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Effect {
    /// It does not matter here.
    #[default]
    None,
    /// It is modelled.
    Modelled,
    /// It may matter and is not modelled.
    Matters,
}

/// The lines so far, each with its effect.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    lines: Vec<(ExcerptLine, Effect)>,
    /// The last line that is not indented, unless it is among `lines`.
    above: Option<ExcerptLine>,
}

impl Gathered {
    /// Notes a command after it was read.
    pub(super) fn passed(&mut self, number: usize, indent: usize, command: &str, effect: Effect) {
        let line = ExcerptLine { number, is_indented: indent > 0, text: command.to_owned() };
        if effect != Effect::None {
            if line.is_indented {
                self.lines.extend(self.above.take().map(|above| (above, Effect::None)));
            } else {
                self.above = None;
            }
            self.lines.push((line, effect));
        } else if !line.is_indented {
            self.above = Some(line);
        }
    }

    /// Returns the lines without the interfaces of which only the address is known.
    fn kept(self) -> Vec<ExcerptLine> {
        let mut kept = Vec::new();
        let mut lines = self.lines.into_iter().peekable();
        while let Some(first) = lines.next() {
            let mut section = vec![first];
            while let Some(below) = lines.next_if(|(line, _)| line.is_indented) {
                section.push(below);
            }
            let is_interface = section[0].0.text.to_ascii_lowercase().starts_with("interface ");
            let matters = section.iter().any(|(line, effect)| {
                *effect == Effect::Matters || line.text.contains("shutdown") || line.text.starts_with("vrf ")
            });
            if !is_interface || matters {
                kept.extend(section.into_iter().map(|(line, _)| line));
            }
        }
        kept
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_about_images_stay_with_those_above_them() {
        let text = "hostname ewc\n!\ninterface Vlan1\n ip address 10.0.0.1 255.255.255.0\n!\n\
                    interface Vlan2\n ip address 10.0.1.1 255.255.255.0\n ip access-group 10 in\n!\n\
                    ip tftp blocksize 1428\nwireless management interface Vlan1\n public-ip 192.0.2.1\n\
                    wireless profile image-download default\n image-download-mode tftp\n sftp-password 8 x\nend\n";
        let excerpt = Excerpt::of(text);
        let lines: Vec<(usize, bool, &str)> =
            excerpt.lines.iter().map(|line| (line.number, line.is_indented, &*line.text)).collect();
        assert_eq!(
            lines,
            [
                (6, false, "interface Vlan2"),
                (7, true, "ip address 10.0.1.1 255.255.255.0"),
                (8, true, "ip access-group 10 in"),
                (10, false, "ip tftp blocksize 1428"),
                (11, false, "wireless management interface Vlan1"),
                (12, true, "public-ip 192.0.2.1"),
                (13, false, "wireless profile image-download default"),
                (14, true, "image-download-mode tftp"),
                (15, true, "sftp-password 8 x"),
            ]
        );
        assert_eq!(excerpt.errors.iter().map(|error| error.line).collect::<Vec<_>>(), [15]);
        let typed = "EWC(config)#wireless profile image-download default\n\
                     EWC(config-wireless-image-download-profile)#image-download-mode tftp\nEWC(config)#hostname x\n";
        let lines = Excerpt::of(typed).lines;
        assert_eq!(lines.iter().map(|line| line.is_indented).collect::<Vec<_>>(), [false, true]);
    }
}
