//! The tar format (POSIX.1-1988 "ustar"), as far as image bundles use it: regular files with short names.

use std::ops::Range;
use std::sync::Arc;

use crate::{Content, ImageError};

/// Headers and contents start at multiples of this.
pub(crate) const BLOCK: usize = 512;
/// The maximum number of members of a bundle; real ones have about five.
pub(crate) const MEMBERS_MAX: usize = 64;

const NAME: Range<usize> = 0..100;
const MODE: Range<usize> = 100..108;
const UID: Range<usize> = 108..116;
const GID: Range<usize> = 116..124;
const SIZE: Range<usize> = 124..136;
const MTIME: Range<usize> = 136..148;
const CHECKSUM: Range<usize> = 148..156;
const TYPE: usize = 156;
const MAGIC: Range<usize> = 257..263;
const VERSION: Range<usize> = 263..265;

/// Returns `length` rounded up to whole blocks.
pub(crate) fn padded(length: usize) -> usize {
    length.next_multiple_of(BLOCK)
}

/// Returns the header of a regular file. `name` has at most 100 bytes.
pub(crate) fn header(name: &str, size: u64) -> [u8; BLOCK] {
    let mut block = [0; BLOCK];
    block[..name.len()].copy_from_slice(name.as_bytes());
    block[MODE].copy_from_slice(b"0000644\0");
    block[UID].copy_from_slice(b"0000000\0");
    block[GID].copy_from_slice(b"0000000\0");
    block[SIZE].copy_from_slice(format!("{size:011o}\0").as_bytes());
    block[MTIME].copy_from_slice(b"00000000000\0");
    block[TYPE] = b'0';
    block[MAGIC].copy_from_slice(b"ustar\0");
    block[VERSION].copy_from_slice(b"00");
    let sum = checksum(&block);
    block[CHECKSUM].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    block
}

/// The name and the byte range of a member.
type Member = (Arc<str>, Range<u64>);

/// Returns the members, in the order of the archive.
///
/// Stricter than tar: unused bytes must be zero, so that any damaged byte shows.
pub(crate) fn members(archive: &Content) -> Result<Vec<Member>, ImageError> {
    let mut members = Vec::new();
    let mut at = 0;
    loop {
        let block = archive.block(at..archive.len().min(at + BLOCK as u64));
        let block: &[u8; BLOCK] = block.first_chunk().ok_or(match at {
            0 => ImageError::NotATar,
            _ => ImageError::Truncated,
        })?;
        if block.iter().all(|byte| *byte == 0) {
            break;
        }
        let (name, size) = parse_header(block).ok_or(match at {
            0 => ImageError::NotATar,
            _ => ImageError::BadHeader { offset: at },
        })?;
        if members.len() == MEMBERS_MAX {
            return Err(ImageError::TooManyMembers);
        }
        let start = at + BLOCK as u64;
        let end = start.checked_add(size).filter(|end| *end <= archive.len()).ok_or(ImageError::Truncated)?;
        at = end.checked_next_multiple_of(BLOCK as u64).ok_or(ImageError::Truncated)?;
        if at > archive.len() {
            return Err(ImageError::Truncated);
        }
        if !is_zero(&archive.slice(end..at)) {
            return Err(ImageError::BadPadding { offset: end });
        }
        let name = std::str::from_utf8(&block[..name]).map_err(|_| ImageError::NotATar)?;
        members.push((name.into(), start..end));
    }
    // Two zero blocks end an archive; zeros then pad it to its blocking.
    let end = archive.slice(at..archive.len());
    if end.len() < 2 * BLOCK as u64 || !archive.len().is_multiple_of(crate::BLOCKING) {
        return Err(ImageError::Truncated);
    }
    if !is_zero(&end) {
        return Err(ImageError::BadPadding { offset: at });
    }
    if members.is_empty() {
        return Err(ImageError::NotATar);
    }
    Ok(members)
}

fn is_zero(content: &Content) -> bool {
    content.chunks().all(|chunk| chunk.iter().all(|byte| *byte == 0))
}

/// Returns the length of the name and the size in bytes, if `block` is a valid header of a regular file.
fn parse_header(block: &[u8; BLOCK]) -> Option<(usize, u64)> {
    // Only the form that tar writes is accepted: these bytes are not in the sum themselves.
    let form = block[CHECKSUM].ends_with(b"\0 ");
    if !form || octal(&block[CHECKSUM])? != u64::from(checksum(block)) {
        return None;
    }
    let regular = matches!(block[TYPE], b'0' | 0);
    let name = block[NAME].iter().position(|byte| *byte == 0).unwrap_or(NAME.end);
    let ascii = block[..name].iter().all(|byte| byte.is_ascii_graphic());
    (regular && name > 0 && ascii && block[MAGIC].starts_with(b"ustar"))
        .then(|| octal(&block[SIZE]).map(|size| (name, size)))?
}

/// Returns the name and the size in bytes, if `block` is a header of any member in any form of tar (POSIX, GNU, v7).
pub(crate) fn lenient_header(block: &[u8; BLOCK]) -> Option<(&[u8], u64)> {
    let digits = |field: &[u8]| {
        let text = std::str::from_utf8(field).ok()?.trim_matches(['\0', ' ']);
        if text.starts_with('+') { None } else { u64::from_str_radix(text, 8).ok() }
    };
    if digits(&block[CHECKSUM])? != u64::from(checksum(block)) {
        return None;
    }
    let name = block[NAME].iter().position(|byte| *byte == 0).unwrap_or(NAME.end);
    (name > 0).then(|| digits(&block[SIZE]).map(|size| (&block[..name], size)))?
}

/// Returns the sum of all bytes, with those of the checksum itself counted as spaces.
fn checksum(block: &[u8; BLOCK]) -> u32 {
    let sum = |bytes: &[u8]| bytes.iter().map(|byte| u32::from(*byte)).sum::<u32>();
    sum(&block[..CHECKSUM.start]) + 8 * u32::from(b' ') + sum(&block[CHECKSUM.end..])
}

/// Reads octal digits that end with NUL or space.
fn octal(field: &[u8]) -> Option<u64> {
    let end = field.iter().position(|byte| matches!(byte, 0 | b' '))?;
    let ends = field[end..].iter().all(|byte| matches!(byte, 0 | b' '));
    let digits = std::str::from_utf8(&field[..end]).ok()?;
    if !ends || digits.starts_with('+') { None } else { u64::from_str_radix(digits, 8).ok() }
}
