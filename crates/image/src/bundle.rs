//! Reading an image bundle: its members, its description, and its verification.

use std::sync::Arc;

use crate::manifest;
use crate::tar;
use crate::{Content, Version, VersionError};

/// The member that describes the image.
pub(crate) const INFO: &str = "info.ver";
/// The maximum length of `info.ver` that is read.
pub(crate) const INFO_LENGTH_MAX: u64 = 64 * 1024;

/// The description of a bundle in its own members.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Info {
    /// The image type, such as `ap1g8` (`image_family` in `info.ver`).
    pub image_type: String,
    /// The version (`ap_version` in `info.ver`).
    pub version: Version,
    /// Its files, in the order of the archive.
    pub members: Vec<Member>,
}

/// One file of a bundle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Its name.
    pub name: Arc<str>,
    /// Its bytes, sharing the storage of the bundle.
    pub content: Content,
}

/// The reason that an image is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ImageError {
    /// It does not start like a tar archive.
    #[error("not a tar archive")]
    NotATar,
    /// It ends before the archive does.
    #[error("archive is truncated")]
    Truncated,
    /// A member's header is damaged or of a kind that images do not have.
    #[error("bad tar header at offset {offset}")]
    BadHeader {
        /// The offset in the archive, in bytes.
        offset: u64,
    },
    /// Bytes between or after members are not zero.
    #[error("bad padding at offset {offset}")]
    BadPadding {
        /// The offset in the archive, in bytes.
        offset: u64,
    },
    /// More members than an image may have.
    #[error("archive has too many members")]
    TooManyMembers,
    /// Two members have the same name.
    #[error("member `{member}` occurs twice")]
    RepeatedMember {
        /// Its name.
        member: Arc<str>,
    },
    /// A member that every image has is missing.
    #[error("member `{member}` is missing")]
    MissingMember {
        /// Its name.
        member: &'static str,
    },
    /// `info.ver` does not describe the image.
    #[error("`info.ver` has no valid `{field}`")]
    BadInfo {
        /// The field that is missing or wrong.
        field: &'static str,
    },
    /// The manifest is not signed with the vendor's key.
    #[error("bad signature")]
    BadSignature,
    /// A member differs from the signed one.
    #[error("bad digest of member `{member}`")]
    BadDigest {
        /// Its name.
        member: Arc<str>,
    },
    /// The signed manifest lists other members, another type or another version.
    #[error("manifest does not match the image")]
    BadManifest,
}

/// Reads the description of `bundle`, without checking digests or signature.
///
/// # Errors
/// See [`ImageError`]; those of digests, signature and manifest do not occur.
pub fn inspect(bundle: &Content) -> Result<Info, ImageError> {
    let mut members: Vec<Member> = Vec::new();
    for (name, range) in tar::members(bundle)? {
        if members.iter().any(|member| member.name == name) {
            return Err(ImageError::RepeatedMember { member: name });
        }
        members.push(Member { name, content: bundle.slice(range) });
    }
    let (image_type, version) = identify(&members)?;
    Ok(Info { image_type, version, members })
}

/// Reads `bundle` and verifies it: the manifest's signature and the digest of every member.
///
/// Costs next to nothing when the digests of this storage are known, as they are after its synthesis.
///
/// # Errors
/// See [`ImageError`]. A single damaged byte anywhere is an error.
pub fn verify(bundle: &Content) -> Result<Info, ImageError> {
    let info = inspect(bundle)?;
    manifest::verify(&info.image_type, &info.version, &info.members)?;
    Ok(info)
}

/// Verifies the files of an unpacked bundle, as [`verify`] does those of an archive.
///
/// # Errors
/// See [`ImageError`]; those of the archive itself do not occur.
pub fn verify_members(members: &[Member]) -> Result<Info, ImageError> {
    let (image_type, version) = identify(members)?;
    manifest::verify(&image_type, &version, members)?;
    Ok(Info { image_type, version, members: members.to_vec() })
}

/// Returns the image type and version stated by the files of an unpacked bundle. Nothing is verified.
///
/// # Errors
/// [`ImageError::MissingMember`] and [`ImageError::BadInfo`].
pub fn identify(members: &[Member]) -> Result<(String, Version), ImageError> {
    let info = members.iter().find(|member| &*member.name == INFO);
    let info = info.ok_or(ImageError::MissingMember { member: INFO })?;
    read_info(&info.content.block(0..info.content.len().min(INFO_LENGTH_MAX)))
}

/// Returns the image type and version that the text of `info.ver` states.
pub(crate) fn read_info(text: &[u8]) -> Result<(String, Version), ImageError> {
    let text = std::str::from_utf8(text).map_err(|_| ImageError::BadInfo { field: "text" })?;
    let field = |key: &'static str| {
        text.lines()
            .find_map(|line| line.strip_prefix(key)?.strip_prefix(':'))
            .map(str::trim)
            .filter(|value| !value.is_empty())
            .ok_or(ImageError::BadInfo { field: key })
    };
    let version = field("ap_version")?
        .parse()
        .map_err(|_: VersionError| ImageError::BadInfo { field: "ap_version" })?;
    Ok((field("image_family")?.to_owned(), version))
}

/// Returns the text of `info.ver`. Its fields are those that a script for re-stamping versions writes; the vendor's own file may
/// have more (docs/fidelity.md, Images).
pub(crate) fn write_info(image_type: &str, version: &Version) -> String {
    format!(
        "image_family: {image_type}\nws_management_version: {version}\nap_version: {version}\ninfo_end:\naltboot_fallback: 1\n"
    )
}
