//! What is checked in a file that was found: its size, and what its first bytes state.

use image::{HeadReader, inspect_controller};

use super::finding::{Content, Finding};
use super::need::Wanted;
use super::said;

/// The length of the start of a file that is kept, in bytes: the whole head of a controller's image of this project.
const START: usize = 512;

/// The first bytes of a file, as they arrive.
#[derive(Debug, Default)]
pub(crate) struct Head {
    pub(crate) reader: HeadReader,
    start: Vec<u8>,
}

/// What a file states of itself.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Stated {
    pub(crate) image: Option<String>,
    pub(crate) version: Option<String>,
}

impl Head {
    /// Takes the next bytes.
    pub(crate) fn push(&mut self, bytes: &[u8]) {
        let room = START.saturating_sub(self.start.len());
        self.start.extend_from_slice(&bytes[..bytes.len().min(room)]);
        self.reader.push(bytes);
    }

    /// Returns true if no further bytes tell more.
    pub(crate) fn is_read(&self, wanted: &Wanted) -> bool {
        if wanted.is_controller() { self.start.len() == START } else { self.reader.stated().is_some() }
    }

    /// Returns what the file states, and what is wrong with that.
    pub(crate) fn check(&self, wanted: &Wanted) -> (Stated, Option<Finding>) {
        if wanted.is_controller() { self.check_controller(wanted) } else { self.check_image(wanted) }
    }

    fn check_controller(&self, wanted: &Wanted) -> (Stated, Option<Finding>) {
        if let Some(Ok((image, version))) = self.reader.stated() {
            // Access points' images are archives, the controller's is none.
            let stated = Stated { image: Some(said(&image)), version: Some(version.to_string()) };
            let other = Content::OtherImage { expected: wanted.name.clone(), actual: said(&image) };
            return (stated, Some(other.into()));
        }
        let Some(image) = inspect_controller(&self.start) else {
            let why = "the format of the controller's image is not public".to_owned();
            return (Stated::default(), Some(Content::Unread { why }.into()));
        };
        let finding = (image.version != wanted.version).then(|| other_version(wanted, &image.version));
        (Stated { image: Some(wanted.name.clone()), version: Some(said(&image.version)) }, finding)
    }

    fn check_image(&self, wanted: &Wanted) -> (Stated, Option<Finding>) {
        match self.reader.stated() {
            Some(Ok((image, version))) => {
                let version = version.to_string();
                let finding = if image != wanted.name {
                    Some(Content::OtherImage { expected: wanted.name.clone(), actual: said(&image) }.into())
                } else {
                    (version != wanted.version).then(|| other_version(wanted, &version))
                };
                (Stated { image: Some(said(&image)), version: Some(version) }, finding)
            }
            Some(Err(error)) => (Stated::default(), Some(Content::NotAnImage { why: said(error) }.into())),
            None if self.reader.is_archive() => {
                let why = "it is an archive whose `info.ver` is not in the part that was read".to_owned();
                (Stated::default(), Some(Content::Unread { why }.into()))
            }
            None => {
                let why = "it is shorter than the header of an archive".to_owned();
                (Stated::default(), Some(Content::NotAnImage { why }.into()))
            }
        }
    }
}

fn other_version(wanted: &Wanted, actual: &str) -> Finding {
    Content::OtherVersion { expected: wanted.version.clone(), actual: said(&actual) }.into()
}

/// Returns what is wrong with the size of a file, or that it is not known.
pub(crate) fn check_size(wanted: &Wanted, size: Option<u64>) -> Option<Finding> {
    let Some(size) = size else { return Some(Content::SizeUnknown.into()) };
    let finding = match wanted.size {
        _ if size == 0 => Content::Empty,
        Some(expected) if size < expected => Content::Truncated { expected, actual: size },
        Some(expected) if size > expected => Content::TooLong { expected, actual: size },
        Some(_) | None if size > wanted.room => Content::NoRoom { size, room: wanted.room },
        Some(_) | None => return None,
    };
    Some(finding.into())
}

#[cfg(test)]
mod tests {
    use image::CONTROLLER_FILE;

    use super::*;

    fn wanted(name: &str) -> Wanted {
        let version = if name == CONTROLLER_FILE { "17.09.04a.0.6" } else { "17.9.4.27" };
        Wanted {
            name: name.into(),
            size: Some(20_480),
            version: version.into(),
            access_points: 1,
            room: 50_000,
        }
    }

    fn head(bytes: &[u8]) -> Head {
        let mut head = Head::default();
        head.push(bytes);
        head
    }

    #[test]
    fn sizes() {
        let finding = |size| check_size(&wanted("ap1g8"), Some(size));
        assert_eq!(check_size(&wanted("ap1g8"), None), Some(Content::SizeUnknown.into()));
        assert_eq!(finding(20_480), None);
        assert_eq!(finding(0), Some(Content::Empty.into()));
        assert_eq!(finding(20_479), Some(Content::Truncated { expected: 20_480, actual: 20_479 }.into()));
        assert_eq!(finding(20_481), Some(Content::TooLong { expected: 20_480, actual: 20_481 }.into()));
        let unlisted = Wanted { size: None, ..wanted("ap1g8") };
        assert_eq!(check_size(&unlisted, Some(50_000)), None);
        let too_much = Content::NoRoom { size: 50_001, room: 50_000 };
        assert_eq!(check_size(&unlisted, Some(50_001)), Some(too_much.into()));
    }

    #[test]
    fn what_a_file_states_is_compared() {
        let version = |text: &str| text.parse().expect("a version");
        let image = |name: &str, of: &str| image::synthesize(name, &version(of), 20_480).expect("a size");
        let found = |name: &str, bytes: &[u8]| head(bytes).check(&wanted(name)).1;
        let right = image("ap1g8", "17.9.4.27");
        assert_eq!(found("ap1g8", &right.bytes()), None);
        let other =
            |expected: &str| Content::OtherImage { expected: expected.into(), actual: "ap1g8".into() };
        assert_eq!(found("ap3g3", &right.bytes()), Some(other("ap3g3").into()));
        assert_eq!(found(CONTROLLER_FILE, &right.bytes()), Some(other(CONTROLLER_FILE).into()));
        let old = Content::OtherVersion { expected: "17.9.4.27".into(), actual: "17.3.3.26".into() };
        assert_eq!(found("ap1g8", &image("ap1g8", "17.3.3.26").bytes()), Some(old.into()));
        assert!(matches!(
            found("ap1g8", b"<html>not found</html>"),
            Some(Finding::Content(Content::NotAnImage { .. }))
        ));
        assert!(matches!(
            found("ap1g8", &right.bytes()[..600]),
            Some(Finding::Content(Content::Unread { .. }))
        ));
    }

    #[test]
    fn a_controller_s_image_is_told_as_far_as_its_format_is_known() {
        let made = image::ControllerImage {
            version: "17.09.04a.0.6".into(),
            ap: "17.9.4.27".parse().expect("a version"),
        };
        let content = image::synthesize_controller(&made, 20_480).expect("a size");
        let (stated, finding) = head(&content.bytes()).check(&wanted(CONTROLLER_FILE));
        assert_eq!((stated.version.as_deref(), finding), (Some("17.09.04a.0.6"), None));
        let (_, finding) = head(&[1; 600]).check(&wanted(CONTROLLER_FILE));
        assert_eq!(finding.map(|finding| finding.severity()), Some(super::super::finding::Severity::Note));
    }
}
