//! Reading what an AP image states of itself while its bytes arrive: enough to recognise it, nothing to verify it.

use crate::bundle::{INFO, INFO_LENGTH_MAX, read_info};
use crate::tar::{self, BLOCK, MEMBERS_MAX};
use crate::{ImageError, Version};

/// Reads the archive of an image from its beginning, piece by piece, up to its `info.ver`. It keeps at most that member.
///
/// It is less strict than [`inspect`](crate::inspect): directories and other kinds of members are passed over, as the archives of
/// vendors may have them.
#[derive(Clone, Debug, Default)]
pub struct HeadReader {
    state: State,
    /// The header, or the member, that is being read.
    bytes: Vec<u8>,
    members: usize,
    /// The number of bytes read so far.
    offset: u64,
}

#[derive(Clone, Debug, Default)]
enum State {
    /// A header is being read.
    #[default]
    Header,
    /// So many bytes of the archive are of no interest.
    Skip(u64),
    /// `info.ver` of this length is being read.
    Info(usize),
    Done(Result<(String, Version), ImageError>),
}

impl HeadReader {
    /// Creates a reader that has read nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads the next bytes of the file.
    pub fn push(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            let taken = match &mut self.state {
                State::Header => self.take(bytes, BLOCK),
                State::Info(length) => {
                    let length = *length;
                    self.take(bytes, length)
                }
                State::Skip(left) => {
                    let taken = usize::try_from(*left).unwrap_or(usize::MAX).min(bytes.len());
                    *left -= taken as u64;
                    if *left == 0 {
                        self.state = State::Header;
                    }
                    taken
                }
                State::Done(_) => return,
            };
            self.offset += taken as u64;
            bytes = &bytes[taken..];
        }
    }

    /// Returns the offset of the next byte of interest, which a source that can seek continues with after [`HeadReader::skipped_to`].
    pub fn next_offset(&self) -> u64 {
        match self.state {
            State::Skip(left) => self.offset.saturating_add(left),
            State::Header | State::Info(_) | State::Done(_) => self.offset,
        }
    }

    /// Notes that the source continues at [`HeadReader::next_offset`].
    pub fn skipped_to(&mut self) {
        self.offset = self.next_offset();
        if matches!(self.state, State::Skip(_)) {
            self.state = State::Header;
        }
    }

    /// Returns the image type and the version that the image states, or the reason why it is none; `None` while neither is known.
    pub fn stated(&self) -> Option<Result<(&str, &Version), &ImageError>> {
        match &self.state {
            State::Done(result) => {
                Some(result.as_ref().map(|(image_type, version)| (image_type.as_str(), version)))
            }
            State::Header | State::Skip(_) | State::Info(_) => None,
        }
    }

    /// Returns true if the first header was read and is one of an archive.
    pub fn is_archive(&self) -> bool {
        self.members > 0
    }

    /// Takes bytes until `length` of them are there, and handles them then. Returns the number of bytes taken.
    fn take(&mut self, bytes: &[u8], length: usize) -> usize {
        let taken = (length - self.bytes.len()).min(bytes.len());
        self.bytes.extend_from_slice(&bytes[..taken]);
        if self.bytes.len() == length {
            let whole = std::mem::take(&mut self.bytes);
            self.state = match self.state {
                State::Info(_) => State::Done(read_info(&whole)),
                State::Header | State::Skip(_) | State::Done(_) => self.header(&whole),
            };
        }
        taken
    }

    /// Handles a whole header.
    fn header(&mut self, block: &[u8]) -> State {
        let block: &[u8; BLOCK] = block.try_into().expect("a header is read whole");
        let at = self.offset.saturating_sub(self.offset % BLOCK as u64);
        if self.members > 0 && block.iter().all(|byte| *byte == 0) {
            return State::Done(Err(ImageError::MissingMember { member: INFO }));
        }
        let Some((name, size)) = tar::lenient_header(block) else {
            return State::Done(Err(match self.members {
                0 => ImageError::NotATar,
                _ => ImageError::BadHeader { offset: at },
            }));
        };
        self.members += 1;
        if self.members > MEMBERS_MAX {
            return State::Done(Err(ImageError::TooManyMembers));
        }
        let is_info = name.strip_prefix(b"./").unwrap_or(name) == INFO.as_bytes();
        match size.checked_next_multiple_of(BLOCK as u64) {
            Some(_) if is_info && size > 0 => State::Info(size.min(INFO_LENGTH_MAX) as usize),
            Some(0) => State::Header,
            Some(padded) => State::Skip(padded),
            None => State::Done(Err(ImageError::BadHeader { offset: at })),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version() -> Version {
        "17.9.4.27".parse().expect("a version")
    }

    /// Pushes `bytes` in pieces of `piece` bytes.
    fn read(bytes: &[u8], piece: usize) -> HeadReader {
        let mut reader = HeadReader::new();
        bytes.chunks(piece).for_each(|piece| reader.push(piece));
        reader
    }

    #[test]
    fn an_image_states_its_type_and_version_in_its_first_blocks() {
        let image = crate::synthesize("ap1g8", &version(), 102_400).expect("a size that a bundle can have");
        for piece in [1, 511, 512, 4_096] {
            let reader = read(&image.bytes()[..2 * BLOCK], piece);
            assert_eq!(reader.stated(), Some(Ok(("ap1g8", &version()))), "{piece}");
        }
        assert_eq!(read(&image.bytes()[..BLOCK], 100).stated(), None);
    }

    #[test]
    fn members_in_front_are_passed_over() {
        let mut archive = Vec::new();
        archive.extend(tar::header("part.bin", 70_000));
        archive.resize(BLOCK + tar::padded(70_000), 7);
        let text = crate::bundle::write_info("ap3g3", &version());
        archive.extend(tar::header("./info.ver", text.len() as u64));
        archive.extend(text.bytes());
        assert_eq!(read(&archive, 1_000).stated(), Some(Ok(("ap3g3", &version()))));
        // A source that can seek leaves them out.
        let mut reader = HeadReader::new();
        reader.push(&archive[..BLOCK]);
        let next = reader.next_offset() as usize;
        assert_eq!(next, BLOCK + tar::padded(70_000));
        reader.skipped_to();
        reader.push(&archive[next..]);
        assert_eq!(reader.stated(), Some(Ok(("ap3g3", &version()))));
    }

    #[test]
    fn other_files_are_none() {
        assert_eq!(read(&[7; 2 * BLOCK], 100).stated(), Some(Err(&ImageError::NotATar)));
        assert_eq!(read(&[0; 2 * BLOCK], 100).stated(), Some(Err(&ImageError::NotATar)));
        let mut archive = tar::header("a", 0).to_vec();
        archive.resize(2 * BLOCK, 0);
        let missing = ImageError::MissingMember { member: "info.ver" };
        assert_eq!(read(&archive, 100).stated(), Some(Err(&missing)));
        let endless = tar::header("a", 0).repeat(MEMBERS_MAX + 1);
        assert_eq!(read(&endless, 100).stated(), Some(Err(&ImageError::TooManyMembers)));
        assert!(read(&tar::header("a", u64::MAX >> 31), 512).stated().is_none());
    }
}
