//! The controller's image, `C9800-AP-iosxe-wlc.bin`.
//!
//! The vendor's format is not known. This one is the project's own: a block of text that states the versions and the digest of the
//! rest, and is signed; then pseudo-random bytes.

use crate::kept::{Recipe, kept};
use crate::manifest::{self, SIGNATURE_LENGTH};
use crate::tile::Tile;
use crate::{Content, Version};

/// The name of the file on a server (Cisco 221705).
pub const CONTROLLER_FILE: &str = "C9800-AP-iosxe-wlc.bin";

/// The length of the block in front, in bytes.
const HEAD: u64 = 512;
/// The first line of the block.
const MAGIC: &str = "controller image";

/// The versions that a controller's image states.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ControllerImage {
    /// The controller's own version text: `17.09.04a.0.6`.
    pub version: String,
    /// The version that it requires of its access points: `17.9.4.27`.
    pub ap: Version,
}

/// The reason that a file is not a controller's image.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ControllerImageError {
    /// It does not begin like one.
    #[error("not a controller image")]
    NotOne,
    /// The signature of its head does not verify.
    #[error("bad signature")]
    BadSignature,
    /// It is shorter or longer than it says, or its content is damaged.
    #[error("bad digest")]
    BadDigest,
}

/// Makes a controller's image of exactly `size` bytes; `None` if that is too little, or if `version` is not one word of at most 40
/// letters.
pub fn synthesize_controller(image: &ControllerImage, size: u64) -> Option<Content> {
    let words = image.version.split_whitespace().count();
    if size <= HEAD || words != 1 || image.version.len() > 40 {
        return None;
    }
    Some(kept(Recipe::Controller { size, image: image.clone() }, || make(image, size)))
}

fn make(image: &ControllerImage, size: u64) -> Content {
    let tile = Tile::new(&format!("controller {} {} {size}", image.version, image.ap), size);
    let rest = Content::from_pieces(tile.pieces(HEAD..size));
    let text = head(image, &rest.sha256());
    let mut head = [&manifest::sign(&text)[..], text.as_bytes()].concat();
    head.resize(HEAD as usize, 0);
    let content = Content::from_pieces([head.into()].into_iter().chain(tile.pieces(HEAD..size)));
    content.remember(HEAD..size, rest.sha256());
    content
}

/// Returns the versions that a controller's image states, if it is whole and signed.
///
/// # Errors
/// See [`ControllerImageError`].
pub fn verify_controller(content: &Content) -> Result<ControllerImage, ControllerImageError> {
    if content.len() < HEAD {
        return Err(ControllerImageError::NotOne);
    }
    let head = content.block(0..HEAD);
    let (signature, text) = head.split_at(SIGNATURE_LENGTH);
    let text = text.split(|byte| *byte == 0).next().unwrap_or_default();
    let text = std::str::from_utf8(text).map_err(|_| ControllerImageError::NotOne)?;
    let (image, digest) = read(text).ok_or(ControllerImageError::NotOne)?;
    let signature = signature.try_into().map_err(|_| ControllerImageError::NotOne)?;
    if !manifest::is_signed(text.as_bytes(), signature) {
        return Err(ControllerImageError::BadSignature);
    }
    let rest = content.slice(HEAD..content.len());
    if hexadecimal(&rest.sha256()) == digest { Ok(image) } else { Err(ControllerImageError::BadDigest) }
}

/// Returns the versions that the first bytes of a controller's image state, if they are of this project's format and signed. Nothing is
/// known of the rest, and the vendor's own format cannot be read.
pub fn inspect_controller(start: &[u8]) -> Option<ControllerImage> {
    let (signature, text) = start.get(..HEAD as usize)?.split_first_chunk::<SIGNATURE_LENGTH>()?;
    let text = std::str::from_utf8(text.split(|byte| *byte == 0).next()?).ok()?;
    let (image, _) = read(text)?;
    manifest::is_signed(text.as_bytes(), signature).then_some(image)
}

fn head(image: &ControllerImage, digest: &[u8; 32]) -> String {
    format!("{MAGIC}\n{}\n{}\n{}\n", image.version, image.ap, hexadecimal(digest))
}

fn read(text: &str) -> Option<(ControllerImage, &str)> {
    let mut lines = text.lines();
    (lines.next()? == MAGIC).then_some(())?;
    let (version, ap, digest) = (lines.next()?, lines.next()?, lines.next()?);
    Some((ControllerImage { version: version.to_owned(), ap: ap.parse().ok()? }, digest))
}

fn hexadecimal(digest: &[u8; 32]) -> String {
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn image() -> ControllerImage {
        ControllerImage { version: "17.09.04a.0.6".into(), ap: "17.9.4.27".parse().expect("a version") }
    }

    #[test]
    fn an_image_states_its_versions() {
        let content = synthesize_controller(&image(), 100_001).expect("it is large enough");
        assert_eq!(content.len(), 100_001);
        assert_eq!(verify_controller(&content), Ok(image()));
        assert_eq!(inspect_controller(&content.block(0..HEAD)), Some(image()));
        assert_eq!(inspect_controller(&content.block(0..HEAD - 1)), None);
        assert_eq!(inspect_controller(&content.bytes()[1..]), None);
    }

    #[test]
    fn damage_and_other_files_are_seen() {
        let whole = synthesize_controller(&image(), 4_000).expect("it is large enough").bytes().to_vec();
        let changed = |at: usize| {
            let mut bytes = whole.clone();
            bytes[at] ^= 1;
            verify_controller(&Content::from_vec(bytes))
        };
        assert_eq!(changed(3_999), Err(ControllerImageError::BadDigest));
        assert_eq!(changed(10), Err(ControllerImageError::BadSignature));
        assert_eq!(changed(SIGNATURE_LENGTH), Err(ControllerImageError::NotOne));
        let half = Content::from_vec(whole[..2_000].to_vec());
        assert_eq!(verify_controller(&half), Err(ControllerImageError::BadDigest));
        assert_eq!(verify_controller(&Content::from_vec(vec![0; 10])), Err(ControllerImageError::NotOne));
        assert_eq!(synthesize_controller(&image(), 512), None);
        let two = ControllerImage { version: "17.9 beta".into(), ..image() };
        assert_eq!(synthesize_controller(&two, 4_000), None);
    }
}
