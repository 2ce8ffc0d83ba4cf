//! The signed list of a bundle's members.
//!
//! Text: a first line with image type and version, then a line per member: SHA-256 in hexadecimal, size in bytes, name. The
//! signature is Ed25519 over that text.

use std::sync::LazyLock;

use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use sha2::{Digest, Sha256};

use crate::{ImageError, Member, Version};

/// The member that lists the others.
pub(crate) const MANIFEST: &str = "image.manifest";
/// The member that holds the signature of [`MANIFEST`].
pub(crate) const SIGNATURE: &str = "image.manifest.sig";
/// The length of a signature in bytes.
pub(crate) const SIGNATURE_LENGTH: usize = 64;

/// A key of this project, made from a constant and so publicly known. It is not Cisco's: it detects damage in
/// transport, and proves nothing about the origin of an image.
static VENDOR_KEY: LazyLock<SigningKey> =
    LazyLock::new(|| SigningKey::from_bytes(&Sha256::digest("ewcsim synthetic image vendor").into()));
static VENDOR_PUBLIC_KEY: LazyLock<VerifyingKey> = LazyLock::new(|| VENDOR_KEY.verifying_key());

/// Returns the text of a manifest.
pub(crate) fn write<'a>(
    image_type: &str,
    version: &Version,
    members: impl Iterator<Item = (&'a str, u64, [u8; 32])>,
) -> String {
    let mut text = format!("image {image_type} {version}\n");
    for (name, size, digest) in members {
        for byte in digest {
            for digit in [byte >> 4, byte & 0xF] {
                text.push(char::from(b"0123456789abcdef"[usize::from(digit)]));
            }
        }
        text.push_str(&format!(" {size} {name}\n"));
    }
    text
}

/// Returns the signature of a manifest.
pub(crate) fn sign(manifest: &str) -> [u8; SIGNATURE_LENGTH] {
    VENDOR_KEY.sign(manifest.as_bytes()).to_bytes()
}

/// Returns true if this is the signature of the text.
pub(crate) fn is_signed(text: &[u8], signature: &[u8; SIGNATURE_LENGTH]) -> bool {
    VENDOR_PUBLIC_KEY.verify_strict(text, &Signature::from_bytes(signature)).is_ok()
}

/// Checks the signature of the manifest among `members`, and that it lists every other member correctly.
pub(crate) fn verify(image_type: &str, version: &Version, members: &[Member]) -> Result<(), ImageError> {
    let find = |name: &'static str| {
        members.iter().find(|member| &*member.name == name).ok_or(ImageError::MissingMember { member: name })
    };
    let (manifest, signature) = (find(MANIFEST)?, find(SIGNATURE)?);
    if signature.content.len() != SIGNATURE_LENGTH as u64 {
        return Err(ImageError::BadSignature);
    }
    let signature = signature.content.bytes();
    let signature = signature[..].try_into().map_err(|_| ImageError::BadSignature)?;
    if !manifest.content.is_signed(signature, |text| is_signed(text, signature)) {
        return Err(ImageError::BadSignature);
    }
    // The text is a function of the members, so nothing has to be parsed to compare them. The signed text is trusted; the text
    // compared with it may be anything.
    let others: Vec<_> =
        members.iter().filter(|member| ![MANIFEST, SIGNATURE].contains(&&*member.name)).collect();
    let expected = write(
        image_type,
        version,
        others.iter().map(|member| (&*member.name, member.content.len(), member.content.sha256())),
    );
    let signed = manifest.content.bytes();
    if signed == expected.as_bytes() {
        return Ok(());
    }
    let signed = String::from_utf8_lossy(&signed);
    for (line, member) in expected.lines().skip(1).zip(&others) {
        if !signed.lines().any(|signed| signed == line) {
            return Err(ImageError::BadDigest { member: member.name.clone() });
        }
    }
    Err(ImageError::BadManifest)
}
