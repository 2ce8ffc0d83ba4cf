//! The section that a line belongs to: by its indentation, or by the prompt behind which it was typed.
//!
//! - A prompt decides alone: `(config)#` is no section, `(config-wireless-image-download-profile)#` is the profile, and another
//!   mode is the section that was opened last, unless that is the profile.
//! - A printed line belongs to the last line that is indented less. A line that is not indented belongs to no section.
//! - Lines that are typed below the first line of a section with its own indentation belong to that section as long as the next
//!   line after the first one is not indented: then the text is not as a device prints it. As on a device, a line belongs to the
//!   section if it is a command there, or no command anywhere, and a command of the global mode leaves the section.
//! - `exit` and `end` leave sections; an unknown line, a comment and whatever a terminal shows in between do not.

use super::prompt::Mode;

/// The kind of a section, as far as lines in it are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Section {
    /// `wireless profile image-download default`.
    Profile,
    /// `interface NAME`.
    Interface,
    /// `crypto pki certificate chain NAME`.
    CertificateChain,
    /// `crypto pki trustpool policy`.
    Trustpool,
    /// `control-plane`.
    ControlPlane,
    /// `wireless management interface`.
    Management,
    /// Sections about clients of the wireless network, and definitions that other lines have to apply.
    Apart,
    /// Any other section.
    Other,
}

/// The place of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// Below no other line.
    Global,
    /// In a section.
    In(Section),
    /// Typed in a section: commands of the global mode are understood, too.
    Typed(Section),
}

/// A line that deeper lines may belong to.
#[derive(Clone, Copy, Debug)]
struct Above {
    indent: usize,
    section: Section,
    /// True for the first line of a section.
    opens: bool,
}

/// The sections that are open.
#[derive(Debug, Default)]
pub(super) struct Sections {
    /// The lines above, each indented deeper than the one before.
    above: Vec<Above>,
    /// The section whose lines may follow with the same indentation as its first one.
    typed: Option<Above>,
    /// The section that was opened last.
    last: Option<Section>,
}

impl Sections {
    /// Returns the place of a printed line.
    pub(super) fn printed(&mut self, indent: usize) -> Place {
        while self.above.last().is_some_and(|above| above.indent >= indent) {
            self.above.pop();
        }
        match self.above.last() {
            Some(above) => {
                if above.opens && self.typed.is_some_and(|typed| typed.indent == above.indent) {
                    self.typed = None;
                }
                Place::In(above.section)
            }
            None => match self.typed {
                Some(typed) if typed.indent == indent => Place::Typed(typed.section),
                _ => {
                    self.typed = None;
                    Place::Global
                }
            },
        }
    }

    /// Returns the place of a line with a prompt.
    pub(super) fn prompted(&mut self, mode: Mode<'_>) -> Place {
        self.above.clear();
        let section = match mode {
            Mode::Config | Mode::Exec => None,
            Mode::Profile => Some(Section::Profile),
            Mode::Section(None) => Some(self.last.unwrap_or(Section::Other)),
            Mode::Section(Some(name)) => Some(self.named(name)),
        };
        self.typed = section.map(|section| Above { indent: 0, section, opens: true });
        section.map_or(Place::Global, Place::Typed)
    }

    /// Returns the section with this name in a prompt: the last one that was opened, unless the name contradicts.
    fn named(&self, name: &str) -> Section {
        match name {
            "config-if" | "config-subif" => Section::Interface,
            "config-cert-chain" => Section::CertificateChain,
            "ca-trustpool" => Section::Trustpool,
            "config-cp" => Section::ControlPlane,
            "config-mgmt-interface" => Section::Management,
            "config-wlan" | "config-wireless-policy" => Section::Apart,
            _ => self
                .last
                .filter(|last| !matches!(last, Section::Profile | Section::Interface))
                .unwrap_or(Section::Other),
        }
    }

    /// Notes a line after its place is known: lines that are indented deeper belong to it. `opened` is the section that it opens.
    pub(super) fn passed(&mut self, indent: usize, place: Place, opened: Option<Section>) {
        let section = opened.unwrap_or(match place {
            Place::In(section) | Place::Typed(section) => section,
            Place::Global => Section::Other,
        });
        let above = Above { indent, section, opens: opened.is_some() };
        if opened.is_some() {
            self.last = opened;
            let is_outermost = self.above.is_empty();
            if is_outermost {
                self.typed = Some(above);
            }
        }
        self.above.push(above);
    }

    /// Notes a command of the global mode that opens no section: it leaves a section in which lines were typed.
    pub(super) fn left(&mut self) {
        self.typed = None;
    }

    /// Leaves the section of the last line.
    pub(super) fn exit(&mut self) {
        if self.above.pop().is_none() {
            self.typed = None;
        }
    }

    /// Leaves all sections.
    pub(super) fn end(&mut self) {
        *self = Self::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads lines of which `P` opens the profile, `I` an interface, and anything else nothing; returns their places.
    fn places(text: &str) -> Vec<Place> {
        let mut sections = Sections::default();
        text.lines()
            .map(|line| {
                let indent = line.len() - line.trim_start().len();
                let place = sections.printed(indent);
                let opened = match line.trim() {
                    "P" => Some(Section::Profile),
                    "I" => Some(Section::Interface),
                    "exit" => {
                        sections.exit();
                        return place;
                    }
                    "global" => {
                        sections.left();
                        None
                    }
                    _ => None,
                };
                let place =
                    if opened.is_some() && matches!(place, Place::Typed(_)) { Place::Global } else { place };
                sections.passed(indent, place, opened);
                place
            })
            .collect()
    }

    #[test]
    fn printed_lines_belong_to_the_line_that_is_indented_less() {
        use Place::{Global, In, Typed};
        use Section::{Interface, Other, Profile};
        for (text, expected) in [
            ("P\n a\n  b\n c\nd\n e", vec![Global, In(Profile), In(Profile), In(Profile), Global, In(Other)]),
            ("I\n a\nP\n b", vec![Global, In(Interface), Global, In(Profile)]),
            ("  P\n   a\n  b", vec![Global, In(Profile), Global]),
            ("P\n a\n exit\n b", vec![Global, In(Profile), In(Profile), Global]),
            ("P\na\nb", vec![Global, Typed(Profile), Typed(Profile)]),
            ("P\na\n b\nc", vec![Global, Typed(Profile), In(Profile), Typed(Profile)]),
            ("P\na\nexit\nc", vec![Global, Typed(Profile), Typed(Profile), Global]),
            ("P\nglobal\nc", vec![Global, Typed(Profile), Global]),
            ("P\n a\nglobal\nc", vec![Global, In(Profile), Global, Global]),
            ("P\nI\na", vec![Global, Global, Typed(Interface)]),
            (" a\n b", vec![Global, Global]),
        ] {
            assert_eq!(places(text), expected, "{text:?}");
        }
    }

    #[test]
    fn prompts_say_the_section() {
        let mut sections = Sections::default();
        assert_eq!(sections.prompted(Mode::Config), Place::Global);
        sections.passed(0, Place::Global, Some(Section::Profile));
        assert_eq!(sections.prompted(Mode::Profile), Place::Typed(Section::Profile));
        assert_eq!(sections.prompted(Mode::Section(None)), Place::Typed(Section::Profile));
        assert_eq!(sections.prompted(Mode::Section(Some("config-if"))), Place::Typed(Section::Interface));
        assert_eq!(sections.prompted(Mode::Section(Some("config-x"))), Place::Typed(Section::Other));
        assert_eq!(sections.prompted(Mode::Config), Place::Global);
        assert_eq!(sections.printed(0), Place::Global);
    }
}
